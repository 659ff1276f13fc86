"""Tokens of a canonical SMILES and their ids: lossless, or an error."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from .bundle import Bundle, BundleError

_PATTERN = re.compile(
    r"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>>?|\*|\$|%[0-9]{2}|[0-9])"
)


class TokenizerLossyError(ValueError):
    """The tokens do not spell the SMILES. `position` is the first character, from 0, that would be lost."""

    def __init__(self, position: int) -> None:
        super().__init__(f"character {position} is no token")
        self.position = position


@dataclass(frozen=True)
class Encoded:
    """Ids of a molecule, the special ones included, and how many of its tokens the vocabulary lacks."""

    ids: list[int]
    unknown: int


class Tokenizer:
    """Kind `smiles`: the regular expression of Schwaller and a vocabulary of one token a line."""

    def __init__(self, ids: dict[str, int], first: int, last: int, pad: int, unknown: int) -> None:
        self.ids = ids
        self.first = first
        self.last = last
        self.pad = pad
        self.unknown = unknown

    def encode(self, smiles: str) -> Encoded:
        """Raises TokenizerLossyError."""
        tokens = tokenize(smiles)
        ids = [self.ids.get(token, self.unknown) for token in tokens]
        return Encoded([self.first, *ids, self.last], ids.count(self.unknown))


def tokenize(smiles: str) -> list[str]:
    """Tokens that join to `smiles` again. Raises TokenizerLossyError."""
    tokens: list[str] = _PATTERN.findall(smiles)
    if "".join(tokens) != smiles:
        raise TokenizerLossyError(_first_lost(smiles))
    return tokens


def _first_lost(smiles: str) -> int:
    at = 0
    for match in _PATTERN.finditer(smiles):
        if match.start() != at:
            break
        at = match.end()
    return at


def read_tokenizer(bundle: Bundle) -> Tokenizer:
    """The tokenizer that a bundle asks for. Raises BundleError."""
    special = _specials(bundle)
    if bundle.index["tokenizer"]["kind"] == "bpe":
        from .bpe import bpe_tokenizer

        found: Tokenizer = bpe_tokenizer(bundle, special)
        return found
    # Not splitlines: a token may hold any character but a line feed.
    lines = bundle.files["tokenizer/vocab.txt"].decode("utf-8").rstrip("\n").split("\n")
    ids = {token: i for i, token in enumerate(lines)}
    return Tokenizer(ids, *(_id(bundle, ids, special, key) for key in ("cls_token", "sep_token", "pad_token", "unk_token")))


def _specials(bundle: Bundle) -> dict[str, str | None]:
    path = "tokenizer/tokenizer_config.json"
    if path not in bundle.files:
        raise BundleError(bundle.folder, "bundle.json", f"does not list {path}")
    found: dict[str, str | None] = json.loads(bundle.files[path])
    return found


def _id(bundle: Bundle, ids: dict[str, int], special: dict[str, str | None], key: str) -> int:
    token = special.get(key)
    if token is None or token not in ids:
        raise BundleError(bundle.folder, "tokenizer/vocab.txt", f"is damaged ({key} '{token}' is not in the vocabulary)")
    return ids[token]


def truncated(ids: list[int], limit: int) -> list[int]:
    """The first ids, with the last special one kept last."""
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]


Encode = Callable[[str], Encoded]
