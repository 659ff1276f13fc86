"""The sample of embeddings that says how far a molecule is from what the model has seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.convert.bundle import write_json

#: Molecules of the training, the first of its fixed permutation.
COUNT = 5000
#: Of the nearest cosines of the held-out molecules: below it, a molecule is out of the domain.
PERCENTILE = 1.0


def nearest(queries: NDArray[np.float32], sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest cosine of each query [n, d] with the sample [m, d]."""
    unit = sample / np.linalg.norm(sample, axis=1, keepdims=True)
    asked = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    return np.concatenate([(part @ unit.T).max(1) for part in np.array_split(asked, max(1, len(asked) // 500))])


def write_reference(folder: Path, train: NDArray[np.float32], holdout: NDArray[np.float32]) -> dict[str, Any]:
    """Writes reference.f16 and reference.json of embeddings of the sample and of held-out molecules."""
    sample = train.astype("<f2")
    (folder / "reference.f16").write_bytes(sample.tobytes())
    cosines = nearest(holdout, sample.astype(np.float32))
    threshold = round(float(np.percentile(cosines, PERCENTILE)), 4)
    said = {
        "count": len(sample),
        "dimension": sample.shape[1],
        "threshold": threshold,
        "calibration": {
            "rule": f"percentile {PERCENTILE:g} of the nearest cosines of the held-out molecules",
            "molecules": len(cosines),
            "inDomain": round(float((cosines >= threshold).mean()), 4),
        },
        "source": f"the first {len(sample)} molecules of the training's permutation",
    }
    write_json(folder / "reference.json", said)
    return said
