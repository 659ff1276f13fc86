import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]
sys.path.insert(0, str(ROOT / "glue" / "embed"))

import numpy as np
from decant_embed.model import open_model

from models.heads import compare, scaffolds, table
from models.heads.applicability import Judged, holdout_of, summary
from models.heads.bundle import add_head
from models.heads.models import HEAD, PENALTIES, fit_linear

#: Everything that is written lies below it, and is gone when the interpreter ends.
_FOLDER = tempfile.TemporaryDirectory()
tempfile.tempdir = _FOLDER.name

BUNDLE = ROOT / "models" / "chemberta-mtr-mini"
MODEL = open_model(BUNDLE)


def measured(text: str, kind: str = "ridge") -> table.Measurements:
    path = Path(tempfile.mkdtemp()) / "table.csv"
    path.write_bytes(text.encode())
    return table.read_table(path, "smiles", "y", kind, MODEL)


class Tables(unittest.TestCase):
    def test_rows_of_one_molecule_become_their_mean(self) -> None:
        found = measured("smiles,y\nCCO,1\nOCC,2\nCC,5\n")
        self.assertEqual((found.smiles, found.values.tolist()), (["CCO", "CC"], [1.5, 5]))
        self.assertEqual((found.rows, found.repeated, found.differing), (3, 1, 1))

    def test_a_molecule_of_both_classes_is_left_out_and_counted(self) -> None:
        found = measured("smiles,y\nCCO,1\nOCC,0\nCC,1\nCC,yes\n", "logistic")
        self.assertEqual((found.smiles, found.skipped, found.repeated), (["CC"], {"CONTRADICTING": 2}, 1))

    def test_every_row_is_accounted_for(self) -> None:
        text = "smiles,y\nCCO,1\nC1CC,1\n,1\nCC,\nCCC,abc\nCCCC,nan\nOCC,1\nCC>>CO,1\nC(C)(C)(C)(C)C,1\n"
        found = measured(text)
        codes = {"RING_NOT_CLOSED", "EMPTY", "TARGET_MISSING", "TARGET_NO_NUMBER", "TARGET_NOT_FINITE", "REACTION", "VALENCE"}
        self.assertEqual(set(found.skipped), codes)
        self.assertEqual(found.rows, len(found.smiles) + found.repeated + sum(found.skipped.values()))

    def test_a_mark_of_byte_order_crlf_and_blanks_are_no_harm(self) -> None:
        found = measured("\ufeffsmiles,y\r\nCCO ,1\r\n CC,2\r\n")
        self.assertEqual(found.smiles, ["CCO", "CC"])

    def test_a_missing_column_is_named_beside_those_that_are_there(self) -> None:
        with self.assertRaisesRegex(table.TableRefused, "no column 'y'; it has smiles, logS"):
            measured("smiles,logS\nCCO,1\n")


class Splits(unittest.TestCase):
    #: One scaffold of 30, 35 of two molecules each.
    groups = [""] * 30 + [f"ring{i}" for i in range(35) for _ in range(2)]

    def test_no_scaffold_is_on_two_sides(self) -> None:
        for seed in scaffolds.SEEDS:
            s = scaffolds.split(self.groups, seed)
            parts = [{self.groups[i] for i in part} for part in (s.train, s.validation, s.test)]
            self.assertEqual(len(set.union(*parts)), sum(map(len, parts)))

    def test_every_molecule_is_in_one_part_and_parts_have_their_size(self) -> None:
        s = scaffolds.split(self.groups, 0)
        self.assertEqual(sorted([*s.train, *s.validation, *s.test]), list(range(100)))
        self.assertEqual((len(s.validation), len(s.test)), (10, 10))

    def test_the_largest_scaffold_is_trained_on(self) -> None:
        for seed in scaffolds.SEEDS:
            self.assertTrue(set(range(30)) <= set(scaffolds.split(self.groups, seed).train.tolist()))

    def test_a_seed_gives_one_split_and_another_seed_another(self) -> None:
        first, again, other = (scaffolds.split(self.groups, seed).test.tolist() for seed in (0, 0, 1))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_scaffolds_are_ring_systems_and_chains_have_none(self) -> None:
        found = scaffolds.scaffolds_of(["CCc1ccccc1", "Cc1ccccc1O", "CCCC", "C[C@H]1CCCN1"])
        self.assertEqual(found, ["c1ccccc1", "c1ccccc1", "", "C1CCNC1"])


