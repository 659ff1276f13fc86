"""Heads for measured endpoints on frozen embeddings: linear, compared with what needs no model, and honest about it."""
