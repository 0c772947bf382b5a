"""Multinomial logistic regression on feature blocks, dense and sparse ones side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Block = Any  # NDArray[np.float32] or scipy.sparse.csr_matrix, one row per example
MAX_ROUNDS = 100
ENOUGH = 1e-5  # relative gain of a round, below which the fit ends


@dataclass(frozen=True, slots=True)
class SoftmaxRegression:
    """A fitted model; `coefficients` has shape (features of all blocks, classes)."""

    coefficients: NDArray[np.float32]
    bias: NDArray[np.float32]

    @classmethod
    def fit(
        cls, blocks: Sequence[Block], targets: NDArray[np.int64], *, penalty: float, weights: NDArray[Any] | None = None
    ) -> SoftmaxRegression:
        """Fits with L-BFGS. scikit-learn's LogisticRegression takes dense and sparse columns in one sparse matrix only.

        Args:
            blocks: as many rows each as there are targets.
            targets: the class of each row, from 0 without gaps.
            penalty: strength of the L2 penalty against the loss of one row.
            weights: what each row counts, if not all one.
        """
        from scipy import sparse
        from scipy.optimize import minimize

        width, count = sum(block.shape[1] for block in blocks), int(targets.max()) + 1
        columns = [block.T.tocsr() if sparse.issparse(block) else block.T for block in blocks]
        rows = np.arange(len(targets))
        counted = np.ones(len(targets)) if weights is None else weights

        def loss_and_gradient(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            coefficients = parameters[: width * count].reshape(width, count)
            chances = _chances(blocks, coefficients.astype(np.float32), parameters[width * count :])
            loss = -counted @ np.log(np.maximum(chances[rows, targets], 1e-12))
            chances[rows, targets] -= 1.0
            chances *= counted[:, None]
            single = chances.astype(np.float32)  # the products are where the time goes
            gradient = np.concatenate([np.asarray(column @ single) for column in columns]) + penalty * coefficients
            loss += 0.5 * penalty * np.vdot(coefficients, coefficients)
            return float(loss), np.concatenate([gradient.ravel(), chances.sum(axis=0)])

        start = np.zeros(width * count + count)
        options = {"maxiter": MAX_ROUNDS, "ftol": ENOUGH}
        found = minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options=options).x.astype(np.float32)
        return cls(found[: width * count].reshape(width, count), found[width * count :])

    def chances(self, blocks: Sequence[Block]) -> NDArray[np.float64]:
        """Of each class for each row, shape (rows, classes); a row sums to one."""
        return _chances(blocks, self.coefficients, self.bias)


def _chances(blocks: Sequence[Block], coefficients: NDArray[np.float32], bias: NDArray[Any]) -> NDArray[np.float64]:
    scores: NDArray[np.float64] = np.zeros((blocks[0].shape[0], len(bias))) + bias
    start = 0
    for block in blocks:
        scores += np.asarray(block @ coefficients[start : start + block.shape[1]])
        start += block.shape[1]
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return chances
