"""Verdicts and vectors of one batch, as Arrow arrays by column name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .fingerprint import morgan
from .heads import endpoints
from .keys import molecule_key
from .model import Model, Vectors
from .molecules import Verdict
from .protocol import error_title

Arrays = dict[str, pa.Array]


def verdicts(model: Model, found: Sequence[Verdict], dtype: str) -> Arrays:
    """Columns of verdicts, in their order."""

    def key(verdict: Verdict) -> str | None:
        if verdict.code is not None or verdict.canonical is None:
            return None
        return molecule_key(verdict.canonical, model.bundle, dtype)

    limit = model.bundle.max_tokens
    return {
        "code": pa.array([v.code for v in found], pa.string()),
        "detail": pa.array([v.detail for v in found], pa.string()),
        "position": pa.array([v.position for v in found], pa.int32()),
        "canonical_smiles": pa.array([v.canonical for v in found], pa.string()),
        "inchikey": pa.array([v.inchikey for v in found], pa.string()),
        "molecule_key": pa.array([key(v) for v in found], pa.string()),
        "components": pa.array([v.components for v in found], pa.int32()),
        "warnings": pa.array([list(v.warnings) for v in found], pa.list_(pa.string())),
        "tokens": pa.array([None if v.tokens is None else min(v.tokens, limit) for v in found], pa.int32()),
        "truncated": pa.array([v.tokens is not None and v.ids is not None and v.tokens > limit for v in found]),
    }


def stored(embedding: NDArray[np.float32], dtype: str) -> NDArray[np.float32]:
    """Vectors as they are stored: of fp16 rounded to the nearest half, in fp32."""
    return embedding.astype(np.float16).astype(np.float32) if dtype == "fp16" else embedding


def vectors(model: Model, found: Vectors, dtype: str) -> Arrays:
    """Columns of vectors, in their order. Rows that are not finite have null instead of numbers."""
    bad = ~found.finite
    nearest = found.nearest.astype(np.float64)
    return {
        "embedding": _lists(stored(found.embedding, dtype), bad, pa.float32()),
        "values": _lists(found.values, bad, pa.float64()),
        "nearest_similarity": pa.array(nearest, mask=bad),
        "in_domain": pa.array(found.in_domain, mask=bad),
    }


def fingerprints(canonical: Sequence[str | None]) -> pa.Array:
    """Morgan fingerprints of canonical SMILES; null of null."""
    return pa.array([None if c is None else morgan(c) for c in canonical], pa.binary())


def named_values(model: Model, found: pa.Array) -> pa.Array:
    """Lists of values as maps by the name of the endpoint."""
    names = [e.name for e in endpoints(model.bundle)]
    rows = [None if row is None else list(zip(names, row, strict=True)) for row in found.to_pylist()]
    return pa.array(rows, pa.map_(pa.string(), pa.float64()))


def non_finite(found: Sequence[Verdict], finite: NDArray[np.bool_]) -> list[Verdict]:
    """Verdicts with those that are fine, whose vectors are not, made errors. `finite` counts the fine ones only."""
    marks = iter(finite)
    return [
        v if v.code is not None or next(marks) else Verdict("NON_FINITE", error_title("NON_FINITE"), None, v.canonical, v.inchikey)
        for v in found
    ]


def spread(arrays: Arrays, ok: Sequence[bool]) -> Arrays:
    """Rows of molecules put back at the places of `ok`; null elsewhere."""
    places = iter(range(len(ok)))
    take = pa.array([next(places) if fine else None for fine in ok], pa.int64())
    return {name: array.take(take) for name, array in arrays.items()}


def _lists(rows: NDArray[np.generic], bad: NDArray[np.bool_], kind: pa.DataType) -> pa.Array:
    n, width = rows.shape
    offsets = np.arange(n + 1, dtype=np.int32) * width
    return pa.ListArray.from_arrays(pa.array(offsets, mask=np.append(bad, False)), pa.array(rows.reshape(-1), kind))
