"""The twenty RDKit descriptors that the encoder learns to predict, and their values for a list of SMILES."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import Pool
from typing import NamedTuple

from rdkit import Chem, RDLogger
from rdkit.Chem import QED, Descriptors


class Descriptor(NamedTuple):
    """One target of the multi-task regression."""

    name: str
    description: str
    #: "1" for a pure number.
    unit: str
    compute: Callable[[Chem.Mol], float]


#: In the order of the model's outputs. A new order is a new model.
DESCRIPTORS: tuple[Descriptor, ...] = (
    Descriptor("MolWt", "average molecular weight", "g/mol", Descriptors.MolWt),
    Descriptor("HeavyAtomCount", "atoms other than hydrogen", "atoms", Descriptors.HeavyAtomCount),
    Descriptor("NumHeteroatoms", "atoms other than carbon and hydrogen", "atoms", Descriptors.NumHeteroatoms),
    Descriptor("NOCount", "nitrogen and oxygen atoms", "atoms", Descriptors.NOCount),
    Descriptor("NHOHCount", "hydrogen atoms on nitrogen or oxygen", "atoms", Descriptors.NHOHCount),
    Descriptor("NumHDonors", "hydrogen bond donors", "groups", Descriptors.NumHDonors),
    Descriptor("NumHAcceptors", "hydrogen bond acceptors", "groups", Descriptors.NumHAcceptors),
    Descriptor("NumRotatableBonds", "rotatable bonds, strict definition", "bonds", Descriptors.NumRotatableBonds),
    Descriptor("RingCount", "rings of the smallest set", "rings", Descriptors.RingCount),
    Descriptor("NumAromaticRings", "aromatic rings", "rings", Descriptors.NumAromaticRings),
    Descriptor("NumAliphaticRings", "rings with a bond that is not aromatic", "rings", Descriptors.NumAliphaticRings),
    Descriptor("FractionCSP3", "share of carbon atoms that are sp3", "1", Descriptors.FractionCSP3),
    Descriptor("TPSA", "topological polar surface area", "Å²", Descriptors.TPSA),
    Descriptor(
        "MolLogP", "decadic logarithm of the octanol-water partition, Wildman-Crippen", "1", Descriptors.MolLogP
    ),
    Descriptor("MolMR", "molar refractivity, Wildman-Crippen", "cm³/mol", Descriptors.MolMR),
    Descriptor("LabuteASA", "approximate surface area, Labute", "Å²", Descriptors.LabuteASA),
    Descriptor("NumValenceElectrons", "valence electrons", "electrons", Descriptors.NumValenceElectrons),
    Descriptor("HallKierAlpha", "Hall-Kier alpha", "1", Descriptors.HallKierAlpha),
    Descriptor("BertzCT", "complexity index, Bertz", "1", Descriptors.BertzCT),
    Descriptor("qed", "quantitative estimate of drug-likeness", "1", QED.qed),
)

NAMES: tuple[str, ...] = tuple(d.name for d in DESCRIPTORS)


def describe(smiles: str) -> tuple[str, list[float]] | None:
    """Canonical SMILES and the values of DESCRIPTORS; None where RDKit refuses it or a value is not finite."""
    mol = Chem.MolFromSmiles(smiles)
    if mol is None or mol.GetNumAtoms() == 0:
        return None
    values = [float(d.compute(mol)) for d in DESCRIPTORS]
    # One NaN (older releases of RDKit have them for dummy atoms) would turn the whole training into NaN.
    return (Chem.MolToSmiles(mol), values) if all(map(math.isfinite, values)) else None


def describe_all(smiles: Sequence[str], processes: int) -> Iterable[tuple[str, list[float]] | None]:
    """`describe` of each, in the order of the input."""
    with Pool(processes, initializer=_quiet) as pool:
        yield from pool.imap(describe, smiles, chunksize=500)


def _quiet() -> None:
    RDLogger.DisableLog("rdApp.*")
