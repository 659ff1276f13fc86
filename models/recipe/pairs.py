"""Pairs of SMILES whose vectors must differ, and forms of one molecule whose vectors must be equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem

#: What a tokenizer that loses characters makes equal: (name, one, other).
DIFFERENT = (
    ("chlorobenzene and toluene", "Clc1ccccc1", "Cc1ccccc1"),
    ("bromobenzene and phenylborane", "Brc1ccccc1", "Bc1ccccc1"),
    ("R- and S-alanine", "C[C@@H](N)C(=O)O", "C[C@H](N)C(=O)O"),
    ("alanine with and without its stereo centre", "C[C@H](N)C(=O)O", "CC(N)C(=O)O"),
    ("E- and Z-but-2-ene", "C/C=C/C", "C/C=C\\C"),
    ("sodium acetate and acetic acid", "CC(=O)[O-].[Na+]", "CC(=O)O"),
    ("ammonium and ammonia", "[NH4+]", "N"),
    ("deuterated and plain water", "[2H]O[2H]", "O"),
)
FORMS_OF = 25


def build(embed: Callable[[Sequence[str]], NDArray[Any]], molecules: Sequence[str]) -> dict[str, Any]:
    """different: pairs with the largest difference of a component; same: written forms beside the canonical SMILES."""
    different = []
    for name, *pair in DIFFERENT:
        canonical = [Chem.CanonSmiles(s) for s in pair]
        one, other = embed(canonical)
        gap = float(f"{np.abs(one - other).max():.3g}")
        different.append({"name": name, "smiles": pair, "canonical": canonical, "maxAbs": gap})
    aromatic = [s for s in molecules if "c1" in s and "." not in s][:FORMS_OF]
    return {"different": different, "same": [{"canonical": s, "forms": forms(s)} for s in aromatic]}


def forms(smiles: str) -> dict[str, str]:
    """Other ways of writing a molecule."""
    mol = Chem.MolFromSmiles(smiles)
    kekule = Chem.Mol(mol)
    Chem.Kekulize(kekule, clearAromaticFlags=True)
    first, second = (Chem.MolToRandomSmilesVect(mol, 1, randomSeed=seed)[0] for seed in (7, 11))
    explicit = Chem.MolToSmiles(mol, allBondsExplicit=True)
    return {"kekule": Chem.MolToSmiles(kekule, kekuleSmiles=True), "first": first, "second": second, "bonds": explicit}
