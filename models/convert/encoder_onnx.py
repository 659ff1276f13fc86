"""Writes a RoBERTa encoder as ONNX with nothing but onnx.helper: no torch, no exporter, the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
#: Format 8 is what the oldest runtime reads that knows this opset.
IR_VERSION = 8

Weights = Mapping[str, NDArray[np.float32]]


class UnsupportedEncoder(ValueError):
    """The configuration asks for something that this writer does not write."""


def build_encoder(weights: Weights, config: Mapping[str, Any], pooling: str, head: Weights | None = None) -> bytes:
    """The bytes of model.onnx, float32.

    weights: Hugging Face names without the prefix `roberta.`; matrices are [out, in]. Others are ignored.
    config: the encoder's config.json: RoBERTa, absolute positions, activation "gelu".
    pooling: "mean" over the tokens of the mask, specials included, or "cls".
    head: `dense.weight`, `dense.bias`, `out_proj.weight`, `out_proj.bias` of a regression on the pooled vector.
    Inputs `input_ids` and `attention_mask`, int64 [b, t]; outputs `embedding` [b, hidden] and, with a head,
    `prediction` [b, n], scaled. Position ids come from `pad_token_id`, as Hugging Face computes them: padding is on
    the right.
    Raises UnsupportedEncoder, and KeyError with the name of a missing tensor.
    """
    _check(config, pooling)
    g = _Graph()
    x = _embeddings(g, weights, config)
    g.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    g.constant("one", np.float32(1))
    g.constant("masked", np.finfo(np.float32).min)
    g.node("Mul", [g.node("Sub", ["one", "mask"], "padding"), "masked"], "bias2d")
    g.node("Unsqueeze", ["bias2d", g.constant("axes12", np.int64([1, 2]))], "bias")
    for i in range(int(config["num_hidden_layers"])):
        x = _layer(g, weights, config, i, x)
    _pool(g, x, pooling)
    outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["b", int(config["hidden_size"])])]
    if head is not None:
        g.node("Relu", [_linear(g, head, "dense", "embedding", "head/dense")], "head/relu")
        g.node("Identity", [_linear(g, head, "out_proj", "head/relu", "head/out")], "prediction")
        count = head["out_proj.bias"].shape[0]
        outputs.append(helper.make_tensor_value_info("prediction", TensorProto.FLOAT, ["b", count]))
    return g.serialize(outputs)


def _check(config: Mapping[str, Any], pooling: str) -> None:
    wanted = {"hidden_act": "gelu", "position_embedding_type": "absolute", "model_type": "roberta"}
    for key, value in wanted.items():
        if config.get(key, value) != value:
            raise UnsupportedEncoder(f"{key} is {config[key]!r}; only {value!r} can be written")
    if pooling not in ("mean", "cls"):
        raise UnsupportedEncoder(f"pooling {pooling!r} is neither 'mean' nor 'cls'")
    if config["hidden_size"] % config["num_attention_heads"]:
        raise UnsupportedEncoder(f"hidden_size {config['hidden_size']} is no multiple of num_attention_heads")


class _Graph:
    """Nodes and constants in the order in which they are added. The name of a node is that of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def node(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, value: Any) -> str:
        self.constants[name] = np.array(value, order="C")
        return name

    def serialize(self, outputs: list[onnx.ValueInfoProto]) -> bytes:
        inputs = [
            helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "t"]) for n in ("input_ids", "attention_mask")
        ]
        tensors = [numpy_helper.from_array(value, name) for name, value in self.constants.items()]
        graph = helper.make_graph(self.nodes, "encoder", inputs, outputs, tensors)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, producer_name="decant", ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        return model.SerializeToString(deterministic=True)


def _float(weights: Weights, name: str) -> NDArray[np.float32]:
    return np.asarray(weights[name], np.float32)


def _linear(g: _Graph, weights: Weights, name: str, x: str, out: str) -> str:
    w = g.constant(f"{out}/w", _float(weights, f"{name}.weight").T)
    g.node("MatMul", [x, w], f"{out}/product")
    return g.node("Add", [f"{out}/product", g.constant(f"{out}/b", _float(weights, f"{name}.bias"))], out)


def _norm(g: _Graph, weights: Weights, config: Mapping[str, Any], name: str, x: str, out: str) -> str:
    scale = g.constant(f"{out}/scale", _float(weights, f"{name}.weight"))
    shift = g.constant(f"{out}/shift", _float(weights, f"{name}.bias"))
    return g.node("LayerNormalization", [x, scale, shift], out, axis=-1, epsilon=float(config["layer_norm_eps"]))


