"""Rows of the tables, from verdicts and numbers."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from .args import EmbedArgs
from .bundle import Bundle
from .heads import endpoints
from .protocol import error_title
from .schema import shaped, struct
from .toolkit import TOOLKIT

#: What is kept of a molecule's verdict beside its vector.
MOLECULE = ("molecule_key", "canonical_smiles", "inchikey", "warnings", "tokens", "truncated")


#: Classes whose values are in no reason.
_MASKED = ("confidential", "personal")


def with_failures(verdicts: DataFrame, failed: DataFrame) -> DataFrame:
    """Verdicts of molecules that the model has no finite number for become errors. `failed` has their molecule_key."""
    marked = verdicts.join(
        F.broadcast(failed.select("molecule_key").withColumn("failed", F.lit(True))), "molecule_key", "left"
    )
    failure = F.col("failed").isNotNull()

    def instead(name: str, value: Column) -> Column:
        return F.when(failure, value).otherwise(F.col(name)).alias(name)

    changed = {
        "code": F.lit("NON_FINITE"),
        "detail": F.lit(error_title("NON_FINITE")),
        "molecule_key": F.lit(None).cast("string"),
    }
    return marked.select(*(instead(c, changed[c]) if c in changed else F.col(c) for c in verdicts.columns))


def molecules(verdicts: DataFrame, args: EmbedArgs) -> DataFrame:
    """One row a distinct text of a column."""
    rows = (
        verdicts.withColumn("use", F.explode("uses"))
        .select("*", "use.*")
        .withColumn("dataset", F.lit(args.dataset))
        .withColumn("status", F.when(F.col("code").isNull(), "ok").otherwise("error"))
        .withColumn("run", F.lit(args.run))
    )
    return shaped(rows, "molecules")


def embeddings(numbers: DataFrame, bundle: Bundle, args: EmbedArgs) -> DataFrame:
    """One row a molecule."""
    fixed = {
        "dimension": bundle.dimension,
        "pooling": bundle.pooling,
        "dtype": args.dtype,
        "toolkit": TOOLKIT,
        "run": args.run,
    }
    rows = numbers.withColumns({name: F.lit(value) for name, value in fixed.items()})
    if "fingerprint" not in rows.columns:
        rows = rows.withColumn("fingerprint", F.lit(None))
    return shaped(rows, "embeddings")


def predictions(numbers: DataFrame, bundle: Bundle, args: EmbedArgs) -> DataFrame:
    """One row a molecule and endpoint."""
    about = F.array(
        *(
            F.struct(
                F.lit(e.name).alias("endpoint"),
                F.lit(e.unit).alias("unit"),
                F.lit(e.status).alias("status"),
                F.lit(e.head_sha256).cast("string").alias("head_sha256"),
            )
            for e in endpoints(bundle)
        )
    )
    pairs = numbers.withColumn("about", about).withColumn("at", F.arrays_zip("about", "values"))
    rows = pairs.withColumn("at", F.explode("at")).select("*", "at.about.*", F.col("at.values").alias("value"))
    return shaped(rows.withColumn("run", F.lit(args.run)), "predictions")


def reasons(cells: DataFrame, verdicts: DataFrame, args: EmbedArgs) -> DataFrame:
    """One row a value that is no molecule. Structures of sensitive datasets are not among them, and no message holds one."""
    bad = verdicts.where("code IS NOT NULL").select("smiles", "code", "detail", "position")
    place = F.when(F.col("position").isNotNull(), F.concat(F.lit(" at character "), F.col("position"))).otherwise("")
    told = {
        "input": F.col("table_name"),
        "reason": F.lit("invalid_molecule"),
        "column": F.col("column_name"),
        "value": F.lit("***") if args.sensitivity in _MASKED else F.col("smiles"),
        "message": F.concat(F.col("code"), F.lit(": "), F.col("detail"), place),
        "shard": F.lit(f"embed-{args.run}"),
        "run": F.lit(args.run),
    }
    rows = cells.join(bad, "smiles").withColumns(told)
    missing = {f.name: F.lit(None) for f in struct("reasons") if f.name not in rows.columns}
    return shaped(rows.withColumns(missing), "reasons")
