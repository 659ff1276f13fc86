"""RDKit, asked one molecule at a time: canonical SMILES and InChIKey, or why not."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from rdkit import Chem, rdBase

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
        return _refused(_log.taken())
    if mol.GetNumAtoms() == 0:
        return Refused("EMPTY", "it has no atoms")
    return Read(Chem.MolToSmiles(mol), Chem.MolToInchiKey(mol) or None)


def _refused(said: list[str]) -> Refused:
    text = "\n".join(said)
    if "unclosed ring" in text:
        return Refused("RING_NOT_CLOSED", "a ring is opened and not closed")
    valence = re.search(r"Explicit valence for atom # (\d+) ([A-Z][a-z]?), (\d+)", text)
    if valence:
        atom, element, bonds = valence.groups()
        return Refused("VALENCE", f"atom {atom} ({element}) has {bonds} bonds, more than it can have")
    if "kekulize" in text:
        return Refused("KEKULIZE", "aromatic bonds cannot be assigned")
    position = re.search(r"around position (\d+)", text)
    reason = re.search(
        r"extra (?:open|close) parentheses|duplicated ring closure|syntax error", text
    )
    detail = reason.group(0) if reason else "it cannot be read"
    return Refused("INVALID_SMILES", detail, int(position.group(1)) - 1 if position else None)
