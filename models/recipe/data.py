"""What is trained on: distinct molecules with finite descriptors, a fixed hold-out, and the norms of the targets."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, RDLogger, rdBase

from models.recipe import tokens
from models.recipe.descriptors import NAMES, describe_all

HOLDOUT = 2000
#: The permutation that decides what is held out. Another number is another hold-out, and no old figure compares.
SPLIT_SEED = 1
#: Names under which files of public data keep their molecules.
COLUMNS = ("smiles", "SMILES", "mol", "canonical_smiles")


@dataclass(frozen=True)
class Molecules:
    """Canonical SMILES and their descriptors, float64 [n, 20]."""

    smiles: list[str]
    values: NDArray[np.float64]

    def take(self, index: Sequence[int] | NDArray[np.int64]) -> Molecules:
        return Molecules([self.smiles[i] for i in index], self.values[np.asarray(index)])


@dataclass(frozen=True)
class Split:
    train: Molecules
    holdout: Molecules
    #: Rows by what became of them; they add up to `read`.
    counts: dict[str, int]


def read_smiles(path: Path) -> list[str]:
    """First column of a table: with a header that names it (comma), or without one (TAB). Blank lines are left out."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = raw.decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(text)), [])
    named = next((c for c in COLUMNS if c in header), None)
    if named is not None:
        return [row[named].strip() for row in csv.DictReader(io.StringIO(text)) if row[named].strip()]
    return [line.split("\t")[0].strip() for line in text.splitlines() if line.strip()]


def canonical_of(paths: Iterable[Path]) -> set[str]:
    """Canonical SMILES of every molecule of these files that RDKit reads."""
    RDLogger.DisableLog("rdApp.*")
    mols = (Chem.MolFromSmiles(s) for path in paths for s in read_smiles(path))
    return {Chem.MolToSmiles(m) for m in mols if m is not None}


def load(path: Path, cache: Path, processes: int = 2) -> tuple[Molecules, dict[str, int]]:
    """Distinct molecules of a file in its order, and counts. Kept below `cache` by the file's and RDKit's identity."""
    key = hashlib.sha256(path.read_bytes() + f"{rdBase.rdkitVersion}{NAMES}".encode()).hexdigest()[:16]
    kept = cache / f"descriptors-{key}.npz"
    if not kept.exists():
        smiles = read_smiles(path)
        found = [row for row in describe_all(smiles, processes) if row is not None]
        first = dict(reversed(found))
        order = list(dict.fromkeys(c for c, _ in found))
        cache.mkdir(parents=True, exist_ok=True)
        with io.BytesIO() as out:
            values = np.array([first[c] for c in order])
            np.savez_compressed(out, smiles=np.array(order), values=values, read=len(smiles), found=len(found))
            part = kept.with_suffix(".part")
            part.write_bytes(out.getvalue())
        part.rename(kept)
    with np.load(kept) as z:
        read, found_rows = int(z["read"]), int(z["found"])
        molecules = Molecules([str(s) for s in z["smiles"]], z["values"])
    counts = {"read": read, "refused": read - found_rows, "duplicates": found_rows - len(molecules.smiles)}
    return molecules, counts


def split(molecules: Molecules, counts: dict[str, int], excluded: set[str], max_tokens: int) -> Split:
    """Hold-out and training molecules, none of them excluded, lossy or longer than `max_tokens` with specials."""
    lengths = [len(tokens.tokenize(s)) + 2 for s in molecules.smiles]
    kept = [i for i, s in enumerate(molecules.smiles) if s not in excluded and lengths[i] <= max_tokens]
    order = np.random.RandomState(SPLIT_SEED).permutation(len(kept))
    shuffled = molecules.take(np.asarray(kept)[order])
    long = sum(n > max_tokens for n in lengths)
    named = {"too_long": long, "excluded": len(lengths) - len(kept) - long, "holdout": HOLDOUT}
    rest = {"train": len(kept) - HOLDOUT}
    rows = np.arange(len(kept))
    return Split(shuffled.take(rows[HOLDOUT:]), shuffled.take(rows[:HOLDOUT]), {**counts, **named, **rest})


@dataclass(frozen=True)
class Norms:
    """Per target, of the training molecules: float64 [20] each. A standard deviation of 0 stays 0."""

    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    #: Percentiles .05 and 99.95, to which targets are clipped before they are trained on.
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def scale(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        std = np.where(self.std == 0, 1.0, self.std)
        return ((np.clip(values, self.low, self.high) - self.mean) / std).astype(np.float32)

    def restore(self, scaled: NDArray[np.float32]) -> NDArray[np.float64]:
        return scaled.astype(np.float64) * self.std + self.mean


def norms_of(values: NDArray[np.float64]) -> Norms:
    low, high = np.percentile(values, [0.05, 99.95], axis=0)
    return Norms(values.mean(0), values.std(0), low, high)
