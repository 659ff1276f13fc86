"""The regular-expression tokenizer of SMILES (Schwaller), lossless or refused, and padded batches of ids."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PATTERN = re.compile(
    r"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>>?|\*|\$|%[0-9]{2}|[0-9])"
)
VOCABULARY = Path(__file__).parent / "vocab.txt"


class TokenizerLossy(ValueError):
    """Characters of a SMILES are no tokens, and would be lost."""


def read_vocabulary(path: Path = VOCABULARY) -> dict[str, int]:
    """Ids by token: the number of the line, from 0."""
    # Not splitlines: a token may hold any character but a line feed.
    return {token: i for i, token in enumerate(path.read_text("utf-8").rstrip("\n").split("\n"))}


def tokenize(smiles: str) -> list[str]:
    """Tokens that join to `smiles` again. Raises TokenizerLossy."""
    tokens = PATTERN.findall(smiles)
    if "".join(tokens) != smiles:
        raise TokenizerLossy("characters that are no token")
    return tokens


def encode(smiles: str, vocabulary: Mapping[str, int]) -> list[int]:
    """Ids between [CLS] and [SEP]; tokens that the vocabulary lacks are [UNK]."""
    unknown = vocabulary["[UNK]"]
    return [vocabulary["[CLS]"], *(vocabulary.get(t, unknown) for t in tokenize(smiles)), vocabulary["[SEP]"]]


def pad(rows: Sequence[Sequence[int]], length: int, pad_id: int = 0) -> NDArray[np.int64]:
    """Ids [len(rows), length], padded on the right."""
    out = np.full((len(rows), length), pad_id, np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out
