import hashlib
import subprocess
import sys
import unittest
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import onnxruntime

from models.convert.encoder_onnx import UnsupportedEncoder, build_encoder
from models.convert.forward import forward, regress
from models.recipe import tokens, train
from models.recipe.checkpoint import read_checkpoint
from models.recipe.network import Shape, initial, named
from models.recipe.network import forward as jax_forward

ROOT = Path(__file__).parents[4]
FIXTURES = ROOT / "test" / "fixtures" / "chemistry"
SHAPE = Shape(layers=2, hidden=16, heads=4, inner=24, max_tokens=40, targets=3)
SMILES = ("CCO", "Clc1ccccc1", "CC(=O)Oc1ccccc1C(=O)O", "C[C@H](N)C(=O)[O-].[Na+]")


def weights(shape: Shape = SHAPE) -> tuple[dict, dict]:
    """Random weights, biases and norms too: what begins at 0 or 1 would hide where it is used."""
    random = np.random.RandomState(3)
    parts = named(initial(shape, 1), shape)
    return tuple({k: v + random.randn(*v.shape).astype(np.float32) * 0.3 for k, v in part.items()} for part in parts)


def batch() -> tuple[np.ndarray, np.ndarray]:
    rows = [tokens.encode(s, tokens.read_vocabulary()) for s in SMILES]
    ids = tokens.pad(rows, max(map(len, rows)) + 3)
    return ids, (ids != 0).astype(np.int64)


def ort(model: bytes, ids: np.ndarray, mask: np.ndarray) -> list[np.ndarray]:
    return onnxruntime.InferenceSession(model).run(None, {"input_ids": ids, "attention_mask": mask})


class Encoder(unittest.TestCase):
    def test_what_is_trained_is_what_is_written(self) -> None:
        params = initial(Shape(), 5)
        ids, mask = batch()
        trained, predicted = jax_forward(params, ids, Shape())
        encoder, head = named(params, Shape())
        embedding, prediction = ort(build_encoder(encoder, Shape().config(), "mean", head), ids, mask)
        self.assertLess(np.abs(trained - embedding).max(), 1e-5)
        self.assertLess(np.abs(predicted - prediction).max(), 1e-5)

    def test_ONNX_is_the_numpy_forward_pass_for_both_poolings(self) -> None:
        encoder, head = weights()
        ids, mask = batch()
        for pooling in ("mean", "cls"):
            with self.subTest(pooling):
                found, predicted = ort(build_encoder(encoder, SHAPE.config(), pooling, head), ids, mask)
                _, wanted = forward(encoder, SHAPE.config(), ids, mask, pooling)
                self.assertLess(np.abs(found - wanted).max(), 1e-5)
                self.assertLess(np.abs(predicted - regress(head, wanted)).max(), 1e-5)

    def test_positions_follow_the_padding_id_of_the_configuration(self) -> None:
        encoder, _ = weights()
        config = {**SHAPE.config(), "pad_token_id": 1, "max_position_embeddings": 41}
        ids, mask = batch()
        ids[mask == 0] = 1
        (found,) = ort(build_encoder(encoder, config, "mean"), ids, mask)
        self.assertLess(np.abs(found - forward(encoder, config, ids, mask)[1]).max(), 1e-5)
        self.assertGreater(np.abs(found - forward(encoder, SHAPE.config(), ids, mask)[1]).max(), 1e-2)

    def test_the_same_weights_give_the_same_bytes(self) -> None:
        encoder, head = weights()
        one, other = (build_encoder(encoder, SHAPE.config(), "mean", head) for _ in range(2))
        self.assertEqual(one, other)

    def test_the_committed_checkpoint_gives_the_shipped_model(self) -> None:
        encoder, head, config = read_checkpoint(FIXTURES / "checkpoint")
        shipped = (ROOT / "models" / "chemberta-mtr-mini" / "model.onnx").read_bytes()
        self.assertEqual(build_encoder(encoder, config, "mean", head), shipped)

    def test_what_the_writer_does_not_know_is_refused(self) -> None:
        encoder, _ = weights()
        for odd in ({"hidden_act": "relu"}, {"position_embedding_type": "relative_key"}, {"num_attention_heads": 5}):
            with self.subTest(odd), self.assertRaises(UnsupportedEncoder):
                build_encoder(encoder, {**SHAPE.config(), **odd}, "mean")
        with self.assertRaises(UnsupportedEncoder):
            build_encoder(encoder, SHAPE.config(), "max")

    def test_a_missing_tensor_is_named(self) -> None:
        encoder, _ = weights()
        del encoder["encoder.layer.1.output.dense.bias"]
        with self.assertRaisesRegex(KeyError, "encoder.layer.1.output.dense.bias"):
            build_encoder(encoder, SHAPE.config(), "mean")


class Training(unittest.TestCase):
    def test_a_pass_takes_every_molecule_once_in_batches_of_like_length(self) -> None:
        lengths = [n % 97 + 3 for n in range(12_800)]
        batches = list(islice(train._batches(lengths, train.Plan()), 100))
        self.assertEqual(Counter(int(i) for b in batches for i in b), Counter(range(12_800)))
        self.assertLess(np.mean([np.ptp(np.take(lengths, b)) for b in batches]), 10)

    def test_the_rate_rises_falls_and_ends_at_its_floor(self) -> None:
        plan = train.Plan(steps=1000)
        rates = [train._rate(n, plan) for n in (1, 100, 200, 600, 1000)]
        self.assertEqual(rates, sorted(rates[:3]) + sorted(rates[3:], reverse=True))
        self.assertAlmostEqual(rates[-1], plan.rate * plan.floor)

    def test_lengths_are_padded_to_the_next_bucket_and_never_above_the_limit(self) -> None:
        self.assertEqual([train.bucket(n, 120) for n in (1, 16, 17, 112, 113)], [16, 16, 32, 112, 120])

    def test_two_processes_train_to_the_same_bytes_and_another_seed_to_others(self) -> None:
        first, second, other = (trained(seed, order) for seed, order in ((0, 1), (0, 2), (1, 1)))
        self.assertEqual(first, second)
        self.assertNotEqual(first, other)


def trained(seed: int, hash_seed: int) -> str:
    """SHA-256 of the model after 60 steps, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, str(seed)],
        env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def train_60_steps(seed: int) -> str:
    from models.recipe import assemble, data

    molecules = assemble.read_holdout(ROOT / "models" / "chemberta-mtr-mini" / "holdout.csv.gz")
    ids = [tokens.encode(s, tokens.read_vocabulary()) for s in molecules.smiles]
    # Of one length alone: each length is compiled, which takes longer than the steps.
    rows = [i for i, row in enumerate(ids) if 33 <= len(row) <= 48]
    scaled = data.norms_of(molecules.values).scale(molecules.values)
    plan, shape = train.Plan(steps=60, seed=seed, batch=32), Shape()
    done = train.train([ids[i] for i in rows], scaled[rows], shape, plan, say=lambda _: None)
    encoder, head = named(done.params, shape)
    return hashlib.sha256(build_encoder(encoder, shape.config(), "mean", head)).hexdigest()


if __name__ == "__main__":
    print(train_60_steps(int(sys.argv[1])))
