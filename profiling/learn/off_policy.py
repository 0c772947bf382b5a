"""What another policy would have earned, from the log of this one.

Inverse propensity scoring, its self-normalised form (Swaminathan and Joachims 2015), and the doubly robust estimate
(Dudík et al. 2014), each with a 95 % interval from the variance of its terms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
_Z = 1.96


@dataclass(frozen=True)
class Estimate:
    """A mean reward with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class LoggedChoices:
    """Draws of the logging policy, and what the other policy would have done; arrays of shape (draws,).

    `logged` and `target` are both policies' probabilities of the action that was drawn. `expected` is a model's reward
    of that action, and `expected_target` its mean reward over the actions that the other policy would take.
    """

    rewards: Reals
    logged: Reals
    target: Reals
    expected: Reals
    expected_target: Reals

    def __len__(self) -> int:
        return len(self.rewards)

    @property
    def ratios(self) -> Reals:
        """How many draws of the other policy each draw stands for."""
        return self.target / self.logged

    @property
    def robust_terms(self) -> Reals:
        """The terms of the doubly robust mean; their differences compare two policies on the same draws."""
        terms: Reals = self.expected_target + self.ratios * (self.rewards - self.expected)
        return terms


def ips(log: LoggedChoices) -> Estimate:
    """Inverse propensity scoring: unbiased, wide where the policies differ."""
    return mean_of(log.ratios * log.rewards)


def snips(log: LoggedChoices) -> Estimate:
    """Self-normalised: a little biased, narrower. Without any draw that the other policy would make it is 0."""
    ratios = log.ratios
    total = float(ratios.sum())
    if total <= 0:
        return Estimate(0.0, 0.0, 0.0)
    value = float((ratios * log.rewards).sum() / total)
    error = float(np.sqrt(((ratios * (log.rewards - value)) ** 2).sum()) / total)
    return Estimate(value, value - _Z * error, value + _Z * error)


def doubly_robust(log: LoggedChoices) -> Estimate:
    """A model's expectation, put right by the draws: unbiased if either the propensities or the model are right."""
    return mean_of(log.robust_terms)


def mean_of(terms: Reals) -> Estimate:
    """Mean and interval of independent terms; 0 of none."""
    if not len(terms):
        return Estimate(0.0, 0.0, 0.0)
    value = float(terms.mean())
    error = float(terms.std(ddof=1) / np.sqrt(len(terms))) if len(terms) > 1 else 0.0
    return Estimate(value, value - _Z * error, value + _Z * error)
