"""Compares embeddings with the Morgan fingerprints written beside them: neighbours, and heads on measured values.

    decant-embed-report --embeddings FOLDER
    decant-embed-report --embeddings FOLDER --labels esol.csv --value "measured log solubility in mols per litre"
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow.dataset as dataset
from numpy.typing import NDArray

from .fingerprint import unpack
from .neighbours import Overlap, overlap
from .scaffold import Metric, ridge_metrics, scaffolds
from .toolkit import Read, read_molecule

Report = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> Report:
    """Prints the report as a table, or as JSON with --json, and returns it."""
    args = _parser().parse_args(argv)
    smiles, embedding, bits = _vectors(args.embeddings)
    report: Report = {"neighbours": asdict(overlap(embedding, bits))}
    if args.labels:
        report["heads"] = _heads(smiles, embedding, bits, _labels(args.labels, args.column, args.value))
    print(json.dumps(report, indent=2) if args.json else _table(report))
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("decant-embed-report", description=__doc__, allow_abbrev=False)
    parser.add_argument("--embeddings", required=True, help="folder or file of the table of embeddings, with fingerprints")
    parser.add_argument("--labels", help="CSV file with a column of SMILES and one of measured values")
    parser.add_argument("--column", default="smiles", help="column of SMILES in the labels")
    parser.add_argument("--value", default="value", help="column of values in the labels")
    parser.add_argument("--json", action="store_true")
    return parser


def _vectors(path: str) -> tuple[list[str], NDArray[np.float32], NDArray[np.uint8]]:
    """Canonical SMILES, vectors and bits of the molecules that have a fingerprint. Raises ValueError where there are none."""
    table = dataset.dataset(path, format="parquet").to_table(columns=["canonical_smiles", "embedding", "fingerprint"])
    rows = [r for r in table.to_pylist() if r["fingerprint"] is not None]
    if not rows:
        raise ValueError("no embedding has a fingerprint: embed with --fingerprints morgan")
    embedding = np.array([r["embedding"] for r in rows], np.float32)
    return [r["canonical_smiles"] for r in rows], embedding, np.array([unpack(r["fingerprint"]) for r in rows])


def _labels(path: str, column: str, value: str) -> dict[str, float]:
    """Values by canonical SMILES; of several the mean. Rows that are no molecule or have no finite value are left out."""
    found: dict[str, list[float]] = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if column not in row or value not in row:
                some = ", ".join(list(row)[:10])
                raise ValueError(f"the labels have no columns {column} and {value}; they begin with {some}")
            molecule = read_molecule(row[column].strip())
            try:
                number = float(row[value])
            except ValueError:
                continue
            if isinstance(molecule, Read) and np.isfinite(number):
                found.setdefault(molecule.canonical, []).append(number)
    return {smiles: float(np.mean(numbers)) for smiles, numbers in found.items()}


def _heads(
    smiles: list[str], embedding: NDArray[np.float32], bits: NDArray[np.uint8], labels: dict[str, float]
) -> dict[str, Any]:
    at = [i for i, s in enumerate(smiles) if s in labels]
    if len(at) < 100:
        raise ValueError(f"{len(at)} molecules have both a vector and a label: too few for {len(labels)} labels")
    groups, values = scaffolds([smiles[i] for i in at]), np.array([labels[smiles[i]] for i in at])

    def metrics(features: NDArray[Any]) -> dict[str, Any]:
        found: dict[str, Metric] = ridge_metrics(features[at].astype(np.float64), values, groups)
        return {name: asdict(metric) for name, metric in found.items()}

    return {"molecules": len(at), "scaffolds": len(set(groups)), "embedding": metrics(embedding), "morgan": metrics(bits)}


def _table(report: Report) -> str:
    near = Overlap(**report["neighbours"])
    lines = [
        f"{near.molecules} molecules, neighbours of {near.queries}",
        f"top {near.top}, Jaccard      {near.jaccard:.3f} ± {near.jaccard_half_width:.3f} (by chance {near.jaccard_by_chance:.3f})",
        f"rank correlation     {near.rank_correlation:.3f}",
    ]
    heads = report.get("heads")
    if heads:
        lines.append(f"ridge on {heads['molecules']} labels, {heads['scaffolds']} scaffolds, 5 splits")
        for name in heads["embedding"]:
            cells = [f"{kind} {m['mean']:.3f} ± {m['half_width']:.3f}" for kind in ("embedding", "morgan") for m in [heads[kind][name]]]
            lines.append(f"{name:<20} {cells[0]}, {cells[1]}")
    return "\n".join(lines)


def console() -> None:
    """The command: ends with 1 and one line where the input is not as it must be."""
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"decant-embed-report: {error}")
