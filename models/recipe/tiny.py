"""A bundle of a few weights, one of whose targets never varied: its standard deviation is 0."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.convert.bundle import write_bundle, write_json
from models.convert.encoder_onnx import build_encoder
from models.convert.forward import forward, regress
from models.recipe import tokens
from models.recipe.assemble import tokenizer_config
from models.recipe.network import Shape, initial, named

SHAPE = Shape(layers=1, hidden=8, heads=2, inner=16, max_tokens=64, targets=3)
TARGETS = (("first", 10.0, 2.0), ("constant", 3.5, 0.0), ("second", -1.0, 0.5))


def write(folder: Path, molecules: Sequence[str]) -> None:
    """The bundle, and beside it `<folder>.json`: molecules, embeddings, scaled predictions and values."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Weights of the usual start, but wider: predictions must be far from 0.
    encoder, head = (
        {k: (v * np.float32(10) if v.ndim == 2 else v) for k, v in part.items()}
        for part in named(initial(SHAPE, 0), SHAPE)
    )
    (folder / "model.onnx").write_bytes(build_encoder(encoder, SHAPE.config(), "mean", head))
    write_json(folder / "config.json", SHAPE.config())
    write_json(folder / "tokenizer" / "tokenizer_config.json", tokenizer_config(SHAPE))
    shutil.copyfile(tokens.VOCABULARY, folder / "tokenizer" / "vocab.txt")
    rows = [
        {
            "name": n,
            "description": f"{n} target",
            "unit": "1",
            "mean": mean,
            "std": std,
            "low": mean - std,
            "high": mean + std,
        }
        for n, mean, std in TARGETS
    ]
    write_json(folder / "targets.json", rows)
    write_json(
        folder / "card.json", {"name": "tiny", "version": "1.0.0", "summary": "Random weights, for tests.", "heads": []}
    )
    write_bundle(
        folder,
        name="tiny",
        version="1.0.0",
        pooling="mean",
        dimension=SHAPE.hidden,
        max_tokens=SHAPE.max_tokens,
        tokenizer="smiles",
    )

    vocabulary = tokens.read_vocabulary()
    readable = [s for s in molecules if len(tokens.tokenize(s)) + 2 <= SHAPE.max_tokens]
    ids = [np.array([tokens.encode(s, vocabulary)]) for s in readable]
    embedding = np.concatenate([forward(encoder, SHAPE.config(), x, np.ones_like(x))[1] for x in ids])
    scaled = regress(head, embedding)
    values = scaled * np.array([std for _, _, std in TARGETS]) + np.array([mean for _, mean, _ in TARGETS])
    said = {"smiles": readable, "embedding": embedding.tolist(), "scaled": scaled.tolist(), "values": values.tolist()}
    write_json(folder.with_suffix(".json"), said)
