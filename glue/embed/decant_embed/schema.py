"""Tables of the protocol as Spark reads them."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from . import protocol

_TYPES: dict[str, T.DataType] = {
    "text": T.StringType(),
    "integer": T.IntegerType(),
    "bigint": T.LongType(),
    "double": T.DoubleType(),
    "boolean": T.BooleanType(),
    "float[]": T.ArrayType(T.FloatType(), False),
    "text[]": T.ArrayType(T.StringType(), False),
    "binary": T.BinaryType(),
}


def struct(table: str) -> T.StructType:
    """The columns of a table's files; partition columns are in their paths."""
    return T.StructType([T.StructField(c["name"], _TYPES[c["type"]], c["nullable"]) for c in protocol.columns(table)])


def shaped(df: DataFrame, table: str) -> DataFrame:
    """The columns of `table`, in their order, in their types."""
    return df.select(*(F.col(field.name).cast(field.dataType).alias(field.name) for field in struct(table)))
