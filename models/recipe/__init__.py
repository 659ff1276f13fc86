"""Trains a model bundle from a file of SMILES. See README.md for the one command."""
