"""Writes test/fixtures/chemistry from the checkpoint that lies there: `python -m models.recipe.fixtures`.

Every number comes from the numpy forward pass in double precision, none from ONNX.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.convert.bundle import write_json
from models.convert.forward import forward, positions, regress
from models.recipe import assemble, pairs, tiny, tokens
from models.recipe.checkpoint import read_checkpoint

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "models" / assemble.NAME
FIXTURES = ROOT / "test" / "fixtures" / "chemistry"
#: Of different lengths, so that all but one are padded; with charges, stereo and two-letter atoms.
LAYERS = (
    "CCO",
    "Clc1ccccc1",
    "C[C@H](N)C(=O)O",
    "C/C=C\\C",
    "CC(=O)Oc1ccccc1C(=O)O",
)
EMBEDDINGS, PREDICTIONS = 1000, 200
Array = NDArray[Any]


class Reference:
    """A checkpoint and the numpy forward pass."""

    def __init__(self, folder: Path) -> None:
        self.encoder, self.head, self.config = read_checkpoint(folder)
        self.vocabulary = tokens.read_vocabulary(folder / "vocab.txt")

    def batch(self, smiles: Sequence[str]) -> tuple[Array, Array]:
        """Ids and mask [n, t] of molecules, t the longest."""
        rows = [tokens.encode(s, self.vocabulary) for s in smiles]
        ids = tokens.pad(rows, max(map(len, rows)))
        return ids, (ids != 0).astype(np.int64)

    def embed(self, smiles: Sequence[str]) -> Array:
        """One molecule at a time: nothing is padded."""
        return np.concatenate([forward(self.encoder, self.config, *self.batch([s]))[1] for s in smiles])


def write_layers(folder: Path, reference: Reference) -> None:
    """(b) ids, mask, positions and the output of the embeddings and of each layer."""
    ids, mask = reference.batch(LAYERS)
    layers, embedding = forward(reference.encoder, reference.config, ids, mask)
    stacked = np.stack(layers)
    (folder / "layers.f32").write_bytes(stacked.astype("<f4").tobytes())
    said = {
        "smiles": list(LAYERS),
        "inputIds": ids.tolist(),
        "attentionMask": mask.tolist(),
        "positionIds": positions(ids, int(reference.config["pad_token_id"])).tolist(),
        "shape": list(stacked.shape),
        "embedding": embedding.tolist(),
    }
    write_json(folder / "layers.json", said)


def write_embeddings(folder: Path, reference: Reference, smiles: Sequence[str], norms: Mapping[str, Array]) -> None:
    """(c) embeddings of all molecules, and predictions, scaled and in their units, of the first."""
    embedding = reference.embed(smiles)
    scaled = regress(reference.head, embedding[:PREDICTIONS])
    (folder / "molecules.txt").write_text("\n".join(smiles) + "\n", "ascii")
    (folder / "embeddings.f32").write_bytes(embedding.astype("<f4").tobytes())
    (folder / "scaled.f32").write_bytes(scaled.astype("<f4").tobytes())
    (folder / "values.f64").write_bytes((scaled * norms["std"] + norms["mean"]).astype("<f8").tobytes())


def norms_of(bundle: Path) -> dict[str, Array]:
    rows = json.loads((bundle / "targets.json").read_text("utf-8"))
    return {key: np.array([row[key] for row in rows]) for key in ("mean", "std")}


def main(folder: Path = FIXTURES, bundle: Path = BUNDLE) -> None:
    reference = Reference(folder / "checkpoint")
    molecules = assemble.read_holdout(bundle / "holdout.csv.gz").smiles[:EMBEDDINGS]
    write_layers(folder, reference)
    write_embeddings(folder, reference, molecules, norms_of(bundle))
    write_json(folder / "pairs.json", pairs.build(reference.embed, molecules))
    tiny.write(folder / "tiny", molecules[:20])
    index = {
        "model": hashlib.sha256((bundle / "model.onnx").read_bytes()).hexdigest(),
        "embeddings": {"molecules": len(molecules), "dimension": int(reference.config["hidden_size"])},
        "predictions": {"molecules": PREDICTIONS, "targets": len(norms_of(bundle)["std"])},
    }
    write_json(folder / "index.json", index)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
