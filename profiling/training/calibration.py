"""Fits the probabilities to validation examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.sentiment.calibration import Calibration, Logits, softmax
from profiling.training.examples import Example

REVIEWED = (0.375, 0.25, 0.375)
"""How often aspects in product reviews are blamed, only named, and praised: a quarter is only named (cells_aspects.csv,
marked by hand); whether praise or blame prevails depends on the goods."""


def fit_calibration(logits: Logits, examples: Sequence[Example]) -> Calibration:
    """Temperatures and, for aspects, offsets that make the labels likeliest; a logistic regression on "recommends".

    The labels of aspects count as if they were as frequent as in reviews (Saerens et al. 2002): in data for aspects
    sentences are often chosen that name many and judge few.

    Args:
        logits: shape (n, 4), in the order of the examples.
    """
    labels = np.array([-1 if example.label is None else example.label for example in examples])
    of_aspect = np.array([bool(example.aspect) for example in examples])
    text, aspect = (labels >= 0) & ~of_aspect, (labels >= 0) & of_aspect
    would = np.array([-1 if example.recommends is None else int(example.recommends) for example in examples])
    slope, offset = _platt(logits[would >= 0, 3], would[would >= 0])
    text_temperature, _ = _scale(logits[text, :3], labels[text])
    aspect_temperature, aspect_offsets = _scale(logits[aspect, :3], labels[aspect], shares=REVIEWED)
    return Calibration(
        text_temperature=text_temperature,
        aspect_temperature=aspect_temperature,
        aspect_offsets=aspect_offsets,
        recommends_slope=slope,
        recommends_offset=offset,
    )


def _scale(
    logits: NDArray[Any], labels: NDArray[Any], *, shares: Sequence[float] = ()
) -> tuple[float, tuple[float, float, float]]:
    """Temperature and, for labels with these shares, offsets (of the last label none) by maximum likelihood."""
    from scipy.optimize import minimize

    if not len(labels):
        return 1.0, (0.0, 0.0, 0.0)
    weights = _reweighted(labels, shares) if shares else np.ones(len(labels))

    def loss(parameters: NDArray[Any]) -> float:
        probabilities = softmax(
            logits * np.exp(parameters[0]) + np.array([*parameters[1:], *[0.0] * (4 - len(parameters))])
        )
        return float(np.average(-np.log(probabilities[np.arange(len(labels)), labels].clip(1e-9)), weights=weights))

    log_slope, *found = minimize(loss, np.zeros(3 if shares else 1)).x.tolist()
    first, second = found or (0.0, 0.0)
    return float(np.exp(-log_slope)), (first, second, 0.0)


def _reweighted(labels: NDArray[Any], shares: Sequence[float]) -> NDArray[Any]:
    """A weight for each label, so that together they have these shares."""
    return np.asarray(np.array(shares)[labels] / np.bincount(labels, minlength=len(shares))[labels])


def _platt(logits: NDArray[Any], would: NDArray[Any]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    if len(set(would.tolist())) < 2:
        return 1.0, 0.0
    fitted = LogisticRegression(C=1e6).fit(logits[:, None], would)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
