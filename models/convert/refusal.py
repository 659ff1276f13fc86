"""Why a checkpoint is not taken."""

from __future__ import annotations


class Refused(ValueError):
    """A checkpoint is not taken. The message says which file, what was found, what is allowed, and what to do."""
