"""The peers of the benches of vectors: bare ONNX Runtime and numpy, one thread each.

    peer.py ort MODEL IDS       runs batches that were made ready before: sorted by length, at most 8,192 tokens
    peer.py search ROWS DIM K   top K of a product of matrix and vector
    peer.py model OUT           writes a random encoder of 3 x 384, the shape of ChemBERTa-77M
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROUNDS = 3


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> None:
    """Prints the medians of some rounds after one that is not counted."""
    found = []
    for _ in range(rounds + 1):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        found.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = (statistics.median_low(f[i] for f in found[1:]) for i in (0, 1))
    print(json.dumps({"cpuSec": cpu, "wallMs": wall * 1000}))


def ort(model: str, ids: str) -> None:
    """Ready ids through the model, and nothing else."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    rows = sorted((json.loads(line) for line in Path(ids).read_text().splitlines()), key=len)
    feeds = []
    batch: list[list[int]] = []
    for row in [*rows, None]:
        if batch and (row is None or (len(batch) + 1) * len(row) > 8192):
            length = len(batch[-1])
            mask = np.array([[int(t < len(r)) for t in range(length)] for r in batch], np.int64)
            padded = np.array([r + [0] * (length - len(r)) for r in batch], np.int64)
            feeds.append({"input_ids": padded, "attention_mask": mask})
            batch = []
        if row is not None:
            batch.append(row)
    timed(lambda: [session.run(["embedding"], feed) for feed in feeds])


def search(rows: int, dimension: int, k: int) -> None:
    """Scores of all rows by one product, and the best of them in order."""
    random = np.random.default_rng(1)
    matrix = random.random((rows, dimension), np.float32) - np.float32(0.5)
    query = matrix[5].copy()

    def best() -> object:
        scores = matrix @ query
        top = np.argpartition(scores, -k)[-k:]
        return top[np.argsort(-scores[top], kind="stable")]

    timed(best, 7)


def model(out: str) -> None:
    """Random weights, deviation 0.06; the size is what matters here."""
    from models.convert.encoder_onnx import build_encoder

    hidden, inner, layers, words, places = 384, 464, 3, 600, 515
    random = np.random.default_rng(1)

    def tensor(*shape: int) -> np.ndarray:
        return random.normal(0, 0.06, shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": tensor(words, hidden),
        "embeddings.position_embeddings.weight": tensor(places, hidden),
        "embeddings.token_type_embeddings.weight": tensor(1, hidden),
    }
    norms = ["embeddings.LayerNorm"]
    for i in range(layers):
        at = f"encoder.layer.{i}"
        shapes = {f"attention.self.{p}": (hidden, hidden) for p in ("query", "key", "value")}
        shapes |= {"attention.output.dense": (hidden, hidden), "intermediate.dense": (inner, hidden)}
        shapes |= {"output.dense": (hidden, inner)}
        for name, shape in shapes.items():
            weights[f"{at}.{name}.weight"] = tensor(*shape)
            weights[f"{at}.{name}.bias"] = tensor(shape[0])
        norms += [f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"]
    for name in norms:
        weights[f"{name}.weight"], weights[f"{name}.bias"] = np.ones(hidden, np.float32), np.zeros(hidden, np.float32)
    config = {
        "model_type": "roberta", "hidden_act": "gelu", "hidden_size": hidden, "intermediate_size": inner,
        "num_hidden_layers": layers, "num_attention_heads": 12, "layer_norm_eps": 1e-12, "pad_token_id": 1,
        "vocab_size": words, "max_position_embeddings": places,
    }  # fmt: skip
    Path(out).write_bytes(build_encoder(weights, config, "mean"))
    print(json.dumps({"cpuSec": 0}))


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    {"ort": ort, "search": lambda *n: search(*map(int, n)), "model": model}[kind](*rest)
