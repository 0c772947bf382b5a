"""Figures of a classifier: accuracy, macro-F1, calibration, the confusion matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


def confusion(truth: Labels, predicted: Labels, *, classes: int) -> NDArray[np.int64]:
    """Counts of shape (classes, classes): rows are the truth."""
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (truth, predicted), 1)
    return counts


def macro_f1(truth: Any, predicted: Any, *, classes: int) -> float:
    """Mean F1 of the classes that occur in truth or prediction; in [0, 1], 0 for no examples."""
    counts = confusion(np.asarray(truth, dtype=np.int64), np.asarray(predicted, dtype=np.int64), classes=classes)
    hits, sums = np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1)
    present = sums > 0
    return float((2 * hits[present] / sums[present]).mean()) if present.any() else 0.0


def calibration_error(truth: Any, predicted: Any, probabilities: Any, *, bins: int = 10) -> float:
    """Expected calibration error: the mean distance of probability and accuracy over bins of equal width, in [0, 1]."""
    hit = np.asarray(truth) == np.asarray(predicted)
    sure = np.asarray(probabilities, dtype=np.float64)
    bin_of = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(hit[bin_of == number].mean() - sure[bin_of == number].mean()) * (bin_of == number).mean()
        for number in np.unique(bin_of)
    ]
    return float(sum(gaps))


def interval(figure: Callable[[Labels], float], count: int, *, draws: int = 200) -> list[float]:
    """95 % interval of a figure by resampling the positions 0 .. count - 1; the same each time."""
    rng = np.random.default_rng(1)
    values = [figure(rng.integers(0, count, count)) for _ in range(draws)]
    return [round(float(value), 4) for value in np.percentile(values, [2.5, 97.5])]
