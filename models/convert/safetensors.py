"""Reads *.safetensors: a length, a JSON header, and the bytes of the tensors. Nothing in it can be run."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.convert.refusal import Refused

#: Little-endian numpy types by their names in the header. BF16 is the upper half of an F32.
TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "u1"}
#: More than any encoder needs; a header is read into memory whole.
MAX_HEADER = 16 * 2**20


def widen(raw: NDArray[Any]) -> NDArray[np.float32]:
    """float32 of the bits of bfloat16."""
    return (raw.astype(np.uint32) << 16).view(np.float32)


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """Tensors by name. Raises Refused for a header that does not fit the file."""
    content = path.read_bytes()
    if len(content) < 8 or (size := int.from_bytes(content[:8], "little")) > min(MAX_HEADER, len(content) - 8):
        raise Refused(f"{path.name} is no safetensors file, or is cut: it has {len(content)} bytes")
    try:
        header = json.loads(content[8 : 8 + size])
        entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
        return {name: _tensor(path, name, entry, memoryview(content)[8 + size :]) for name, entry in entries.items()}
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError, KeyError, TypeError) as error:
        raise Refused(f"the header of {path.name} is damaged ({error!r})") from error


def _tensor(path: Path, name: str, entry: dict[str, Any], data: memoryview) -> NDArray[Any]:
    kind, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
    if kind not in TYPES:
        raise Refused(f"tensor {name} of {path.name} is {kind}; known are {', '.join(TYPES)}")
    dtype = np.dtype(TYPES[kind])
    if any(not isinstance(n, int) or n < 0 for n in shape):
        raise Refused(f"tensor {name} of {path.name} has the shape {shape}")
    if not 0 <= begin <= end <= len(data) or end - begin != math.prod(shape) * dtype.itemsize:
        raise Refused(f"tensor {name} of {path.name} lies at bytes {begin} to {end} of {len(data)}, shape {shape}, {kind}")
    values = np.frombuffer(data[begin:end], dtype).reshape(shape)
    return widen(values) if kind == "BF16" else values
