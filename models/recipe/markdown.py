"""CARD.md from card.json, by Python alone: `python -m models.recipe.markdown FOLDER`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


def render(card: dict[str, Any]) -> str:
    """The text of CARD.md."""
    sections = [
        f"# {card['name']} {card['version']}",
        "Made from card.json by `python -m models.recipe.markdown`; do not edit it by hand.",
        card["summary"],
        *_listed("Intended use", card["intendedUse"]),
        *_listed("Not for", card["misuse"]),
        *_listed("Limits", card["limits"]),
        *_data(card["data"]),
        *_training(card["training"]),
        *_holdout(card["metrics"]["holdout"]),
        *_elsewhere(card["metrics"]["elsewhere"]),
        *_storage(card["storage"]),
        *_applicability(card.get("applicability")),
        *_heads(card["heads"]),
    ]
    return "\n\n".join(sections) + "\n"


def write_card_text(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text("utf-8"))
    (folder / "CARD.md").write_text(render(card), "utf-8")


def _listed(title: str, items: Iterable[str]) -> list[str]:
    return [f"## {title}", "\n".join(f"- {item}" for item in items)]


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _data(data: dict[str, Any]) -> list[str]:
    roles = [("training", data["training"]), *(("excluded", x) for x in data["excluded"])]
    rows = [[role, _link(s), s.get("licence", ""), f"`{s['sha256']}`"] for role, s in roles]
    counts = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in data["rows"].items())
    return [
        "## Data",
        _table(["part", "file", "licence", "SHA-256"], rows),
        f"Rows: {counts}. {data['split']}. Molecules of the excluded files were not trained on.",
    ]


def _link(s: dict[str, Any]) -> str:
    return f"[{s['title']}]({s['address']}), `{s['file']}`" if "address" in s else f"`{s['file']}`"


def _training(t: dict[str, Any]) -> list[str]:
    shape, o = t["shape"], t["optimizer"]
    rows = [
        [
            s["seed"],
            "yes" if s["shipped"] else "",
            s["loss"],
            s["cpuSeconds"],
            s["wallSeconds"],
            f"`{s['onnxSha256'][:16]}`",
        ]
        for s in t["seeds"]
    ]
    software = ", ".join(f"{name} {v}" for name, v in t["software"].items())
    return [
        "## Training",
        f"Objective: {t['objective']}. {shape['layers']} layers of {shape['hidden']}, {shape['heads']} heads, "
        f"inner size {shape['inner']}, {t['parameters']['encoder']:,} parameters and "
        f"{t['parameters']['head']:,} of the regression. "
        f"{o['name']}, {o['steps']:,} steps of {o['batch']} molecules, highest rate {o['rate']}, "
        f"weight decay {o['decay']}. CPU: {t['cpu']}. Software: {software}.",
        _table(["seed", "shipped", "last loss", "CPU seconds", "wall seconds", "SHA-256 of model.onnx begins"], rows),
    ]


def _holdout(m: dict[str, Any]) -> list[str]:
    columns = [f"seed {s['seed']}" for s in m["seeds"]]
    bag = m["bagOfTokens"]
    names = [("mean of 20", lambda s: s["mean"]), *((n, lambda s, n=n: s["r2"][n]) for n in bag["r2"])]
    rows = [[name, *(f"{of(s):.3f}" for s in m["seeds"]), f"{of(bag):.3f}"] for name, of in names]
    return [
        f"## R² on {m['molecules']:,} held-out molecules",
        "Beside a ridge regression on how often each token occurs, which knows nothing of structure.",
        _table(["target", *columns, "bag of tokens"], rows),
    ]


def _elsewhere(sets: Sequence[dict[str, Any]]) -> list[str]:
    if not sets:
        return []
    shown = ("MolWt", "TPSA", "MolLogP", "NumRotatableBonds", "NumHDonors", "FractionCSP3", "qed")
    rows = [
        [s["file"], f"{s['molecules']:,}", who, f"{r['mean']:.3f}", *(f"{r['r2'][n]:.3f}" for n in shown)]
        for s in sets
        for who, r in (("shipped model", s["model"]), ("bag of tokens", s["bagOfTokens"]))
    ]
    return [
        "## R² on molecules of another kind",
        "The files that were excluded from the training; RDKit's descriptors of their molecules.",
        _table(["file", "molecules", "model", "mean of 20", *shown], rows),
    ]


def _storage(storage: dict[str, Any]) -> list[str]:
    half = storage["fp16"]
    return [
        "## Storage",
        f"Computed in fp32. Stored as fp16, a component differs by at most {half['maxAbsError']:g} on the held-out "
        f"molecules, whose largest component is {half['maxAbsComponent']:g} "
        f"(bound {half['bound']:g}, which holds for components below 4).",
    ]


def _applicability(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    bins = [[f"{b['from']:g}" if b["from"] > -1 else "", f"{b['to']:g}", f"{b['molecules']:,}", f"{b['error']:.3f}"] for b in found["bins"]]
    sets = [[name, f"{s['molecules']:,}", f"{s['outOfDomain']:.1%}", f"{s['error']:.3f}"] for name, s in found["sets"].items()]
    ratio = found["ratio"]
    return [
        "## Domain",
        f"A molecule is in the domain when the cosine of its nearest reference vector is {found['threshold']:g} or more. "
        f"Outside, errors are {ratio['mean']:.2f} times those inside (95 % interval {ratio['low']:.2f} to {ratio['high']:.2f}). Error: {found['error']}.",
        _table(["cosine from", "to", "molecules", "error"], bins),
        _table(["molecules of", "number", "out of domain", "error"], sets),
    ]


def _heads(heads: Sequence[dict[str, Any]]) -> list[str]:
    """One section a head: {name, title, status, reason, metric, scores: {model: {mean, low, high}}}."""
    out = ["## Heads for measured endpoints"] if heads else []
    for h in heads:
        rows = [[name, *(f"{s[k]:.3f}" for k in ("mean", "low", "high"))] for name, s in h["scores"].items()]
        out += [
            f"### {h['title']} (`{h['name']}`): {h['status']}",
            h["reason"],
            _table([h["metric"], "mean", "95 % from", "to"], rows),
        ]
    return out


if __name__ == "__main__":
    write_card_text(Path(sys.argv[1]))
