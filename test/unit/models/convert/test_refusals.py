import json
import shutil
import sys
import tempfile
import unittest
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[4] / "glue" / "embed"))

import checkpoints
import numpy as np

from models.convert import importer
from models.convert.encoder_onnx import build_encoder
from models.convert.refusal import Refused

#: Everything that is written lies below it, and is gone when the interpreter ends.
_FOLDER = tempfile.TemporaryDirectory()
tempfile.tempdir = _FOLDER.name

Tensors = OrderedDict[str, np.ndarray]


def made(kind: str = "tiny", change: Callable[[Tensors], None] = lambda _: None, **config: Any) -> Path:
    """A small checkpoint, changed."""
    folder = Path(tempfile.mkdtemp())
    told = checkpoints.configuration(kind) | config
    (folder / "config.json").write_text(json.dumps({k: v for k, v in told.items() if v is not None}))
    checkpoints.write_tokenizer(kind, folder)
    found = checkpoints.tensors(kind, checkpoints.configuration(kind))
    change(found)
    checkpoints.write_safetensors(folder / "model.safetensors", found)
    return folder


def small_byte_pairs() -> Path:
    """The tokenizer of ChemBERTa-77M beside a small encoder."""
    folder = made()
    (folder / "vocab.txt").unlink()
    checkpoints.write_tokenizer("77m-mlm", folder)
    return folder


class Refusals(unittest.TestCase):
    def refused(self, folder: Path, *words: str, **options: Any) -> None:
        out = Path(tempfile.mkdtemp()) / "out"
        with self.assertRaises(Refused) as caught:
            importer.import_checkpoint(folder, out, importer.Options("sample", "1.0.0", **options), lambda _: None)
        for word in words:
            self.assertIn(word, str(caught.exception))
        # Nothing was written, not even in part.
        self.assertEqual(list(out.parent.iterdir()), [])

    def test_a_missing_tensor_is_named(self) -> None:
        name = "roberta.encoder.layer.0.output.dense.bias"
        self.refused(made(change=lambda t: t.__delitem__(name)), "lacks", name.removeprefix("roberta."))

    def test_a_tensor_that_no_such_encoder_has_is_named(self) -> None:
        extra = {"roberta.encoder.layer.1.output.dense.bias": np.zeros(8, np.float32)}
        self.refused(made(change=lambda t: t.update(extra)), "encoder.layer.1.output.dense.bias")

    def test_a_tensor_of_another_shape_is_named(self) -> None:
        wrong = {"roberta.embeddings.LayerNorm.weight": np.zeros(7, np.float32)}
        self.refused(made(change=lambda t: t.update(wrong)), "embeddings.LayerNorm.weight", "[7]", "[8]")

    def test_a_weight_that_is_not_finite_is_refused(self) -> None:
        wrong = {"roberta.embeddings.LayerNorm.weight": np.array([np.nan] * 8, np.float32)}
        self.refused(made(change=lambda t: t.update(wrong)), "not finite")

    def test_positions_of_another_number_are_refused(self) -> None:
        self.refused(made(max_position_embeddings=67), "position_embeddings", "[66, 8]")

    def test_fewer_words_than_the_vocabulary_has_are_refused(self) -> None:
        change: Callable[[Tensors], None] = lambda t: t.update(
            {"roberta.embeddings.word_embeddings.weight": np.zeros((500, 8), np.float32)}
        )
        self.refused(made(change=change, vocab_size=500), "word_embeddings has 500 rows")

    def test_other_activations_positions_and_models_are_refused(self) -> None:
        self.refused(made(hidden_act="gelu_new"), "gelu_new")
        self.refused(made(position_embedding_type="relative_key"), "relative_key")
        self.refused(made(model_type="bert"), "bert")
        self.refused(made(is_decoder=True), "is_decoder")

    def test_a_configuration_without_padding_is_refused(self) -> None:
        self.refused(made(pad_token_id=None), "pad_token_id")

    def test_a_folder_without_weights_is_refused(self) -> None:
        folder = made()
        (folder / "model.safetensors").unlink()
        self.refused(folder, "neither model.safetensors nor pytorch_model.bin")

    def test_safetensors_that_are_cut_are_refused(self) -> None:
        folder = made()
        path = folder / "model.safetensors"
        path.write_bytes(path.read_bytes()[:-4])
        self.refused(folder, "lies at bytes")

    def test_safetensors_with_a_header_of_any_length_are_refused(self) -> None:
        folder = made()
        (folder / "model.safetensors").write_bytes((2**60).to_bytes(8, "little") + b"{}")
        self.refused(folder, "no safetensors")

    def test_the_broken_tokenizer_is_refused_with_what_it_does(self) -> None:
        self.refused(small_byte_pairs(), "known to be broken", "'Cl'", "--bug-compatible")

    def test_a_whole_tokenizer_needs_no_compatibility_with_a_bug(self) -> None:
        self.refused(made(), "no bug", bug_compatible=True)

    def test_files_of_a_tokenizer_that_disagree_are_refused(self) -> None:
        folder = small_byte_pairs()
        ids = json.loads((folder / "vocab.json").read_text()) | {"C": 15, "c": 16}
        (folder / "vocab.json").write_text(json.dumps(ids))
        self.refused(folder, "another vocabulary", bug_compatible=True)

    def test_a_text_that_begins_otherwise_than_told_is_refused(self) -> None:
        folder = small_byte_pairs()
        whole = json.loads((folder / "tokenizer.json").read_text())
        whole["post_processor"]["cls"] = ["<s>", 591]
        (folder / "tokenizer.json").write_text(json.dumps(whole))
        self.refused(folder, "at an end of a text", bug_compatible=True)

    def test_word_pieces_are_refused(self) -> None:
        folder = made()
        text = (folder / "vocab.txt").read_text()
        (folder / "vocab.txt").write_text(text.replace("[unused1]", "##C"))
        self.refused(folder, "word pieces")

    def test_a_folder_that_exists_is_left_alone(self) -> None:
        out = Path(tempfile.mkdtemp())
        (out / "mine").write_text("mine")
        with self.assertRaisesRegex(Refused, "exists already"):
            importer.import_checkpoint(made(), out, importer.Options("sample", "1.0.0"), lambda _: None)
        self.assertEqual((out / "mine").read_text(), "mine")

    def test_an_onnx_that_computes_something_else_is_not_written(self) -> None:
        def wrong(weights: Any, config: Any, *rest: Any) -> bytes:
            return build_encoder(weights, {**config, "layer_norm_eps": 1e-3}, *rest)

        with patch.object(importer, "build_encoder", wrong):
            self.refused(made(), "differ by")


