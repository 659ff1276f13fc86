"""RDKit, asked one molecule at a time: canonical SMILES and InChIKey, or why not."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from rdkit import Chem, rdBase

from .scan import place_as_written, place_of_atom, scan_smiles

#: Canonical SMILES are bound to it.
TOOLKIT = f"rdkit {rdBase.rdkitVersion}"


@dataclass(frozen=True)
class Refused:
    """Why a text is no molecule. `detail` never quotes it: structures may be confidential."""

    code: str
    detail: str
    #: Character, from 0, where it is known.
    position: int | None = None


@dataclass(frozen=True)
class Read:
    """A molecule. `inchikey` is None where InChI knows no such structure."""

    canonical: str
    inchikey: str | None


class _Log(logging.Handler):
    """Keeps what RDKit says instead of printing it: its messages quote the molecule."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # Without the time that RDKit puts in front.
        self.lines.append(re.sub(r"^\[[0-9:]+\] ", "", record.getMessage()))

    def taken(self) -> list[str]:
        taken, self.lines = self.lines, []
        return taken


_log = _Log()


def _capture() -> None:
    rdBase.LogToPythonLogger()
    logger = logging.getLogger("rdkit")
    logger.propagate = False
    logger.handlers[:] = [_log]
    logger.setLevel(logging.INFO)


_capture()


def read_molecule(text: str) -> Read | Refused:
    """Reads a SMILES without blanks."""
    _log.taken()
    mol = Chem.MolFromSmiles(text)
    if mol is None:
        return _refused(text, _log.taken())
    if mol.GetNumAtoms() == 0:
        return Refused("EMPTY", "it has no atoms")
    return Read(Chem.MolToSmiles(mol), Chem.MolToInchiKey(mol) or None)


def _refused(text: str, said: list[str]) -> Refused:
    words, scan = "\n".join(said), scan_smiles(text)
    if "unclosed ring" in words:
        return Refused("RING_NOT_CLOSED", "a ring is opened and not closed", next(iter(scan.open_rings), None))
    valence = re.search(r"Explicit valence for atom # (\d+) ([A-Z][a-z]?), (\d+)", words)
    if valence:
        atom, element, bonds = valence.groups()
        detail = f"atom {atom} ({element}) has {bonds} bonds, more than it can have"
        return Refused("VALENCE", detail, place_of_atom(scan, int(atom)))
    aromatic = re.search(r"Unkekulized atoms: (\d+)|non-ring atom (\d+) marked aromatic", words)
    if aromatic:
        at = place_of_atom(scan, int(aromatic[1] or aromatic[2]))
        return Refused("KEKULIZE", "aromatic bonds cannot be assigned", at)
    again = re.search(r"ring closure \d+ (?:duplicates bond between atom \d+ and atom|bonds atom) (\d+)", words)
    if again:
        detail = "a ring closes where there is a bond already"
        return Refused("INVALID_SMILES", detail, place_as_written(scan, int(again[1])))
    reason = re.search(r"extra (?:open|close) parentheses|syntax error", words)
    near = re.search(r"around position (\d+)", words)
    return Refused("INVALID_SMILES", reason[0] if reason else "it cannot be read", int(near[1]) - 1 if near else None)
