"""An ordinary Glue job that prepares compounds; the two marked lines give each of them its embedding.

Job arguments besides its own: --extra-py-files s3://BUCKET/decant_embed.zip
--additional-python-modules s3://BUCKET/decant.gluewheels.zip --python-modules-installer-option --no-index
"""

import argparse
import sys

from decant_embed.transform import embed  # (1)
from pyspark.sql import SparkSession

parser = argparse.ArgumentParser(allow_abbrev=False)
for name in ("input", "output", "bundle"):
    parser.add_argument(f"--{name}", required=True)
args, _ = parser.parse_known_args(sys.argv[1:])

spark = SparkSession.builder.appName("compounds").getOrCreate()
compounds = spark.read.option("header", True).csv(args.input).dropDuplicates(["id"])

compounds = embed(compounds, "smiles", args.bundle)  # (2)

compounds.write.mode("overwrite").parquet(args.output)
