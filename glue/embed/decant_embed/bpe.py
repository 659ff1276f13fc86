"""Byte-pair tokens as RoBERTa's tokenizer makes them, for bundles of the kind `bpe`. The same ids as `tokenizers` for ASCII."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from .bundle import Bundle, BundleError
from .tokenizer import Encoded, Tokenizer, TokenizerLossyError

IDS = "tokenizer/vocab.json"
MERGES = "tokenizer/merges.txt"
#: GPT-2's way to part a text into words, for ASCII; pairs are never merged across words.
_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")

#: Words that are kept with their tokens: SMILES repeat few short ones, and a large set holds many long ones.
KEPT = 50_000

Ranks = Mapping[tuple[str, str], int]


class BpeTokenizer(Tokenizer):
    """Kind `bpe`. With `bug_compatible`, characters that the vocabulary lacks vanish, as they do in the published tokenizer."""

    def __init__(
        self,
        ids: dict[str, int],
        specials: tuple[int, int, int],
        unknown: int | None,
        ranks: Ranks,
        bug_compatible: bool,
    ) -> None:
        # Without a token for what is unknown, no id equals -1.
        super().__init__(ids, *specials, -1 if unknown is None else unknown)
        self._drops = unknown is None
        self._ranks = ranks
        self._bug_compatible = bug_compatible
        self._words: dict[str, tuple[tuple[int, ...], int]] = {}

    def encode(self, smiles: str) -> Encoded:
        """Raises TokenizerLossyError for the first character that the tokens would not spell."""
        if not smiles.isascii():
            raise TokenizerLossyError(next(i for i, c in enumerate(smiles) if not c.isascii()))
        ids: list[int] = []
        unknown = 0
        for match in _WORDS.finditer(smiles):
            word = match.group()
            if not self._bug_compatible:
                self._refuse_lossy(word, match.start())
            found, missing = self._encode_word(word)
            ids += found
            unknown += missing
        return Encoded([self.first, *ids, self.last], unknown)

    def _refuse_lossy(self, word: str, start: int) -> None:
        if self._drops:
            at = next((i for i, c in enumerate(word) if _visible(c) not in self.ids), None)
            if at is not None:
                raise TokenizerLossyError(start + at)

    def _encode_word(self, word: str) -> tuple[tuple[int, ...], int]:
        """Ids of a word, and how many of its characters the vocabulary lacks. Words come again and again: kept."""
        kept = self._words.get(word)
        if kept is None:
            characters = [_visible(c) for c in word]
            known = [c for c in characters if c in self.ids] if self._drops else characters
            ids = tuple(self.ids.get(token, self.unknown) for token in merge(known, self._ranks))
            missing = sum(c not in self.ids for c in characters)
            kept = (ids, missing)
            if len(self._words) >= KEPT:
                self._words.clear()
            self._words[word] = kept
        return kept


def _visible(character: str) -> str:
    """The character that stands for a byte of ASCII in the vocabulary: blanks and control characters have another."""
    byte = ord(character)
    return character if 33 <= byte <= 126 else chr(256 + (byte if byte <= 32 else 33))


def merge(symbols: Sequence[str], ranks: Ranks) -> list[str]:
    """Joins neighbours, the strongest pair first and of equal ones the leftmost, until no pair is left."""
    out = list(symbols)
    while pairs := [(ranks[pair], i) for i, pair in enumerate(zip(out, out[1:], strict=False)) if pair in ranks]:
        _, at = min(pairs)
        out[at : at + 2] = [out[at] + out[at + 1]]
    return out


def bpe_tokenizer(bundle: Bundle, special: Mapping[str, str | None]) -> BpeTokenizer:
    """The tokenizer of a bundle. Raises BundleError."""
    for path in (IDS, MERGES):
        if path not in bundle.files:
            raise BundleError(bundle.folder, "bundle.json", f"does not list {path}")
    ids: dict[str, int] = json.loads(bundle.files[IDS])

    def id_of(key: str) -> int:
        token = special.get(key)
        if token is None or token not in ids:
            raise BundleError(bundle.folder, IDS, f"is damaged ({key} '{token}' is not in the vocabulary)")
        return ids[token]

    ranks = {}
    for rank, (left, right) in enumerate(_pairs(bundle)):
        if left + right not in ids:
            raise BundleError(bundle.folder, MERGES, f"is damaged (it makes '{left + right}', which is not in the vocabulary)")
        ranks[left, right] = rank
    unknown = None if special.get("unk_token") is None else id_of("unk_token")
    specials = (id_of("cls_token"), id_of("sep_token"), id_of("pad_token"))
    return BpeTokenizer(ids, specials, unknown, ranks, bool(bundle.index["tokenizer"]["bugCompatible"]))


def _pairs(bundle: Bundle) -> Iterator[tuple[str, str]]:
    for i, line in enumerate(bundle.files[MERGES].decode("utf-8").split("\n")):
        if not line.strip() or (i == 0 and line.startswith("#version")):
            continue
        parts = line.rstrip().split(" ")
        if len(parts) != 2:
            raise BundleError(bundle.folder, MERGES, f"is damaged ('{line}' is no pair of tokens)")
        yield parts[0], parts[1]
