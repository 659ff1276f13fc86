"""ChemBERTa embeddings and predictions of molecules, as functions on Spark DataFrames and as the embedding job.

    from decant_embed.transform import embed
    df = embed(df, "smiles", "s3://bucket/models/chemberta-mtr-mini")
"""

from __future__ import annotations

__version__ = "1.0.0"
