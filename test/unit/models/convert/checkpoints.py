"""Checkpoints of the published shapes with random weights, in the layout in which they are published. For tests alone.

    python checkpoints.py KIND FOLDER [--format safetensors|zip|legacy]
"""

from __future__ import annotations

import argparse
import io
import json
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np

VOCABULARY = Path(__file__).parents[4] / "models" / "recipe" / "vocab.txt"

COMMON = {
    "architectures": ["RobertaForMaskedLM"],
    "bos_token_id": 0,
    "eos_token_id": 2,
    "hidden_act": "gelu",
    "initializer_range": 0.02,
    "model_type": "roberta",
    "pad_token_id": 1,
    "position_embedding_type": "absolute",
    "transformers_version": "4.6.1",
    "type_vocab_size": 1,
    "use_cache": True,
}
SMALL = {
    **COMMON,
    "attention_probs_dropout_prob": 0.109,
    "hidden_dropout_prob": 0.144,
    "hidden_size": 384,
    "intermediate_size": 464,
    "is_gpu": True,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 515,
    "num_attention_heads": 12,
    "num_hidden_layers": 3,
    "vocab_size": 600,
}
BASE = {
    **COMMON,
    "attention_probs_dropout_prob": 0.1,
    "hidden_dropout_prob": 0.1,
    "hidden_size": 768,
    "intermediate_size": 3072,
    "layer_norm_eps": 1e-5,
    "max_position_embeddings": 514,
    "num_attention_heads": 12,
    "num_hidden_layers": 6,
    "vocab_size": 767,
}
KINDS = ("77m-mtr", "77m-mlm", "zinc-base", "smiles-tokenizer", "tiny")


def configuration(kind: str) -> dict[str, Any]:
    """config.json of a kind. `tiny` is of no published shape: a small one for tests of what is refused."""
    if kind == "77m-mtr":
        random = np.random.RandomState(2)
        std = np.abs(random.randn(199)) * 5
        std[7] = 0
        norms = {"norm_mean": (random.randn(199) * 10).tolist(), "norm_std": std.tolist()}
        return {**SMALL, "architectures": ["RobertaForRegression"], "id2label": {str(i): f"LABEL_{i}" for i in range(199)}, **norms}
    if kind == "77m-mlm":
        return SMALL
    if kind == "zinc-base":
        return BASE
    if kind == "smiles-tokenizer":
        return {**BASE, "max_position_embeddings": 515, "vocab_size": 600}
    small = {"hidden_size": 8, "intermediate_size": 12, "num_attention_heads": 2, "num_hidden_layers": 1}
    return {**SMALL, **small, "max_position_embeddings": 66}


def tensors(kind: str, config: dict[str, Any], seed: int = 1) -> OrderedDict[str, np.ndarray]:
    """Weights by name, as PyTorch saves them, with the parts that an import leaves out."""
    random = np.random.RandomState(seed)
    d, f, words = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    out: OrderedDict[str, np.ndarray] = OrderedDict()

    def put(name: str, *shape: int, middle: float = 0.0) -> None:
        out[name] = (random.randn(*shape) * 0.06 + middle).astype(np.float32)

    def linear(name: str, o: int, i: int) -> None:
        put(f"{name}.weight", o, i)
        put(f"{name}.bias", o)

    def norm(name: str) -> None:
        put(f"{name}.weight", d, middle=1.0)
        put(f"{name}.bias", d)

    e = "roberta.embeddings"
    out[f"{e}.position_ids"] = np.arange(config["max_position_embeddings"], dtype=np.int64)[None]
    put(f"{e}.word_embeddings.weight", words, d)
    put(f"{e}.position_embeddings.weight", config["max_position_embeddings"], d)
    put(f"{e}.token_type_embeddings.weight", config["type_vocab_size"], d)
    norm(f"{e}.LayerNorm")
    for i in range(config["num_hidden_layers"]):
        at = f"roberta.encoder.layer.{i}"
        for part in ("query", "key", "value"):
            linear(f"{at}.attention.self.{part}", d, d)
        linear(f"{at}.attention.output.dense", d, d)
        norm(f"{at}.attention.output.LayerNorm")
        linear(f"{at}.intermediate.dense", f, d)
        linear(f"{at}.output.dense", d, f)
        norm(f"{at}.output.LayerNorm")
    if kind == "77m-mtr":
        out["norm_mean"] = np.asarray(config["norm_mean"], np.float32)
        out["norm_std"] = np.where(np.asarray(config["norm_std"]) == 0, 1, config["norm_std"]).astype(np.float32)
        linear("regression.dense", d, d)
        linear("regression.out_proj", 199, d)
    else:
        put("lm_head.bias", words)
        linear("lm_head.dense", d, d)
        put("lm_head.layer_norm.weight", d)
        put("lm_head.layer_norm.bias", d)
        put("lm_head.decoder.weight", words, d)
    return out


def write_tokenizer(kind: str, folder: Path) -> None:
    """Tokenizer files in their published layout."""
    smiles = VOCABULARY.read_text("utf-8").split("\n")
    if kind in ("smiles-tokenizer", "tiny"):
        (folder / "vocab.txt").write_text("\n".join(smiles))
        return
    if kind == "zinc-base":
        _zinc(folder)
        return
    ids = {token: i for i, token in enumerate(smiles)}
    specials = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "[UNK]", "sep_token": "[SEP]"}
    specials |= {"pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
    added = {"<s>": 591, "</s>": 592}
    whole = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": i, "content": t, "special": True} for t, i in added.items()],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
        "post_processor": {"type": "RobertaProcessing", "sep": ["[SEP]", 13], "cls": ["[CLS]", 12]},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
        "model": {"dropout": None, "unk_token": None, "fuse_unk": False, "vocab": ids, "merges": []},
    }
    files = {
        "vocab.json": ids,
        "added_tokens.json": added,
        "special_tokens_map.json": specials,
        "tokenizer_config.json": {**specials, "add_prefix_space": False, "tokenizer_class": "RobertaTokenizer"},
        "tokenizer.json": whole,
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))
    # 52 bytes, and no pair among them.
    (folder / "merges.txt").write_text("#version: 0.2 - Trained by `huggingface/tokenizers`\n")


