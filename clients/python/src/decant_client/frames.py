"""DataFrames in and out: the same rows, in the same order, with the same index."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .batches import Answers, MoleculeInput
from .generated.models import EmbeddedItem, ItemError, PredictedItem
from .generated.types import UNSET

if TYPE_CHECKING:
    from pandas import DataFrame

Ask = Callable[[Iterable[MoleculeInput]], Answers[Any]]
Row = dict[str, Any]


def is_frame(value: object) -> bool:
    """Whether this is a DataFrame, without loading pandas for those who have none."""
    return type(value).__name__ == "DataFrame" and type(value).__module__.split(".")[0] == "pandas"


def predicted(df: DataFrame, column: str, ask: Ask, prefix: str, endpoints: list[str]) -> DataFrame:
    """``df`` with a column an endpoint and what is known about each row."""

    def row(item: PredictedItem) -> Row:
        values: Row = {p.endpoint: p.value for p in item.predictions or []}
        applicability = item.applicability or None
        return {
            **values,
            "in_domain": applicability.in_domain if applicability else None,
            "nearest_similarity": applicability.nearest_similarity if applicability else None,
        }

    def names(items: list[PredictedItem]) -> list[str]:
        found = dict.fromkeys(endpoints)
        for item in items:
            found.update(dict.fromkeys(p.endpoint for p in item.predictions or []))
        return [*found, "in_domain", "nearest_similarity"]

    types = {"in_domain": "boolean"}
    return _extend(df, column, ask, prefix, row, names, lambda name: types.get(name, "float64"))


def embedded(df: DataFrame, column: str, ask: Ask, prefix: str) -> DataFrame:
    """``df`` with the column ``embedding``: float32 arrays, None where there is none."""
    import numpy as np

    def row(item: EmbeddedItem) -> Row:
        text = item.embedding_base64
        vector = np.frombuffer(base64.b64decode(text), dtype="<f4").astype("float32") if text else None
        return {"embedding": vector}

    return _extend(df, column, ask, prefix, row, lambda _: ["embedding"], lambda _: "object")


def _extend(
    df: DataFrame,
    column: str,
    ask: Ask,
    prefix: str,
    row: Callable[[Any], Row],
    names: Callable[[list[Any]], list[str]],
    dtype: Callable[[str], str],
) -> DataFrame:
    """Asks for each different SMILES once and puts the answers beside all rows that hold it."""
    import pandas as pd

    if column not in df.columns:
        raise KeyError(f"the DataFrame has no column {column!r}; it has {', '.join(map(repr, df.columns))}")
    cells = df[column]
    if getattr(cells, "ndim", 1) != 1:
        raise ValueError(f"the DataFrame has several columns {column!r}")
    values = list(cells)
    distinct = list(dict.fromkeys(v for v in values if isinstance(v, str)))
    answers = ask(distinct) if distinct else None
    items = answers.items if answers else []
    rows = {smiles: {**row(item), **_about(item)} for smiles, item in zip(distinct, items, strict=True)}
    own = names(items)
    about = {**dict.fromkeys(_TEXTS, "object"), "error_position": "Int64"}
    clash = [name for name in (prefix + n for n in (*own, *about)) if name in df.columns]
    if clash:
        raise ValueError(f"the DataFrame has columns of these names already: {', '.join(clash)}; give a prefix")
    filled = [
        rows[v] if isinstance(v, str) else _unsent(v, bool(pd.api.types.is_scalar(v) and pd.isna(v))) for v in values
    ]
    out = df.copy()
    new = {}
    for name in (*own, *about):
        kind = about.get(name) or dtype(name)
        new[prefix + name] = pd.Series([r.get(name) for r in filled], index=df.index, dtype=kind)
    out = pd.concat([out, pd.DataFrame(new, index=df.index)], axis=1)
    out.attrs = {**df.attrs, "model": answers.model.to_dict() if answers else None}
    return out


_TEXTS = ("canonical_smiles", "inchikey", "warnings", "status", "error_code", "error_detail")


def _about(item: Any) -> Row:
    error: ItemError | None = item.error or None
    return {
        "canonical_smiles": item.canonical_smiles or None,
        "inchikey": item.inchikey or None,
        "warnings": ",".join(w.code for w in item.warnings or []),
        "status": item.status,
        "error_code": error.code if error else None,
        "error_detail": error.detail if error else None,
        "error_position": error.position if error and error.position is not UNSET else None,
    }


def _unsent(value: object, missing: bool) -> Row:
    """What a cell gets that holds no text: the API is not asked."""
    code = "EMPTY" if missing else "INVALID_SMILES"
    detail = "There is no structure" if missing else f"a SMILES is text, not {type(value).__name__}"
    return {"warnings": "", "status": "error", "error_code": code, "error_detail": detail}
