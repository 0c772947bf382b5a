"""Multinomial logistic regression on a few feature blocks, dense or sparse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

Block = Any  # NDArray[np.float32] or scipy.sparse.csr_matrix, one row per example
Floats = NDArray[Any]


@dataclass(frozen=True)
class SoftmaxRegression:
    """A fitted model; `coefficients` has shape (features of all blocks, labels)."""

    labels: list[str]
    coefficients: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, blocks: Sequence[Block]) -> Floats:
        """Log-odds up to a constant of each row, shape (rows, labels)."""
        return _scores(blocks, self.coefficients, self.bias)


def fit(
    blocks: Sequence[Block], labels: Sequence[str], *, regularisation: float, max_iterations: int
) -> SoftmaxRegression:
    """Fits with balanced label weights.

    scikit-learn's LogisticRegression gives the same accuracy, but takes three times as long: it cannot keep the
    dense block apart from the sparse ones.

    Args:
        blocks: feature blocks with as many rows as there are labels.
        labels: the right label of each row.
        regularisation: inverse strength of the L2 penalty, as scikit-learn's C.
        max_iterations: of L-BFGS.
    """
    names, targets = np.unique(np.array(labels), return_inverse=True)
    rows = [block if sparse.issparse(block) else np.asarray(block, dtype=np.float32) for block in blocks]
    coefficients, bias = _minimise(
        rows, targets, count=len(names), regularisation=regularisation, max_iterations=max_iterations
    )
    return SoftmaxRegression([str(name) for name in names], coefficients, bias)


def _minimise(
    blocks: Sequence[Block], targets: Floats, *, count: int, regularisation: float, max_iterations: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    width = sum(block.shape[1] for block in blocks)
    per_label = np.maximum(np.bincount(targets, minlength=count), 1)
    weights = regularisation * (len(targets) / (count * per_label))[targets]
    columns = [block.T.tocsr() if sparse.issparse(block) else block.T for block in blocks]
    here = np.arange(len(targets))

    def loss_and_gradient(parameters: Floats) -> tuple[float, Floats]:
        coefficients = parameters[: width * count].reshape(width, count)
        scores = _scores(blocks, coefficients.astype(np.float32), parameters[width * count :])
        peak = scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores - peak)
        total = exponentials.sum(axis=1, keepdims=True)
        log_losses = (peak + np.log(total))[:, 0] - scores[here, targets]
        residuals = exponentials / total
        residuals[here, targets] -= 1.0
        residuals *= weights[:, None]
        single = residuals.astype(np.float32)  # the products are where the time goes
        gradient = np.concatenate([np.asarray(column @ single) for column in columns]) + coefficients
        loss = float(weights @ log_losses + 0.5 * np.vdot(coefficients, coefficients))
        return loss, np.concatenate([gradient.ravel(), residuals.sum(axis=0)])

    start = np.zeros(width * count + count)
    options = {"maxiter": max_iterations, "ftol": 1e-5}
    found = minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options=options).x.astype(np.float32)
    return found[: width * count].reshape(width, count), found[width * count :]


def _scores(blocks: Sequence[Block], coefficients: NDArray[np.float32], bias: Floats) -> Floats:
    scores: Any = bias
    start = 0
    for block in blocks:
        scores = scores + np.asarray(block @ coefficients[start : start + block.shape[1]])
        start += block.shape[1]
    return np.atleast_2d(scores)
