"""What each item says of every other one apart from all others: a ridge regression for every item at once.

EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", 2019), between the items that are taken most. Counts
of pairs say that milk goes with everything; this says what is left once the rest of the history is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from profiling.learn.histories import Histories, Ints

Floats = NDArray[np.float32]
HEAD = 3_000
"""Items, the most taken, between which it is solved: its time grows with their cube."""
RIDGE = 10.0
MOST_WEIGHTS = 400
LONGEST = 500
"""Items of a history that are read, the latest."""


@dataclass(frozen=True)
class ItemRegression:
    """Weights of shape (items, items): row i is what having i says for each other item."""

    weights: sparse.csr_array

    @classmethod
    def fit(cls, histories: Histories) -> ItemRegression:
        """Solves it on who has taken what, a long history counting less."""
        taken = sparse.csr_array(
            (np.ones(len(histories.items), dtype=np.float32), (histories.shoppers, histories.items)),
            shape=(len(histories), histories.item_count),
        )
        taken.sum_duplicates()
        taken.data[:] = 1.0
        counts = np.asarray(taken.sum(axis=0)).ravel()
        lengths = np.maximum(np.asarray(taken.sum(axis=1)).ravel(), 1.0)
        head = np.sort(np.argsort(-counts, kind="stable")[:HEAD])
        head = head[counts[head] > 0]
        scaled = sparse.csr_array(sparse.diags_array(1.0 / np.sqrt(lengths)) @ taken)[:, head]
        solved = _solved(sparse.csr_array(scaled.T @ scaled).toarray().astype(np.float32))
        rows, columns = solved.nonzero()
        shape = (histories.item_count, histories.item_count)
        return cls(sparse.csr_array((solved[rows, columns], (head[rows], head[columns])), shape=shape))

    def scores(self, items: Ints) -> Floats:
        """What a history says for each item, shape (items,); never below 0. How often one was taken is no matter."""
        latest = np.unique(items[-LONGEST:])
        summed = np.asarray(self.weights[latest].sum(axis=0)).ravel().astype(np.float32)
        scores: Floats = np.maximum(summed, 0.0)
        return scores


def _solved(gram: Floats) -> Floats:
    """The weights of a Gram matrix, the small ones of each row left out."""
    if not len(gram):
        return gram
    gram[np.diag_indices(len(gram))] += RIDGE
    factor, _ = linalg.lapack.spotrf(gram, lower=1, overwrite_a=1)
    lower, _ = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    inverse = np.tril(lower) + np.tril(lower, -1).T
    weights: Floats = (-inverse / np.diag(inverse)).astype(np.float32)
    weights[np.diag_indices(len(weights))] = 0.0
    if len(weights) > MOST_WEIGHTS:
        strengths = np.abs(weights)
        least = np.partition(strengths, -MOST_WEIGHTS, axis=1)[:, -MOST_WEIGHTS]
        weights[strengths < least[:, None]] = 0.0
    return weights
