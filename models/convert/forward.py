"""A RoBERTa encoder in plain numpy, written from its definition and sharing nothing with the ONNX writer.

What it computes is the reference for every runtime: the frozen fixtures of the tests come from it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
#: Added to the scores of padding before the softmax. Finite: a row of nothing but padding must not become NaN.
MASKED = float(np.finfo(np.float32).min)


def positions(input_ids: NDArray[np.int64], pad_id: int) -> NDArray[np.int64]:
    """Position ids [b, t]: `pad_id` + 1, + 2 … for tokens, `pad_id` for padding."""
    real = (input_ids != pad_id).astype(np.int64)
    return np.cumsum(real, axis=1) * real + pad_id


def forward(
    weights: Mapping[str, NDArray[np.float32]],
    config: Mapping[str, Any],
    input_ids: NDArray[np.int64],
    attention_mask: NDArray[np.int64],
    pooling: str = "mean",
    dtype: type[np.floating[Any]] = np.float64,
) -> tuple[list[Floats], Floats]:
    """Hidden states and the pooled embedding of a batch.

    weights: Hugging Face names without the prefix `roberta.`; matrices are [out, in].
    config: the encoder's config.json.
    input_ids, attention_mask: int64 [b, t], padded on the right.
    pooling: "mean" over all tokens of the mask, [CLS] and [SEP] included, or "cls", the first token.
    dtype: of the whole computation. The default has no rounding to speak of beside float32.
    Returns the output of the embeddings and of each layer, [b, t, hidden] each, and the embedding [b, hidden].
    """
    if pooling not in ("mean", "cls"):
        raise ValueError(f"pooling {pooling!r} is neither 'mean' nor 'cls'")
    w = {name: np.asarray(value, dtype) for name, value in weights.items()}
    eps = float(config["layer_norm_eps"])
    mask = np.asarray(attention_mask, dtype)

    x = w["embeddings.word_embeddings.weight"][input_ids]
    x = x + w["embeddings.position_embeddings.weight"][positions(input_ids, int(config["pad_token_id"]))]
    x = x + w["embeddings.token_type_embeddings.weight"][0]
    x = _norm(w, "embeddings.LayerNorm", x, eps)
    layers = [x]
    for i in range(int(config["num_hidden_layers"])):
        at = f"encoder.layer.{i}"
        mixed = _attend(w, f"{at}.attention.self", x, mask, int(config["num_attention_heads"]))
        x = _norm(w, f"{at}.attention.output.LayerNorm", _linear(w, f"{at}.attention.output.dense", mixed) + x, eps)
        inner = _gelu(_linear(w, f"{at}.intermediate.dense", x))
        x = _norm(w, f"{at}.output.LayerNorm", _linear(w, f"{at}.output.dense", inner) + x, eps)
        layers.append(x)
    return layers, _pool(x, mask, pooling)


def regress(head: Mapping[str, NDArray[np.float32]], embedding: Floats) -> Floats:
    """Scaled targets [b, n] of embeddings [b, hidden]: dense, ReLU, out_proj."""
    w = {name: np.asarray(value, embedding.dtype) for name, value in head.items()}
    return _linear(w, "out_proj", np.maximum(_linear(w, "dense", embedding), 0))


def _linear(w: Mapping[str, Floats], name: str, x: Floats) -> Floats:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def _norm(w: Mapping[str, Floats], name: str, x: Floats, eps: float) -> Floats:
    scaled = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)
    return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]


def _gelu(x: Floats) -> Floats:
    """With the error function; the tanh formula is another activation."""
    return x * (np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2)) + 1).astype(x.dtype) / 2


def _attend(w: Mapping[str, Floats], name: str, x: Floats, mask: Floats, heads: int) -> Floats:
    """Self-attention [b, t, hidden] of each head over the tokens of the mask [b, t]."""
    b, t, hidden = x.shape
    size = hidden // heads
    parts = (_linear(w, f"{name}.{part}", x) for part in ("query", "key", "value"))
    q, k, v = (part.reshape(b, t, heads, size).swapaxes(1, 2) for part in parts)
    score = q @ k.swapaxes(2, 3) / math.sqrt(size) + ((1 - mask) * MASKED)[:, None, None, :]
    share = np.exp(score - score.max(-1, keepdims=True))
    share = share / share.sum(-1, keepdims=True)
    return (share @ v).swapaxes(1, 2).reshape(b, t, hidden)


def _pool(x: Floats, mask: Floats, pooling: str) -> Floats:
    if pooling == "cls":
        return x[:, 0]
    return (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
