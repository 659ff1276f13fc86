"""Molecules that are made up, to prove a model with: chains, branches, rings, charges and stereo marks, the same each time."""

from __future__ import annotations

import random

ATOMS = ("C", "C", "C", "C", "N", "O", "S", "F", "Cl", "Br", "c1ccccc1", "c1ccncc1", "C1CCCC1", "C1CCNCC1", "[C@@H](C)", "[N+](C)")
BONDS = ("", "", "", "", "=", "#", "/")
ENDS = ("", "O", "N", "F", "Cl", "C(=O)O", "C#N", "[O-]", "[NH3+]")


def sample_smiles(count: int, seed: int = 7) -> list[str]:
    """SMILES of 1 to some 60 tokens. They are spelled right; that such a molecule exists is not the point."""
    chance = random.Random(seed)
    return [_chain(chance, 1 + chance.randrange(14), 0) + chance.choice(ENDS) for _ in range(count)]


def _chain(chance: random.Random, length: int, depth: int) -> str:
    out = ""
    for i in range(length):
        atom = chance.choice(ATOMS)
        out += ("" if i == 0 else chance.choice(BONDS)) + atom
        if depth < 2 and chance.random() < 0.2:
            out += f"({_chain(chance, 1 + chance.randrange(4), depth + 1)})"
    return out
