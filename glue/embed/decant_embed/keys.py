"""The name of an embedding."""

from __future__ import annotations

import hashlib

from .bundle import Bundle


def molecule_key(canonical: str, bundle: Bundle, dtype: str) -> str:
    """SHA-256 (hexadecimal) of what decides a stored vector, one a line."""
    text = "\n".join((canonical, bundle.hash, bundle.pooling, dtype))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
