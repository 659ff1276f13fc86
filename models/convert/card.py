"""The card of an imported bundle: what is known of it, and what is not."""

from __future__ import annotations

from typing import Any

from models.convert.checkpoint import Checkpoint
from models.convert.prove import Proof
from models.convert.tokenizer_files import Tokenizer

BROKEN = (
    "The tokenizer is the published one whose merges are missing. It drops what it does not know: Cl is read as C and [Na+] as "
    "N; stereo marks vanish; chlorobenzene and toluene get one vector. Use it to reproduce published numbers, and for nothing else."
)


def card_of(
    checkpoint: Checkpoint,
    tokenizer: Tokenizer,
    proof: Proof,
    *,
    name: str,
    version: str,
    pooling: str,
    address: str | None,
    files: dict[str, str],
) -> dict[str, Any]:
    """card.json. files: SHA-256 by name of the files of the checkpoint that were read."""
    limits = [
        f"Molecules of more than {checkpoint.max_tokens} tokens, the two special ones included, are errors.",
        "There is no reference sample: predictions cannot say how far a molecule is from what the model has seen.",
        "No property of the model was measured by the import, but that its numbers are those of the checkpoint.",
    ]
    return {
        "name": name,
        "version": version,
        "summary": f"Encoder of SMILES, imported from a published checkpoint ({checkpoint.source}).",
        "intendedUse": ["What the owner of the checkpoint meant it for; see there."],
        "misuse": ["Comparing vectors of different bundle hashes or poolings: their spaces have nothing in common."],
        "limits": [BROKEN, *limits] if tokenizer.bug_compatible else limits,
        "data": {"address": address, "note": "The checkpoint does not tell what it was trained on.", "files": files},
        "training": {"note": "Not trained here."},
        "metrics": {},
        "heads": [],
        "import": {
            "tensors": checkpoint.source,
            "dropped": checkpoint.dropped,
            "pooling": pooling,
            "tokenizer": {"kind": tokenizer.kind, "bugCompatible": tokenizer.bug_compatible},
            "proof": {
                "molecules": proof.molecules,
                "batches": [1, 7, 64],
                "tolerance": proof.tolerance,
                # Rounded up to one digit, so that the bytes do not depend on the last bits of a processor's sums.
                "maxAbsEmbeddingBelow": _bound(proof.embedding),
                "maxAbsPredictionBelow": None if proof.prediction is None else _bound(proof.prediction),
            },
        },
    }


def _bound(value: float) -> float:
    """The smallest power of ten above."""
    bound = 1e-8
    while bound <= value:
        bound = float(f"{bound * 10:.0e}")
    return bound


def _listed(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def text_of(card: dict[str, Any]) -> str:
    """CARD.md of an imported bundle."""
    proof = card["import"]["proof"]
    dropped = "\n".join(f"- `{n}`" for n in card["import"]["dropped"]) or "None."
    files = "\n".join(f"| {name} | `{sha}` |" for name, sha in card["data"]["files"].items())
    return f"""# {card["name"]} {card["version"]}

{card["summary"]} Pooling: {card["import"]["pooling"]}. Tokenizer: {card["import"]["tokenizer"]["kind"]}.

## Intended use

{_listed(card["intendedUse"])}

## Not for

{_listed(card["misuse"])}

## Limits

{_listed(card["limits"])}

## Where it comes from

{card["data"]["address"] or "The address was not told."}

| file | SHA-256 |
|---|---|
{files}

## Proof

ONNX Runtime and a forward pass in numpy agree on {proof["molecules"]} made-up molecules in batches of 1, 7 and 64 to below
{proof["maxAbsEmbeddingBelow"]:.0e}.

## Tensors that were left out

{dropped}
"""
