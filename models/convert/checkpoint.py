"""A published checkpoint: its configuration and weights, judged before anything is made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.convert.refusal import Refused
from models.convert.safetensors import read_safetensors
from models.convert.torch_file import read_torch

Weights = dict[str, NDArray[np.float32]]

#: More is not read anywhere in the product.
MAX_TOKENS = 512
#: What config.json must say, or leave out.
FIXED = {"model_type": "roberta", "hidden_act": "gelu", "position_embedding_type": "absolute", "is_decoder": False}
COUNTS = (
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "max_position_embeddings",
    "vocab_size",
    "type_vocab_size",
)
HEAD = "regression."
#: What belongs to a model beside encoder and regression, and is left out: by the beginning of its name.
DROPPED = ("lm_head.", "pooler.", "classifier.", "cls.")
#: Numbers that PyTorch keeps beside weights: they follow from the configuration.
BUFFERS = ("embeddings.position_ids", "embeddings.token_type_ids")
NORMS = ("norm_mean", "norm_std")


@dataclass(frozen=True)
class Checkpoint:
    config: dict[str, Any]
    #: By Hugging Face names without the prefix `roberta.`.
    encoder: Weights
    #: dense and out_proj of the regression on the first token, if there is one.
    head: Weights | None
    #: Mean and standard deviation of each output of the head; the latter never 0.
    norms: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    #: Tensors that were left out.
    dropped: list[str]
    source: str

    @property
    def max_tokens(self) -> int:
        """Of a molecule, the special tokens included."""
        return min(MAX_TOKENS, int(self.config["max_position_embeddings"]) - int(self.config["pad_token_id"]) - 1)


def read_checkpoint(folder: Path) -> Checkpoint:
    """The checkpoint of a folder with config.json and model.safetensors or pytorch_model.bin. Raises Refused."""
    config = _config(folder)
    source, tensors = _tensors(folder)
    tensors = {name.removeprefix("roberta."): value for name, value in tensors.items()}
    encoder = _take(tensors, {name: shape for name, shape in encoder_shapes(config).items()}, source)
    head = _head(tensors, config, source)
    norms = None if head is None else _norms(tensors, config, head["out_proj.bias"].shape[0])
    rest = sorted(name for name in tensors if name not in encoder and not name.startswith(HEAD))
    odd = next((n for n in rest if not n.startswith(DROPPED) and n not in BUFFERS and n not in NORMS), None)
    if odd is not None:
        raise Refused(f"{source} holds the tensor {odd}, which no encoder of this configuration has: it is another model")
    return Checkpoint(config, encoder, head, norms, [n for n in rest if n not in NORMS], source)


def _config(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "config.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise Refused(f"{folder} has no config.json: give the folder of a checkpoint in the layout of Hugging Face") from error
    except ValueError as error:
        raise Refused(f"config.json is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise Refused("config.json is no JSON object")
    for key, wanted in FIXED.items():
        if found.get(key, wanted) != wanted:
            raise Refused(f"config.json tells {key} {found[key]!r}; only {wanted!r} can be imported")
    found.setdefault("type_vocab_size", 2)
    for key in COUNTS:
        if type(found.get(key)) is not int or found[key] < 1:
            raise Refused(f"config.json tells {key} {found.get(key)!r}, which is no count")
    if type(found.get("pad_token_id")) is not int or found["pad_token_id"] < 0:
        raise Refused(f"config.json tells pad_token_id {found.get('pad_token_id')!r}; positions begin after it")
    if not 0 < float(found.get("layer_norm_eps", 0)) < 1:
        raise Refused(f"config.json tells layer_norm_eps {found.get('layer_norm_eps')!r}")
    if found["hidden_size"] % found["num_attention_heads"]:
        raise Refused(f"hidden_size {found['hidden_size']} is no multiple of num_attention_heads {found['num_attention_heads']}")
    if found["max_position_embeddings"] - found["pad_token_id"] - 1 < 3:
        raise Refused(f"max_position_embeddings {found['max_position_embeddings']} leaves no room for tokens")
    return found


def _tensors(folder: Path) -> tuple[str, dict[str, NDArray[Any]]]:
    if (folder / "model.safetensors").exists():
        return "model.safetensors", read_safetensors(folder / "model.safetensors")
    if (folder / "pytorch_model.bin").exists():
        return "pytorch_model.bin", read_torch(folder / "pytorch_model.bin")
    raise Refused(f"{folder} has neither model.safetensors nor pytorch_model.bin")


def encoder_shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Shapes of the tensors of an encoder by name; matrices are [out, in]."""
    d, f = int(config["hidden_size"]), int(config["intermediate_size"])
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (int(config["vocab_size"]), d),
        "embeddings.position_embeddings.weight": (int(config["max_position_embeddings"]), d),
        "embeddings.token_type_embeddings.weight": (int(config["type_vocab_size"]), d),
        "embeddings.LayerNorm.weight": (d,),
        "embeddings.LayerNorm.bias": (d,),
    }
    parts = {
        "attention.self.query": (d, d),
        "attention.self.key": (d, d),
        "attention.self.value": (d, d),
        "attention.output.dense": (d, d),
        "attention.output.LayerNorm": (d,),
        "intermediate.dense": (f, d),
        "output.dense": (d, f),
        "output.LayerNorm": (d,),
    }
    for i in range(int(config["num_hidden_layers"])):
        for part, shape in parts.items():
            shapes[f"encoder.layer.{i}.{part}.weight"] = shape
            shapes[f"encoder.layer.{i}.{part}.bias"] = shape[:1]
    return shapes


