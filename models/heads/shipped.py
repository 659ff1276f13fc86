"""The heads that are shipped: which table, which column, under which name."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from models.heads.train import Asked

SOURCES = Path(__file__).parents[1] / "recipe" / "sources.json"
#: name, file, target, title, kind, unit.
SHIPPED = (
    ("solubility", "esol.csv", "measured log solubility in mols per litre", "Aqueous solubility (ESOL)", "ridge", "log10 mol/L"),
    ("bace", "bace.csv", "Class", "Inhibition of beta-secretase 1 (BACE)", "logistic", "probability"),
    ("lipophilicity", "lipophilicity.csv", "exp", "Lipophilicity, logD at pH 7.4", "ridge", "log10"),
)


def source_of(path: Path) -> dict[str, Any]:
    """Name of a table, and where it is published when its hash is known."""
    known = json.loads(SOURCES.read_text("utf-8")).get(sha256(path.read_bytes()).hexdigest(), {})
    return {"file": path.name, **known}


def shipped(folder: Path) -> list[Asked]:
    """What is trained from a folder of public data."""
    return [
        Asked(folder / file, "smiles", target, name, title, kind, unit, source_of(folder / file))
        for name, file, target, title, kind, unit in SHIPPED
    ]
