"""The trained weights as a Hugging Face checkpoint: config.json, model.safetensors and vocab.txt in a folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.convert.bundle import canonical, write_json
from models.recipe import tokens
from models.recipe.network import Shape
from models.recipe.trainings import Training

Tensors = Mapping[str, NDArray[np.float32]]
ENCODER, HEAD = "roberta.", "regression."


def write_checkpoint(folder: Path, training: Training, shape: Shape) -> None:
    tensors = {ENCODER + k: v for k, v in training.encoder.items()} | {HEAD + k: v for k, v in training.head.items()}
    write_json(folder / "config.json", shape.config())
    (folder / "model.safetensors").write_bytes(safetensors(tensors))
    shutil.copyfile(tokens.VOCABULARY, folder / "vocab.txt")


def safetensors(tensors: Tensors) -> bytes:
    """The format: the header's length in 8 bytes, a JSON header, the tensors one after another."""
    header, end = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": value.shape, "data_offsets": [end, end + value.nbytes]}
        end += value.nbytes
    head = canonical(header)
    # Readers map the file into memory: the tensors begin at a multiple of 8 bytes.
    head += b" " * (-len(head) % 8)
    body = b"".join(np.ascontiguousarray(v, "<f4").tobytes() for v in tensors.values())
    return len(head).to_bytes(8, "little") + head + body


def read_checkpoint(folder: Path) -> tuple[Tensors, Tensors, dict[str, Any]]:
    """Encoder tensors and those of the head, by their names without the prefix, and the config."""
    raw = (folder / "model.safetensors").read_bytes()
    size = int.from_bytes(raw[:8], "little")
    found = {
        name: np.frombuffer(raw[8 + size :][slice(*e["data_offsets"])], "<f4").reshape(e["shape"])
        for name, e in json.loads(raw[8 : 8 + size]).items()
    }
    encoder, head = ({n.removeprefix(p): v for n, v in found.items() if n.startswith(p)} for p in (ENCODER, HEAD))
    return encoder, head, json.loads((folder / "config.json").read_text("utf-8"))
