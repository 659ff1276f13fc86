"""Splits by Bemis–Murcko scaffold: molecules of one ring system are never on both sides.

The split of a seed: the scaffold of a molecule is RDKit's MurckoScaffoldSmiles without chirality; all molecules without rings
share the empty one. Scaffolds with more molecules than half of the test part go to the training. The others are shuffled by
the seed and fill the test part, then the validation part, each up to its size (10 % of the molecules, rounded up) and as long as
they fit whole; what does not fit goes to the training.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem.Scaffolds import MurckoScaffold

SEEDS = (0, 1, 2, 3, 4)
#: Part of the molecules that is tested on, and that hyper-parameters are chosen by.
SHARE = 0.1

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    train: Places
    validation: Places
    test: Places

    @property
    def fitted(self) -> Places:
        """What the tested model is fitted to, once its hyper-parameters are chosen."""
        return np.concatenate([self.train, self.validation])


def scaffolds_of(smiles: Sequence[str]) -> list[str]:
    """The scaffold of each molecule; "" of those without rings."""
    return [MurckoScaffold.MurckoScaffoldSmiles(mol=Chem.MolFromSmiles(s), includeChirality=False) for s in smiles]


def split(scaffolds: Sequence[str], seed: int) -> Split:
    """Places of the molecules of each part, ascending."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, scaffold in enumerate(scaffolds):
        groups[scaffold].append(place)
    size = math.ceil(len(scaffolds) * SHARE)
    small = [name for name in sorted(groups) if len(groups[name]) <= size / 2]
    random.Random(seed).shuffle(small)
    parts: dict[str, list[int]] = {"test": [], "validation": []}
    train = [place for name in groups if len(groups[name]) > size / 2 for place in groups[name]]
    for name in small:
        part = next((p for p in parts.values() if len(p) + len(groups[name]) <= size), train)
        part.extend(groups[name])
    return Split(*(np.array(sorted(p), np.int64) for p in (train, parts["validation"], parts["test"])))
