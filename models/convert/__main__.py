"""python -m models.convert CHECKPOINT OUT --name NAME: imports a checkpoint; `decant bundle import` calls it.

One JSON document on standard output, progress on standard error. Exit 0 done, 1 refused: {"refused": why}.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from models.convert.importer import Options, import_checkpoint
from models.convert.refusal import Refused


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.convert", allow_abbrev=False)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--pooling", choices=("mean", "cls"))
    parser.add_argument("--bug-compatible", action="store_true")
    parser.add_argument("--address")
    o = parser.parse_args(argv)
    options = Options(o.name, o.version, o.pooling, o.bug_compatible, o.address)
    try:
        done = import_checkpoint(o.checkpoint, o.out, options, lambda text: print(text, file=sys.stderr, flush=True))
    except Refused as refused:
        json.dump({"refused": str(refused)}, sys.stdout)
        return 1
    json.dump(done, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