def _embeddings(g: _Graph, weights: Weights, config: Mapping[str, Any]) -> str:
    """Words, types and positions; the position of a token is its number among those that are no padding, plus `pad`."""
    g.constant("pad", np.int64(config["pad_token_id"]))
    g.node("Not", [g.node("Equal", ["input_ids", "pad"], "is_pad")], "is_token")
    g.node("Cast", ["is_token"], "token", to=TensorProto.INT64)
    g.node("CumSum", ["token", g.constant("axis1", np.int64(1))], "count")
    g.node("Add", [g.node("Mul", ["count", "token"], "number"), "pad"], "position")
    g.constant("words", _float(weights, "embeddings.word_embeddings.weight"))
    g.constant("positions", _float(weights, "embeddings.position_embeddings.weight"))
    g.constant("type", _float(weights, "embeddings.token_type_embeddings.weight")[0])
    g.node("Add", [g.node("Gather", ["words", "input_ids"], "word"), "type"], "typed")
    g.node("Add", ["typed", g.node("Gather", ["positions", "position"], "place")], "embedded")
    return _norm(g, weights, config, "embeddings.LayerNorm", "embedded", "layer0")


def _layer(g: _Graph, weights: Weights, config: Mapping[str, Any], i: int, x: str) -> str:
    at, out = f"encoder.layer.{i}", f"layer{i + 1}"
    mixed = _attention(g, weights, config, f"{at}.attention.self", x, f"{out}/attention")
    g.node("Add", [_linear(g, weights, f"{at}.attention.output.dense", mixed, f"{out}/mixed"), x], f"{out}/sum1")
    y = _norm(g, weights, config, f"{at}.attention.output.LayerNorm", f"{out}/sum1", f"{out}/norm1")
    inner = _gelu(g, _linear(g, weights, f"{at}.intermediate.dense", y, f"{out}/up"), f"{out}/gelu")
    g.node("Add", [_linear(g, weights, f"{at}.output.dense", inner, f"{out}/down"), y], f"{out}/sum2")
    return _norm(g, weights, config, f"{at}.output.LayerNorm", f"{out}/sum2", out)


def _attention(g: _Graph, weights: Weights, config: Mapping[str, Any], name: str, x: str, out: str) -> str:
    hidden, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
    # 0 takes over the input's own dimension, so that batch and length stay free.
    split = g.constant("split", np.int64([0, 0, heads, hidden // heads]))
    for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        g.node("Reshape", [_linear(g, weights, f"{name}.{part}", x, f"{out}/{part}"), split], f"{out}/{part}/heads")
        g.node("Transpose", [f"{out}/{part}/heads"], f"{out}/{part}/turned", perm=order)
    g.node("MatMul", [f"{out}/query/turned", f"{out}/key/turned"], f"{out}/product")
    g.constant("scale", np.float32(1 / np.sqrt(hidden // heads)))
    g.node("Add", [g.node("Mul", [f"{out}/product", "scale"], f"{out}/scaled"), "bias"], f"{out}/score")
    g.node("Softmax", [f"{out}/score"], f"{out}/share", axis=-1)
    g.node("MatMul", [f"{out}/share", f"{out}/value/turned"], f"{out}/heads")
    g.node("Transpose", [f"{out}/heads"], f"{out}/turned", perm=[0, 2, 1, 3])
    return g.node("Reshape", [f"{out}/turned", g.constant("join", np.int64([0, 0, hidden]))], out)


def _gelu(g: _Graph, x: str, out: str) -> str:
    """With the error function. Written in parts: opset 17 has no Gelu, and the runtime fuses this form."""
    g.node("Div", [x, g.constant("sqrt2", np.float32(np.sqrt(2)))], f"{out}/ratio")
    g.node("Add", [g.node("Erf", [f"{out}/ratio"], f"{out}/erf"), "one"], f"{out}/plus")
    return g.node("Mul", [g.node("Mul", [x, f"{out}/plus"], f"{out}/double"), g.constant("half", np.float32(0.5))], out)


def _pool(g: _Graph, x: str, pooling: str) -> None:
    if pooling == "cls":
        g.node("Gather", [x, g.constant("first", np.int64(0))], "embedding", axis=1)
        return
    g.node("Unsqueeze", ["mask", g.constant("last", np.int64([-1]))], "weight")
    g.node(
        "ReduceSum", [g.node("Mul", [x, "weight"], "weighted"), g.constant("tokens", np.int64([1]))], "sum", keepdims=0
    )
    g.node("ReduceSum", ["weight", "tokens"], "number_of_tokens", keepdims=0)
    g.node("Div", ["sum", "number_of_tokens"], "embedding")
