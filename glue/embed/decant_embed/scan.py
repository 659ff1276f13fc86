"""Where the atoms and rings of a SMILES are written. RDKit tells atoms by number and open rings not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PARTS = re.compile(r"(\[[^\]]*\])|(Br|Cl|[BCNOPSFI]|[bcnops]|\*)|(%\([0-9]+\)|%[0-9][0-9]|[0-9])|([()])|(\.)")


@dataclass
class WrittenAtom:
    """`at` is the character at which it begins; `bracket` its text where it has one; `neighbours` are numbers of atoms."""

    at: int
    bracket: str | None
    neighbours: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Scan:
    atoms: list[WrittenAtom]
    #: Characters at which rings are opened that are never closed, in order.
    open_rings: list[int]


def scan_smiles(text: str) -> Scan:
    """Reads what there is to read; other characters, and what makes no sense, are passed over."""
    atoms: list[WrittenAtom] = []
    opened: dict[int, tuple[int, int]] = {}
    branches: list[int] = []
    previous = -1

    def bond(a: int, b: int) -> None:
        for one, other in ((a, b), (b, a)):
            if one >= 0:
                atoms[one].neighbours.append(other)

    for match in _PARTS.finditer(text):
        bracket, symbol, ring, branch, dot = match.groups()
        if bracket or symbol:
            atoms.append(WrittenAtom(match.start(), bracket))
            if previous >= 0:
                bond(previous, len(atoms) - 1)
            previous = len(atoms) - 1
        elif ring:
            number = int(ring.strip("%()"))
            if number in opened:
                bond(opened.pop(number)[1], previous)
            else:
                opened[number] = (match.start(), previous)
        elif branch == "(":
            branches.append(previous)
        elif branch:
            previous = branches.pop() if branches else previous
        elif dot:
            previous = -1
    return Scan(atoms, sorted(at for at, _ in opened.values()))


def place_of_atom(scan: Scan, number: int) -> int | None:
    """Character at which an atom of a parsed molecule begins; None where the text has no such atom."""
    kept = [atom for atom in scan.atoms if not _implied(atom, scan.atoms)]
    return kept[number].at if number < len(kept) else None


def place_as_written(scan: Scan, number: int) -> int | None:
    """As `place_of_atom`, of an atom that the parser told: it numbers them as written."""
    return scan.atoms[number].at if number < len(scan.atoms) else None


def _implied(atom: WrittenAtom, atoms: list[WrittenAtom]) -> bool:
    """`[H]` at one heavy atom: RDKit takes it away before it looks at valences and rings, and numbers atoms without it."""
    if atom.bracket != "[H]" or len(atom.neighbours) != 1:
        return False
    other = atom.neighbours[0]
    return other < 0 or atoms[other].bracket != "[H]"