class Comparison(unittest.TestCase):
    def setUp(self) -> None:
        random = np.random.RandomState(0)
        self.x = random.randn(200, 5)
        self.y = self.x @ np.arange(5) + random.randn(200) * 0.1
        names = [f"ring{i // 2}" for i in range(200)]
        self.splits = [scaffolds.split(names, seed) for seed in scaffolds.SEEDS]

    def test_the_test_part_has_no_say_in_the_choice(self) -> None:
        plain = compare.evaluate(HEAD, "ridge", {"embedding": self.x}, self.y, self.splits[:1])
        shuffled = self.y.copy()
        shuffled[self.splits[0].test] = 1000 * np.arange(len(self.splits[0].test))
        other = compare.evaluate(HEAD, "ridge", {"embedding": self.x}, shuffled, self.splits[:1])
        self.assertEqual((plain.chosen, plain.validation), (other.chosen, other.validation))
        self.assertGreater(other.scores[0], 100 * plain.scores[0])

    def test_a_linear_truth_is_found(self) -> None:
        found = compare.evaluate(HEAD, "ridge", {"embedding": self.x}, self.y, self.splits)
        self.assertLess(max(found.scores), 0.2)
        self.assertEqual(compare.choice_for_all("ridge", found) in PENALTIES, True)

    def test_classes_are_told_apart(self) -> None:
        classes = (self.y > 0).astype(float)
        found = compare.evaluate(HEAD, "logistic", {"embedding": self.x}, classes, self.splits)
        self.assertGreater(min(found.scores), 0.95)

    def test_a_fit_is_linear_on_scaled_features(self) -> None:
        fit = fit_linear("ridge", self.x * 3 + 7, self.y, 0.1)
        np.testing.assert_allclose(fit.center, (self.x * 3 + 7).mean(0))
        np.testing.assert_allclose(fit.linear(self.x * 3 + 7), self.y, atol=0.5)

    def test_the_interval_is_that_of_student(self) -> None:
        # Deviation 1.5811, 4 degrees of freedom: 2.7764 × 1.5811 / √5 = 1.9632.
        self.assertEqual(compare.interval([1, 2, 3, 4, 5]), {"mean": 3.0, "low": 1.0368, "high": 4.9632})

    def verdict(self, kind: str, head: list[float], baseline: list[float]) -> str:
        results = {
            "head": compare.Result("head", head, {}, []),
            "easy": compare.Result("easy", [9.0] * 5 if kind == "ridge" else [0.1] * 5, {}, []),
            "hard": compare.Result("hard", baseline, {}, []),
        }
        status, reason, _ = compare.verdict(kind, results)
        return f"{status}: {reason}"

    def test_a_head_is_supported_only_when_it_is_clearly_better_than_every_baseline(self) -> None:
        head = [1.0, 1.1, 0.9, 1.0, 1.05]
        better = [s + 0.2 + i / 100 for i, s in enumerate(head)]
        self.assertEqual(self.verdict("ridge", head, better), "supported: clearly better than every baseline")
        unclear = [1.2, 1.0, 1.1, 0.9, 1.1]
        self.assertEqual(self.verdict("ridge", head, unclear), "experimental: not clearly better than hard")
        self.assertEqual(self.verdict("ridge", better, head), "experimental: worse than hard")

    def test_of_areas_under_a_curve_more_is_better(self) -> None:
        high, low = [0.8, 0.82, 0.81, 0.8, 0.83], [0.7, 0.71, 0.72, 0.7, 0.7]
        self.assertTrue(self.verdict("logistic", high, low).startswith("supported"))
        self.assertTrue(self.verdict("logistic", low, high).startswith("experimental: worse"))


class Applicability(unittest.TestCase):
    def test_errors_are_counted_on_the_side_of_the_threshold_that_they_are_on(self) -> None:
        near, far = np.array([0.9, 0.95, 0.99]), np.array([0.5, 0.8, 0.85])
        sets = {"near": Judged(near, np.array([0.1, 0.1, 0.1])), "far": Judged(far, np.array([0.4, 0.3, 0.1]))}
        found = summary(sets, 0.85)
        self.assertEqual(found["inDomain"], {"molecules": 4, "error": 0.1})
        self.assertEqual(found["outOfDomain"], {"molecules": 2, "error": 0.35})
        self.assertEqual(found["ratio"]["mean"], 3.5)
        self.assertEqual(found["sets"]["far"]["outOfDomain"], 0.6667)
        self.assertEqual(sum(b["molecules"] for b in found["bins"]), 6)

    def test_the_held_out_molecules_have_a_value_for_each_target(self) -> None:
        found = holdout_of(BUNDLE)
        self.assertEqual(found.values.shape, (len(found.smiles), len(MODEL.bundle.targets)))


class Bundles(unittest.TestCase):
    def test_a_head_is_added_without_a_change_of_the_hash(self) -> None:
        folder = Path(shutil.copytree(BUNDLE, Path(tempfile.mkdtemp()) / "bundle"))
        entry: dict[str, Any] = {"name": "mine", "title": "Mine", "status": "experimental", "reason": "a sample"}
        entry |= {"metric": "RMSE (1)", "scores": {"head": {"mean": 1.0, "low": 0.5, "high": 1.5}}}
        index = add_head(folder, {"name": "mine"}, entry)
        self.assertEqual(index["hash"], MODEL.bundle.hash)
        self.assertIn("heads/mine.json", index["files"])
        names = [h["name"] for h in json.loads((folder / "card.json").read_text())["heads"]]
        self.assertEqual((names.count("mine"), names), (1, sorted(names)))
        self.assertIn("### Mine (`mine`): experimental", (folder / "CARD.md").read_text())


if __name__ == "__main__":
    unittest.main()
