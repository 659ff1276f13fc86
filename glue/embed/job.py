"""The embedding job of Glue 5.1, and of Spark anywhere: reads its arguments, does the run, prints the summary.

    spark-submit job.py --dataset library --plan PLAN --bundle FOLDER --dtype fp32 --fingerprints none \
        --sensitivity internal --tables FOLDER --quarantine FOLDER --summary FILE --run ID
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

# Each worker has one core: libraries that take all of them would stand in each other's way.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from decant_embed.args import parse_args  # noqa: E402
from decant_embed.run import Summary, run  # noqa: E402
from pyspark import SparkConf, SparkContext  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402


def session() -> SparkSession:
    """The session of Glue where this runs there, else one of plain Spark."""
    conf = SparkConf().setAppName("embed")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        conf.set(f"spark.executorEnv.{name}", "1")
    try:
        from awsglue.context import GlueContext
    except ImportError:
        return SparkSession.builder.config(conf=conf).getOrCreate()
    glue: SparkSession = GlueContext(SparkContext.getOrCreate(conf)).spark_session
    return glue


def main(argv: Sequence[str]) -> Summary:
    """Does one run."""
    args = parse_args(argv)
    return run(session(), args)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
