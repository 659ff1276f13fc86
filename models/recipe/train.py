"""The training loop: a fixed number of steps on one thread, so that the same data and seed give the same bytes."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# Before JAX is imported: several threads would add up gradients in an order that differs from run to run.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from models.recipe.network import Params, Shape, forward, initial
from models.recipe.tokens import pad

#: Lengths are padded to a multiple of this: each length is compiled once, and longer ones waste more.
BUCKET = 16
#: Batches are cut from so many molecules sorted by length, so that a batch holds molecules of about one length.
POOL = 50


@dataclass(frozen=True)
class Plan:
    steps: int = 9000
    seed: int = 0
    batch: int = 128
    rate: float = 2e-3
    warmup: int = 200
    #: Of the highest learning rate, at the end of the cosine.
    floor: float = 0.02
    beta1: float = 0.9
    beta2: float = 0.98
    decay: float = 0.01
    clip: float = 1.0


@dataclass(frozen=True)
class Trained:
    params: Params
    #: Of the last 500 steps.
    loss: float
    cpu_seconds: float
    wall_seconds: float


def train(
    ids: Sequence[Sequence[int]],
    targets: NDArray[np.float32],
    shape: Shape,
    plan: Plan,
    say: Callable[[str], None] = print,
) -> Trained:
    """Weights after `plan.steps` steps on token ids and scaled targets [n, 20]."""
    params = jax.tree.map(jnp.asarray, initial(shape, plan.seed))
    moments = (jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params))
    step = jax.jit(_stepper(shape, plan))
    losses: list[Array] = []
    cpu, wall = time.process_time(), time.time()
    for n, index in enumerate(_batches([len(row) for row in ids], plan), start=1):
        rows = [ids[i] for i in index]
        batch = pad(rows, bucket(max(map(len, rows)), shape.max_tokens)).astype(np.int32)
        params, moments, loss = step(params, moments, float(n), _rate(n, plan), batch, targets[index])
        losses.append(loss)
        if n % 500 == 0 or n == plan.steps:
            recent = float(np.mean([float(x) for x in losses[-500:]]))
            say(f"step {n} loss {recent:.4f} cpu {time.process_time() - cpu:.0f} s wall {time.time() - wall:.0f} s")
        if n == plan.steps:
            break
    return Trained(jax.tree.map(np.asarray, params), recent, time.process_time() - cpu, time.time() - wall)


def bucket(length: int, limit: int) -> int:
    """The padded length of a batch whose longest molecule has `length` tokens."""
    return min(limit, -(-length // BUCKET) * BUCKET)


def _batches(lengths: Sequence[int], plan: Plan) -> Iterator[NDArray[np.int64]]:
    """Rows of each batch, without end: every pass shuffles anew, and leaves out what does not fill a batch."""
    r = np.random.RandomState(plan.seed)
    length = np.asarray(lengths)
    while True:
        order = r.permutation(len(length))
        pools = (order[i : i + plan.batch * POOL] for i in range(0, len(order), plan.batch * POOL))
        batches = []
        for pool in pools:
            pool = pool[np.argsort(length[pool], kind="stable")]
            full = len(pool) // plan.batch * plan.batch
            batches += [pool[i : i + plan.batch] for i in range(0, full, plan.batch)]
        for i in r.permutation(len(batches)):
            yield batches[i]


def _rate(step: int, plan: Plan) -> float:
    """Linear to the highest rate, then a cosine."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / plan.steps))
    return plan.rate * min(1.0, step / plan.warmup) * max(plan.floor, cosine)


def _stepper(shape: Shape, plan: Plan) -> Callable[..., tuple[Params, Any, Array]]:
    def loss_of(params: Params, ids: Array, targets: Array) -> Array:
        error = jnp.abs(forward(params, ids, shape)[1] - targets)
        return jnp.where(error < 1, 0.5 * error * error, error - 0.5).mean()

    def step(params: Params, moments: Any, n: Array, rate: Array, ids: Array, targets: Array) -> Any:
        loss, gradient = jax.value_and_grad(loss_of)(params, ids, targets)
        norm = jnp.sqrt(sum((g * g).sum() for g in jax.tree.leaves(gradient)))
        gradient = jax.tree.map(lambda g: g * jnp.minimum(1.0, plan.clip / (norm + 1e-6)), gradient)
        m = jax.tree.map(lambda m, g: plan.beta1 * m + (1 - plan.beta1) * g, moments[0], gradient)
        v = jax.tree.map(lambda v, g: plan.beta2 * v + (1 - plan.beta2) * g * g, moments[1], gradient)

        def move(w: Array, m: Array, v: Array) -> Array:
            size = jnp.sqrt(v / (1 - plan.beta2**n)) + 1e-8
            return w * (1 - rate * plan.decay) - rate * (m / (1 - plan.beta1**n)) / size

        return jax.tree.map(move, params, m, v), (m, v), loss

    return step
