"""Molecules as functions on Spark DataFrames: rows in, the same rows out, with more columns.

    from decant_embed.transform import embed
    df = embed(df, "smiles", "s3://bucket/models/chemberta-mtr-mini")

Every function takes the name of a text column with SMILES and the folder of a bundle (or its URI), and keeps rows and columns.
Names of the columns it adds must be free. `on_truncation`: what is longer than the model reads is an error, or is cut and
flagged ("flag"). No row fails the job: what is no molecule has a `code` and a `detail`, and null instead of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from . import arrow
from .model import Model, open_model
from .ship import path_of, ship

_TEXTS = T.ArrayType(T.StringType(), False)
_VERDICT: dict[str, T.DataType] = {
    "code": T.StringType(),
    "detail": T.StringType(),
    "position": T.IntegerType(),
    "canonical_smiles": T.StringType(),
    "inchikey": T.StringType(),
    "molecule_key": T.StringType(),
    "components": T.IntegerType(),
    "warnings": _TEXTS,
    "tokens": T.IntegerType(),
    "truncated": T.BooleanType(),
}
_EMBEDDING: dict[str, T.DataType] = {"embedding": T.ArrayType(T.FloatType(), False)}
_DOMAIN: dict[str, T.DataType] = {"nearest_similarity": T.DoubleType(), "in_domain": T.BooleanType()}
_PREDICTIONS: dict[str, T.DataType] = {"predictions": T.MapType(T.StringType(), T.DoubleType()), **_DOMAIN}
_VALUES: dict[str, T.DataType] = {"values": T.ArrayType(T.DoubleType(), False), **_DOMAIN}
_FINGERPRINT: dict[str, T.DataType] = {"fingerprint": T.BinaryType()}

Compute = Callable[[Model, list[str | None]], arrow.Arrays]


def standardize(
    df: DataFrame, column: str, bundle: str, *, on_truncation: str = "error", dtype: str = "fp32"
) -> DataFrame:
    """Adds the verdict: code, detail, position, canonical_smiles, inchikey, molecule_key, components, warnings, tokens, truncated."""

    def compute(model: Model, texts: list[str | None]) -> arrow.Arrays:
        return arrow.verdicts(model, [model.judge(t or "", on_truncation) for t in texts], dtype)

    return _with(df, column, bundle, _VERDICT, compute)


def embed(
    df: DataFrame,
    column: str,
    bundle: str,
    *,
    on_truncation: str = "error",
    dtype: str = "fp32",
    fingerprints: str = "none",
) -> DataFrame:
    """Adds the verdict and `embedding`; with `fingerprints="morgan"` also `fingerprint`, 256 bytes."""
    morgan = fingerprints == "morgan"

    def compute(model: Model, texts: list[str | None]) -> arrow.Arrays:
        told, numbers = _answers(model, texts, on_truncation, dtype)
        more = {"fingerprint": _fingerprints(told)} if morgan else {}
        return {**told, "embedding": numbers["embedding"], **more}

    return _with(df, column, bundle, {**_VERDICT, **_EMBEDDING, **(_FINGERPRINT if morgan else {})}, compute)


def predict(df: DataFrame, column: str, bundle: str, *, on_truncation: str = "error") -> DataFrame:
    """Adds the verdict, `predictions` (a map from endpoint to value), nearest_similarity and in_domain."""

    def compute(model: Model, texts: list[str | None]) -> arrow.Arrays:
        told, numbers = _answers(model, texts, on_truncation, "fp32")
        predictions = arrow.named_values(model, numbers["values"])
        return {**told, "predictions": predictions, **{name: numbers[name] for name in _DOMAIN}}

    return _with(df, column, bundle, {**_VERDICT, **_PREDICTIONS}, compute)


def vectors(df: DataFrame, column: str, bundle: str, *, dtype: str, fingerprints: str) -> DataFrame:
    """Adds the numbers of canonical SMILES that were judged before: `embedding` as it is stored, `values` in the order of
    `heads.endpoints`, nearest_similarity, in_domain and, if asked for, fingerprint. Null where the model answers no finite number.
    """
    morgan = fingerprints == "morgan"

    def compute(model: Model, texts: list[str | None]) -> arrow.Arrays:
        numbers = arrow.vectors(model, model.run([model.ids(t or "") for t in texts]), dtype)
        return {**numbers, **({"fingerprint": arrow.fingerprints(texts)} if morgan else {})}

    return _with(df, column, bundle, {**_EMBEDDING, **_VALUES, **(_FINGERPRINT if morgan else {})}, compute)


def _answers(
    model: Model, texts: list[str | None], on_truncation: str, dtype: str
) -> tuple[arrow.Arrays, arrow.Arrays]:
    found = [model.judge(t or "", on_truncation) for t in texts]
    vectors_ = model.run([v.ids for v in found if v.ids is not None])
    ok = [v.ids is not None for v in found]
    numbers = arrow.spread(arrow.vectors(model, vectors_, dtype), ok)
    return arrow.verdicts(model, arrow.non_finite(found, vectors_.finite), dtype), numbers


def _fingerprints(told: arrow.Arrays) -> pa.Array:
    pairs = zip(told["code"].to_pylist(), told["canonical_smiles"].to_pylist(), strict=True)
    return arrow.fingerprints([canonical if code is None else None for code, canonical in pairs])


def _with(df: DataFrame, column: str, bundle: str, fields: dict[str, T.DataType], compute: Compute) -> DataFrame:
    if column not in df.columns:
        raise ValueError(f"there is no column {column}; the first are {', '.join(df.columns[:10])}")
    taken = [name for name in fields if name.lower() in {c.lower() for c in df.columns}]
    if taken:
        raise ValueError(f"columns {', '.join(taken)} are there already: rename or drop them first")
    name, _ = ship(df.sparkSession, bundle)
    at = df.columns.index(column)
    added = list(fields)

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        model = open_model(path_of(name))
        for batch in batches:
            found = compute(model, batch.column(at).to_pylist())
            arrays = [*batch.columns, *(found[n] for n in added)]
            yield pa.RecordBatch.from_arrays(arrays, names=[*batch.schema.names, *added])

    schema = T.StructType([*df.schema.fields, *(T.StructField(n, t) for n, t in fields.items())])
    return df.mapInArrow(run, schema)
