"""How far a molecule is from what the model has seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .bundle import Bundle

#: Rows that are compared with the whole sample at once: 256 × 10,000 similarities are 10 MB.
_ROWS = 256


class Applicability:
    """Cosine similarity to the nearest vector of the reference sample, against the bundle's threshold."""

    def __init__(self, bundle: Bundle) -> None:
        if bundle.reference is None or bundle.reference_vectors is None:
            self.threshold = -1.0
            self._sample = None
            return
        self.threshold = float(bundle.reference["threshold"])
        self._sample = np.ascontiguousarray(_unit(bundle.reference_vectors).T)

    def nearest(self, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n] of [n, dimension]; NaN where the bundle has no reference sample."""
        out = np.full(len(embedding), np.nan, np.float32)
        if self._sample is None:
            return out
        for at in range(0, len(embedding), _ROWS):
            out[at : at + _ROWS] = (_unit(embedding[at : at + _ROWS]) @ self._sample).max(axis=1)
        return out


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    # A vector of zeros is similar to nothing.
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
