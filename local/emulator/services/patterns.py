"""The patterns of the AWS models are Java's; here they become Python's."""

import functools
import re
import sys
import unicodedata

SURROGATES = r"\uD800\uDC00-\uDBFF\uDFFF"
"""How the models write every character outside the basic plane."""
_PROPERTY = re.compile(r"\\p\{(\w+)\}")


@functools.cache
def _ranges(category: str) -> str:
    """The characters of a Unicode category (`L`, `Zs`), as the inside of a character class."""
    out: list[str] = []
    first = None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code)).startswith(category)
        if inside and first is None:
            first = code
        elif not inside and first is not None:
            out.append(f"\\U{first:08x}-\\U{code - 1:08x}")
            first = None
    return "".join(out)


def _in_class(pattern: str, position: int) -> bool:
    return pattern.rfind("[", 0, position) > pattern.rfind("]", 0, position)


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for `fullmatch`: AWS's services match whole values."""
    text = pattern.replace(r"\z", r"\Z").replace(SURROGATES, r"\U00010000-\U0010ffff")

    def replacement(found: re.Match[str]) -> str:
        inside = _ranges(found[1])
        return inside if _in_class(text, found.start()) else f"[{inside}]"

    return re.compile(_PROPERTY.sub(replacement, text))