class Imports(unittest.TestCase):
    def imported(self, folder: Path, **options: Any) -> tuple[Path, dict[str, Any]]:
        out = Path(tempfile.mkdtemp()) / "out"
        done = importer.import_checkpoint(folder, out, importer.Options("sample", "1.0.0", **options), lambda _: None)
        return out, done

    def test_the_same_checkpoint_gives_the_same_bytes(self) -> None:
        folder = made()
        first, second = self.imported(folder)[0], self.imported(folder)[0]
        files = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
        self.assertGreater(len(files), 5)
        for path in files:
            self.assertEqual((first / path).read_bytes(), (second / path).read_bytes(), path)

    def test_weights_of_either_form_give_the_same_hash(self) -> None:
        folder = made()
        other = Path(shutil.copytree(folder, Path(tempfile.mkdtemp()) / "other"))
        (other / "model.safetensors").unlink()
        checkpoints.write_zip(other / "pytorch_model.bin", checkpoints.tensors("tiny", checkpoints.configuration("tiny")))
        self.assertEqual(self.imported(folder)[1]["hash"], self.imported(other)[1]["hash"])

    def test_what_is_left_out_is_told(self) -> None:
        dropped = self.imported(made())[1]["dropped"]
        self.assertIn("lm_head.decoder.weight", dropped)
        self.assertIn("embeddings.position_ids", dropped)

    def test_names_without_the_prefix_are_the_same_encoder(self) -> None:
        def bare(t: Tensors) -> None:
            for name in list(t):
                t[name.removeprefix("roberta.")] = t.pop(name)

        self.assertEqual(self.imported(made(change=bare))[1]["hash"], self.imported(made())[1]["hash"])

    def test_the_first_token_can_be_asked_for(self) -> None:
        out, done = self.imported(made(), pooling="cls")
        self.assertEqual(json.loads((out / "bundle.json").read_text())["pooling"], "cls")
        self.assertNotEqual(done["hash"], self.imported(made())[1]["hash"])

    def test_a_regression_is_scaled_back_by_the_norms_and_a_deviation_of_0_counts_as_1(self) -> None:
        small = {"hidden_size": 8, "intermediate_size": 12, "num_attention_heads": 2, "num_hidden_layers": 1}
        config = checkpoints.configuration("77m-mtr") | small | {"max_position_embeddings": 66}
        folder = Path(tempfile.mkdtemp())
        (folder / "config.json").write_text(json.dumps(config))
        checkpoints.write_tokenizer("tiny", folder)
        checkpoints.write_safetensors(folder / "model.safetensors", checkpoints.tensors("77m-mtr", config))
        out, done = self.imported(folder)
        targets = json.loads((out / "targets.json").read_text())
        self.assertEqual((done["targets"], len(targets), targets[5]["name"]), (199, 199, "MolWt"))
        self.assertEqual(targets[3]["mean"], config["norm_mean"][3])
        self.assertEqual((config["norm_std"][7], targets[7]["std"]), (0, 1.0))
        mean = self.imported(folder, pooling="mean")[1]
        self.assertEqual((mean["targets"], "regression.dense.weight" in mean["dropped"]), (0, True))


if __name__ == "__main__":
    unittest.main()
