"""python -m models.heads: trains heads of a bundle; `decant head train` calls it.

    python -m models.heads train --bundle FOLDER --table FILE --smiles COLUMN --target COLUMN --name NAME --kind ridge --unit UNIT
    python -m models.heads ship --bundle FOLDER --data FOLDER            the heads that are shipped, from public data
    python -m models.heads applicability --bundle FOLDER --data FOLDER   errors by distance, into the card

One JSON document on standard output, progress on standard error. Exit 0 done, 1 refused: {"refused": why}.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from decant_embed.bundle import BundleError
from decant_embed.model import Model, open_model

from models.convert.bundle import refresh
from models.heads.applicability import measure
from models.heads.bundle import add_head
from models.heads.shipped import shipped, source_of
from models.heads.table import TableRefused
from models.heads.train import Asked, train


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.heads", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True)
    one, all_of_them, far = (verbs.add_parser(name) for name in ("train", "ship", "applicability"))
    for p in (one, all_of_them, far):
        p.add_argument("--bundle", type=Path, required=True)
    for p in (one, all_of_them):
        p.add_argument("--dry-run", action="store_true", help="compare, and write nothing")
    for p in (all_of_them, far):
        p.add_argument("--data", type=Path, required=True, help="folder with esol.csv, bace.csv and lipophilicity.csv")
    one.add_argument("--table", type=Path, required=True)
    for name in ("smiles", "target", "name", "unit"):
        one.add_argument(f"--{name}", required=True)
    one.add_argument("--title")
    one.add_argument("--file", help="name of the table for the card (default: that of --table)")
    one.add_argument("--kind", choices=("ridge", "logistic"), required=True)
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    o = arguments(argv)
    try:
        model = open_model(o.bundle)
        if o.verb == "ship":
            print_json([_one(model, asked, o) for asked in shipped(o.data)])
            return 0
        if o.verb == "applicability":
            print_json(measure(o.bundle, o.data, model, say))
            refresh(o.bundle)
            return 0
        source = {**source_of(o.table), **({"file": o.file} if o.file else {})}
        asked = Asked(o.table, o.smiles, o.target, o.name, o.title or o.name, o.kind, o.unit, source)
        print_json(_one(model, asked, o))
    except (TableRefused, BundleError) as refused:
        print_json({"refused": str(refused)})
        return 1
    return 0


def _one(model: Model, asked: Asked, o: argparse.Namespace) -> dict[str, Any]:
    head, entry = train(model, asked, say)
    written = None if o.dry_run else add_head(o.bundle, head, entry)["files"][f"heads/{asked.name}.json"]["sha256"]
    training = {k: head["training"][k] for k in ("rows", "molecules", "skipped", "repeated", "differing", "scaffolds")}
    return {**entry, "kind": asked.kind, "unit": asked.unit, "training": training, "sha256": written}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, allow_nan=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
