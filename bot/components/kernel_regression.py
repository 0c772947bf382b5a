"""Ridge regression on a Gaussian kernel: it goes by what lies near, where a softmax regression draws planes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular

from bot.components.softmax_regression import Floats

WIDTH = 2.0
"""The kernel of two unit vectors is exp(WIDTH * (cosine - 1))."""
PENALTY = 0.1
MOST_EXAMPLES = 10_000
"""Up to so many examples the solution is exact; the time grows with their number's cube, the memory with its square."""
LANDMARKS = 5_000
"""Of a larger file only so many examples carry weight (Nyström; Williams and Seeger 2001)."""
_JITTER = 1e-4


@dataclass(frozen=True)
class KernelRegression:
    """A fitted model. `landmarks` has shape (landmarks, dimension), `coefficients` (landmarks, labels)."""

    landmarks: NDArray[np.float32]
    coefficients: NDArray[np.float32]
    shares: NDArray[np.float32]
    """Of the labels among the examples: the scores far from all of them."""

    def scores(self, vectors: NDArray[np.float32]) -> Floats:
        """For unit vectors, of shape (rows, labels): about 1 for the right label, about 0 for the others."""
        scores: Floats = _kernel(vectors, self.landmarks) @ self.coefficients + self.shares
        return scores


def fit(vectors: NDArray[np.float32], labels: Sequence[str]) -> KernelRegression:
    """Fits one column for each label, in the order of the alphabet.

    Args:
        vectors: of unit length, shape (examples, dimension).
        labels: the right label of each row.
    """
    _, targets = np.unique(np.array(labels), return_inverse=True)
    wanted = np.eye(targets.max() + 1, dtype=np.float32)[targets]
    shares = wanted.mean(axis=0)
    wanted -= shares
    if len(vectors) <= MOST_EXAMPLES:
        return KernelRegression(vectors, _solve(_kernel(vectors, vectors), wanted), shares)
    rows = np.sort(np.random.default_rng(1).permutation(len(vectors))[:LANDMARKS])
    landmarks = vectors[rows]
    products = _kernel(landmarks, landmarks).astype(np.float64)  # near copies of each other leave it almost singular
    root = cholesky(_plus(products, _JITTER), lower=True, overwrite_a=True).astype(np.float32)
    features = solve_triangular(root, _kernel(landmarks, vectors), lower=True, overwrite_b=True).T
    coefficients = solve_triangular(root, _solve(features.T @ features, features.T @ wanted), lower=True, trans="T")
    return KernelRegression(landmarks, coefficients, shares)


def _solve(products: NDArray[np.float32], wanted: NDArray[np.float32]) -> NDArray[np.float32]:
    factor = cho_factor(_plus(products, PENALTY), overwrite_a=True)
    solution: NDArray[np.float32] = cho_solve(factor, wanted)
    return solution


def _plus(products: Floats, diagonal: float) -> Floats:
    products[np.diag_indices(len(products))] += diagonal
    return products


def _kernel(vectors: NDArray[np.float32], landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    kernel: NDArray[np.float32] = vectors @ landmarks.T
    kernel -= np.float32(1.0)
    kernel *= np.float32(WIDTH)
    return np.exp(kernel, out=kernel)
