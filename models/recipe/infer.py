"""Runs a bundle's model.onnx over many molecules, batches sorted by length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.recipe import tokens

BATCH = 64


def run(model: bytes, smiles: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Embeddings [n, hidden] and scaled predictions [n, targets], in the order of `smiles`."""
    options = onnxruntime.SessionOptions()
    # One thread adds up in one order: the same machine gives the same bytes.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    vocabulary = tokens.read_vocabulary()
    rows = [tokens.encode(s, vocabulary) for s in smiles]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    out: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
    for start in range(0, len(order), BATCH):
        index = order[start : start + BATCH]
        ids = tokens.pad([rows[i] for i in index], len(rows[index[-1]]))
        feed = {"input_ids": ids, "attention_mask": (ids != 0).astype(np.int64)}
        embedding, prediction = session.run(["embedding", "prediction"], feed)
        out.update(zip(index, zip(embedding, prediction, strict=True), strict=True))
    return np.stack([out[i][0] for i in range(len(rows))]), np.stack([out[i][1] for i in range(len(rows))])
