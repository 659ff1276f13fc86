"""Decant's extension of MiniStack, the emulator that stands in for AWS on a laptop."""