def _take(tensors: Mapping[str, NDArray[Any]], shapes: Mapping[str, tuple[int, ...]], source: str) -> Weights:
    """The named tensors as float32. Raises Refused for one that is missing, of another shape or not finite."""
    out = {}
    for name, shape in shapes.items():
        if name not in tensors:
            raise Refused(f"{source} lacks the tensor {name} of the encoder that config.json describes")
        value = tensors[name]
        if value.shape != shape:
            raise Refused(f"the tensor {name} of {source} has the shape {list(value.shape)}; config.json wants {list(shape)}")
        if value.dtype.kind != "f":
            raise Refused(f"the tensor {name} of {source} holds {value.dtype}, not floating-point numbers")
        if not np.isfinite(value).all():
            raise Refused(f"the tensor {name} of {source} holds numbers that are not finite")
        out[name] = np.ascontiguousarray(value, np.float32)
        if not np.isfinite(out[name]).all():
            raise Refused(f"the tensor {name} of {source} holds numbers beyond float32")
    return out


def _head(tensors: Mapping[str, NDArray[Any]], config: Mapping[str, Any], source: str) -> Weights | None:
    names = [name for name in tensors if name.startswith(HEAD)]
    if not names:
        return None
    d = int(config["hidden_size"])
    bias = tensors.get(f"{HEAD}out_proj.bias")
    count = 0 if bias is None or bias.ndim != 1 else bias.shape[0]
    shapes = {"dense.weight": (d, d), "dense.bias": (d,), "out_proj.weight": (count, d), "out_proj.bias": (count,)}
    found = _take(tensors, {f"{HEAD}{name}": shape for name, shape in shapes.items()}, source)
    extra = sorted(set(names) - set(found))
    if extra:
        raise Refused(f"{source} holds the tensor {extra[0]}, which no regression head of two layers has")
    return {name.removeprefix(HEAD): value for name, value in found.items()}


def _norms(
    tensors: Mapping[str, NDArray[Any]], config: Mapping[str, Any], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Norms from config.json, or from the buffers of the model where it has none there. A deviation of 0 counts as 1."""
    found = []
    for name in NORMS:
        value = config[name] if name in config else tensors.get(name)
        if value is None:
            raise Refused(f"there is a regression head, but config.json has no {name}: its answers could not be scaled back")
        try:
            norms = np.asarray(value, np.float64)
        except (TypeError, ValueError) as error:
            raise Refused(f"{name} of config.json is no list of numbers") from error
        if norms.shape != (count,) or not np.isfinite(norms).all():
            raise Refused(f"{name} has the shape {list(norms.shape)} or is not finite; the head has {count} outputs")
        found.append(norms)
    mean, std = found
    if (std < 0).any():
        raise Refused("norm_std holds a negative number")
    return mean, np.where(std == 0, 1.0, std)
