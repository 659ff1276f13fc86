"""One run of the embedding job: what is new in the files of a plan gets its verdict, vector and predictions, once."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from . import places, tables
from .args import EmbedArgs, parse_plan
from .counts import Counts, cell_counts, code_counts
from .output import ROWS_PER_FILE, publish, target, write_aside
from .ship import ship
from .source import cells
from .transform import standardize, vectors

#: Values of one task at least, and at most: some 10 seconds of one core.
_TASK_VALUES = (1_000, 20_000)
#: The order in which files appear: whoever sees a vector finds all that belongs to it.
_TABLES = ("reasons", "molecules", "predictions", "embeddings")

Summary = dict[str, Any]


class CountsDifferError(RuntimeError):
    """Values were lost or doubled on the way: nothing is published."""


def run(spark: SparkSession, args: EmbedArgs) -> Summary:
    """Does the run that `args` tell, and returns its summary. A run whose summary is there is done: nothing is touched.

    Raises BundleError, ValueError for a damaged plan and CountsDifferError.
    """
    if places.exists(spark, args.summary):
        done: Summary = json.loads(places.read_text(spark, args.summary))
        return done
    _, bundle = ship(spark, args.bundle)
    job = _Job(spark, args, bundle.hash)
    try:
        summary = job.work()
    finally:
        job.release()
    places.write_text(spark, args.summary, json.dumps(summary, indent=2) + "\n")
    return summary


@dataclass
class _Job:
    spark: SparkSession
    args: EmbedArgs
    bundle: str

    def __post_init__(self) -> None:
        self._kept: list[DataFrame] = []

    def work(self) -> Summary:
        args, spark = self.args, self.spark
        rows = cells(spark, parse_plan(self._plan()))
        counts = Counts(cell_counts(rows))
        verdicts = self._keep(self._verdicts(rows, counts.filled))
        fresh, distinct = self._fresh(verdicts)
        numbers = self._keep(self._numbers(fresh))
        embedded, failed, outside = _vector_counts(numbers)
        if failed:
            verdicts = self._keep(tables.with_failures(verdicts, numbers.where("embedding IS NULL")))
        codes = counts.judged(code_counts(verdicts))
        summary = {
            "dataset": args.dataset,
            "run": args.run,
            "bundle": self.bundle,
            "dtype": args.dtype,
            "values": counts.values,
            "nulls": counts.nulls,
            "embedded": embedded,
            "known": distinct - embedded - failed,
            "repeated": counts.ok - (distinct - failed),
            "quarantined": counts.bad,
            "files": self._write(rows, verdicts, numbers.where("embedding IS NOT NULL"), counts.bad, embedded),
            "codes": codes,
            "outOfDomain": outside,
        }
        return summary

    def release(self) -> None:
        """Gives back what was kept between the steps."""
        for df in self._kept:
            df.unpersist()

    def _keep(self, df: DataFrame) -> DataFrame:
        self._kept.append(df.persist(StorageLevel.MEMORY_AND_DISK))
        return df

    def _plan(self) -> str:
        plan = self.args.plan
        return plan if plan.lstrip("\ufeff \n\r\t")[:1] in ("[", "{") else places.read_text(self.spark, plan)

    def _tasks(self, values: int) -> int:
        least, most = _TASK_VALUES
        wanted = max(self.spark.sparkContext.defaultParallelism * 3, math.ceil(values / most))
        return max(1, min(math.ceil(values / least), wanted))

    def _verdicts(self, rows: DataFrame, filled: int) -> DataFrame:
        """One row a distinct text, with `uses`: the columns that hold it, and how often."""
        texts = (
            rows.where("smiles IS NOT NULL")
            # One shuffle for both groupings: the texts are where their groups are.
            .repartition(self._tasks(filled), "smiles")
            .groupBy("smiles", "table_name", "column_name")
            .agg(F.count("*").alias("occurrences"))
            .groupBy("smiles")
            .agg(F.collect_list(F.struct("table_name", "column_name", "occurrences")).alias("uses"))
        )
        return standardize(texts, "smiles", self.args.bundle, dtype=self.args.dtype)

    def _fresh(self, verdicts: DataFrame) -> tuple[DataFrame, int]:
        """Molecules that the partition has no vector of, and how many there are with those that it has."""
        fine = verdicts.where("code IS NULL").select(*tables.MOLECULE).dropDuplicates(["molecule_key"])
        folder = target(self.args, "embeddings", self.bundle).folder
        distinct = fine.count()
        if not any(name.endswith(".parquet") for name in places.list_files(self.spark, folder)):
            return fine.repartition(self._tasks(distinct)), distinct
        # An attempt of this run that was cut off may have left files: they are made anew.
        known = (
            self.spark.read.schema("molecule_key STRING, run STRING")
            .parquet(places.literal(folder))
            .where(F.col("run") != self.args.run)
            .select("molecule_key")
        )
        return fine.join(known, "molecule_key", "left_anti").repartition(self._tasks(distinct)), distinct

    def _numbers(self, fresh: DataFrame) -> DataFrame:
        args = self.args
        return vectors(fresh, "canonical_smiles", args.bundle, dtype=args.dtype, fingerprints=args.fingerprints)

    def _write(
        self, rows: DataFrame, verdicts: DataFrame, numbers: DataFrame, bad: int, embedded: int
    ) -> dict[str, list[str]]:
        args, (_, bundle) = self.args, ship(self.spark, self.args.bundle)
        molecules = tables.molecules(verdicts, args)
        frames = {
            "reasons": (tables.reasons(rows, verdicts, args).repartition(_files(bad)), bad),
            "molecules": (molecules.coalesce(_files(molecules.count())), molecules.count()),
            "predictions": (
                tables.predictions(numbers.coalesce(_files(embedded)), bundle, args),
                embedded * len(tables.endpoint_rows(bundle)),
            ),
            "embeddings": (tables.embeddings(numbers.coalesce(_files(embedded)), bundle, args), embedded),
        }
        for table, (df, wanted) in frames.items():
            found = write_aside(df, target(args, table, self.bundle)) if wanted else 0
            if found != wanted:
                raise CountsDifferError(f"{found} rows of {table} instead of {wanted}")
        return {table: publish(self.spark, target(args, table, self.bundle)) for table in _TABLES}


def _files(rows: int) -> int:
    return max(1, math.ceil(rows / ROWS_PER_FILE))


def _vector_counts(numbers: DataFrame) -> tuple[int, int, int]:
    """Molecules with a vector, without a finite one, and out of domain."""
    row = numbers.agg(
        F.count("embedding"), F.count("*"), F.coalesce(F.sum((~F.col("in_domain")).cast("bigint")), F.lit(0))
    ).first()
    assert row is not None
    return int(row[0]), int(row[1]) - int(row[0]), int(row[2])
