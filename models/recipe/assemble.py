"""Puts a bundle together: every file but those of heads."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from models.convert.bundle import write_bundle, write_json
from models.recipe import data, tokens
from models.recipe.descriptors import DESCRIPTORS, NAMES
from models.recipe.infer import run
from models.recipe.network import Shape
from models.recipe.reference import COUNT, write_reference

NAME = "chemberta-mtr-mini"
VERSION = "1.0.0"


def write_model(folder: Path, model: bytes, shape: Shape, norms: data.Norms) -> None:
    """model.onnx, config.json, tokenizer/ and targets.json."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model)
    write_json(folder / "config.json", shape.config())
    write_json(folder / "tokenizer" / "tokenizer_config.json", tokenizer_config(shape))
    shutil.copyfile(tokens.VOCABULARY, folder / "tokenizer" / "vocab.txt")
    write_json(folder / "targets.json", targets(norms))


def tokenizer_config(shape: Shape) -> dict[str, Any]:
    special = {"cls": "[CLS]", "mask": "[MASK]", "pad": "[PAD]", "sep": "[SEP]", "unk": "[UNK]"}
    names = {f"{k}_token": v for k, v in special.items()}
    return {**names, "do_lower_case": False, "model_max_length": shape.max_tokens, "tokenizer_class": "SmilesTokenizer"}


def targets(norms: data.Norms) -> list[dict[str, Any]]:
    columns = {"mean": norms.mean, "std": norms.std, "low": norms.low, "high": norms.high}
    return [
        {"name": d.name, "description": d.description, "unit": d.unit}
        | {key: float(column[i]) for key, column in columns.items()}
        for i, d in enumerate(DESCRIPTORS)
    ]


def write_holdout(path: Path, molecules: data.Molecules) -> None:
    """Columns smiles and the targets, values with 10 digits. The same molecules give the same bytes."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["smiles", *NAMES])
    out.writerows([s, *(f"{v:.10g}" for v in row)] for s, row in zip(molecules.smiles, molecules.values, strict=True))
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def read_holdout(path: Path) -> data.Molecules:
    rows = list(csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))
    return data.Molecules([row[0] for row in rows[1:]], np.array([row[1:] for row in rows[1:]], np.float64))


def write_samples(folder: Path, model: bytes, split: data.Split) -> dict[str, Any]:
    """reference.* and holdout.csv.gz. Returns what half precision costs on the held-out molecules."""
    sample = run(model, split.train.smiles[:COUNT])[0]
    held = run(model, split.holdout.smiles)[0]
    write_reference(folder, sample, held)
    write_holdout(folder / "holdout.csv.gz", split.holdout)
    worst = float(np.abs(held - held.astype(np.float16).astype(np.float32)).max())
    return {"maxAbsError": float(f"{worst:.3g}"), "maxAbsComponent": float(f"{np.abs(held).max():.3g}")}


def write_index(folder: Path, shape: Shape) -> dict[str, Any]:
    """bundle.json, last: it has the hashes of all the others."""
    return write_bundle(
        folder,
        name=NAME,
        version=VERSION,
        pooling="mean",
        dimension=shape.hidden,
        max_tokens=shape.max_tokens,
        tokenizer="smiles",
    )
