import gzip
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

import numpy as np
from rdkit import RDLogger

from models.recipe import data, tokens
from models.recipe.descriptors import DESCRIPTORS, NAMES, describe

# What it says would stand between a test's name and its result.
RDLogger.DisableLog("rdApp.*")


def written(text: str | bytes, name: str = "molecules.csv") -> Path:
    path = Path(tempfile.mkdtemp()) / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


class Reading(unittest.TestCase):
    def test_a_column_is_found_by_its_name(self) -> None:
        path = written('id,smiles,activity\n1,CCO ,2\n2,"C,C",3\n')
        self.assertEqual(data.read_smiles(path), ["CCO", "C,C"])

    def test_without_a_header_the_first_field_before_a_tab_is_the_molecule(self) -> None:
        self.assertEqual(data.read_smiles(written("CCO\tOCC\nC\tC\n")), ["CCO", "C"])

    def test_byte_order_mark_CRLF_and_blank_lines_are_no_part_of_a_molecule(self) -> None:
        self.assertEqual(data.read_smiles(written("\ufeffCCO\r\n\r\n  \r\nC\r\n")), ["CCO", "C"])

    def test_gzip_is_read(self) -> None:
        self.assertEqual(data.read_smiles(written(gzip.compress(b"CCO\n"), "m.csv.gz")), ["CCO"])


class Describing(unittest.TestCase):
    def test_what_RDKit_refuses_has_no_row(self) -> None:
        self.assertEqual([describe(s) for s in ("C1CC", "C(C)(C)(C)(C)C", "", "x")], [None] * 4)

    def test_a_molecule_whose_descriptors_are_not_finite_has_no_row(self) -> None:
        broken = (*DESCRIPTORS[:-1], DESCRIPTORS[-1]._replace(compute=lambda _: float("nan")))
        with patch("models.recipe.descriptors.DESCRIPTORS", broken):
            self.assertIsNone(describe("CC"))

    def test_ethanol_has_the_known_values_under_its_canonical_SMILES(self) -> None:
        canonical, values = describe("OCC") or ("", [])
        named = dict(zip(NAMES, values, strict=True))
        self.assertEqual(canonical, "CCO")
        self.assertAlmostEqual(named["MolWt"], 46.069, 3)
        self.assertAlmostEqual(named["TPSA"], 20.23, 2)
        self.assertEqual((named["HeavyAtomCount"], named["NumHDonors"], named["FractionCSP3"]), (3, 1, 1))


class Loading(unittest.TestCase):
    def test_counts_add_up_and_duplicates_are_by_canonical_SMILES(self) -> None:
        path = written("CCO\nOCC\nC1CC\nCCN\nx\n")
        molecules, counts = data.load(path, path.parent, processes=1)
        self.assertEqual(molecules.smiles, ["CCO", "CCN"])
        self.assertEqual(counts, {"read": 5, "refused": 2, "duplicates": 1})

    def test_what_is_kept_is_equal_to_what_was_computed(self) -> None:
        path = written("CCO\nCCN\n")
        first, _ = data.load(path, path.parent, processes=1)
        second, _ = data.load(path, path.parent, processes=1)
        self.assertEqual(first.smiles, second.smiles)
        self.assertTrue(np.array_equal(first.values, second.values))


class Splitting(unittest.TestCase):
    def setUp(self) -> None:
        self.smiles = ["C" * n for n in range(1, 200)] + ["N" + "C" * n for n in range(2100)]
        self.molecules = data.Molecules(self.smiles, np.zeros((len(self.smiles), 20)))
        counts = {"read": len(self.smiles), "refused": 0, "duplicates": 0}
        long = data.Molecules(
            [s if len(s) < 130 else f"{s[0]}C(C)C{i}" for i, s in enumerate(self.smiles)], self.molecules.values
        )
        self.split = data.split(long, counts, {"CC", "CCC"}, 128)

    def test_no_molecule_is_in_both_parts(self) -> None:
        self.assertFalse(set(self.split.train.smiles) & set(self.split.holdout.smiles))

    def test_excluded_and_long_molecules_are_in_neither_part(self) -> None:
        kept = self.split.train.smiles + self.split.holdout.smiles
        self.assertFalse({"CC", "CCC"} & set(kept))
        self.assertLessEqual(max(len(tokens.tokenize(s)) for s in kept), 126)

    def test_every_row_read_is_counted_once(self) -> None:
        counts = dict(self.split.counts)
        self.assertGreater(counts["too_long"], 0)
        self.assertEqual(counts.pop("read"), sum(counts.values()))


class Norming(unittest.TestCase):
    def test_targets_are_clipped_and_scaled_by_the_norms(self) -> None:
        values = np.arange(10_001, dtype=np.float64)[:, None]
        norms = data.norms_of(values)
        low, high = norms.scale(np.array([[-1e9], [1e9]]))[:, 0]
        self.assertAlmostEqual(float(low * norms.std[0] + norms.mean[0]), norms.low[0], 2)
        self.assertAlmostEqual(float(high * norms.std[0] + norms.mean[0]), norms.high[0], 2)
        self.assertAlmostEqual(float(norms.low[0]), 5.0)

    def test_a_target_that_never_varies_is_scaled_to_0_and_restored_to_its_mean(self) -> None:
        norms = data.norms_of(np.full((5, 1), 3.5))
        self.assertEqual(norms.scale(np.full((5, 1), 3.5)).tolist(), [[0.0]] * 5)
        self.assertEqual(norms.restore(np.float32([[7.0]])).tolist(), [[3.5]])


class Tokenizing(unittest.TestCase):
    def test_aspirin_has_the_published_ids(self) -> None:
        known = [12, 16, 16, 17, 22, 19, 18, 19, 16, 20, 22, 16, 16, 22, 16, 16, 22, 16, 20, 16, 17, 22, 19, 18, 19, 13]
        self.assertEqual(tokens.encode("CC(=O)OC1=CC=CC=C1C(=O)O", tokens.read_vocabulary()), known)

    def test_characters_that_are_no_token_are_refused_not_dropped(self) -> None:
        for smiles in ("CC H", "Xe", "C%(100)C", "C\u00a0C"):
            with self.subTest(smiles), self.assertRaises(tokens.TokenizerLossy):
                tokens.tokenize(smiles)

    def test_the_vocabulary_has_591_tokens_and_its_last_one(self) -> None:
        self.assertEqual(len(tokens.read_vocabulary()), 591)
        self.assertIn(590, tokens.read_vocabulary().values())
