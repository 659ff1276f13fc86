"""Trainings by seed, kept below the work folder under a key of all that decides their numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jax
import jaxlib
import numpy as np
from numpy.typing import NDArray

from models.convert.bundle import canonical
from models.convert.encoder_onnx import build_encoder
from models.recipe import data, tokens
from models.recipe.network import Shape, named
from models.recipe.train import Plan, train

#: Whose change makes another training.
CODE = [Path(__file__).parent / name for name in ("network.py", "tokens.py", "train.py", "vocab.txt")]

Tensors = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Training:
    seed: int
    encoder: Tensors
    head: Tensors
    #: What it took: {loss, cpuSeconds, wallSeconds}.
    cost: Mapping[str, float]

    def onnx(self, shape: Shape) -> bytes:
        return build_encoder(self.encoder, shape.config(), "mean", self.head)


def training_of(
    molecules: data.Molecules, norms: data.Norms, shape: Shape, plan: Plan, work: Path, say: Callable[[str], None]
) -> Training:
    """Trains, or takes the weights of an earlier training on the same molecules with the same plan and software."""
    kept = work / f"training-{_key(molecules, shape, plan)}.npz"
    if not kept.exists():
        vocabulary = tokens.read_vocabulary()
        ids = [tokens.encode(s, vocabulary) for s in molecules.smiles]
        done = train(ids, norms.scale(molecules.values), shape, plan, say)
        cost = {
            "loss": round(done.loss, 5),
            "cpuSeconds": round(done.cpu_seconds),
            "wallSeconds": round(done.wall_seconds),
        }
        encoder, head = named(done.params, shape)
        save(kept, encoder, head, cost)
    return _load(kept, plan.seed)


def save(path: Path, encoder: Tensors, head: Tensors, cost: Mapping[str, float]) -> None:
    tensors = {f"encoder/{k}": v for k, v in encoder.items()} | {f"head/{k}": v for k, v in head.items()}
    part = path.with_suffix(".part.npz")
    np.savez(part, cost=json.dumps(cost), **tensors)
    part.rename(path)


def _load(path: Path, seed: int) -> Training:
    with np.load(path) as z:
        parts = {k: {n.removeprefix(k): z[n] for n in z if n.startswith(k)} for k in ("encoder/", "head/")}
        return Training(seed, parts["encoder/"], parts["head/"], json.loads(str(z["cost"])))


def _key(molecules: data.Molecules, shape: Shape, plan: Plan) -> str:
    said: dict[str, Any] = {"shape": asdict(shape), "plan": asdict(plan), "jax": [jax.__version__, jaxlib.__version__]}
    digest = hashlib.sha256(canonical(said))
    for path in CODE:
        digest.update(path.read_bytes())
    digest.update("\n".join(molecules.smiles).encode())
    digest.update(molecules.values.tobytes())
    return digest.hexdigest()[:16]
