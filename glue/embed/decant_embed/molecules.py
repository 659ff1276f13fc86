"""The verdict on a text that should be a molecule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import protocol
from .tokenizer import Tokenizer, TokenizerLossyError, truncated
from .toolkit import Read, Refused, read_molecule

#: White space of Unicode, and the byte order mark: the same that Decant's programs in Node take away.
_BLANK = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
#: An arrow of a reaction; `->` and `<-` are dative bonds.
_ARROW = re.compile(r"(?<!-)>")
_FAULTS = (
    (re.compile(f"[{_BLANK}]"), "a blank stands within it"),
    (re.compile(r"[\x00-\x1f\x7f]"), "a control character stands within it"),
    (re.compile(r"[^\x00-\x7f]"), "a character that no SMILES has stands within it"),
    # What RDKit would take for a molecule in JSON.
    (re.compile(r"^\{"), "syntax error"),
)


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
    """What is wrong with a trimmed text before RDKit sees it, which would take half of some for a molecule; or RDKit's answer."""
    if not text:
        return Refused("EMPTY", "there is no structure")
    limit = protocol.smiles_chars()
    # In Node a character beyond the first plane counts as two.
    length = len(text) + sum(c > "\uffff" for c in text)
    if length > limit:
        return Refused("TOO_LONG", f"{length} characters, above the limit of {limit}")
    arrow = _ARROW.search(text)
    if arrow:
        return Refused("REACTION", "a reaction is no molecule", arrow.start())
    for pattern, detail in _FAULTS:
        found = pattern.search(text)
        if found:
            return Refused("INVALID_SMILES", detail, found.start())
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
        return Verdict("TOO_LONG", f"{tokens} tokens, above the model's {max_tokens}", None, **known)
    raised = {
        "TRUNCATED": tokens > max_tokens,
        "UNKNOWN_TOKENS": encoded.unknown > 0,
        "MULTI_COMPONENT": "." in found.canonical,
        "DUMMY_ATOM": "*" in found.canonical,
        # The number before `*` is a label, no mass.
        "ISOTOPE": re.search(r"\[\d+[A-Za-z]", found.canonical) is not None,
        "NO_INCHIKEY": found.inchikey is None,
    }
    return Verdict(
        **known,
        warnings=tuple(code for code in protocol.warning_codes() if raised[code]),
        tokens=tokens,
        ids=tuple(truncated(encoded.ids, max_tokens)),
    )
