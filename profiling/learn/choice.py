"""Conditional logit (McFadden, "Conditional logit analysis of qualitative choice behavior", 1974):

of the candidates that were there, which one was taken? Linear in the features, so that a score is a sum of shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float32]
PENALTY = 1e-3
MAX_ROUNDS = 60


@dataclass(frozen=True)
class ChoiceModel:
    """Weights of standardised features; arrays of shape (features,)."""

    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    weights: NDArray[np.float64]

    def scores(self, features: Floats) -> NDArray[np.float64]:
        """Scores of features of shape (..., features): differences count, the level means nothing."""
        scores: NDArray[np.float64] = features @ (self.weights / self.scales)
        return scores

    def to_json(self) -> dict[str, list[float]]:
        """The model as plain numbers."""
        return {name: getattr(self, name).tolist() for name in ("means", "scales", "weights")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ChoiceModel:
        """The model that `to_json` wrote."""
        return cls(*(np.array(data[name], dtype=np.float64) for name in ("means", "scales", "weights")))


def fit_choice(
    features: Floats, chosen: NDArray[np.int64], present: NDArray[np.bool_], *, penalty: float = PENALTY
) -> ChoiceModel:
    """The weights under which the choices that were made are likeliest, less a penalty on their squares.

    Args:
        features: shape (choices, candidates, features).
        chosen: which candidate was taken, shape (choices,). Without any choice all weights are zero.
        present: which candidates there were, shape (choices, candidates).
    """
    width = features.shape[-1]
    if not len(chosen):
        return ChoiceModel(np.zeros(width), np.ones(width), np.zeros(width))
    flat = features[present]
    means = flat.mean(axis=0, dtype=np.float64)
    scales = flat.std(axis=0, dtype=np.float64)
    scales[scales < 1e-9] = 1.0
    standard = ((features - means) / scales).astype(np.float32)
    rows = np.arange(len(chosen))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = np.where(present, standard @ weights.astype(np.float32), -np.inf)
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(axis=1, keepdims=True)
        value = -np.log(likely[rows, chosen] + 1e-12).mean() + penalty * weights @ weights
        likely[rows, chosen] -= 1.0
        slope = np.einsum("ij,ijk->k", likely, standard) / len(rows)
        return float(value), slope.astype(np.float64) + 2.0 * penalty * weights

    found = minimize(loss, np.zeros(width), jac=True, method="L-BFGS-B", options={"maxiter": MAX_ROUNDS})
    return ChoiceModel(means, scales, found.x)
