"""R² of each target, of models and of the baseline, on held-out molecules and on sets of another kind."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.recipe import data, tokens
from models.recipe.baseline import BagRidge, r_squared
from models.recipe.descriptors import NAMES, describe_all
from models.recipe.infer import run


def scores(predicted: NDArray[np.float64], true: NDArray[np.float64]) -> dict[str, Any]:
    """{mean, r2: {name: value}}, rounded to 4 digits."""
    r2 = r_squared(predicted, true)
    return {"mean": round(float(r2.mean()), 4), "r2": {n: round(float(v), 4) for n, v in zip(NAMES, r2, strict=True)}}


def of_model(model: bytes, norms: data.Norms, molecules: data.Molecules) -> dict[str, Any]:
    return scores(norms.restore(run(model, molecules.smiles)[1]), molecules.values)


def of_baseline(bag: BagRidge, molecules: data.Molecules) -> dict[str, Any]:
    return scores(bag.predict(molecules.smiles), molecules.values)


def molecules_of(smiles: list[str], max_tokens: int, processes: int = 2) -> data.Molecules:
    """Distinct molecules that the model can read, with their descriptors."""
    found = dict(row for row in describe_all(smiles, processes) if row is not None)
    kept = [s for s in found if len(tokens.tokenize(s)) + 2 <= max_tokens]
    return data.Molecules(kept, np.array([found[s] for s in kept]))
