"""An ordinary EMR step that ranks compounds; the two marked lines give it predicted properties.

spark-submit --py-files decant_embed.zip emr_step.py INPUT OUTPUT BUNDLE
"""

import sys

from decant_embed.transform import predict  # (1)
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

source, target, bundle = sys.argv[1:4]
spark = SparkSession.builder.appName("rank").getOrCreate()
compounds = spark.read.option("header", True).csv(source)

compounds = predict(compounds, "smiles", bundle)  # (2)

known = compounds.where(F.col("in_domain") & F.col("code").isNull())
ranked = known.select("id", "canonical_smiles", F.col("predictions")["MolLogP"].alias("logp")).orderBy("logp")
ranked.coalesce(1).write.mode("overwrite").option("header", True).csv(target)
