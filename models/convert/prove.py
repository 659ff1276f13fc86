"""Proves that the written ONNX computes what the weights mean: against the numpy forward pass, in several batch sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.convert.checkpoint import Checkpoint
from models.convert.forward import forward, regress
from models.convert.refusal import Refused

TOLERANCE = 1e-5
BATCHES = (1, 7, 64)
#: Rows that the reference computes at once: of like length, so that little is padding.
TOGETHER = 8
#: Parameters above which the reference is computed in float32: float64 takes minutes there.
LARGE = 10_000_000


@dataclass(frozen=True)
class Proof:
    molecules: int
    #: Largest absolute difference, of embeddings and of predictions (scaled).
    embedding: float
    prediction: float | None
    tolerance: float = TOLERANCE


def prove(model: bytes, checkpoint: Checkpoint, pooling: str, rows: Sequence[Sequence[int]], pad: int) -> Proof:
    """Compares ONNX Runtime with numpy for the ids of molecules, special ones included. Raises Refused above 1e-5.

    The last row is the longest that the model reads. It is compared by itself: in a batch, all others would be padded to it.
    """
    wanted_embedding, wanted_prediction = _reference(checkpoint, pooling, rows, pad)
    session = onnxruntime.InferenceSession(model, _options(), providers=["CPUExecutionProvider"])
    worst = [0.0, 0.0]
    most = len(rows) - 1
    parts = [slice(at, min(at + size, most)) for size in BATCHES for at in range(0, most, size)]
    for part in [*parts, slice(most, None)]:
        ids, mask = padded(rows[part], pad)
        found = session.run(None, {"input_ids": ids, "attention_mask": mask})
        for k, wanted in enumerate((wanted_embedding, wanted_prediction)[: len(found)]):
            difference = float(np.abs(found[k] - wanted[part]).max())
            worst[k] = max(worst[k], difference if np.isfinite(found[k]).all() else np.inf)
    if not max(worst) <= TOLERANCE:
        raise Refused(f"ONNX Runtime and numpy differ by {max(worst):.1e}, more than {TOLERANCE:.0e}: nothing was written")
    return Proof(len(rows), worst[0], None if checkpoint.head is None else worst[1])


def padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids and mask [b, t], padded on the right."""
    length = max(map(len, rows))
    ids = np.full((len(rows), length), pad, np.int64)
    mask = np.zeros((len(rows), length), np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return ids, mask


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return options


def _groups(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    for at in range(0, len(order), TOGETHER):
        yield order[at : at + TOGETHER]


def _reference(
    checkpoint: Checkpoint, pooling: str, rows: Sequence[Sequence[int]], pad: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    large = sum(w.size for w in checkpoint.encoder.values()) > LARGE
    outputs = 0 if checkpoint.head is None else checkpoint.head["out_proj.bias"].shape[0]
    embedding = np.zeros((len(rows), int(checkpoint.config["hidden_size"])))
    prediction = np.zeros((len(rows), outputs))
    for group in _groups(rows):
        ids, mask = padded([rows[i] for i in group], pad)
        found = forward(
            checkpoint.encoder, checkpoint.config, ids, mask, pooling, np.float32 if large else np.float64
        )[1]
        embedding[group] = found
        if checkpoint.head is not None:
            prediction[group] = regress(checkpoint.head, found)
    return embedding, prediction
