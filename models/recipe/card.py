"""card.json: what the model was made of and how good it is. `markdown.py` turns it into CARD.md."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from models.recipe.assemble import NAME, VERSION
from models.recipe.data import HOLDOUT, SPLIT_SEED
from models.recipe.descriptors import NAMES
from models.recipe.network import Shape
from models.recipe.train import Plan
from models.recipe.trainings import Training

SOURCES = Path(__file__).parent / "sources.json"
PACKAGES = ("jax", "jaxlib", "numpy", "onnx", "onnxruntime", "rdkit")

INTENDED = (
    "Embeddings of small organic molecules for similarity search, clustering and heads for measured endpoints.",
    "Predictions of the twenty descriptors as a check of the embedding: where RDKit runs, its exact values are better.",
)
MISUSE = (
    "Decisions on safety, dosing, toxicity or patients: the model has seen no measurement of any of them.",
    "Peptides, polymers, organometallics, mixtures and reactions: they were rare or absent in what it was trained on.",
    "Comparing vectors of different bundle hashes or poolings: their spaces have nothing in common.",
)
LIMITS = (
    "At most 126 tokens of SMILES between [CLS] and [SEP]; longer ones are an error, or truncated where asked for.",
    "The input is RDKit's canonical SMILES. Kekulised or otherwise written forms of one molecule give other vectors.",
    "Tautomers and protonation states are different molecules to it, though they may share an InChIKey.",
    "Rotatable bonds and hydrogen bond donors are its weakest targets, and weaker still outside of its domain.",
    "Stereochemistry is read as tokens, yet none of the targets depends on it: enantiomers lie close together.",
)


def source(path: Path) -> dict[str, Any]:
    """Name and SHA-256 of a file, and where it is published when its hash is known."""
    digest = sha256(path.read_bytes()).hexdigest()
    known = json.loads(SOURCES.read_text("utf-8")).get(digest, {})
    return {"file": path.name, "sha256": digest, **known}


def build_card(
    *,
    sources: dict[str, Any],
    counts: dict[str, int],
    shape: Shape,
    plan: Plan,
    trainings: Sequence[Training],
    holdout: dict[str, Any],
    elsewhere: Sequence[dict[str, Any]],
    half: dict[str, Any],
    later: dict[str, Any],
) -> dict[str, Any]:
    """The card; the first training is the one that is shipped."""
    shipped = trainings[0]
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "RoBERTa encoder of SMILES, trained by multi-task regression of 20 RDKit descriptors.",
        "data": {
            **sources,
            "rows": counts,
            "split": f"{HOLDOUT:,} molecules held out by a fixed permutation (seed {SPLIT_SEED}); "
            "duplicates are found by canonical SMILES",
        },
        "training": {
            "objective": "multi-task regression as in ChemBERTa-2, SmoothL1 on scaled targets",
            "targets": list(NAMES),
            "shape": {**asdict(shape), "pooling": "mean"},
            "parameters": {
                "encoder": sum(w.size for w in shipped.encoder.values()),
                "head": sum(w.size for w in shipped.head.values()),
            },
            "optimizer": {"name": "AdamW", **{k: v for k, v in asdict(plan).items() if k != "seed"}},
            "cpu": cpu(),
            "software": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
            "seeds": [
                {"seed": t.seed, "shipped": t is shipped, **t.cost, "onnxSha256": sha256(t.onnx(shape)).hexdigest()}
                for t in trainings
            ],
        },
        "metrics": {"holdout": holdout, "elsewhere": list(elsewhere)},
        "storage": {"fp32": {"maxAbsError": 0}, "fp16": {"bound": 1e-3, **half}},
        "intendedUse": list(INTENDED),
        "misuse": list(MISUSE),
        "limits": list(LIMITS),
        **later,
    }


def cpu() -> str:
    """What trained: the bytes of a model are those of one kind of CPU."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return f"{next(names, platform.processor() or 'unknown')}, {platform.machine()}"


#: Parts that are added later, by other programs, from the same numbers.
LATER: dict[str, Any] = {"heads": []}


def later_parts(folder: Path, hash_before: str, hash_now: str) -> dict[str, Any]:
    """Heads, applicability and distribution of the card that lies in `folder`, unless the numbers that they stand on have changed."""
    path = folder / "card.json"
    if hash_before != hash_now or not path.exists():
        return LATER
    card = json.loads(path.read_text("utf-8"))
    return LATER | {key: card[key] for key in ("heads", "applicability", "distribution") if key in card}
