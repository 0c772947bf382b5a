"""How far to trust the best answer: the chance that it is right, learnt from texts that the model has not seen.

What an unknown wish looks like is learnt from the same texts, with the right intent's scores taken away, so that no
data set needs out-of-scope examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from bot.components.intent_scores import SIGNALS, Scores
from bot.components.softmax_regression import Floats

OUT_OF_SCOPE = "out_of_scope"
"""The label of what the bot does not do; the model learns it like any other, but does not learn to trust it."""


@dataclass(frozen=True)
class Trust:
    """Logistic in the signals of Scores."""

    total: float
    share: float
    near: float
    bias: float

    def chances(self, scores: Scores) -> Floats:
        """For each row, in [0, 1]."""
        chances: Floats = expit(scores.signals() @ np.array([self.total, self.share, self.near]) + self.bias)
        return chances


class Judged(NamedTuple):
    """Signals of held-out answers, and which of them were right; `unknown` are signals of wishes nobody has taught."""

    known: Floats
    right: NDArray[np.bool_]
    unknown: Floats


def judge(scores: Scores, labels: Sequence[str], truth: NDArray[Any]) -> Judged:
    """What `learn_trust` needs of texts that were held out."""
    names = np.array(labels)
    best = names[scores.sums().argmax(axis=1)]
    inside = truth != OUT_OF_SCOPE
    answered = best != OUT_OF_SCOPE  # what is called out of scope needs no trust to be turned away
    without = scores.without(names[None, :] == truth[:, None])
    strayed = names[without.sums().argmax(axis=1)] != OUT_OF_SCOPE
    unknown = inside & strayed & (len(names) > 1)
    foreign = np.concatenate([without.rows(unknown).signals(), scores.rows(~inside & answered).signals()])
    known = inside & answered
    return Judged(scores.rows(known).signals(), best[known] == truth[known], foreign)


def learn_trust(judged: Sequence[Judged], unknown_share: float) -> Trust:
    """Logistic regression whose slopes are never negative, drawn to 1 where there are few examples."""
    none = np.empty((0, SIGNALS))
    known = np.concatenate([none, *(fold.known for fold in judged)])
    unknown = np.concatenate([none, *(fold.unknown for fold in judged)])
    right = np.concatenate([*(fold.right for fold in judged), np.zeros(len(unknown), dtype=bool)])
    weights = np.concatenate(
        [
            np.full(len(known), 1 - unknown_share),
            np.full(len(unknown), unknown_share * len(known) / max(len(unknown), 1)),
        ]
    )
    signs = np.where(right, 1.0, -1.0)
    signals = np.concatenate([known, unknown])
    drawn_to = np.array([1.0] * SIGNALS + [0.0])

    def loss(slopes: Floats) -> float:
        odds = signals @ slopes[:SIGNALS] + slopes[SIGNALS]
        return float(weights @ np.logaddexp(0, -signs * odds) + 0.5 * ((slopes - drawn_to) ** 2).sum())

    bounds = [(0.0, None)] * SIGNALS + [(None, None)]
    return Trust(*(float(slope) for slope in minimize(loss, drawn_to, method="L-BFGS-B", bounds=bounds).x))
