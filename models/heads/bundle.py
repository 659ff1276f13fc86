"""Puts a head into a bundle: its file, its entry of the card, and the index. The bundle's hash stays."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from models.convert.bundle import refresh
from models.convert.card import text_of
from models.recipe.markdown import render


def add_head(folder: Path, head: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Writes heads/<name>.json and renews card and index, which is last. Returns the index.

    Raises ValueError when the bundle's hash would become another one: a head embeds nothing anew.
    """
    before = json.loads((folder / "bundle.json").read_text("utf-8"))["hash"]
    card = json.loads((folder / "card.json").read_text("utf-8"))
    others = [h for h in card.get("heads", []) if h["name"] != entry["name"]]
    card["heads"] = sorted([*others, entry], key=lambda h: str(h["name"]))
    (folder / "heads").mkdir(exist_ok=True)
    _replace(folder / "heads" / f"{head['name']}.json", dumped(head))
    write_card(folder, card)
    index: dict[str, Any] = refresh(folder)
    if index["hash"] != before:
        raise ValueError(f"the hash of the bundle became {index['hash']} instead of {before}")
    return index


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """card.json and the text that is made of it."""
    _replace(folder / "card.json", dumped(card))
    _replace(folder / "CARD.md", text_of(card) if "import" in card else render(card))


def dumped(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, "utf-8", newline="\n")
    os.replace(part, path)
