"""Values of molecule columns, as they lie in the files of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .args import PlannedTable
from .places import literal

#: Columns that every row of the lake carries; files from elsewhere may lack them.
_LINEAGE = {"source_key": T.StringType(), "source_version": T.StringType(), "source_row": T.LongType()}
_CELLS = T.StructType(
    [
        *(T.StructField(name, T.StringType()) for name in ("table_name", "column_name", "smiles")),
        *(T.StructField(name, kind) for name, kind in _LINEAGE.items()),
    ]
)


def cells(spark: SparkSession, plan: Sequence[PlannedTable]) -> DataFrame:
    """One row a cell: table_name, column_name, smiles (may be null), source_key, source_version, source_row."""
    parts = [
        _cells(_read(spark, table), table.table, column)
        for table in plan
        if table.files
        for column in table.columns
    ]
    return reduce(DataFrame.unionByName, parts) if parts else spark.createDataFrame([], _CELLS)


def _cells(df: DataFrame, table: str, column: str) -> DataFrame:
    names = {name.lower(): name for name in df.columns}

    def value(name: str, kind: T.DataType) -> Column:
        # Catalogs fold names; a column that no file has is one of nulls.
        found = names.get(name.lower())
        return (F.col(f"`{found}`") if found else F.lit(None)).cast(kind)

    file = F.input_file_name()
    return df.select(
        F.lit(table).alias("table_name"),
        F.lit(column).alias("column_name"),
        value(column, T.StringType()).alias("smiles"),
        F.coalesce(value("_source_key", T.StringType()), file).alias("source_key"),
        F.coalesce(value("_source_version", T.StringType()), F.lit("")).alias("source_version"),
        value("_source_row", T.LongType()).alias("source_row"),
    )


def _read(spark: SparkSession, table: PlannedTable) -> DataFrame:
    files = [literal(file) for file in table.files]
    reader = spark.read.option("mergeSchema", "true")
    try:
        return reader.parquet(*files)
    except AnalysisException:
        raise
    except Exception as error:  # Py4JJavaError: types of one column differ between files
        if "merge" not in str(error).lower():
            raise
    wanted = {c.lower() for c in table.columns} | {f"_{name}" for name in _LINEAGE}
    frames = [_only(spark.read.parquet(file), wanted) for file in files]
    return reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), frames)


def _only(df: DataFrame, wanted: set[str]) -> DataFrame:
    """The wanted columns as texts, since their types differ between files."""
    return df.select(*(F.col(f"`{c}`").cast("string").alias(c) for c in df.columns if c.lower() in wanted))
