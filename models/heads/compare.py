"""The comparison: five scaffold splits, hyper-parameters by the validation part alone, intervals by Student's t."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student
from sklearn.metrics import roc_auc_score

from models.heads.models import BASELINES, HEAD, Candidate
from models.heads.scaffolds import Split

Matrix = NDArray[np.float64]
Say = Callable[[str], None]


def score(kind: str, true: Matrix, said: Matrix) -> float:
    """RMSE of a ridge (less is better), area under the ROC curve of a logistic regression (more is better)."""
    if kind == "ridge":
        return float(np.sqrt(((true - said) ** 2).mean()))
    return float(roc_auc_score(true, said))


def better(kind: str) -> int:
    """-1 where less is better."""
    return -1 if kind == "ridge" else 1


@dataclass(frozen=True)
class Result:
    name: str
    #: On the test parts, in the order of the seeds.
    scores: list[float]
    #: On the validation parts, by choice: what decided.
    validation: dict[Any, list[float]]
    chosen: list[Any]


def evaluate(
    candidate: Candidate, kind: str, features: Mapping[str, Matrix], y: Matrix, splits: Sequence[Split]
) -> Result:
    """Scores of one model. The test part is looked at once a split, after the choice."""
    x = features[candidate.features]
    scores, chosen = [], []
    validation: dict[Any, list[float]] = {choice: [] for choice in candidate.choices}
    for s in splits:
        for choice in candidate.choices:
            said = candidate.fit(kind, x[s.train], y[s.train], choice)(x[s.validation])
            validation[choice].append(score(kind, y[s.validation], said))
        best = max(candidate.choices, key=lambda c: better(kind) * validation[c][-1])
        said = candidate.fit(kind, x[s.fitted], y[s.fitted], best)(x[s.test])
        scores.append(score(kind, y[s.test], said))
        chosen.append(best)
    return Result(candidate.name, scores, validation, chosen)


def interval(values: Sequence[float]) -> dict[str, float]:
    """Mean and its 95 % interval by Student's t."""
    v = np.asarray(values)
    half = float(student.ppf(0.975, len(v) - 1) * v.std(ddof=1) / np.sqrt(len(v)))
    return {"mean": _round(v.mean()), "low": _round(v.mean() - half), "high": _round(v.mean() + half)}


def _round(value: float) -> float:
    return round(float(value), 4)


def compare(kind: str, features: Mapping[str, Matrix], y: Matrix, splits: Sequence[Split], say: Say) -> dict[str, Result]:
    """Results of the head and of every baseline, by name."""
    out = {}
    for candidate in (HEAD, *BASELINES):
        out[candidate.name] = evaluate(candidate, kind, features, y, splits)
        say(f"{candidate.name}: {interval(out[candidate.name].scores)['mean']:.3f}")
    return out


def verdict(kind: str, results: Mapping[str, Result]) -> tuple[str, str, dict[str, Any]]:
    """Status, reason, and by baseline how much better the head is: split by split, with the 95 % interval of the mean.

    "supported" only when the head is clearly better than every baseline: all of these intervals lie above 0.
    """
    head = np.array(results[HEAD.name].scores)
    gains = {
        name: interval(list(better(kind) * (head - np.array(r.scores)))) for name, r in results.items() if name != HEAD.name
    }
    unclear = [name for name, gain in gains.items() if gain["low"] <= 0]
    if not unclear:
        return "supported", "clearly better than every baseline", gains
    worse = [name for name in unclear if gains[name]["high"] < 0]
    if worse:
        return "experimental", f"worse than {' and '.join(worse)}", gains
    return "experimental", f"not clearly better than {' and '.join(unclear)}", gains


def choice_for_all(kind: str, result: Result) -> Any:
    """The hyper-parameter of the final fit: best on the mean of the validation parts."""
    return max(result.validation, key=lambda c: better(kind) * float(np.mean(result.validation[c])))


