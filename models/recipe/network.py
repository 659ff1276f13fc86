"""The network in JAX: a RoBERTa encoder (post-LN, erf-GELU), masked mean over its last layer, and a regression head.

Query, key and value are one matrix here, which is faster; `named` gives the tensors the names and shapes of Hugging
Face.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

Params = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    layers: int = 2
    hidden: int = 64
    heads: int = 4
    inner: int = 128
    vocabulary: int = 591
    #: Tokens of a molecule with [CLS] and [SEP].
    max_tokens: int = 128
    targets: int = 20
    eps: float = 1e-5

    def config(self) -> dict[str, Any]:
        """config.json of a Hugging Face RobertaModel of this shape. Padding is id 0, so positions begin at 1."""
        return {
            "architectures": ["RobertaModel"],
            "attention_probs_dropout_prob": 0.0,
            "bos_token_id": 12,
            "eos_token_id": 13,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.0,
            "hidden_size": self.hidden,
            "intermediate_size": self.inner,
            "layer_norm_eps": self.eps,
            "max_position_embeddings": self.max_tokens + 1,
            "model_type": "roberta",
            "num_attention_heads": self.heads,
            "num_hidden_layers": self.layers,
            "pad_token_id": 0,
            "position_embedding_type": "absolute",
            "type_vocab_size": 1,
            "vocab_size": self.vocabulary,
        }


def initial(shape: Shape, seed: int) -> Params:
    """Random weights, float32. Matrices are [in, out]."""
    r = np.random.RandomState(seed)
    d, f = shape.hidden, shape.inner

    def normal(*size: int) -> NDArray[np.float32]:
        return (r.randn(*size) * 0.02).astype(np.float32)

    def layer() -> Params:
        linears = {"qkv": (d, 3 * d), "out": (d, d), "up": (d, f), "down": (f, d)}
        weights = {k: {"w": normal(*size), "b": np.zeros(size[1], np.float32)} for k, size in linears.items()}
        return weights | {"norm1": _unit(d), "norm2": _unit(d)}

    def dense(i: int, o: int) -> Params:
        bound = 1 / math.sqrt(i)
        return {"w": r.uniform(-bound, bound, (i, o)).astype(np.float32), "b": np.zeros(o, np.float32)}

    word, position = normal(shape.vocabulary, d), normal(shape.max_tokens + 1, d)
    word[0] = position[0] = 0
    return {
        "word": word,
        "position": position,
        "norm": _unit(d),
        "layers": [layer() for _ in range(shape.layers)],
        "dense": dense(d, d),
        "head": dense(d, shape.targets),
    }


def _unit(d: int) -> Params:
    return {"g": np.ones(d, np.float32), "b": np.zeros(d, np.float32)}


def forward(params: Params, ids: Array, shape: Shape) -> tuple[Array, Array]:
    """Embedding [b, hidden] and scaled targets [b, targets] of ids [b, t], padded on the right with 0."""
    b, t = ids.shape
    d, size = shape.hidden, shape.hidden // shape.heads
    real = (ids != 0).astype(jnp.float32)
    place = params["position"][1 : t + 1] * real[..., None]
    # Molecules are joined to one long matrix between the attentions: one large product is faster than many small ones.
    x = _norm(params["norm"], params["word"][ids] + place, shape.eps).reshape(b * t, d)
    bias = (real - 1)[:, None, None, :] * 1e9
    for p in params["layers"]:
        parts = jnp.split(_linear(p["qkv"], x), 3, axis=1)
        q, k, v = (part.reshape(b, t, shape.heads, size).transpose(0, 2, 1, 3) for part in parts)
        score = q @ k.transpose(0, 1, 3, 2) * (1 / math.sqrt(size)) + bias
        mixed = (jax.nn.softmax(score) @ v).transpose(0, 2, 1, 3).reshape(b * t, d)
        x = _norm(p["norm1"], _linear(p["out"], mixed) + x, shape.eps)
        inner = jax.nn.gelu(_linear(p["up"], x), approximate=False)
        x = _norm(p["norm2"], _linear(p["down"], inner) + x, shape.eps)
    embedding = (x.reshape(b, t, d) * real[..., None]).sum(1) / real.sum(1, keepdims=True)
    return embedding, _linear(params["head"], jax.nn.relu(_linear(params["dense"], embedding)))


def _linear(p: Params, x: Array) -> Array:
    return x @ p["w"] + p["b"]


def _norm(p: Params, x: Array, eps: float) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred * centred).mean(-1, keepdims=True) + eps) * p["g"] + p["b"]


def named(params: Params, shape: Shape) -> tuple[dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
    """Encoder tensors by their Hugging Face names (without `roberta.`), matrices [out, in], and those of the head."""
    out: dict[str, NDArray[np.float32]] = {}

    def put(name: str, weight: Any, bias: Any) -> None:
        out[f"{name}.weight"] = np.ascontiguousarray(np.asarray(weight, np.float32))
        if bias is not None:
            out[f"{name}.bias"] = np.asarray(bias, np.float32)

    put("embeddings.word_embeddings", params["word"], None)
    put("embeddings.position_embeddings", params["position"], None)
    put("embeddings.token_type_embeddings", np.zeros((1, shape.hidden), np.float32), None)
    put("embeddings.LayerNorm", params["norm"]["g"], params["norm"]["b"])
    for i, p in enumerate(params["layers"]):
        at = f"encoder.layer.{i}"
        qkv = zip(np.split(np.asarray(p["qkv"]["w"]), 3, 1), np.split(np.asarray(p["qkv"]["b"]), 3), strict=True)
        for part, (w, b) in zip(("query", "key", "value"), qkv, strict=True):
            put(f"{at}.attention.self.{part}", w.T, b)
        put(f"{at}.attention.output.dense", np.asarray(p["out"]["w"]).T, p["out"]["b"])
        put(f"{at}.attention.output.LayerNorm", p["norm1"]["g"], p["norm1"]["b"])
        put(f"{at}.intermediate.dense", np.asarray(p["up"]["w"]).T, p["up"]["b"])
        put(f"{at}.output.dense", np.asarray(p["down"]["w"]).T, p["down"]["b"])
        put(f"{at}.output.LayerNorm", p["norm2"]["g"], p["norm2"]["b"])
    head = {"dense": params["dense"], "out_proj": params["head"]}
    return out, {
        name: np.ascontiguousarray(np.asarray(value, np.float32))
        for k, p in head.items()
        for name, value in ((f"{k}.weight", np.asarray(p["w"]).T), (f"{k}.bias", p["b"]))
    }
