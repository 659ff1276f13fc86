"""Trains one head of a bundle from a table, and compares it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from decant_embed.model import Model
from numpy.typing import NDArray

from models.heads.compare import choice_for_all, compare, evaluate, interval, verdict
from models.heads.features import bag_of_tokens, fingerprints
from models.heads.models import HEAD, TREES, fit_linear
from models.heads.scaffolds import SEEDS, SHARE, Split, scaffolds_of, split
from models.heads.table import Measurements, TableRefused, read_table

#: Below these a split says nothing.
MIN_MOLECULES = 100
MIN_SCAFFOLDS = 20
MIN_OF_CLASS = 20

Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    table: Path
    smiles: str
    target: str
    name: str
    title: str
    kind: str
    unit: str
    #: Name and address of the table, for the card.
    source: dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A table with all that models see of it."""

    data: Measurements
    embedding: NDArray[np.float64]
    scaffolds: list[str]
    splits: list[Split]


def prepare(model: Model, asked: Asked) -> Prepared:
    """Reads and embeds a table. Raises TableRefused when it holds too little."""
    data = read_table(asked.table, asked.smiles, asked.target, asked.kind, model)
    if len(data.smiles) < MIN_MOLECULES:
        raise TableRefused(f"{len(data.smiles)} distinct molecules can be used; {MIN_MOLECULES} are needed{_skipped(data)}")
    scaffolds = scaffolds_of(data.smiles)
    if len(set(scaffolds)) < MIN_SCAFFOLDS:
        raise TableRefused(f"the molecules have {len(set(scaffolds))} scaffolds; {MIN_SCAFFOLDS} are needed to split by them")
    splits = [split(scaffolds, seed) for seed in SEEDS]
    if asked.kind == "logistic":
        _check_classes(data, splits)
    elif np.ptp(data.values) == 0:
        raise TableRefused(f"all values of {asked.target!r} are {data.values[0]}: there is nothing to learn")
    embedding = model.run(data.ids).embedding.astype(np.float64)
    return Prepared(data, embedding, scaffolds, splits)


def _skipped(data: Measurements) -> str:
    return f" ({', '.join(f'{n} × {code}' for code, n in data.skipped.items())} skipped)" if data.skipped else ""


def _check_classes(data: Measurements, splits: list[Split]) -> None:
    ones = int(data.values.sum())
    if min(ones, len(data.values) - ones) < MIN_OF_CLASS:
        raise TableRefused(f"{ones} of {len(data.values)} molecules are of class 1; {MIN_OF_CLASS} of each class are needed")
    parts = [p for s in splits for p in (s.train, s.validation, s.test)]
    if any(len(set(data.values[p])) < 2 for p in parts):
        raise TableRefused("a part of a split holds one class only: there are too few molecules, or too few of one class")


def train(model: Model, asked: Asked, say: Say) -> tuple[dict[str, Any], dict[str, Any]]:
    """The head as its file has it, and its entry of the card."""
    found = prepare(model, asked)
    say(f"{asked.name}: {len(found.data.smiles)} molecules of {found.data.rows} rows, {len(set(found.scaffolds))} scaffolds")
    features = {
        "embedding": found.embedding,
        "bag": bag_of_tokens(found.data.ids),
        "morgan": fingerprints(found.data.smiles),
    }
    results = compare(asked.kind, features, found.data.values, found.splits, say)
    status, reason, gains = verdict(asked.kind, results)
    penalty = choice_for_all(asked.kind, results[HEAD.name])
    fit = fit_linear(asked.kind, found.embedding, found.data.values, penalty)
    metric = metric_of(asked.kind, asked.unit)
    scores = {name: interval(r.scores) for name, r in results.items()}
    head = {
        "name": asked.name,
        "title": asked.title,
        "unit": asked.unit,
        "kind": asked.kind,
        "status": status,
        "reason": reason,
        "coefficients": fit.coefficients.tolist(),
        "intercept": fit.intercept,
        "center": fit.center.tolist(),
        "scale": fit.scale.tolist(),
        "training": {
            **asked.source,
            **found.data.described(),
            "scaffolds": len(set(found.scaffolds)),
            "bundle": model.bundle.hash,
            "penalty": penalty,
            "low": float(found.data.values.min()),
            "high": float(found.data.values.max()),
            "software": {p: version(p) for p in ("numpy", "onnxruntime", "rdkit", "scikit-learn")},
        },
        "metrics": {
            "metric": metric,
            "split": f"Bemis–Murcko scaffolds, {len(SEEDS)} seeds, {SHARE:.0%} test, {SHARE:.0%} validation",
            "tested": [len(s.test) for s in found.splits],
            "scores": scores,
            "splits": {name: [round(v, 4) for v in r.scores] for name, r in results.items()},
            "gains": gains,
            "chosen": {name: r.chosen for name, r in results.items()},
            "trees": TREES,
        },
    }
    entry = {key: head[key] for key in ("name", "title", "status", "reason")}
    return head, {**entry, "metric": metric, "scores": scores, "gains": gains}


def metric_of(kind: str, unit: str) -> str:
    return f"RMSE ({unit})" if kind == "ridge" else "ROC AUC"


def scores_of_head(found: Prepared, kind: str) -> list[float]:
    """The scores of the head alone, split by split: what the card tells, computed anew."""
    return evaluate(HEAD, kind, {"embedding": found.embedding}, found.data.values, found.splits).scores
