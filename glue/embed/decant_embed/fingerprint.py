"""Morgan fingerprints: what embeddings are compared with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

RADIUS = 2
BITS = 2048

_generator = rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=BITS)


def morgan(smiles: str) -> bytes:
    """256 bytes: bit i of the fingerprint is bit i % 8 (lowest first) of byte i // 8. Raises ValueError."""
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise ValueError("the SMILES cannot be parsed")
    bits: NDArray[np.uint8] = _generator.GetFingerprintAsNumPy(mol)
    return np.packbits(bits, bitorder="little").tobytes()


def unpack(fingerprint: bytes) -> NDArray[np.uint8]:
    """The 2,048 bits as numbers 0 and 1."""
    return np.unpackbits(np.frombuffer(fingerprint, np.uint8), bitorder="little")
