"""What the job is told."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import protocol


@dataclass(frozen=True)
class EmbedArgs:
    """One field an argument, `--name value`; Decant's protocol describes them."""

    dataset: str
    plan: str
    bundle: str
    dtype: str
    fingerprints: str
    sensitivity: str
    tables: str
    quarantine: str
    summary: str
    run: str


@dataclass(frozen=True)
class PlannedTable:
    """Columns with SMILES and the Parquet files that hold them."""

    table: str
    columns: tuple[str, ...]
    files: tuple[str, ...]


_CHOICES = {"dtype": ["fp32", "fp16"], "fingerprints": ["none", "morgan"]}


def parse_args(argv: Sequence[str]) -> EmbedArgs:
    """Arguments that are not ours are passed over: Glue adds --JOB_NAME and others. Exits with 2 where one is missing."""
    parser = argparse.ArgumentParser("embed", allow_abbrev=False)
    for name in protocol.document()["arguments"]:
        parser.add_argument(f"--{name}", required=True, choices=_CHOICES.get(name))
    found, _ = parser.parse_known_args(argv)
    return EmbedArgs(**vars(found))


def parse_plan(text: str) -> list[PlannedTable]:
    """Tables of a plan: JSON of [{table, columns, files}], or of an object that has them as `tables`. Raises ValueError."""
    try:
        found = json.loads(text.removeprefix("\ufeff"))
        rows = found["tables"] if isinstance(found, dict) else found
        return [_table(row) for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the plan is no list of table, columns and files: {error!r}") from error


def _table(row: dict[str, Any]) -> PlannedTable:
    def texts(key: str) -> tuple[str, ...]:
        if not isinstance(row[key], list) or not all(isinstance(value, str) for value in row[key]):
            raise ValueError(f"{key} must be a list of texts")
        # A file or column that is named twice is read once.
        return tuple(dict.fromkeys(row[key]))

    if not isinstance(row["table"], str):
        raise ValueError("table must be a text")
    return PlannedTable(row["table"], texts("columns"), texts("files"))
