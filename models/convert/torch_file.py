"""Reads pytorch_model.bin, the zip of PyTorch 1.6 and later or the stream of those before, without PyTorch."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from models.convert.pickled import STORAGES, Name, TensorPlan, brief, load_pickle
from models.convert.refusal import Refused
from models.convert.safetensors import widen

#: First value of the stream that PyTorch wrote before 1.6, and the number of that format.
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_FORMAT = 1001
#: What a zip may unpack to beside its size; weights hardly shrink, and PyTorch does not even compress them.
MAX_RATIO = 20

Storage = tuple[str, str]  # key, numpy type


def read_torch(path: Path) -> dict[str, NDArray[Any]]:
    """Tensors by name. Raises Refused for whatever is no dictionary of tensors."""
    with path.open("rb") as source:
        zipped = source.read(4) == b"PK\x03\x04"
        source.seek(0)
        plans, storages = _read_zip(path, source) if zipped else _read_legacy(path, source)
    if not isinstance(plans, dict):
        raise Refused(f"{path.name} holds a {type(plans).__name__}, not a dictionary of tensors")
    out = {}
    for name, plan in plans.items():
        if not isinstance(name, str) or not isinstance(plan, TensorPlan):
            raise Refused(f"{path.name} holds {brief(name)}, a {type(plan).__name__} and no tensor")
        out[name] = _view(path, name, plan, storages)
    return out


def _storage_of(path: Path, found: Any) -> tuple[Storage, int]:
    """Key, type and number of elements of the storage that a persistent id tells."""
    if not isinstance(found, tuple) or len(found) < 5 or found[0] != "storage":
        raise Refused(f"{path.name} refers to {brief(found)}, which is no storage")
    _, kind, key, _device, count = found[:5]
    if not isinstance(kind, Name) or not isinstance(key, str) or type(count) is not int or count < 0:
        raise Refused(f"{path.name} refers to a storage of {brief(kind)}")
    if len(found) > 5 and found[5] is not None:
        raise Refused(f"{path.name} holds a view of a storage, which only old versions of PyTorch wrote")
    return (key, STORAGES[kind.text.removeprefix("torch ")]), count


def _read_zip(path: Path, source: BinaryIO) -> tuple[Any, dict[str, bytes]]:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = {info.filename: info for info in archive.infolist()}
            _check_names(path, archive)
            pickle = next((n for n in entries if n.endswith("/data.pkl") and n.count("/") == 1), None)
            if pickle is None:
                raise Refused(f"{path.name} is a zip without data.pkl: no checkpoint of PyTorch")
            root = pickle.removesuffix("data.pkl")
            if f"{root}byteorder" in entries and archive.read(f"{root}byteorder") != b"little":
                raise Refused(f"{path.name} was written on a big-endian machine")
            wanted: dict[str, int] = {}

            def persistent(found: Any) -> Storage:
                (key, kind), count = _storage_of(path, found)
                wanted[key] = max(wanted.get(key, 0), count * _itemsize(kind))
                return key, kind

            plans = load_pickle(io.BytesIO(archive.read(pickle)), persistent, f"{path.name}/data.pkl")
            storages = {}
            for key, size in wanted.items():
                info = entries.get(f"{root}data/{key}")
                if info is None or info.file_size != size:
                    found = "is missing" if info is None else f"has {info.file_size} bytes instead of {size}"
                    raise Refused(f"storage {brief(key)} of {path.name} {found}")
                storages[key] = archive.read(info)
            return plans, storages
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused(f"{path.name} is a damaged zip ({error})") from error


def _check_names(path: Path, archive: zipfile.ZipFile) -> None:
    names = [info.filename for info in archive.infolist()]
    odd = next((n for n in names if n.startswith("/") or ".." in n.split("/") or "\\" in n), None)
    if odd is not None:
        raise Refused(f"{path.name} holds the path {brief(odd)}, which leads elsewhere")
    if len(set(names)) != len(names):
        raise Refused(f"{path.name} holds two entries of one name")
    total = sum(info.file_size for info in archive.infolist())
    if total > MAX_RATIO * path.stat().st_size:
        raise Refused(f"{path.name} unpacks to {total} bytes, {total // path.stat().st_size} times its size")


def _read_legacy(path: Path, source: BinaryIO) -> tuple[Any, dict[str, bytes]]:
    """Three pickles of introduction, one of the tensors, one of the keys of the storages; then those, each with its length."""
    wanted: dict[str, tuple[str, int]] = {}

    def refuse(found: Any) -> Any:
        raise Refused(f"{path.name} refers to {brief(found)} where it may not")

    def persistent(found: Any) -> Storage:
        (key, kind), count = _storage_of(path, found)
        wanted[key] = (kind, count)
        return key, kind

    if load_pickle(source, refuse, path.name) != LEGACY_MAGIC:
        raise Refused(f"{path.name} is no checkpoint of PyTorch")
    if load_pickle(source, refuse, path.name) != LEGACY_FORMAT:
        raise Refused(f"{path.name} has another format than {LEGACY_FORMAT}")
    system = load_pickle(source, refuse, path.name)
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise Refused(f"{path.name} was written on a big-endian machine")
    plans = load_pickle(source, persistent, path.name)
    keys = load_pickle(source, refuse, path.name)
    if not isinstance(keys, list) or not all(isinstance(k, str) for k in keys) or set(keys) != set(wanted):
        raise Refused(f"{path.name} lists other storages than its tensors have")
    storages = {}
    for key in keys:
        kind, count = wanted[key]
        found = int.from_bytes(source.read(8), "little")
        content = source.read(count * _itemsize(kind)) if found == count else b""
        if len(content) != count * _itemsize(kind):
            raise Refused(f"storage {brief(key)} of {path.name} is cut, or has {found} elements instead of {count}")
        storages[key] = content
    return plans, storages


def _itemsize(kind: str) -> int:
    return 2 if kind == "bf16" else np.dtype(kind).itemsize


def _view(path: Path, name: str, plan: TensorPlan, storages: dict[str, bytes]) -> NDArray[Any]:
    """The tensor's own copy of its part of a storage. Every element must lie within."""
    key, kind = plan.storage
    flat = np.frombuffer(storages[key], "<u2" if kind == "bf16" else kind)
    # No more elements than the storage has: a wrong shape of strides 0 must not ask for all memory.
    if len(plan.shape) != len(plan.stride) or math.prod(plan.shape) > len(flat):
        raise Refused(f"tensor {name} of {path.name} has the shape {plan.shape} and the strides {plan.stride}")
    empty = 0 in plan.shape
    last = plan.offset + sum((n - 1) * s for n, s in zip(plan.shape, plan.stride, strict=True))
    if not empty and last >= len(flat):
        raise Refused(
            f"tensor {name} of {path.name} reaches element {last} of a storage of {len(flat)}: "
            f"offset {plan.offset}, shape {plan.shape}, strides {plan.stride}"
        )
    size = flat.itemsize
    begin = flat[plan.offset :] if not empty else flat[:0]
    view = np.lib.stride_tricks.as_strided(begin, plan.shape, [s * size for s in plan.stride], writeable=False)
    values = np.array(view, order="C")
    return widen(values) if kind == "bf16" else values
