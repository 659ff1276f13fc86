"""The tokenizer of a checkpoint: which kind it is, whether it can be trusted, and its files as a bundle has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.convert.refusal import Refused

#: Special tokens where no file tells them: those of SmilesTokenizer, and those of RoBERTa.
SMILES_SPECIALS = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]"}
ROBERTA_SPECIALS = {"cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


@dataclass(frozen=True)
class Tokenizer:
    """kind: "smiles" (the regular expression and a vocabulary) or "bpe" (byte pairs, as RoBERTa has them)."""

    kind: str
    ids: dict[str, int]
    #: cls_token, sep_token, pad_token, unk_token; the last is None where unknown characters are dropped.
    specials: dict[str, str | None]
    merges: list[tuple[str, str]] = field(default_factory=list)
    bug_compatible: bool = False

    def files(self) -> dict[str, str]:
        """Contents by path within a bundle."""
        config = {"tokenizer_class": "SmilesTokenizer" if self.kind == "smiles" else "RobertaTokenizer", **self.specials}
        out = {"tokenizer/tokenizer_config.json": json.dumps(config, indent=2) + "\n"}
        if self.kind == "smiles":
            return out | {"tokenizer/vocab.txt": "\n".join(sorted(self.ids, key=self.ids.__getitem__))}
        merges = "".join(f"{a} {b}\n" for a, b in self.merges)
        ids = dict(sorted(self.ids.items(), key=lambda item: item[1]))
        return out | {
            "tokenizer/vocab.json": json.dumps(ids, ensure_ascii=False, indent=0) + "\n",
            "tokenizer/merges.txt": f"#version: 0.2\n{merges}",
        }


def read_tokenizer(folder: Path, bug_compatible: bool) -> Tokenizer:
    """The tokenizer of a folder: vocab.txt, or vocab.json and merges.txt, or tokenizer.json; others beside it must agree.

    bug_compatible: take the published files whose merges are missing, which break `Cl` up to `C`, as they are.
    Raises Refused.
    """
    if (folder / "vocab.txt").exists():
        if bug_compatible:
            raise Refused("vocab.txt is whole: there is no bug to be compatible with; leave --bug-compatible out")
        return _smiles(folder)
    whole = _json(folder, "tokenizer.json")
    if not (folder / "vocab.json").exists() and whole is None:
        raise Refused(f"{folder} has no tokenizer: neither vocab.txt nor vocab.json with merges.txt nor tokenizer.json")
    return _byte_pairs(folder, whole, bug_compatible)


def _json(folder: Path, name: str) -> dict[str, Any] | None:
    path = folder / name
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Refused(f"{name} is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise Refused(f"{name} is no JSON object")
    return found


def _specials(folder: Path, defaults: Mapping[str, str]) -> dict[str, str]:
    """Special tokens as the files tell them; a token is its text, or an object with it."""
    told: dict[str, Any] = {}
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        told |= {k: v for k, v in (_json(folder, name) or {}).items() if k in defaults and v is not None}
    return {k: v["content"] if isinstance(v, dict) else str(v) for k, v in (dict(defaults) | told).items()}


def _smiles(folder: Path) -> Tokenizer:
    lines = (folder / "vocab.txt").read_text("utf-8").replace("\r\n", "\n").rstrip("\n").split("\n")
    ids = {token: i for i, token in enumerate(lines)}
    if len(ids) != len(lines):
        raise Refused("vocab.txt holds a token twice, so that ids are not clear")
    pieces = [token for token in lines if token.startswith("##")]
    if pieces:
        raise Refused(f"vocab.txt is one of word pieces ({pieces[0]}), not of SMILES tokens: its tokenizer is not known here")
    specials = _specials(folder, SMILES_SPECIALS)
    _require(specials, ids, "vocab.txt")
    return Tokenizer("smiles", ids, dict(specials))


def _require(specials: Mapping[str, str | None], ids: Mapping[str, int], where: str) -> None:
    for key, token in specials.items():
        if token is not None and token not in ids:
            raise Refused(f"{key} {token!r} is not in {where}")


def _byte_pairs(folder: Path, whole: dict[str, Any] | None, bug_compatible: bool) -> Tokenizer:
    ids: dict[str, int] = dict(_json(folder, "vocab.json") or {})
    merges = _merges_of(folder)
    unknown: str | None = None
    if whole is not None:
        model = _model_of(whole)
        unknown = model.get("unk_token")
        told = [(a, b) for a, b in (m.split(" ") if isinstance(m, str) else m for m in model["merges"])]
        if ids and (ids != model["vocab"] or (merges is not None and merges != told)):
            raise Refused("tokenizer.json tells another vocabulary or other merges than vocab.json and merges.txt")
        ids, merges = dict(model["vocab"]), told
    if merges is None:
        raise Refused("vocab.json is there, but neither merges.txt nor tokenizer.json")
    added = {t["content"]: t["id"] for t in (whole or {}).get("added_tokens", [])} | (_json(folder, "added_tokens.json") or {})
    for token, number in added.items():
        if ids.setdefault(token, number) != number:
            raise Refused(f"the added token {token!r} has the id {number}, but {ids[token]} in the vocabulary")
    if len(set(ids.values())) != len(ids):
        raise Refused("two tokens of the vocabulary have one id")
    specials = _specials(folder, SMILES_SPECIALS if "[CLS]" in ids else ROBERTA_SPECIALS)
    _require(specials, ids, "the vocabulary")
    _check_post_processor(whole, specials, ids)
    lost = next((a + b for a, b in merges if not {a, b, a + b} <= ids.keys()), None)
    if lost is not None:
        raise Refused(f"the merge that makes {lost!r} has a part that is not in the vocabulary")
    broken = _judge_merges(ids, merges, specials, added)
    if broken and not bug_compatible:
        raise Refused(
            f"the tokenizer is known to be broken: it has no merges, so that none of its {broken[1]} tokens of several "
            f"characters, such as {broken[0]!r}, is ever used: Cl is read as C, and chlorobenzene as toluene. "
            "To reproduce numbers that were published so, import with --bug-compatible; the bundle is marked then"
        )
    if bug_compatible and not broken:
        raise Refused("the tokenizer has its merges: there is no bug to be compatible with; leave --bug-compatible out")
    return Tokenizer("bpe", ids, {**specials, "unk_token": unknown}, merges, bool(broken))


def _merges_of(folder: Path) -> list[tuple[str, str]] | None:
    path = folder / "merges.txt"
    if not path.exists():
        return None
    lines = path.read_text("utf-8").splitlines()
    pairs = [tuple(line.split(" ")) for i, line in enumerate(lines) if line and not (i == 0 and line.startswith("#version"))]
    odd = next((p for p in pairs if len(p) != 2), None)
    if odd is not None:
        raise Refused(f"merges.txt holds the line {' '.join(odd)!r}, which is no pair")
    return [(p[0], p[1]) for p in pairs]


def _model_of(whole: dict[str, Any]) -> dict[str, Any]:
    """The model of tokenizer.json, when it is one that is computed here exactly."""
    model = whole.get("model") or {}
    # Files of old versions do not tell the type.
    if model.get("type", "BPE") != "BPE" or "vocab" not in model or "merges" not in model:
        raise Refused(f"tokenizer.json is of the type {model.get('type')}; only BPE is known")
    for key in ("dropout", "byte_fallback", "ignore_merges", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk"):
        if model.get(key):
            raise Refused(f"tokenizer.json asks for {key} {model[key]!r}, which is not known here")
    split = whole.get("pre_tokenizer") or {}
    if split.get("type") != "ByteLevel" or split.get("add_prefix_space") or not split.get("use_regex", True):
        raise Refused(f"tokenizer.json splits by {split!r:.120}; only ByteLevel without a blank in front is known")
    if whole.get("normalizer"):
        raise Refused(f"tokenizer.json has the normalizer {whole['normalizer']!r:.80}; only none is known")
    return dict(model)


def _check_post_processor(whole: dict[str, Any] | None, specials: Mapping[str, str], ids: Mapping[str, int]) -> None:
    """The tokens that really begin and end a text must be those that the other files name."""
    post = (whole or {}).get("post_processor") or {}
    for key, end in (("cls", "cls_token"), ("sep", "sep_token")):
        if key in post and list(post[key]) != [specials[end], ids[specials[end]]]:
            raise Refused(f"tokenizer.json puts {post[key]} at an end of a text, the other files {specials[end]!r}")


def _judge_merges(
    ids: Mapping[str, int], merges: list[tuple[str, str]], specials: Mapping[str, str], added: Mapping[str, int]
) -> tuple[str, int] | None:
    """A token that can never come about, and their number, when there are no merges though the vocabulary needs them."""
    if merges:
        return None
    named = {*specials.values(), *added}
    unused = [t for t in ids if len(t) > 1 and t not in named and not (t.startswith(("[unused", "[MASK", "<mask")))]
    preferred = [t for t in ("Cl", "Br") if t in unused]
    return ((preferred or unused)[0], len(unused)) if unused else None
