"""The peer that reads a whole CSV with pandas and writes Parquet of the same declared types with pyarrow: pandas_peer.py IN OUT."""

import json
import resource
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

TEXTS = ["compound_id", "smiles", "assay", "mass", "measured_at", "remark"]
frame = pd.read_csv(
    sys.argv[1],
    dtype={"result_id": "int64", "ic50_nm": "float64", **{name: str for name in TEXTS}},
    keep_default_na=False,
    na_values=[""],
)
frame["measured_at"] = pd.to_datetime(frame["measured_at"], utc=True, format="ISO8601")
table = pa.Table.from_pandas(frame, preserve_index=False)
# An exact decimal: through a float it would be rounded.
mass = table.column_names.index("mass")
table = table.set_column(mass, "mass", pc.cast(table["mass"], pa.decimal128(9, 3)))
pq.write_table(table, sys.argv[2], compression="zstd")
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"rows": len(frame), "cpuSec": usage.ru_utime + usage.ru_stime, "rssKiB": usage.ru_maxrss}))
