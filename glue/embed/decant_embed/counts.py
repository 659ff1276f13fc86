"""Values in = embedded before + embedded now + repeated + quarantined + null, for each table and in sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


@dataclass(frozen=True)
class CellCount:
    """Cells of one table, and those with a value."""

    table: str
    cells: int
    filled: int


@dataclass(frozen=True)
class CodeCount:
    """Values of one table with an error code, or without one (None), and those with each warning."""

    table: str
    code: str | None
    warnings: tuple[str, ...]
    #: Distinct texts of each column.
    texts: int
    values: int


class LostValuesError(RuntimeError):
    """A table has more or fewer verdicts than values."""


def cell_counts(cells: DataFrame) -> list[CellCount]:
    """Counts the cells of each table."""
    rows = cells.groupBy("table_name").agg(F.count("*"), F.count("smiles")).collect()
    return [CellCount(*row) for row in rows]


def code_counts(verdicts: DataFrame) -> list[CodeCount]:
    """Counts the values of each table by what was found."""
    rows = (
        verdicts.select("code", "warnings", F.explode("uses").alias("use"))
        .groupBy("use.table_name", "code", "warnings")
        .agg(F.count("*"), F.sum("use.occurrences"))
        .collect()
    )
    return [CodeCount(table, code, tuple(warnings), texts, int(n)) for table, code, warnings, texts, n in rows]


class Counts:
    """Sums that must agree."""

    def __init__(self, found: Sequence[CellCount]) -> None:
        self._by_table = {c.table: c for c in found}
        self.values = sum(c.cells for c in found)
        self.filled = sum(c.filled for c in found)
        self.nulls = self.values - self.filled
        #: Distinct texts of each column; values that are molecules, and that are none.
        self.texts = 0
        self.ok = 0
        self.bad = 0

    def judged(self, found: Sequence[CodeCount]) -> dict[str, int]:
        """Takes in the verdicts, and returns values by error and warning code. Raises LostValuesError."""
        codes: defaultdict[str, int] = defaultdict(int)
        seen: defaultdict[str, int] = defaultdict(int)
        for count in found:
            seen[count.table] += count.values
            for code in [count.code] if count.code else count.warnings:
                codes[code] += count.values
        for table, wanted in self._by_table.items():
            if seen[table] != wanted.filled:
                raise LostValuesError(f"table {table} has {wanted.filled} values and {seen[table]} verdicts")
        self.texts = sum(c.texts for c in found)
        self.bad = sum(c.values for c in found if c.code)
        self.ok = self.filled - self.bad
        return dict(sorted(codes.items()))
