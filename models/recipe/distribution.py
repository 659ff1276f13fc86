"""How the hold-out sample looks to the model, into card.json: what daily looks at new molecules are compared with.

    PYTHONPATH=.:glue/embed python -m models.recipe.distribution models/chemberta-mtr-mini

Run it after heads were trained: they are endpoints too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from decant_embed import heads
from decant_embed.bundle import read_bundle
from decant_embed.model import Model

from models.convert.bundle import refresh, write_json
from models.recipe.assemble import read_holdout
from models.recipe.markdown import write_card_text

BINS = 10


def bins_of(values: Sequence[float]) -> dict[str, list[float]]:
    """Bins of equal share, ten at most: `edges` ascending, and the share of the values below each and above the last."""
    ordered = sorted(float(v) for v in values)
    quantiles = [ordered[(i * len(ordered)) // BINS] for i in range(1, BINS)]
    # An edge at the smallest value would leave the bin below it empty for ever.
    edges = sorted({q for q in quantiles if q > ordered[0]}) or [ordered[0]]
    counts = np.bincount(np.searchsorted(edges, ordered, side="right"), minlength=len(edges) + 1)
    return {"edges": edges, "shares": [float(n) / len(ordered) for n in counts]}


def distribution(model: Model, smiles: Sequence[str], rows: dict[str, int]) -> dict[str, Any]:
    """The card's `distribution`; `rows` are the counts of the training data, of which so many could not be used."""
    ids = [model.ids(s) for s in smiles]
    vectors = model.run(ids)
    names = [e.name for e in heads.endpoints(model.bundle)]
    unread = rows.get("refused", 0) + rows.get("too_long", 0)
    return {
        "sample": len(smiles),
        "invalidShare": unread / max(1, rows.get("read", 0)),
        "outOfDomainShare": float(1 - vectors.in_domain.mean()),
        "tokens": bins_of([len(row) for row in ids]),
        "predictions": {name: bins_of(vectors.values[:, i]) for i, name in enumerate(names)},
    }


def main(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text("utf-8"))
    holdout = read_holdout(folder / "holdout.csv.gz")
    card["distribution"] = distribution(Model(read_bundle(folder)), holdout.smiles, card["data"]["rows"])
    write_json(folder / "card.json", card)
    write_card_text(folder)
    refresh(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
