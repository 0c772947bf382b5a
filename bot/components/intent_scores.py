"""The scores of intents: softmax regression on all features, beside it kernel regression on sentence vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax, logsumexp

from bot.components import kernel_regression, softmax_regression
from bot.components.kernel_regression import KernelRegression
from bot.components.softmax_regression import Block, Floats, SoftmaxRegression


class Scores(NamedTuple):
    """What both make of some texts, each of shape (texts, labels)."""

    softmax: Floats
    """Log-odds up to a constant."""
    kernel: Floats
    """About 1 for the right label, about 0 for the others."""
    kernel_weight: float

    def sums(self) -> Floats:
        """Log-odds up to a constant, of both together."""
        sums: Floats = log_softmax(self.softmax, axis=1) + self.kernel_weight * self.kernel
        return sums

    def rows(self, chosen: NDArray[np.bool_]) -> Scores:
        """Those of some texts."""
        return Scores(self.softmax[chosen], self.kernel[chosen], self.kernel_weight)

    def without(self, label: NDArray[np.bool_]) -> Scores:
        """As if nobody had taught some labels, of shape (texts, labels)."""
        absent = -1e6  # and not minus infinity: of a single label nothing would be left
        return Scores(np.where(label, absent, self.softmax), np.where(label, absent, self.kernel), self.kernel_weight)

    def signals(self) -> Floats:
        """What tells whether the best answer is right, shape (texts, SIGNALS).

        The total of the softmax regression, which is low for a text that is like nothing in the examples (Liu et al.
        2020, energy); the best label's log share of the sums; and its score by the kernel.
        """
        sums = self.sums()
        if not len(sums):
            return np.empty((0, SIGNALS))
        best = sums.argmax(axis=1)[:, None]
        shares = np.take_along_axis(log_softmax(sums, axis=1), best, axis=1)
        near = np.take_along_axis(self.kernel, best, axis=1)
        return np.hstack([logsumexp(self.softmax, axis=1, keepdims=True), shares, near])


SIGNALS = 3


@dataclass(frozen=True)
class IntentRegressions:
    """Both models, fitted on the same examples. Make them with `fit`."""

    softmax: SoftmaxRegression
    kernel: KernelRegression
    kernel_weight: float

    @property
    def labels(self) -> list[str]:
        """The intents, in the order of the columns."""
        return self.softmax.labels

    def scores(self, blocks: Sequence[Block]) -> Scores:
        """Of some texts; the first block is of unit vectors."""
        return Scores(self.softmax.scores(blocks), self.kernel.scores(blocks[0]), self.kernel_weight)


def fit(
    blocks: Sequence[Block],
    labels: Sequence[str],
    *,
    regularisation: float,
    max_iterations: int,
    kernel_weight: float,
) -> IntentRegressions:
    """Fits both; `regularisation` and `max_iterations` are softmax_regression.fit's."""
    softmax = softmax_regression.fit(blocks, labels, regularisation=regularisation, max_iterations=max_iterations)
    return IntentRegressions(softmax, kernel_regression.fit(blocks[0], labels), kernel_weight)
