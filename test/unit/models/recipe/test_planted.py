"""Known mistakes, planted into the numpy forward pass: each must miss the frozen numbers."""

import json
import unittest
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from models.convert import forward as right
from models.recipe.checkpoint import read_checkpoint

FIXTURES = Path(__file__).parents[4] / "test" / "fixtures" / "chemistry"
BOUND = 1e-5
NOTHING: Mapping[str, Any] = {}
KNOWN = json.loads((FIXTURES / "layers.json").read_text("utf-8"))
ENCODER, HEAD, CONFIG = read_checkpoint(FIXTURES / "checkpoint")
IDS, MASK = np.array(KNOWN["inputIds"]), np.array(KNOWN["attentionMask"])


def gap(
    *, ids=IDS, mask=MASK, config: Mapping[str, Any] = NOTHING, pooling="mean", encoder=ENCODER, **mistakes: Callable
) -> float:
    """Largest difference of an embedding from the frozen ones, with functions of the forward pass replaced."""
    with ExitStack() as stack:
        for name, mistake in mistakes.items():
            stack.enter_context(patch.object(right, name, mistake))
        _, found = right.forward(encoder, {**CONFIG, **config}, ids, mask, pooling)
    return float(np.abs(found - np.array(KNOWN["embedding"])).max())


class Honest(unittest.TestCase):
    def test_the_forward_pass_is_within_the_bound(self) -> None:
        self.assertLess(gap(), BOUND / 100)

    def test_every_layer_is_within_the_bound(self) -> None:
        frozen = np.fromfile(FIXTURES / "layers.f32", "<f4").reshape(KNOWN["shape"])
        layers, _ = right.forward(ENCODER, CONFIG, IDS, MASK)
        real = MASK.astype(bool)
        self.assertEqual(len(layers), 3)
        for state, wanted in zip(layers, frozen, strict=True):
            self.assertLess(np.abs(state - wanted)[real].max(), BOUND)

    def test_positions_are_those_that_are_frozen(self) -> None:
        self.assertEqual(right.positions(IDS, CONFIG["pad_token_id"]).tolist(), KNOWN["positionIds"])

    def test_another_id_of_padding_on_the_right_does_no_harm(self) -> None:
        ids, count = np.where(MASK == 1, IDS, 5), np.cumsum(MASK, 1) * MASK
        self.assertLess(gap(ids=ids, positions=lambda *_: count), BOUND)

    def test_more_padding_does_no_harm(self) -> None:
        wider = [np.pad(x, ((0, 0), (0, 20))) for x in (IDS, MASK)]
        self.assertLess(gap(ids=wider[0], mask=wider[1]), BOUND)


class Planted(unittest.TestCase):
    """Titles say what is wrong."""

    def seen(self, found: float) -> None:
        self.assertGreater(found, 10 * BOUND)

    def test_positions_from_0(self) -> None:
        self.seen(gap(positions=lambda ids, pad: np.maximum(np.cumsum(ids != pad, 1) - 1, 0)))

    def test_positions_from_2_as_with_padding_id_1(self) -> None:
        self.seen(gap(positions=lambda ids, pad: np.cumsum(ids != pad, 1) * (ids != pad) + 1))

    def test_no_attention_mask(self) -> None:
        attend = right._attend
        self.seen(gap(_attend=lambda w, name, x, mask, heads: attend(w, name, x, np.ones_like(mask), heads)))

    def test_mean_over_padding_too(self) -> None:
        self.seen(gap(_pool=lambda x, mask, pooling: x.mean(1)))

    def test_mean_without_the_special_tokens(self) -> None:
        self.seen(gap(_pool=lambda x, mask, pooling: pooled(x, mask * (IDS != 12) * (IDS != 13))))

    def test_first_token_instead_of_the_mean(self) -> None:
        self.seen(gap(pooling="cls"))

    def test_last_token_dropped(self) -> None:
        mask = MASK * (IDS != 13)
        self.seen(gap(ids=IDS * mask, mask=mask))

    def test_padding_on_the_left(self) -> None:
        order = np.argsort(MASK, axis=1, kind="stable")
        ids, mask = (np.take_along_axis(x, order, 1) for x in (IDS, MASK))
        self.seen(
            gap(ids=ids, mask=mask, positions=lambda ids, pad: np.arange(1, ids.shape[1] + 1)[None].repeat(len(ids), 0))
        )

    def test_tanh_formula_of_GELU(self) -> None:
        self.seen(gap(_gelu=lambda x: x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2))

    def test_ReLU_instead_of_GELU(self) -> None:
        self.seen(gap(_gelu=lambda x: np.maximum(x, 0)))

    def test_epsilon_of_1e_3(self) -> None:
        self.seen(gap(config={"layer_norm_eps": 1e-3}))

    def test_epsilon_of_1e_12(self) -> None:
        self.assertGreater(gap(config={"layer_norm_eps": 1e-12}), BOUND)

    def test_scores_that_are_not_scaled(self) -> None:
        query = {k: v * (4.0 if ".query." in k else 1.0) for k, v in ENCODER.items()}
        self.seen(gap(encoder=query))

    def test_token_types_left_out_of_a_model_that_has_them(self) -> None:
        name = "embeddings.token_type_embeddings.weight"
        with_types = {**ENCODER, name: np.random.RandomState(0).randn(1, 64).astype(np.float32)}
        self.seen(gap(encoder=with_types))

    def test_norm_before_the_sum_instead_of_after(self) -> None:
        linear, norm = right._linear, right._norm
        before = {
            "_norm": lambda w, name, x, eps: x if name.endswith("layer.0.output.LayerNorm") else norm(w, name, x, eps)
        }
        self.assertIs(linear, right._linear)
        self.seen(gap(**before))

    def test_two_letter_atoms_read_as_their_first_letter(self) -> None:
        chlorine, carbon = 28, 16
        self.assertIn(chlorine, IDS)
        self.seen(gap(ids=np.where(chlorine == IDS, carbon, IDS)))

    def test_weights_of_half_precision(self) -> None:
        self.seen(gap(encoder={k: v.astype(np.float16).astype(np.float32) for k, v in ENCODER.items()}))

    def test_weights_of_8_bits(self) -> None:
        def rounded(w: np.ndarray) -> np.ndarray:
            step = np.abs(w).max() / 127 or 1.0
            return (np.round(w / step) * step).astype(np.float32)

        self.seen(gap(encoder={k: rounded(v) if v.ndim == 2 else v for k, v in ENCODER.items()}))


def pooled(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
