"""A bundle, read and proved whole, from a folder or from a zip of it."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

INDEX = "bundle.json"
#: Plain relative paths of ASCII names: what an index may list, on any system.
_PATH = re.compile(r"(?!.*(^|/)\.{1,2}(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_REQUIRED = ("model.onnx", "config.json", "card.json")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BundleError(ValueError):
    """A bundle is not what it says it is: a file is missing, changed or of another shape. Programs that meet it do not start."""

    def __init__(self, folder: str, file: str, why: str, expected: str | None = None, found: str | None = None) -> None:
        super().__init__(
            f"bundle {folder}: {file} {why}. Take the bundle from where it came from again; do not mend it by hand"
        )
        self.file = file
        self.expected = expected
        self.found = found


@dataclass(frozen=True)
class Bundle:
    """Everything that is needed to reproduce a model's output."""

    folder: str
    index: dict[str, Any]
    config: dict[str, Any]
    #: Bytes of model.onnx: those that were proved.
    model: bytes
    #: In the order of the output `prediction`.
    targets: list[dict[str, Any]]
    reference: dict[str, Any] | None
    #: [count, dimension], as they are: not scaled to length 1.
    reference_vectors: NDArray[np.float32] | None
    #: By name; each with the `sha256` of its file.
    heads: list[dict[str, Any]]
    files: Mapping[str, bytes]

    @property
    def hash(self) -> str:
        """Names the numbers of the encoder."""
        return str(self.index["hash"])

    @property
    def pooling(self) -> str:
        return str(self.index["pooling"])

    @property
    def dimension(self) -> int:
        return int(self.index["dimension"])

    @property
    def max_tokens(self) -> int:
        """Of a molecule, the two special tokens included."""
        return int(self.index["maxTokens"])


def read_bundle(path: str | Path) -> Bundle:
    """Reads the bundle of a folder or zip.

    Raises BundleError with the name of the file, and the expected and found hash where they differ.
    """
    folder = str(path)
    contents = _zipped(Path(path)) if str(path).endswith(".zip") else _lying(folder, Path(path))
    index = _index(folder, contents)
    _prove(folder, index, contents)
    json_of = _reader(folder, contents)
    vectors = contents.get("reference.f16")
    bundle = Bundle(
        folder=folder,
        index=index,
        config=json_of("config.json"),
        model=contents["model.onnx"],
        targets=json_of("targets.json") if "targets.json" in contents else [],
        reference=json_of("reference.json") if "reference.json" in contents else None,
        reference_vectors=None if vectors is None else _vectors(folder, vectors),
        heads=[
            {**json_of(path), "sha256": index["files"][path]["sha256"]}
            for path in sorted(contents)
            if path.startswith("heads/")
        ],
        files=contents,
    )
    return _shaped(bundle)


