"""From a published checkpoint to a bundle: judged, written as ONNX, proved, and only then put in its place."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from decant_embed.bpe import BpeTokenizer
from decant_embed.tokenizer import Tokenizer as Smiles

from models.convert.bundle import write_bundle, write_json
from models.convert.card import card_of, text_of
from models.convert.checkpoint import Checkpoint, read_checkpoint
from models.convert.encoder_onnx import build_encoder
from models.convert.prove import prove
from models.convert.refusal import Refused
from models.convert.samples import sample_smiles
from models.convert.tokenizer_files import Tokenizer, read_tokenizer

#: Made-up molecules of the proof: one whole batch of the largest size. A longest one comes on top.
MOLECULES = 64
DESCRIPTORS = Path(__file__).parent / "mtr_descriptors.txt"
UNITS = {"MolWt": "g/mol", "HeavyAtomMolWt": "g/mol", "ExactMolWt": "g/mol", "TPSA": "Å²", "LabuteASA": "Å²"}
READ = ("config.json", "vocab.txt", "vocab.json", "merges.txt", "tokenizer.json", "added_tokens.json")
READ_TOO = ("tokenizer_config.json", "special_tokens_map.json", "model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True)
class Options:
    name: str
    version: str
    #: "mean" or "cls"; None takes what the checkpoint was trained for.
    pooling: str | None = None
    bug_compatible: bool = False
    #: Where the checkpoint was published, for the card.
    address: str | None = None


def import_checkpoint(folder: Path, out: Path, options: Options, say: Callable[[str], None]) -> dict[str, Any]:
    """Writes the bundle of a checkpoint to the folder `out`, which must not exist, and returns what was done.

    Raises Refused; nothing is written then.
    """
    if out.exists():
        raise Refused(f"{out} exists already: name another folder, or remove it")
    say("reading the checkpoint")
    tokenizer = read_tokenizer(folder, options.bug_compatible)
    checkpoint = _pooled(read_checkpoint(folder), options.pooling)
    _fits(tokenizer, checkpoint)
    pooling = options.pooling or ("mean" if checkpoint.head is None else "cls")
    say("writing ONNX")
    model = build_encoder(checkpoint.encoder, checkpoint.config, pooling, checkpoint.head)
    say(f"proving it on {MOLECULES} molecules")
    rows, pad = encoded(tokenizer, checkpoint.max_tokens)
    proof = prove(model, checkpoint, pooling, rows, pad)
    files = {p: hashlib.sha256((folder / p).read_bytes()).hexdigest() for p in _read(folder, checkpoint)}
    card = card_of(
        checkpoint,
        tokenizer,
        proof,
        name=options.name,
        version=options.version,
        pooling=pooling,
        address=options.address,
        files=files,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that the last step is a rename: the folder is whole or not there.
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        index = _write(work, model, checkpoint, tokenizer, card, pooling, options)
        work.chmod(0o755)
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return {
        "folder": str(out),
        **{key: index[key] for key in ("name", "version", "hash", "pooling", "dimension", "maxTokens", "tokenizer")},
        "parameters": sum(w.size for w in checkpoint.encoder.values()),
        "targets": 0 if checkpoint.head is None else checkpoint.head["out_proj.bias"].shape[0],
        "dropped": checkpoint.dropped,
        "proof": asdict(proof),
    }


def _pooled(checkpoint: Checkpoint, asked: str | None) -> Checkpoint:
    """The regression reads the first token: with the mean asked for, its answers would be of something else."""
    if checkpoint.head is None or asked != "mean":
        return checkpoint
    left = [f"regression.{name}" for name in checkpoint.head]
    return Checkpoint(checkpoint.config, checkpoint.encoder, None, None, [*checkpoint.dropped, *left], checkpoint.source)


def _fits(tokenizer: Tokenizer, checkpoint: Checkpoint) -> None:
    words = int(checkpoint.config["vocab_size"])
    token, largest = max(tokenizer.ids.items(), key=lambda item: item[1])
    if largest >= words or min(tokenizer.ids.values()) < 0:
        raise Refused(f"the vocabulary gives {token!r} the id {largest}; word_embeddings has {words} rows")


def encoded(tokenizer: Tokenizer, max_tokens: int) -> tuple[list[list[int]], int]:
    """Ids of made-up molecules, the last as long as the model reads, and the id of padding."""
    ids = tokenizer.ids
    first, last, pad = (ids[str(tokenizer.specials[key])] for key in ("cls_token", "sep_token", "pad_token"))
    unknown = tokenizer.specials["unk_token"]
    reader: Smiles
    if tokenizer.kind == "smiles":
        reader = Smiles(ids, first, last, pad, ids[str(unknown)])
    else:
        ranks = {pair: rank for rank, pair in enumerate(tokenizer.merges)}
        # What a vocabulary lacks is dropped here: the proof is of the model, and any ids will do.
        reader = BpeTokenizer(ids, (first, last, pad), None if unknown is None else ids[unknown], ranks, True)
    rows = [reader.encode(smiles).ids for smiles in sample_smiles(MOLECULES)]
    inner = [i for row in rows for i in row[1:-1]]
    inner = inner * (max_tokens // len(inner) + 1) if inner else [last] * max_tokens
    longest = [first, *inner[: max_tokens - 2], last]
    return [*(row[: max_tokens - 1] + row[-1:] if len(row) > max_tokens else row for row in rows), longest], pad


def _read(folder: Path, checkpoint: Checkpoint) -> list[str]:
    """Names of the files that were read, in order."""
    weights = {"model.safetensors", "pytorch_model.bin"} - {checkpoint.source}
    return sorted(p for p in (*READ, *READ_TOO) if p not in weights and (folder / p).exists())


def _write(
    folder: Path,
    model: bytes,
    checkpoint: Checkpoint,
    tokenizer: Tokenizer,
    card: dict[str, Any],
    pooling: str,
    options: Options,
) -> dict[str, Any]:
    (folder / "model.onnx").write_bytes(model)
    kept = {k: v for k, v in checkpoint.config.items() if k not in ("norm_mean", "norm_std", "id2label", "label2id")}
    write_json(folder / "config.json", dict(sorted(kept.items())))
    for path, text in tokenizer.files().items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8", newline="\n")
    if checkpoint.norms is not None:
        write_json(folder / "targets.json", targets_of(*checkpoint.norms))
    write_json(folder / "card.json", card)
    (folder / "CARD.md").write_text(text_of(card), "utf-8", newline="\n")
    return write_bundle(
        folder,
        name=options.name,
        version=options.version,
        pooling=pooling,
        dimension=int(checkpoint.config["hidden_size"]),
        max_tokens=checkpoint.max_tokens,
        tokenizer=tokenizer.kind,
        bug_compatible=tokenizer.bug_compatible,
    )


def targets_of(mean: Any, std: Any) -> list[dict[str, Any]]:
    """targets.json. 199 outputs are the descriptors of ChemBERTa-2's multi-task regression, in its order."""
    known = DESCRIPTORS.read_text("utf-8").split()
    names = known if len(known) == len(mean) else [f"target_{i}" for i in range(1, len(mean) + 1)]
    described = "RDKit descriptor" if names is known else "output of the published model; its files do not name it"
    return [
        {
            "name": name,
            "description": f"{described} {name}" if names is known else described,
            "unit": UNITS.get(name, "1"),
            "mean": float(m),
            "std": float(s),
            "low": None,
            "high": None,
        }
        for name, m, s in zip(names, mean, std, strict=True)
    ]
