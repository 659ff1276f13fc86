"""A bundle, opened: everything that a molecule goes through. One a process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import heads
from .applicability import Applicability
from .bundle import Bundle, read_bundle
from .inference import Encoder
from .molecules import Verdict, judge
from .tokenizer import Tokenizer, read_tokenizer, truncated


@dataclass(frozen=True)
class Vectors:
    """What is known of n molecules; rows with `finite` False have no numbers to show."""

    #: [n, dimension] fp32.
    embedding: NDArray[np.float32]
    #: [n, endpoints], in the order of `heads.endpoints`.
    values: NDArray[np.float64]
    #: [n]: cosine similarity to the nearest reference vector.
    nearest: NDArray[np.float32]
    in_domain: NDArray[np.bool_]
    finite: NDArray[np.bool_]


class Model:
    """A bundle with its tokenizer, encoder, heads and reference sample."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.tokenizer: Tokenizer = read_tokenizer(bundle)
        self._encoder: Encoder | None = None
        self._applicability: Applicability | None = None

    def judge(self, text: str, on_truncation: str = "error") -> Verdict:
        """The verdict on one text."""
        return judge(text, self.tokenizer, self.bundle.max_tokens, on_truncation)

    def ids(self, canonical: str) -> list[int]:
        """Ids of a canonical SMILES as the encoder reads them."""
        return truncated(self.tokenizer.encode(canonical).ids, self.bundle.max_tokens)

    def run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Vectors of molecules given by their ids, in their order."""
        self._encoder = self._encoder or Encoder(self.bundle, self.tokenizer.pad)
        self._applicability = self._applicability or Applicability(self.bundle)
        embedding, prediction = self._encoder.run(rows)
        values = heads.values(self.bundle, embedding, prediction)
        nearest = self._applicability.nearest(embedding)
        finite = np.isfinite(embedding).all(axis=1) & np.isfinite(values).all(axis=1)
        return Vectors(embedding, values, nearest, nearest >= self._applicability.threshold, finite)


_opened: dict[tuple[int, str], Model] = {}


def open_model(path: str | Path) -> Model:
    """The model of a bundle, opened once a process: a session must not be shared by a fork."""
    key = (os.getpid(), str(path))
    if key not in _opened:
        _opened[key] = Model(read_bundle(path))
    return _opened[key]
