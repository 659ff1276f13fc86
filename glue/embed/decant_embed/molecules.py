"""The verdict on a text that should be a molecule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import protocol
from .tokenizer import Tokenizer, TokenizerLossyError, truncated
from .toolkit import Read, Refused, read_molecule

#: What counts as blank around a structure: white space of Unicode and the byte order mark.
_BLANK = " \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_INNER_BLANK = re.compile(f"[{_BLANK}]")
#: An arrow of a reaction; `->` is a dative bond.
_REACTION = re.compile(r"(?<!-)>")


@dataclass(frozen=True)
class Verdict:
    """Either an error (`code`) or a molecule with its ids."""

    code: str | None = None
    detail: str | None = None
    #: Character, from 0, at which it is wrong.
    position: int | None = None
    canonical: str | None = None
    inchikey: str | None = None
    components: int | None = None
    warnings: tuple[str, ...] = ()
    #: Tokens of the molecule before truncation, the special ones included.
    tokens: int | None = None
    ids: tuple[int, ...] | None = None


def judge(text: str, tokenizer: Tokenizer, max_tokens: int, on_truncation: str = "error") -> Verdict:
    """The verdict on one text. `on_truncation`: "error", or "flag" to cut and say so."""
    trimmed = text.strip(_BLANK)
    found = _checked(trimmed)
    if isinstance(found, Refused):
        # Positions are those of the text as it came.
        before = len(text) - len(text.lstrip(_BLANK))
        at = None if found.position is None else found.position + before
        return Verdict(found.code, found.detail, at)
    return _tokenized(found, tokenizer, max_tokens, on_truncation)


def _checked(text: str) -> Read | Refused:
    if not text:
        return Refused("EMPTY", "there is no structure")
    limit = protocol.smiles_chars()
    if len(text) > limit:
        return Refused("TOO_LONG", f"{len(text)} characters, above the limit of {limit}")
    arrow = _REACTION.search(text)
    if arrow:
        return Refused("REACTION", "a reaction is no molecule", arrow.start())
    blank = _INNER_BLANK.search(text)
    # RDKit would take what follows a blank for a name, and read half a molecule.
    if blank:
        return Refused("INVALID_SMILES", "a blank stands within it", blank.start())
    return read_molecule(text)


def _tokenized(found: Read, tokenizer: Tokenizer, max_tokens: int, on_truncation: str) -> Verdict:
    known = {
        "canonical": found.canonical,
        "inchikey": found.inchikey,
        "components": found.canonical.count(".") + 1,
    }
    try:
        encoded = tokenizer.encode(found.canonical)
    except TokenizerLossyError as error:
        detail = "characters of the canonical SMILES are no token"
        return Verdict("TOKENIZER_LOSSY", detail, error.position, **known)
    tokens = len(encoded.ids)
    if tokens > max_tokens and on_truncation == "error":
        return Verdict("TOO_LONG", f"{tokens} tokens, above the model's {max_tokens}", None, **known, tokens=tokens)
    raised = {
        "TRUNCATED": tokens > max_tokens,
        "UNKNOWN_TOKENS": encoded.unknown > 0,
        "MULTI_COMPONENT": "." in found.canonical,
        "DUMMY_ATOM": "*" in found.canonical,
        "ISOTOPE": re.search(r"\[\d", found.canonical) is not None,
        "NO_INCHIKEY": found.inchikey is None,
    }
    return Verdict(
        **known,
        warnings=tuple(code for code in protocol.warning_codes() if raised[code]),
        tokens=tokens,
        ids=tuple(truncated(encoded.ids, max_tokens)),
    )
