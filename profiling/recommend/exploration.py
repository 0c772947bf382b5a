"""A little exploration in the last place of a slate, with the probabilities that learning from the log needs.

Only what satisfies every wish and is nearly as good is ever tried, and only in one place, so the cost is bounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from profiling.types import Slate

CONTENDERS = 8
NEARLY = 0.25
"""How far below the item that it would replace a contender's score may lie."""


@dataclass(frozen=True)
class Draw:
    """Which contender got the place, and the probability that each had."""

    chosen: int
    probabilities: tuple[float, ...]


def draw(scores: Sequence[float], *, share: float, seed: str) -> Draw:
    """Chooses among contenders, the best first: the best with 1 - share, else any of them alike.

    The same seed draws the same: a repeated turn shows the same slate.
    """
    count = len(scores)
    probabilities = np.full(count, share / count)
    probabilities[0] += 1.0 - share
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    chosen = int(np.random.default_rng(number).choice(count, p=probabilities))
    return Draw(chosen, tuple(float(p) for p in probabilities))


def propensities(slate: Slate) -> list[float]:
    """The probability with which each item was shown in its place."""
    chances = [1.0] * len(slate.impressions)
    if slate.trial:
        chances[slate.trial.position] = slate.trial.probabilities[slate.trial.chosen]
    return chances
