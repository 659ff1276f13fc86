"""Files that a run leaves: written aside, moved to names of the run when all are there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from . import places
from .args import EmbedArgs

#: Rows of one file of vectors: some 250 MB of 64 components.
ROWS_PER_FILE = 500_000


@dataclass(frozen=True)
class Target:
    """A folder, and how the names of a run's files begin in it."""

    #: Folder of the table, above its partitions.
    table: str
    partition: str
    stem: str

    @property
    def folder(self) -> str:
        """Where the files belong."""
        return places.join(self.table, self.partition)

    @property
    def aside(self) -> str:
        """Where files lie that are not there yet: beside the partitions, under a name that engines pass over."""
        return places.join(self.table, f"_{self.stem}")

    def owns(self, name: str) -> bool:
        """Whether a file of that name is one of the run's."""
        return re.fullmatch(rf"{re.escape(self.stem)}(-\d+)?\.parquet", name) is not None


def target(args: EmbedArgs, table: str, bundle_hash: str) -> Target:
    """Where the files of a table belong."""
    if table == "reasons":
        return Target(places.join(args.quarantine, "reasons"), f"dataset={args.dataset}", f"embed-{args.run}")
    partition = f"bundle={bundle_hash}/sensitivity={args.sensitivity}"
    return Target(places.join(args.tables, table), partition, args.run)


def write_aside(df: DataFrame, to: Target) -> int:
    """Writes the rows, a file a partition, and returns how many rows the files hold."""
    df.write.mode("overwrite").option("compression", "zstd").parquet(to.aside)
    return df.sparkSession.read.schema(df.schema).parquet(to.aside).count()


def publish(spark: SparkSession, to: Target) -> list[str]:
    """Moves the files to their names, in the place of those of an earlier attempt of this run. Returns their URIs."""
    withdraw(spark, to)
    made = [n for n in places.list_files(spark, to.aside) if n.endswith(".parquet")]
    names = [f"{to.stem}.parquet" if i == 0 else f"{to.stem}-{i}.parquet" for i in range(len(made))]
    for file, name in zip(made, names, strict=True):
        places.move(spark, places.join(to.aside, file), places.join(to.folder, name))
    places.remove(spark, to.aside)
    return [places.join(to.folder, name) for name in names]


def withdraw(spark: SparkSession, to: Target) -> None:
    """Removes what an earlier attempt of this run left."""
    for name in places.list_files(spark, to.folder):
        if to.owns(name):
            places.remove(spark, places.join(to.folder, name))
