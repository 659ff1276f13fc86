import json
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[4]
sys.path.insert(0, str(ROOT / "glue" / "embed"))

from decant_embed.bpe import BpeTokenizer
from decant_embed.tokenizer import TokenizerLossyError

GOLDEN = json.loads((ROOT / "test" / "fixtures" / "bpe.json").read_text("utf-8"))


def tokenizer(without: list[str], unknown: bool = False, bug_compatible: bool = True) -> BpeTokenizer:
    ids = {token: i for i, token in enumerate(t for t in GOLDEN["vocab"] if t not in without)}
    pairs = [tuple(line.split(" ")) for line in GOLDEN["merges"]]
    kept = [(a, b) for a, b in pairs if {a, b, a + b} <= ids.keys()]
    ranks = {pair: rank for rank, pair in enumerate(kept)}
    return BpeTokenizer(ids, (0, 2, 1), ids["<unk>"] if unknown else None, ranks, bug_compatible)


class Golden(unittest.TestCase):
    def check(self, found: BpeTokenizer, wanted: list[list[int]]) -> None:
        self.assertEqual([found.encode(text).ids[1:-1] for text in GOLDEN["texts"]], wanted)

    def test_a_whole_vocabulary_gives_the_ids_of_tokenizers(self) -> None:
        self.check(tokenizer([], bug_compatible=False), GOLDEN["whole"])

    def test_dropped_characters_give_the_ids_of_tokenizers(self) -> None:
        self.check(tokenizer(GOLDEN["without"]), GOLDEN["dropping"])

    def test_marked_characters_give_the_ids_of_tokenizers(self) -> None:
        self.check(tokenizer(GOLDEN["without"], unknown=True), GOLDEN["marking"])


class Lossy(unittest.TestCase):
    def test_a_character_that_would_be_lost_is_an_error_with_its_place(self) -> None:
        with self.assertRaises(TokenizerLossyError) as caught:
            tokenizer(["l"], bug_compatible=False).encode("CC1(Cl)Cl")
        self.assertEqual(caught.exception.position, 5)

    def test_what_is_beyond_ascii_is_an_error(self) -> None:
        with self.assertRaises(TokenizerLossyError) as caught:
            tokenizer([]).encode("CC→O")
        self.assertEqual(caught.exception.position, 2)

    def test_unknown_characters_are_counted(self) -> None:
        self.assertEqual(tokenizer(["l"]).encode("CC1(Cl)Cl").unknown, 2)


if __name__ == "__main__":
    unittest.main()
