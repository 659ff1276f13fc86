"""Whether two ways to describe molecules see the same neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Neighbours that are compared.
TOP = 10
#: Molecules whose neighbours are looked up among all, at most.
QUERIES = 2_000
#: Pairs whose similarities are ranked.
PAIRS = 20_000

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Overlap:
    """How far neighbours by embedding (cosine) and by fingerprint (Tanimoto) agree."""

    molecules: int
    queries: int
    top: int
    #: Mean of |both| / |either| over the queries, and half the width of its 95 % interval.
    jaccard: float
    jaccard_half_width: float
    #: What chance alone would give.
    jaccard_by_chance: float
    #: Spearman's correlation of both similarities over random pairs.
    rank_correlation: float


def overlap(embedding: Floats, bits: NDArray[np.uint8], seed: int = 0) -> Overlap:
    """embedding: [n, dimension]; bits: [n, bits] of 0 and 1; of the same molecules. Needs more molecules than neighbours."""
    n = len(embedding)
    if n <= TOP + 1:
        raise ValueError(f"{n} molecules are too few to compare {TOP} neighbours")
    random = np.random.default_rng(seed)
    unit = embedding / np.maximum(np.linalg.norm(embedding, axis=1, keepdims=True), np.float32(1e-12))
    counts = bits.sum(axis=1).astype(np.float32)
    wide = bits.astype(np.float32)
    queries = np.sort(random.permutation(n)[:QUERIES])
    shares = np.array(
        [
            _jaccard(_nearest(unit @ unit[q], q), _nearest(tanimoto(wide, counts, wide[q], counts[q]), q))
            for q in queries
        ]
    )
    left, right = _pairs(random, n)
    cosines = np.einsum("ij,ij->i", unit[left], unit[right])
    both = np.einsum("ij,ij->i", wide[left], wide[right])
    tanimotos = both / np.maximum(counts[left] + counts[right] - both, 1)
    expected = TOP * TOP / (n - 1)
    return Overlap(
        molecules=n,
        queries=len(queries),
        top=TOP,
        jaccard=float(shares.mean()),
        jaccard_half_width=float(1.96 * shares.std(ddof=1) / np.sqrt(len(shares))),
        jaccard_by_chance=expected / (2 * TOP - expected),
        rank_correlation=float(np.corrcoef(ranks(cosines), ranks(tanimotos))[0, 1]),
    )


def tanimoto(rows: Floats, counts: Floats, query: Floats, count: np.float32) -> Floats:
    """Similarity of each row to one fingerprint; 0 of two empty ones."""
    both = rows @ query
    found: Floats = both / np.maximum(counts + count - both, np.float32(1))
    return found


def _nearest(similarity: Floats, itself: int) -> set[int]:
    similarity = similarity.copy()
    similarity[itself] = -np.inf
    # Stable, so that of equal similarities the first molecules count.
    return set(np.argsort(-similarity, kind="stable")[:TOP].tolist())


def _jaccard(a: set[int], b: set[int]) -> float:
    return len(a & b) / len(a | b)


def _pairs(random: np.random.Generator, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    left = random.integers(0, n, PAIRS)
    right = (left + random.integers(1, n, PAIRS)) % n
    return left, right


def ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    found: NDArray[np.float64] = (last - (counts - 1) / 2)[place]
    return found