def _zinc(folder: Path) -> None:
    """Byte pairs with the letters of SMILES and merges of its common parts: 767 words, no tokenizer.json."""
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    printed = [chr(b) for b in (*range(33, 127), *range(161, 173), *range(174, 256))]
    alphabet = printed + [chr(256 + i) for i in range(256 - len(printed))]
    tokens, merges = [*specials, *alphabet], []
    parts = [("C", "l"), ("B", "r"), ("c", "1"), ("C", "C"), ("(", "="), ("N", "H"), ("@", "@"), ("c", "c"), ("c1", "cc")]
    parts += [("CC", "CC"), ("C", "@@"), ("C@@", "H"), ("+", "]"), ("-", "]"), ("[", "N")]
    random = np.random.RandomState(3)
    while len(tokens) < 767:
        pair = parts.pop(0) if parts else tuple(random.choice(tokens[5:], 2))
        if pair[0] + pair[1] not in tokens:
            merges.append(pair)
            tokens.append(pair[0] + pair[1])
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    (folder / "tokenizer_config.json").write_text(json.dumps({"max_len": 512}))


def write_safetensors(path: Path, found: OrderedDict[str, np.ndarray]) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, value in found.items():
        kind = {"float32": "F32", "int64": "I64"}[str(value.dtype)]
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [at, at + value.nbytes]}
        at += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(v.tobytes() for v in found.values()))


class _Storage:
    """Stands for a storage of PyTorch while a state dictionary is pickled."""

    def __init__(self, kind: type, key: str, value: np.ndarray) -> None:
        self.kind, self.key, self.value = kind, key, value


class _Tensor:
    def __init__(self, rebuild: Any, storage: _Storage, value: np.ndarray) -> None:
        self.parts = (rebuild, storage, value)

    def __reduce__(self) -> Any:
        rebuild, storage, value = self.parts
        stride = tuple(s // value.itemsize for s in value.strides)
        return rebuild, (storage, 0, value.shape, stride, False, OrderedDict())


def _torch() -> tuple[Any, dict[str, type]]:
    """Names as PyTorch has them, so that pickle writes what PyTorch would write. Nothing of PyTorch is needed."""
    utils, torch = types.ModuleType("torch._utils"), types.ModuleType("torch")

    def _rebuild_tensor_v2() -> None: ...

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    kinds = {}
    for dtype, name in (("float32", "FloatStorage"), ("int64", "LongStorage")):
        kinds[dtype] = type(name, (), {"__module__": "torch", "__qualname__": name})
        setattr(torch, name, kinds[dtype])
    sys.modules |= {"torch": torch, "torch._utils": utils}
    return _rebuild_tensor_v2, kinds


class _Pickler(pickle.Pickler):
    legacy = False

    def persistent_id(self, obj: Any) -> Any:
        if not isinstance(obj, _Storage):
            return None
        found = ("storage", obj.kind, obj.key, "cpu", obj.value.size)
        return (*found, None) if self.legacy else found


def _state(found: OrderedDict[str, np.ndarray]) -> OrderedDict[str, Any]:
    rebuild, kinds = _torch()
    storages = [_Storage(kinds[str(v.dtype)], str(i), v) for i, v in enumerate(found.values())]
    pairs = zip(found.items(), storages, strict=True)
    state = OrderedDict((name, _Tensor(rebuild, s, value)) for (name, value), s in pairs)
    # PyTorch keeps the versions of modules beside the tensors, as an attribute of the dictionary.
    state._metadata = OrderedDict([("", {"version": 1})])  # type: ignore[attr-defined]
    return state


def write_zip(path: Path, found: OrderedDict[str, np.ndarray]) -> None:
    """As torch.save writes since PyTorch 1.6."""
    out = io.BytesIO()
    _Pickler(out, 2).dump(_state(found))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", out.getvalue())
        for i, value in enumerate(found.values()):
            archive.writestr(f"archive/data/{i}", value.tobytes())
        archive.writestr("archive/version", "3\n")


def write_legacy(path: Path, found: OrderedDict[str, np.ndarray]) -> None:
    """As torch.save wrote before."""
    with path.open("wb") as out:
        system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
        for value in (0x1950A86A20F9469CFC6C, 1001, system):
            pickle.dump(value, out, 2)
        pickler = _Pickler(out, 2)
        pickler.legacy = True
        pickler.dump(_state(found))
        pickle.dump([str(i) for i in range(len(found))], out, 2)
        for value in found.values():
            out.write(value.size.to_bytes(8, "little") + value.tobytes())


WRITERS = {
    "safetensors": ("model.safetensors", write_safetensors),
    "zip": ("pytorch_model.bin", write_zip),
    "legacy": ("pytorch_model.bin", write_legacy),
}


def write_checkpoint(kind: str, folder: Path, form: str = "safetensors") -> None:
    """Writes a whole checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    config = configuration(kind)
    (folder / "config.json").write_text(json.dumps(config))
    write_tokenizer(kind, folder)
    name, write = WRITERS[form]
    write(folder / name, tensors(kind, config))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", choices=tuple(WRITERS), default="safetensors")
    asked = parser.parse_args()
    write_checkpoint(asked.kind, asked.folder, asked.format)
