"""What became of each file, folder or object of an execution."""

import time
from dataclasses import dataclass, field

from emulator.services.datasync.items import Item, Problem


@dataclass
class Outcome:
    item: Item
    problem: Problem | None = None
    reason: str = ""
    """Why it was skipped."""
    overwrite: bool = False
    version: str | None = None
    source_sha256: str = ""
    destination_sha256: str = ""
    at_ns: int = field(default_factory=time.time_ns)


@dataclass
class Outcomes:
    transferred: list[Outcome] = field(default_factory=list)
    skipped: list[Outcome] = field(default_factory=list)
    verified: list[Outcome] = field(default_factory=list)
    deleted: list[Outcome] = field(default_factory=list)

    def failures(self) -> list[Outcome]:
        return [o for row in (self.transferred, self.skipped, self.verified, self.deleted) for o in row if o.problem]
