"""ONNX Runtime: token ids in, vectors out, whatever the order and the batch-mates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from .bundle import Bundle

#: Molecules × tokens of one batch: larger ones gain nothing and take memory that is never given back.
BATCH_TOKENS = 8192

Floats = NDArray[np.float32]


def _options() -> Any:
    options = onnxruntime.SessionOptions()
    # One thread a worker: Spark starts a worker for each core.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # Shapes vary: an arena grows to the largest batch and never shrinks.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options


class Encoder:
    """The model of a bundle. Computes in fp32."""

    def __init__(self, bundle: Bundle, pad: int, batch_tokens: int = BATCH_TOKENS) -> None:
        self._session = onnxruntime.InferenceSession(bundle.model, _options(), providers=["CPUExecutionProvider"])
        self._dimension = bundle.dimension
        self._targets = len(bundle.targets)
        self._outputs = [o.name for o in self._session.get_outputs()]
        self._pad = pad
        self._batch_tokens = batch_tokens

    def run(self, rows: Sequence[Sequence[int]]) -> tuple[Floats, Floats | None]:
        """Embedding [n, dimension] and, with targets, prediction [n, targets], in the order of the rows of ids."""
        embedding = np.empty((len(rows), self._dimension), np.float32)
        prediction = np.empty((len(rows), self._targets), np.float32) if self._targets else None
        for batch in batches([len(r) for r in rows], self._batch_tokens):
            found = dict(zip(self._outputs, self._infer([rows[i] for i in batch]), strict=True))
            embedding[batch] = found["embedding"]
            if prediction is not None:
                prediction[batch] = found["prediction"]
        return embedding, prediction

    def _infer(self, rows: Sequence[Sequence[int]]) -> list[Floats]:
        length = max(map(len, rows))
        ids = np.full((len(rows), length), self._pad, np.int64)
        mask = np.zeros((len(rows), length), np.int64)
        # Padded on the right: positions are counted from the left.
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
        found: list[Floats] = self._session.run(self._outputs, {"input_ids": ids, "attention_mask": mask})
        return found


def batches(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Places of rows in batches of like length, none above `tokens` with its padding; a longer row is a batch by itself."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[place] > tokens:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
