"""What a model without any structure reaches: ridge regression on how often each token occurs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.recipe import tokens

Matrix = NDArray[np.float64]
PENALTY = 1.0


def bag(smiles: Sequence[str]) -> Matrix:
    """Counts of tokens [n, vocabulary + 1]; the last column is 1."""
    vocabulary = tokens.read_vocabulary()
    out = np.zeros((len(smiles), len(vocabulary) + 1))
    out[:, -1] = 1
    for row, s in zip(out, smiles, strict=True):
        # Without [CLS] and [SEP], which occur once in each.
        np.add.at(row, tokens.encode(s, vocabulary)[1:-1], 1)
    return out


class BagRidge:
    """Fitted to the molecules of the training alone."""

    def __init__(self, smiles: Sequence[str], values: Matrix) -> None:
        self.mean = values.mean(0)
        size = len(tokens.read_vocabulary()) + 1
        left, right = PENALTY * np.eye(size), np.zeros((size, values.shape[1]))
        # By parts: all counts at once would be half a gigabyte.
        for start in range(0, len(smiles), 10_000):
            counts = bag(smiles[start : start + 10_000])
            left += counts.T @ counts
            right += counts.T @ (values[start : start + 10_000] - self.mean)
        self.weights = np.linalg.solve(left, right)

    def predict(self, smiles: Sequence[str]) -> Matrix:
        return bag(smiles) @ self.weights + self.mean


def r_squared(predicted: Matrix, true: Matrix) -> Matrix:
    """Coefficient of determination of each column."""
    return 1 - ((predicted - true) ** 2).sum(0) / ((true - true.mean(0)) ** 2).sum(0)
