"""Pairs of items that the same shoppers took: which came next, which came before, which went together.

Counts of this kind, normalised, are hard to beat on short histories (Ludewig and Jannach, "Evaluation of session-based
recommendation algorithms", 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from profiling.learn.attributes import strongest
from profiling.learn.histories import Histories, Ints

Floats = NDArray[np.float32]
STEPS = 5
STEP_DECAY = 0.7
DAMPING = 0.3
MOST_PAIRS = 400
"""Pairs kept an item: more are noise, and time at each recommendation."""
KINDS = ("after", "next", "before", "together", "alike", "near")


@dataclass(frozen=True)
class PairTable:
    """Rows of a sparse matrix: the pairs of item i are [indptr[i], indptr[i + 1]).

    `values` has one row a kind, see KINDS: taken within five steps after i, in the very next step, before i, by the
    same shoppers, the same as a cosine, and in either order with both popularities taken off.
    """

    indptr: Ints
    others: Ints
    values: Floats
    counts: Ints

    @classmethod
    def from_histories(cls, histories: Histories) -> PairTable:
        """Counts all pairs; time and space grow with the sum of squared history lengths."""
        together, counts = _together(histories)
        after, following = _after(histories)
        together = _strongest(together, after)
        damped = _inverse(counts, DAMPING)
        rows = _inverse(np.asarray(after.sum(axis=1)).ravel(), 0.5)
        before = damped @ after.T @ damped
        cosines = _inverse(counts, 0.5) @ together @ _inverse(counts, 0.5)
        matrices = (
            rows @ after,
            rows @ following,
            before,
            together,
            cosines,
            _shares(damped @ (after + 0.5 * after.T) @ damped),
        )
        values = np.stack([_aligned(matrix, together) for matrix in matrices])
        return cls(together.indptr.astype(np.int64), together.indices.astype(np.int64), values, counts)

    def matrix(self, kind: str) -> sparse.csr_array:
        """The values of one kind, shape (items, items)."""
        shape = (len(self.counts), len(self.counts))
        return sparse.csr_array((self.values[KINDS.index(kind)], self.others, self.indptr), shape=shape)

    def rows(self, items: Ints) -> tuple[Ints, Ints]:
        """Positions of all pairs of the items, and for each pair which of the items it belongs to."""
        begins, lengths = self.indptr[items], self.indptr[items + 1] - self.indptr[items]
        owners = np.repeat(np.arange(len(items)), lengths)
        offsets = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return begins[owners] + offsets, owners


def _together(histories: Histories) -> tuple[sparse.csr_array, Ints]:
    """Taken by the same shoppers, a long history counting less; and how many shoppers took each item."""
    shape = (len(histories), histories.item_count)
    taken = sparse.csr_array(
        (np.ones(len(histories.items), dtype=np.float32), (histories.shoppers, histories.items)), shape=shape
    )
    taken.sum_duplicates()
    taken.data[:] = 1.0
    counts = np.asarray(taken.sum(axis=0)).ravel().astype(np.int64)
    scaled = _inverse(np.asarray(taken.sum(axis=1)).ravel(), 0.5) @ taken
    together = sparse.csr_array(scaled.T @ scaled)
    together.setdiag(0.0)
    together.eliminate_zeros()
    together.sort_indices()
    return together, counts


def _strongest(together: sparse.csr_array, after: sparse.csr_array) -> sparse.csr_array:
    """The pairs of each item that are worth keeping: the most frequent by both counts."""
    strength = together.copy()
    strength.data = together.data + _aligned(after + after.T, together)
    kept = strongest(strength, MOST_PAIRS)
    kept.data = _aligned(together, kept)
    return kept


def _after(histories: Histories) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Taken within five steps after, the later the less; and taken in the next step. What goes together has one row."""
    firsts = np.ones(len(histories.items), dtype=bool)
    shoppers = histories.shoppers
    firsts[1:] = (np.diff(shoppers) != 0) | (np.diff(histories.steps) != 0)
    basket = np.cumsum(firsts) - 1
    owners = shoppers[firsts]
    baskets = sparse.csr_array(
        (np.ones(len(basket), dtype=np.float32), (basket, histories.items)),
        shape=(len(owners), histories.item_count),
    )
    baskets = sparse.csr_array(_inverse(np.diff(baskets.indptr), 0.5) @ baskets)
    following = _shifted(baskets, owners, 1)
    after = following
    for step in range(2, STEPS + 1):
        after = after + STEP_DECAY ** (step - 1) * _shifted(baskets, owners, step)
    return after, following


def _shifted(baskets: sparse.csr_array, owners: Ints, step: int) -> sparse.csr_array:
    """Pairs of each basket and the one that many steps later."""
    same = np.flatnonzero(owners[step:] == owners[:-step])
    pairs = sparse.csr_array(baskets[same].T @ baskets[same + step])
    pairs.setdiag(0.0)
    pairs.eliminate_zeros()
    return pairs


def _inverse(counts: NDArray[Any], power: float) -> sparse.dia_array:
    """Diagonal of counts to the power of minus `power`; 1 where the count is 0."""
    return sparse.diags_array((np.where(counts > 0, counts, 1).astype(np.float64) ** -power).astype(np.float32))


def _shares(matrix: sparse.csr_array) -> sparse.csr_array:
    return _inverse(np.asarray(matrix.sum(axis=1)).ravel(), 1.0) @ matrix


def _aligned(matrix: sparse.csr_array, pattern: sparse.csr_array) -> Floats:
    """The values of a matrix at the entries of a pattern."""
    found = sparse.csr_array(matrix).tocoo()
    width = np.int64(pattern.shape[1])
    rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
    keys = rows * width + pattern.indices
    wanted = found.row * width + found.col
    if not len(wanted):
        return np.zeros(pattern.nnz, dtype=np.float32)
    order = np.argsort(wanted, kind="stable")
    at = np.minimum(np.searchsorted(wanted[order], keys), len(wanted) - 1)
    values: Floats = np.where(wanted[order][at] == keys, found.data[order][at], 0.0).astype(np.float32)
    return values
