"""Writes bundle.json: what a bundle is, and the SHA-256 of every file in it. Needs nothing but Python.

python -m models.convert.bundle FOLDER     hashes the files of an existing bundle anew
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = 1
BUNDLE_FILE = "bundle.json"


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")


def decides_numbers(path: str) -> bool:
    """Whether a file (its path in the bundle, with /) decides what the encoder answers. Heads and cards do not."""
    deciding = ("model.onnx", "config.json", "targets.json", "reference.json", "reference.f16")
    return path in deciding or path.startswith("tokenizer/")


def files_of(folder: Path) -> dict[str, dict[str, Any]]:
    """SHA-256 and bytes by path, sorted, of every file but bundle.json and those whose name begins with a dot."""
    paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    kept = (p for p in paths if p != BUNDLE_FILE and not Path(p).name.startswith("."))
    return {p: _entry((folder / p).read_bytes()) for p in kept}


def bundle_hash(files: Mapping[str, Mapping[str, Any]]) -> str:
    """Hex SHA-256 that names the numbers of an encoder: equal hashes give equal embeddings."""
    return hashlib.sha256(canonical({p: f["sha256"] for p, f in files.items() if decides_numbers(p)})).hexdigest()


def write_bundle(
    folder: Path,
    *,
    name: str,
    version: str,
    pooling: str,
    dimension: int,
    max_tokens: int,
    tokenizer: str,
    bug_compatible: bool = False,
) -> dict[str, Any]:
    """Writes bundle.json for the files that lie in `folder`, and returns it.

    pooling: "mean" or "cls". dimension: of the embedding. max_tokens: of a molecule, the two specials included.
    tokenizer: "smiles" (tokenizer/vocab.txt) or "bpe" (tokenizer/vocab.json and merges.txt).
    """
    files = files_of(folder)
    bundle = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "hash": bundle_hash(files),
        "pooling": pooling,
        "dimension": dimension,
        "maxTokens": max_tokens,
        "tokenizer": {"kind": tokenizer, "bugCompatible": bug_compatible},
        "files": files,
    }
    write_json(folder / BUNDLE_FILE, bundle)
    return bundle


def refresh(folder: Path) -> dict[str, Any]:
    """Hashes the files anew and keeps the rest: after a head was added, or a card was written."""
    files = files_of(folder)
    bundle = {**json.loads((folder / BUNDLE_FILE).read_text("utf-8")), "hash": bundle_hash(files), "files": files}
    write_json(folder / BUNDLE_FILE, bundle)
    return bundle


def _entry(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


if __name__ == "__main__":
    print(refresh(Path(sys.argv[1]))["hash"])
