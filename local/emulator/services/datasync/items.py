"""What lies at an end of a transfer, and which of it a task takes."""

import re
from dataclasses import dataclass, field
from typing import Any, Iterable, Protocol


@dataclass(frozen=True)
class Item:
    """A file, folder or object. `path` is below the location, without a slash at its ends."""

    path: str
    folder: bool = False
    size: int = 0
    mtime_ns: int = 0
    atime_ns: int = 0
    uid: int = 0
    gid: int = 0
    mode: int = 0o644
    is_object: bool = False
    """Has metadata of its own rather than an owner and permissions."""
    etag: str = ""
    metadata: dict[str, str] = field(default_factory=dict, hash=False)


class Problem(Exception):
    """One file or folder fails; the execution goes on. The codes are Enhanced mode's and Basic mode's."""

    def __init__(self, code: str, number: int, detail: str) -> None:
        super().__init__(detail)
        self.code, self.number, self.detail = code, number, detail


class Broken(Exception):
    """The execution fails as a whole."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class End(Protocol):
    """One side of a transfer."""

    objects: bool
    """Holds objects rather than files: paths have no folders of their own."""

    def items(self) -> Iterable[Item | tuple[str, bool, Problem]]:
        """All there is; what cannot be listed as (path, is a folder, why). Raises Broken."""

    def look(self, path: str) -> Item | None:
        """One file or object as it is now."""

    def read(self, path: str) -> Iterable[bytes]:
        """The content. Raises OSError or Problem."""

    def write(self, item: Item, content: Iterable[bytes], keep: dict[str, Any]) -> str | None:
        """Writes a file or folder with its metadata, as a whole or not at all. Returns its version id, if it has one."""

    def remove(self, item: Item) -> None: ...


def _expression(pattern: str) -> str:
    out, escaped = "", False
    for char in pattern:
        if escaped or char not in "*\\":
            out, escaped = out + re.escape(char), False
        elif char == "\\":
            escaped = True
        else:
            out += ".*"
    return out


def matcher(filters: list[dict[str, str]] | None) -> re.Pattern[str] | None:
    """A SIMPLE_PATTERN filter; it takes what a pattern names and all that lies below. None when there is none."""
    values = [p for f in filters or [] for p in re.split(r"(?<!\\)\|", f.get("Value", "")) if p]
    if not values:
        return None
    return re.compile("|".join(f"(?:{_expression(v.rstrip('/') or '/')}(?:/.*)?)" for v in values), re.DOTALL)


class Selection:
    """Which paths a task takes: all, those of its filters, or those of a list."""

    def __init__(self, includes: Any, excludes: Any, listed: list[str] | None) -> None:
        self.includes, self.excludes = matcher(includes), matcher(excludes)
        self.listed = None if listed is None else set(listed)

    def takes(self, item: Item) -> bool:
        if self.listed is not None:
            return item.path in self.listed
        path = "/" + item.path
        return not self.leaves_out(item.path) and (not self.includes or bool(self.includes.fullmatch(path)))

    def leaves_out(self, path: str) -> bool:
        return bool(self.excludes and self.excludes.fullmatch("/" + path))
