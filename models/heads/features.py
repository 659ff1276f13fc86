"""What models see of a molecule: the embedding of the bundle, counts of tokens, Morgan fingerprints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from decant_embed.fingerprint import morgan, unpack
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def bag_of_tokens(ids: Sequence[Sequence[int]]) -> Matrix:
    """How often each token of the table occurs [n, tokens]; what occurs nowhere has no column."""
    known = {token: i for i, token in enumerate(sorted({t for row in ids for t in row}))}
    out = np.zeros((len(ids), len(known)))
    for row, tokens in zip(out, ids, strict=True):
        np.add.at(row, [known[t] for t in tokens], 1)
    return out


def fingerprints(smiles: Sequence[str]) -> Matrix:
    """Morgan fingerprints of radius 2 [n, 2048], 0 and 1."""
    return np.array([unpack(morgan(s)) for s in smiles], np.float64)
