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
from .heads import endpoints
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


@dataclass(frozen=True)
class Molecules:
    """Distinct molecules of a run: all; embedded by it; without a finite number; embedded and out of domain."""

    distinct: int
    embedded: int
    failed: int
    outside: int


@dataclass
class _Job:
    spark: SparkSession
    args: EmbedArgs
    bundle: str

    def __post_init__(self) -> None:
        self._kept: list[DataFrame] = []

    def work(self) -> Summary:
        rows = cells(self.spark, parse_plan(self._plan()))
        counts = Counts(cell_counts(rows))
        if not counts.filled:
            files = {table: publish(self.spark, target(self.args, table, self.bundle)) for table in _TABLES}
            return self._summary(counts, {}, Molecules(0, 0, 0, 0), files)
        verdicts = self._keep(self._verdicts(rows, counts.filled))
        fresh, distinct = self._fresh(verdicts)
        numbers = self._keep(self._numbers(fresh))
        found = _molecule_counts(numbers, distinct)
        if found.failed:
            verdicts = self._keep(tables.with_failures(verdicts, numbers.where("embedding IS NULL")))
        codes = counts.judged(code_counts(verdicts))
        files = self._write(rows, verdicts, numbers.where("embedding IS NOT NULL"), counts, found.embedded)
        return self._summary(counts, codes, found, files)

    def _summary(
        self, counts: Counts, codes: dict[str, int], found: Molecules, files: dict[str, list[str]]
    ) -> Summary:
        return {
            "dataset": self.args.dataset,
            "run": self.args.run,
            "bundle": self.bundle,
            "dtype": self.args.dtype,
            "values": counts.values,
            "nulls": counts.nulls,
            "embedded": found.embedded,
            "known": found.distinct - found.embedded - found.failed,
            "repeated": counts.ok - (found.distinct - found.failed),
            "quarantined": counts.bad,
            "files": files,
            "codes": codes,
            "outOfDomain": found.outside,
        }

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
        self, rows: DataFrame, verdicts: DataFrame, numbers: DataFrame, counts: Counts, embedded: int
    ) -> dict[str, list[str]]:
        args, (_, bundle) = self.args, ship(self.spark, self.args.bundle)
        fewer = numbers.coalesce(_files(embedded))
        frames = {
            "reasons": (tables.reasons(rows, verdicts, args).repartition(_files(counts.bad)), counts.bad),
            "molecules": (tables.molecules(verdicts, args).coalesce(_files(counts.texts)), counts.texts),
            "predictions": (tables.predictions(fewer, bundle, args), embedded * len(endpoints(bundle))),
            "embeddings": (tables.embeddings(fewer, bundle, args), embedded),
        }
        for table, (df, wanted) in frames.items():
            found = write_aside(df, target(args, table, self.bundle)) if wanted else 0
            if found != wanted:
                raise CountsDifferError(f"{found} rows of {table} instead of {wanted}")
        return {table: publish(self.spark, target(args, table, self.bundle)) for table in _TABLES}


def _files(rows: int) -> int:
    return max(1, math.ceil(rows / ROWS_PER_FILE))


def _molecule_counts(numbers: DataFrame, distinct: int) -> Molecules:
    row = numbers.agg(
        F.count("*"), F.count("embedding"), F.coalesce(F.sum((~F.col("in_domain")).cast("bigint")), F.lit(0))
    ).first()
    assert row is not None
    fresh, embedded, outside = (int(n) for n in row)
    return Molecules(distinct, embedded, fresh - embedded, outside)
