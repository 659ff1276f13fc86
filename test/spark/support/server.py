"""Answers questions of tests, one a line of JSON, with decant_embed: one process and one Spark session for many of them.

    {"op": "judge", "args": {...}}  →  {"value": ...} or {"error": "BundleError", "message": "..."}
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

GLUE = Path(__file__).resolve().parents[3] / "glue" / "embed"
sys.path.insert(0, str(GLUE))

from decant_embed import arrow, fingerprint, keys, report, tokenizer  # noqa: E402
from decant_embed.bundle import read_bundle  # noqa: E402
from decant_embed.inference import Encoder  # noqa: E402
from decant_embed.model import Model, open_model  # noqa: E402


def judge(bundle: str, texts: list[str], on_truncation: str = "error") -> list[dict[str, Any]]:
    model = open_model(bundle)
    return [asdict(model.judge(text, on_truncation)) for text in texts]


def tokenize(texts: list[str]) -> list[Any]:
    def one(text: str) -> Any:
        try:
            return tokenizer.tokenize(text)
        except tokenizer.TokenizerLossyError as error:
            return error.position

    return [one(text) for text in texts]


def encode(bundle: str, texts: list[str]) -> list[dict[str, Any]]:
    """Ids of texts as they are, or the first character that is lost."""

    def one(text: str) -> dict[str, Any]:
        try:
            return asdict(open_model(bundle).tokenizer.encode(text))
        except tokenizer.TokenizerLossyError as error:
            return {"lost": error.position}

    return [one(text) for text in texts]


def ids(bundle: str, texts: list[str]) -> list[list[int]]:
    model = open_model(bundle)
    return [model.ids(text) for text in texts]


def embed(bundle: str, smiles: list[str], into: str, batch: int = 0, seed: int | None = None, plant: str = "") -> None:
    """Writes fp32 vectors in the order of `smiles`. batch: molecules of each; 0 for batches of like length. seed: shuffles first.
    plant: an error that a test must notice.
    """
    model = Model(read_bundle(bundle))
    encoder = Encoder(model.bundle, model.tokenizer.pad, *([10**9] if batch else []))
    order = np.arange(len(smiles)) if seed is None else np.random.default_rng(seed).permutation(len(smiles))
    rows = [_planted(model.ids(smiles[i]), plant) for i in order]
    parts = [rows[at : at + batch] for at in range(0, len(rows), batch)] if batch else [rows]
    found = np.vstack([encoder.run(part)[0] for part in parts])
    out = np.empty_like(found)
    out[order] = found
    out.astype("<f4").tofile(into)


def _planted(row: list[int], plant: str) -> list[int]:
    return {"": row, "no last token": row[:-1], "other token": [row[0], row[1] + 1, *row[2:]]}[plant]


def values(bundle: str, smiles: list[str]) -> dict[str, Any]:
    model = Model(read_bundle(bundle))
    found = model.run([model.ids(s) for s in smiles])
    return {
        "values": found.values.tolist(),
        "nearest": [float(x) if np.isfinite(x) else None for x in found.nearest],
        "inDomain": found.in_domain.tolist(),
        "finite": found.finite.tolist(),
    }


def bundle(folder: str) -> str:
    return read_bundle(folder).hash


def molecule_key(canonical: str, hash: str, pooling: str, dtype: str) -> str:
    return keys.molecule_key(canonical, SimpleNamespace(hash=hash, pooling=pooling), dtype)


def morgan(smiles: list[str]) -> list[str]:
    return ["".join(map(str, fingerprint.unpack(fingerprint.morgan(s)))) for s in smiles]


def half(numbers: list[float]) -> list[float]:
    return [float(x) for x in arrow.stored(np.array(numbers, np.float32), "fp16")]


def compare(argv: list[str]) -> dict[str, Any]:
    return report.main(argv)


def job(argv: list[str]) -> dict[str, Any]:
    import job as program

    return program.main(argv)


def script(path: str, argv: list[str]) -> None:
    """Runs a program as its own, with the session that is there."""
    sys.argv = [path, *argv]
    runpy.run_path(path, run_name="__main__")


def transform(path: str, function: str, column: str, bundle: str, into: str, **options: Any) -> list[str]:
    """Runs one of the functions on a Parquet file, and returns the columns of what it wrote."""
    import job as program
    from decant_embed import transform as functions

    df = getattr(functions, function)(program.session().read.parquet(path), column, bundle, **options)
    df.coalesce(1).write.mode("overwrite").parquet(into)
    return df.columns


def answer(line: str) -> dict[str, Any]:
    question = json.loads(line)
    function: Callable[..., Any] = globals()[question["op"]]
    try:
        return {"value": function(**question["args"])}
    except Exception as error:  # noqa: BLE001
        return {"error": type(error).__name__, "message": str(error)}
    except SystemExit as error:
        return {"error": "SystemExit", "message": str(error.code)}


if __name__ == "__main__":
    for line in sys.stdin:
        # Libraries print too: an answer is told by its first character.
        print(f"\x1e{json.dumps(answer(line))}", flush=True)
