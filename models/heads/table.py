"""A table of measurements: molecules judged as everywhere, repeated ones made one, and every row accounted for."""

from __future__ import annotations

import csv
import hashlib
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from decant_embed.model import Model
from numpy.typing import NDArray

#: Words for the two classes of a logistic head, in lower case.
CLASSES = {"0": 0.0, "0.0": 0.0, "false": 0.0, "no": 0.0, "1": 1.0, "1.0": 1.0, "true": 1.0, "yes": 1.0}


class TableRefused(ValueError):
    """A table is not trained on. The message says what was found, what is needed, and what to do."""


@dataclass(frozen=True)
class Measurements:
    """Distinct molecules, by canonical SMILES, in order of their first row."""

    smiles: list[str]
    #: Token ids, special ones included.
    ids: list[tuple[int, ...]]
    #: float64 [n]: measured values, or 0 and 1.
    values: NDArray[np.float64]
    sha256: str
    rows: int
    #: Rows that are not used, by code.
    skipped: dict[str, int]
    #: Rows that say the same molecule again, and molecules whose rows differ.
    repeated: int
    differing: int

    def described(self) -> dict[str, Any]:
        return {
            "sha256": self.sha256,
            "rows": self.rows,
            "molecules": len(self.smiles),
            "skipped": self.skipped,
            "repeated": self.repeated,
            "differing": self.differing,
        }


def read_table(path: Path, smiles: str, target: str, kind: str, model: Model) -> Measurements:
    """Measurements of a CSV file with a header.

    kind: "ridge": rows of one molecule become their mean. "logistic": classes; a molecule with both of them is left out.
    Raises TableRefused for a column that is missing.
    """
    content = path.read_bytes()
    lines = csv.DictReader(content.decode("utf-8-sig").splitlines())
    missing = [c for c in (smiles, target) if c not in (lines.fieldnames or [])]
    if missing:
        raise TableRefused(f"{path.name} has no column {missing[0]!r}; it has {', '.join(lines.fieldnames or ['none'])}")
    found: dict[str, list[float]] = defaultdict(list)
    ids: dict[str, tuple[int, ...]] = {}
    skipped: Counter[str] = Counter()
    rows = 0
    read = _number if kind == "ridge" else _class
    for line in lines:
        rows += 1
        value = read(line[target] or "")
        verdict = model.judge(line[smiles] or "")
        code = value if isinstance(value, str) else verdict.code
        if code is not None or verdict.canonical is None or verdict.ids is None:
            skipped[str(code)] += 1
            continue
        found[verdict.canonical].append(float(value))
        ids[verdict.canonical] = verdict.ids
    return _joined(found, ids, skipped, rows, hashlib.sha256(content).hexdigest(), kind)


def _joined(
    found: dict[str, list[float]],
    ids: dict[str, tuple[int, ...]],
    skipped: Counter[str],
    rows: int,
    sha256: str,
    kind: str,
) -> Measurements:
    differing = [s for s, values in found.items() if len(set(values)) > 1]
    if kind == "logistic":
        for s in differing:
            skipped["CONTRADICTING"] += len(found.pop(s))
    values = np.array([np.mean(v) for v in found.values()])
    repeated = sum(map(len, found.values())) - len(found)
    kept = list(found)
    return Measurements(kept, [ids[s] for s in kept], values, sha256, rows, dict(skipped), repeated, len(differing))


def _number(text: str) -> float | str:
    """A finite number, or the code of what is wrong with it."""
    if not text.strip():
        return "TARGET_MISSING"
    try:
        value = float(text)
    except ValueError:
        return "TARGET_NO_NUMBER"
    return value if math.isfinite(value) else "TARGET_NOT_FINITE"


def _class(text: str) -> float | str:
    if not text.strip():
        return "TARGET_MISSING"
    return CLASSES.get(text.strip().lower(), "TARGET_NO_CLASS")
