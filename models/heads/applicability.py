"""How much worse predictions become the further a molecule is from the reference sample, into card.json.

    PYTHONPATH=.:glue/embed python -m models.heads applicability --bundle FOLDER --data FOLDER

Measured on the held-out molecules, and on those of the measured endpoints, which are of other kinds and were not trained on.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from decant_embed.model import Model
from numpy.typing import NDArray

from models.heads.bundle import write_card
from models.heads.shipped import SHIPPED
from models.recipe import data
from models.recipe.descriptors import describe_all

#: Lower ends of the bins of similarity; the threshold is one more.
BINS = (-1.0, 0.90, 0.92, 0.94, 0.96, 0.98)
SHIFTS = 200


@dataclass(frozen=True)
class Judged:
    """Nearest cosine of n molecules, and the mean absolute error of their targets in deviations of the training."""

    nearest: NDArray[np.float64]
    error: NDArray[np.float64]


def holdout_of(folder: Path) -> data.Molecules:
    """The bundle's held-out molecules with the true values of its targets."""
    rows = list(csv.reader(gzip.decompress((folder / "holdout.csv.gz").read_bytes()).decode("utf-8").splitlines()))
    return data.Molecules([row[0] for row in rows[1:]], np.array([row[1:] for row in rows[1:]], np.float64))


def judged(model: Model, molecules: data.Molecules) -> Judged:
    targets = model.bundle.targets
    found = model.run([model.ids(s) for s in molecules.smiles])
    scale = np.array([t["std"] for t in targets])
    error = np.abs(found.values[:, : len(targets)] - molecules.values) / scale
    return Judged(found.nearest.astype(np.float64), error.mean(1))


def summary(sets: Mapping[str, Judged], threshold: float) -> dict[str, Any]:
    """The card's `applicability`. Errors are of all sets together; the interval of their ratio is a bootstrap's."""
    nearest = np.concatenate([s.nearest for s in sets.values()])
    error = np.concatenate([s.error for s in sets.values()])
    inside = nearest >= threshold
    edges = [*sorted({*BINS, threshold}), 1.01]
    bins = [(low, high, (nearest >= low) & (nearest < high)) for low, high in zip(edges, edges[1:], strict=False)]
    return {
        "threshold": threshold,
        "error": "mean absolute error of the targets, in standard deviations of the training",
        "inDomain": {"molecules": int(inside.sum()), "error": _mean(error[inside])},
        "outOfDomain": {"molecules": int((~inside).sum()), "error": _mean(error[~inside])},
        "ratio": _ratio(error, inside),
        "sets": {
            name: {"molecules": len(s.nearest), "outOfDomain": round(float((s.nearest < threshold).mean()), 4), "error": _mean(s.error)}
            for name, s in sets.items()
        },
        "bins": [
            {"from": low, "to": min(high, 1.0), "molecules": int(here.sum()), "error": _mean(error[here])}
            for low, high, here in bins
            if here.any()
        ],
    }


def _mean(values: NDArray[np.float64]) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None


def _ratio(error: NDArray[np.float64], inside: NDArray[np.bool_]) -> dict[str, float]:
    """Error outside over error inside, with the 95 % interval of a bootstrap over molecules."""
    random = np.random.RandomState(0)
    drawn = []
    for _ in range(SHIFTS):
        rows = random.randint(0, len(error), len(error))
        e, i = error[rows], inside[rows]
        drawn.append(e[~i].mean() / e[i].mean())
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"mean": round(float(error[~inside].mean() / error[inside].mean()), 3), "low": round(low, 3), "high": round(high, 3)}


def measure(folder: Path, tables: Path, model: Model, say: Callable[[str], None]) -> dict[str, Any]:
    """Measures, and writes the card of a bundle. Raises ValueError when errors outside of the domain are not clearly larger."""
    sets = {"held out": judged(model, holdout_of(folder))}
    for _, file, *_ in SHIPPED:
        canonical = sorted(data.canonical_of([tables / file]))
        kept = [s for s in canonical if model.judge(s).code is None]
        rows = dict(row for row in describe_all(kept, 1) if row is not None)
        sets[file] = judged(model, data.Molecules(list(rows), np.array(list(rows.values()))))
        say(f"{file}: {len(rows)} molecules")
    reference = model.bundle.reference
    if reference is None:
        raise ValueError("the bundle has no reference sample")
    found = summary(sets, float(reference["threshold"]))
    if found["ratio"]["low"] <= 1:
        raise ValueError(f"errors outside of the domain are not clearly larger: {found['ratio']}")
    card = json.loads((folder / "card.json").read_text("utf-8"))
    write_card(folder, {**card, "applicability": found})
    return found
