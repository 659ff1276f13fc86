"""The peer that reads a whole CSV with pandas and writes Parquet with pyarrow: pandas_peer.py IN OUT."""

import json
import resource
import sys

import pandas as pd

frame = pd.read_csv(
    sys.argv[1],
    dtype={"result_id": "int64", "compound_id": str, "smiles": str, "assay": str, "ic50_nm": float, "remark": str},
    keep_default_na=False,
    na_values=[""],
)
frame["measured_at"] = pd.to_datetime(frame["measured_at"], utc=True)
frame["mass"] = frame["mass"].astype("float64")
frame.to_parquet(sys.argv[2], engine="pyarrow", compression="zstd")
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"rows": len(frame), "cpuSec": usage.ru_utime + usage.ru_stime, "rssKiB": usage.ru_maxrss}))