def write_zip(bundle: Bundle, path: Path) -> None:
    """Writes the files of a bundle into one zip, not compressed: the same bytes each time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        for name in sorted(bundle.files):
            out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), bundle.files[name])


def _zipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _lying(folder: str, path: Path) -> dict[str, bytes]:
    if not (path / INDEX).is_file():
        raise BundleError(folder, INDEX, "cannot be read: is this the folder of a bundle?")
    found = {}
    for entry in sorted(path.rglob("*")):
        # Systems leave files such as .DS_Store behind, and Spark's checksums begin with a dot; nothing reads them.
        if entry.is_dir() or entry.name.startswith("."):
            continue
        found[entry.relative_to(path).as_posix()] = entry.read_bytes()
    return found


def _index(folder: str, contents: Mapping[str, bytes]) -> dict[str, Any]:
    index = _reader(folder, contents)(INDEX)
    if not isinstance(index, dict) or index.get("format") != 1:
        raise BundleError(folder, INDEX, "is damaged (format: must be 1)")
    for key, kind in (("name", str), ("version", str), ("hash", str), ("dimension", int), ("maxTokens", int)):
        if not isinstance(index.get(key), kind):
            raise BundleError(folder, INDEX, f"is damaged ({key}: is missing or of another type)")
    if index.get("pooling") not in ("mean", "cls"):
        raise BundleError(folder, INDEX, "is damaged (pooling: must be mean or cls)")
    if not isinstance(index.get("tokenizer"), dict) or index["tokenizer"].get("kind") not in ("smiles", "bpe"):
        raise BundleError(folder, INDEX, "is damaged (tokenizer: must be of kind smiles or bpe)")
    files = index.get("files")
    if not isinstance(files, dict) or not all(
        isinstance(f, dict) and _SHA256.fullmatch(str(f.get("sha256"))) for f in files.values()
    ):
        raise BundleError(folder, INDEX, "is damaged (files: must be SHA-256 and bytes by path)")
    odd = next((p for p in files if not _PATH.fullmatch(p) or p == INDEX), None)
    if odd is not None:
        raise BundleError(folder, INDEX, f"lists '{odd}', which is no path of a file")
    lacking = next((p for p in _REQUIRED if p not in files), None)
    if lacking is not None:
        raise BundleError(folder, INDEX, f"does not list {lacking}")
    return index


def _prove(folder: str, index: dict[str, Any], contents: Mapping[str, bytes]) -> None:
    extra = next((p for p in contents if p != INDEX and p not in index["files"]), None)
    if extra is not None:
        raise BundleError(folder, extra, "is not listed in bundle.json")
    for path, wanted in index["files"].items():
        if path not in contents:
            raise BundleError(folder, path, "is missing")
        found = hashlib.sha256(contents[path]).hexdigest()
        if found != wanted["sha256"]:
            size = len(contents[path])
            sizes = "" if size == wanted["bytes"] else f", {size} bytes instead of {wanted['bytes']}"
            why = f"has SHA-256 {found} instead of {wanted['sha256']}{sizes}"
            raise BundleError(folder, path, why, wanted["sha256"], found)
    found = bundle_hash(index["files"])
    if found != index["hash"]:
        why = f"tells the bundle hash {index['hash']}, but its files make {found}"
        raise BundleError(folder, INDEX, why, index["hash"], found)


def bundle_hash(files: Mapping[str, Mapping[str, Any]]) -> str:
    """SHA-256 of the canonical JSON (sorted keys, no blanks) of path → SHA-256 of the files that decide numbers."""
    deciding = {p: f["sha256"] for p, f in files.items() if _decides_numbers(p)}
    return hashlib.sha256(json.dumps(deciding, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _decides_numbers(path: str) -> bool:
    decides = ("model.onnx", "config.json", "targets.json", "reference.json", "reference.f16")
    return path in decides or path.startswith("tokenizer/")


def _reader(folder: str, contents: Mapping[str, bytes]) -> Callable[[str], Any]:
    def read(path: str) -> Any:
        try:
            return json.loads(contents[path])
        except KeyError as error:
            raise BundleError(folder, INDEX, f"does not list {path}") from error
        except ValueError as error:
            raise BundleError(folder, path, f"is damaged ({error})") from error

    return read


def _vectors(folder: str, content: bytes) -> NDArray[np.float32]:
    if len(content) % 2:
        raise BundleError(
            folder, "reference.f16", f"is damaged ({len(content)} bytes are no whole number of half floats)"
        )
    return np.frombuffer(content, "<f2").astype(np.float32)


def _shaped(bundle: Bundle) -> Bundle:
    """What must agree between the files. Hashes prove that nobody changed them, not that they fit."""
    folder, config, dimension = bundle.folder, bundle.config, bundle.dimension
    if config.get("hidden_size") != dimension:
        why = f"tells hidden_size {config.get('hidden_size')}, bundle.json the dimension {dimension}"
        raise BundleError(folder, "config.json", why)
    # Positions of tokens begin after the padding's.
    positions = config["max_position_embeddings"] - config["pad_token_id"] - 1
    if bundle.max_tokens > positions:
        why = f"has positions for {positions} tokens, bundle.json tells {bundle.max_tokens}"
        raise BundleError(folder, "config.json", why)
    for head in bundle.heads:
        for part in ("coefficients", "center", "scale"):
            if len(head[part]) != dimension:
                why = f"has {len(head[part])} {part} for embeddings of {dimension} components"
                raise BundleError(folder, f"heads/{head['name']}.json", why)
    return _with_reference(bundle)


def _with_reference(bundle: Bundle) -> Bundle:
    reference, vectors = bundle.reference, bundle.reference_vectors
    if (reference is None) != (vectors is None):
        raise BundleError(bundle.folder, "reference.json", "and reference.f16 belong together, and one is missing")
    if reference is None or vectors is None:
        return bundle
    wanted = reference["count"] * bundle.dimension
    if reference["dimension"] != bundle.dimension or vectors.size != wanted:
        raise BundleError(bundle.folder, "reference.f16", f"holds {vectors.size} numbers instead of {wanted}")
    if not np.isfinite(vectors).all():
        raise BundleError(bundle.folder, "reference.f16", "holds numbers that are not finite")
    shaped = {**bundle.__dict__, "reference_vectors": vectors.reshape(reference["count"], bundle.dimension)}
    return Bundle(**shaped)
