"""What heads on two ways to describe molecules reach, on scaffolds that they have not seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem.Scaffolds.MurckoScaffold import MurckoScaffoldSmiles

from .neighbours import ranks

SPLITS = 5
#: Parts of the molecules for validation, and for the test.
SHARE = 0.1
#: Strengths of the penalty, of which the validation picks one.
PENALTIES = tuple(10.0**e for e in range(-3, 5))

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """Mean over the splits, and half the width of its 95 % interval (Student's t)."""

    mean: float
    half_width: float
    values: list[float]


#: Two-sided 95 % quantile of Student's t for SPLITS - 1 degrees of freedom.
_T = 2.776


def scaffolds(smiles: Sequence[str]) -> list[str]:
    """Murcko scaffolds; molecules without rings share the empty one of theirs."""
    return [MurckoScaffoldSmiles(smiles=s) for s in smiles]


def split(groups: Sequence[str], seed: int) -> tuple[list[int], list[int], list[int]]:
    """Training, validation and test, no scaffold in two of them: whole scaffolds in random order, those that fill a part last."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        members[group].append(i)
    wanted = int(len(groups) * SHARE)
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    names = sorted(members)
    for at in np.random.default_rng(seed).permutation(len(names)):
        group = members[names[at]]
        place = next((p for p in (2, 1) if len(parts[p]) + len(group) <= wanted), 0)
        parts[place].extend(group)
    return parts


def ridge_metrics(features: Floats, values: Floats, groups: Sequence[str]) -> dict[str, Metric]:
    """Root mean square error and R² of ridge regression; of values 0 and 1 the area under the curve of its answers."""
    classes = set(np.unique(values)) <= {0.0, 1.0}
    rows = [_one(features, values, split(groups, seed), classes) for seed in range(SPLITS)]
    return {name: _metric([row[name] for row in rows]) for name in rows[0]}


def _metric(values: list[float]) -> Metric:
    half = _T * float(np.std(values, ddof=1)) / float(np.sqrt(len(values)))
    return Metric(float(np.mean(values)), half, values)


def _one(
    features: Floats, values: Floats, parts: tuple[list[int], list[int], list[int]], classes: bool
) -> dict[str, float]:
    train, valid, test = parts
    center, scale = features[train].mean(axis=0), features[train].std(axis=0)
    x = (features - center) / np.where(scale > 0, scale, 1)
    mean = values[train].mean()
    u, s, v = np.linalg.svd(x[train], full_matrices=False)
    turned = u.T @ (values[train] - mean)

    def answers(penalty: float, rows: list[int]) -> Floats:
        found: Floats = x[rows] @ (v.T @ (turned * s / (s * s + penalty))) + mean
        return found

    # From the validation only: the test is looked at once.
    best = min(PENALTIES, key=lambda p: float(np.mean((answers(p, valid) - values[valid]) ** 2)))
    found, wanted = answers(best, test), values[test]
    if classes:
        return {"auc": _auc(found, wanted)}
    error = float(np.mean((found - wanted) ** 2))
    return {"rmse": error**0.5, "r2": 1 - error / float(np.var(wanted))}


def _auc(found: Floats, wanted: Floats) -> float:
    positive = wanted == 1
    n, m = int(positive.sum()), int((~positive).sum())
    return float((ranks(found)[positive].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")
