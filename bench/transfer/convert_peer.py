"""The peer's conversion: reads every CSV below a folder with pandas and writes a Parquet file per 1,000 of them. convert_peer.py IN OUT."""

import sys
from pathlib import Path

import pandas as pd

FILES_A_PARQUET = 1000
files = sorted(Path(sys.argv[1]).rglob("*.csv"))
for start in range(0, len(files), FILES_A_PARQUET):
    frames = [
        pd.read_csv(f, dtype={"well": str, "compound": str, "signal": "float64", "flag": str})
        for f in files[start : start + FILES_A_PARQUET]
    ]
    pd.concat(frames, ignore_index=True).to_parquet(f"{sys.argv[2]}/{start:06d}.parquet", compression="zstd")
