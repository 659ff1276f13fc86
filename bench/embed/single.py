"""The peer of the Spark job: the same verdicts, vectors, predictions and files, in one process without Spark.

    python single.py INPUT.parquet BUNDLE OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from decant_embed import arrow
from decant_embed.heads import endpoints
from decant_embed.model import open_model

source, bundle, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)
#: Rows at a time, as Spark gives them.
ROWS = 10_000

model = open_model(bundle)
names = [e.name for e in endpoints(model.bundle)]
texts = pc.unique(pq.read_table(source, columns=["smiles"])["smiles"]).to_pylist()
seen: set[str] = set()
writers: dict[str, pq.ParquetWriter] = {}


def write(table: str, columns: dict[str, pa.Array]) -> None:
    batch = pa.table(columns)
    if table not in writers:
        writers[table] = pq.ParquetWriter(out / f"{table}.parquet", batch.schema, compression="zstd")
    writers[table].write_table(batch)


for at in range(0, len(texts), ROWS):
    part = texts[at : at + ROWS]
    verdicts = [model.judge(text) for text in part]
    told = arrow.verdicts(model, verdicts, "fp32")
    write("molecules", {"smiles": pa.array(part), **told})
    keys = told["molecule_key"].to_pylist()
    fresh = [i for i, key in enumerate(keys) if key is not None and key not in seen and not seen.add(key)]
    numbers = arrow.vectors(model, model.run([verdicts[i].ids for i in fresh]), "fp32")
    kept = {name: told[name].take(pa.array(fresh)) for name in ("molecule_key", "canonical_smiles", "inchikey")}
    write("embeddings", {**kept, "embedding": numbers["embedding"]})
    each = pa.array([i for i in range(len(fresh)) for _ in names])
    columns = {**kept, "nearest_similarity": numbers["nearest_similarity"], "in_domain": numbers["in_domain"]}
    repeated = {name: column.take(each) for name, column in columns.items()}
    write("predictions", {**repeated, "endpoint": pa.array(names * len(fresh)), "value": numbers["values"].flatten()})
for writer in writers.values():
    writer.close()
