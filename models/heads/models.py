"""The models that are compared. Each is fitted with one hyper-parameter, which the validation part chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge

Matrix = NDArray[np.float64]
Predict = Callable[[Matrix], Matrix]

#: Weights of the penalty that are tried; the same for every linear model.
PENALTIES = tuple(float(10**e) for e in (-1, 0, 1, 2, 3, 4))
#: Shares of the features that a tree looks at for each cut.
SHARES = ("sqrt", 0.1)
TREES = 100


@dataclass(frozen=True)
class Linear:
    """Linear on scaled features: (x - center) / scale · coefficients + intercept."""

    center: Matrix
    scale: Matrix
    coefficients: Matrix
    intercept: float

    def linear(self, x: Matrix) -> Matrix:
        return ((x - self.center) / self.scale) @ self.coefficients + self.intercept


def fit_linear(kind: str, x: Matrix, y: Matrix, penalty: float) -> Linear:
    """Ridge or logistic regression on features scaled to mean 0 and deviation 1; a feature that never varies keeps scale 1."""
    center, scale = x.mean(0), x.std(0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    z = (x - center) / scale
    if kind == "ridge":
        found = Ridge(alpha=penalty, solver="cholesky").fit(z, y)
        return Linear(center, scale, np.ravel(found.coef_), float(found.intercept_))
    found = LogisticRegression(C=1 / penalty, max_iter=2000, tol=1e-5).fit(z, y)
    return Linear(center, scale, np.ravel(found.coef_), float(found.intercept_[0]))


def _fit_forest(kind: str, x: Matrix, y: Matrix, share: Any) -> Predict:
    options = {"n_estimators": TREES, "max_features": share, "random_state": 0, "n_jobs": 1}
    if kind == "ridge":
        forest = RandomForestRegressor(**options).fit(x, y)
        return lambda new: np.asarray(forest.predict(new))
    trees = RandomForestClassifier(**options).fit(x, y)
    return lambda new: np.asarray(trees.predict_proba(new)[:, 1])


def _fit_linear(kind: str, x: Matrix, y: Matrix, penalty: Any) -> Predict:
    return fit_linear(kind, x, y, penalty).linear


@dataclass(frozen=True)
class Candidate:
    """A model of the comparison."""

    name: str
    #: Which features it sees.
    features: str
    choices: Sequence[Any]
    fit: Callable[[str, Matrix, Matrix, Any], Predict]


HEAD = Candidate("head", "embedding", PENALTIES, _fit_linear)
BASELINES = (
    Candidate("bag of tokens, linear", "bag", PENALTIES, _fit_linear),
    Candidate("Morgan fingerprint, linear", "morgan", PENALTIES, _fit_linear),
    Candidate("Morgan fingerprint, random forest", "morgan", SHARES, _fit_forest),
)
