"""What the job and Decant's other programs must agree on: tables, codes, limits. Generated there, read here."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, TypedDict


class Column(TypedDict):
    """A column of a table; `type` is one of text, integer, bigint, double, boolean, float[], text[], binary."""

    name: str
    type: str
    nullable: bool
    description: str


@cache
def document() -> dict[str, Any]:
    """The generated document as it is."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("embedding-tables.json").read_text("utf-8"))
    return found


def columns(table: str) -> list[Column]:
    """Columns of `molecules`, `embeddings`, `predictions` or `reasons`, in the order of the files."""
    found: list[Column] = document()["tables"][table]
    return found


def partitions() -> list[str]:
    """Partition columns of molecules, embeddings and predictions."""
    return list(document()["partitions"])


def error_title(code: str) -> str:
    """What an error code means, in a few words."""
    return str(document()["errors"][code])


def warning_codes() -> list[str]:
    """Warning codes in the order in which they are told."""
    return list(document()["warnings"])


def smiles_chars() -> int:
    """Characters of a SMILES that are read at all."""
    return int(document()["limits"]["smilesChars"])
