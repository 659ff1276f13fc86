import hashlib
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import numpy as np

from models.convert.bundle import bundle_hash, files_of, refresh
from models.recipe import assemble, data
from models.recipe.card import later_parts
from models.recipe.markdown import render
from models.recipe.reference import nearest, write_reference

BUNDLE = Path(__file__).parents[4] / "models" / "chemberta-mtr-mini"


def folder(files: dict[str, str]) -> Path:
    made = Path(tempfile.mkdtemp())
    for path, text in files.items():
        (made / path).parent.mkdir(exist_ok=True)
        (made / path).write_text(text)
    return made


class Hashing(unittest.TestCase):
    FILES = {
        "model.onnx": "m",
        "config.json": "c",
        "targets.json": "t",
        "reference.json": "r",
        "reference.f16": "v",
        "tokenizer/vocab.txt": "w",
        "card.json": "k",
        "CARD.md": "K",
        "holdout.csv.gz": "h",
        "heads/esol.json": "e",
    }

    def hash_with(self, changed: str) -> str:
        return bundle_hash(files_of(folder({**self.FILES, changed: "other"})))

    def test_the_hash_is_that_of_the_canonical_JSON_of_the_files_that_decide_numbers(self) -> None:
        deciding = sorted(
            f for f in self.FILES if f.split("/")[0].split(".")[0] not in ("card", "CARD", "holdout", "heads")
        )
        pairs = ",".join(f'"{f}":"{hashlib.sha256(self.FILES[f].encode()).hexdigest()}"' for f in deciding)
        wanted = hashlib.sha256(f"{{{pairs}}}".encode()).hexdigest()
        self.assertEqual(bundle_hash(files_of(folder(self.FILES))), wanted)

    def test_the_hash_does_not_depend_on_the_order_of_the_files(self) -> None:
        files = files_of(folder(self.FILES))
        self.assertEqual(bundle_hash(dict(reversed(files.items()))), bundle_hash(files))

    def test_every_file_that_decides_numbers_changes_the_hash(self) -> None:
        deciding = (
            "model.onnx",
            "config.json",
            "targets.json",
            "reference.json",
            "reference.f16",
            "tokenizer/vocab.txt",
        )
        hashes = {self.hash_with(path) for path in deciding} | {bundle_hash(files_of(folder(self.FILES)))}
        self.assertEqual(len(hashes), len(deciding) + 1)

    def test_heads_cards_and_holdout_do_not_change_the_hash(self) -> None:
        others = ("card.json", "CARD.md", "holdout.csv.gz", "heads/esol.json", "heads/new.json", ".DS_Store")
        self.assertEqual({self.hash_with(p) for p in others}, {bundle_hash(files_of(folder(self.FILES)))})

    def test_a_new_file_is_listed_when_the_index_is_made_anew(self) -> None:
        made = folder({**self.FILES, "bundle.json": json.dumps({"format": 1, "name": "x"})})
        index = refresh(made)
        self.assertEqual(set(index["files"]), set(self.FILES))
        self.assertEqual((index["name"], index["hash"]), ("x", bundle_hash(files_of(made))))


class Assembling(unittest.TestCase):
    def test_the_holdout_is_read_as_it_was_written(self) -> None:
        values = np.round(np.random.RandomState(0).randn(3, 20) * 100, 4)
        path = Path(tempfile.mkdtemp()) / "h.csv.gz"
        assemble.write_holdout(path, data.Molecules(["C", "C=C", "[Na+].[Cl-]"], values))
        found = assemble.read_holdout(path)
        self.assertEqual(found.smiles, ["C", "C=C", "[Na+].[Cl-]"])
        self.assertTrue(np.array_equal(found.values, values))

    def test_the_nearest_cosine_ignores_lengths_of_vectors(self) -> None:
        sample = np.float32([[1, 0], [0, 5]])
        self.assertTrue(np.allclose(nearest(np.float32([[9, 0], [1, 1]]), sample), [1, 2**-0.5]))

    def test_the_reference_has_as_many_vectors_as_it_says(self) -> None:
        made, random = Path(tempfile.mkdtemp()), np.random.RandomState(0)
        said = write_reference(made, random.randn(50, 8).astype("f4"), random.randn(400, 8).astype("f4"))
        self.assertEqual((made / "reference.f16").stat().st_size, said["count"] * said["dimension"] * 2)
        self.assertAlmostEqual(said["calibration"]["inDomain"], 0.99, 2)


class Card(unittest.TestCase):
    CARD: dict[str, Any] = json.loads((BUNDLE / "card.json").read_text("utf-8"))

    def test_heads_and_distribution_stay_while_the_hash_stays(self) -> None:
        made = folder({"card.json": json.dumps({"heads": [1], "distribution": {"a": 1}, "summary": "old"})})
        self.assertEqual(later_parts(made, "h", "h"), {"heads": [1], "distribution": {"a": 1}})

    def test_heads_are_dropped_when_the_hash_changes(self) -> None:
        made = folder({"card.json": json.dumps({"heads": [1]})})
        self.assertEqual(later_parts(made, "h", "other"), {"heads": []})

    def test_the_text_has_every_seed_and_target(self) -> None:
        text = render(self.CARD)
        for name in self.CARD["training"]["targets"]:
            self.assertIn(f"| {name} | ", text)
        for seed in self.CARD["training"]["seeds"]:
            self.assertIn(f"seed {seed['seed']}", text)
            self.assertIn(seed["onnxSha256"][:16], text)

    def test_the_text_has_every_file_with_its_hash(self) -> None:
        text = render(self.CARD)
        for source in (self.CARD["data"]["training"], *self.CARD["data"]["excluded"]):
            self.assertIn(source["sha256"], text)
            self.assertIn(source["address"], text)
