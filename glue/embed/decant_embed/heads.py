"""From the model's outputs to values with units: descriptors by the targets' mean and deviation, endpoints by linear heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bundle import Bundle


@dataclass(frozen=True)
class Endpoint:
    """What a prediction is of."""

    name: str
    unit: str
    #: descriptor, supported or experimental.
    status: str
    head_sha256: str | None


def endpoints(bundle: Bundle) -> list[Endpoint]:
    """Targets in the order of the model's output, then heads by name."""
    targets = [Endpoint(t["name"], t["unit"], "descriptor", None) for t in bundle.targets]
    return targets + [Endpoint(h["name"], h["unit"], h["status"], h["sha256"]) for h in bundle.heads]


def values(
    bundle: Bundle, embedding: NDArray[np.float32], prediction: NDArray[np.float32] | None
) -> NDArray[np.float64]:
    """[n, endpoints] in the order of `endpoints`: embedding is [n, dimension], prediction [n, targets] or None."""
    n = len(embedding)
    parts = []
    if bundle.targets and prediction is not None:
        std = np.array([t["std"] for t in bundle.targets])
        mean = np.array([t["mean"] for t in bundle.targets])
        # Of a target that never varies nothing was learnt: its mean, whatever the model answers.
        parts.append(np.where(std > 0, prediction.astype(np.float64) * std + mean, mean))
    parts += [head_values(head, embedding)[:, None] for head in bundle.heads]
    return np.hstack(parts) if parts else np.empty((n, 0))


def head_values(head: dict[str, Any], embedding: NDArray[np.float32]) -> NDArray[np.float64]:
    """[n] of [n, dimension]: linear on the scaled embedding; of a logistic head the probability."""
    scaled = (embedding.astype(np.float64) - np.array(head["center"])) / np.array(head["scale"])
    linear: NDArray[np.float64] = scaled @ np.array(head["coefficients"]) + head["intercept"]
    return 1 / (1 + np.exp(-linear)) if head["kind"] == "logistic" else linear
