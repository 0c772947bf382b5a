"""What items have in common: brand, category, words of the title, as a sparse matrix of items and attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from profiling.learn.histories import Ints

Floats = NDArray[np.float32]
Reals = NDArray[np.floating[Any]]

MOST_TELLING = 6
"""Attributes of an item whose transitions are counted: the heaviest. A title may have twenty words."""
MOST_BEFORE = 200


def strongest(matrix: sparse.csr_array, most: int) -> sparse.csr_array:
    """The matrix with at most so many entries a row, the largest."""
    lengths = np.diff(matrix.indptr)
    if lengths.max(initial=0) <= most:
        return matrix
    rows = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((-matrix.data, rows))
    kept = np.zeros(matrix.nnz, dtype=bool)
    kept[order] = np.arange(matrix.nnz) - matrix.indptr[rows] < most
    indptr = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr]
    return sparse.csr_array((matrix.data[kept], matrix.indices[kept], indptr), shape=matrix.shape)


@dataclass(frozen=True)
class AttributeTable:
    """Attributes of items, the rarer the heavier, each item's row of length 1. Shape (items, attributes)."""

    matrix: sparse.csr_array

    @classmethod
    def from_mapping(cls, attributes: Mapping[int, Sequence[int]], *, item_count: int) -> AttributeTable:
        """From the attribute numbers of each item; items beyond `item_count` are left out."""
        pairs = {(item, value) for item, values in attributes.items() if 0 <= item < item_count for value in values}
        rows = np.array([item for item, _ in pairs], dtype=np.int64)
        columns = np.array([value for _, value in pairs], dtype=np.int64)
        shape = (item_count, int(columns.max(initial=-1)) + 1)
        matrix = sparse.csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
        frequency = np.asarray(matrix.sum(axis=0)).ravel()
        rarity = np.log((item_count + 1) / (frequency + 1)).astype(np.float32)
        weighted = sparse.csr_array(matrix @ sparse.diags_array(rarity))
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        scale = sparse.diags_array((1.0 / np.maximum(lengths, 1e-6)).astype(np.float32))
        return cls(sparse.csr_array(scale @ weighted))

    def profile(self, items: Ints, weights: Reals) -> Floats:
        """The weighted sum of the items' attributes, shape (attributes,)."""
        wanted: Floats = self.matrix[items].T @ weights.astype(np.float32)
        return wanted

    def profile_of_scores(self, scores: Reals) -> Floats:
        """The attributes of all items, weighted by their scores, shape (attributes,)."""
        wanted: Floats = self.matrix.T @ scores.astype(np.float32)
        return wanted

    def likeness(self, profile: Floats) -> Floats:
        """How much each item has of a profile, shape (items,)."""
        scores: Floats = self.matrix @ profile
        return scores


@dataclass(frozen=True)
class AttributeFollowing:
    """Which attributes follow which: the transitions between items, seen as transitions between what they are.

    It tells where shoppers go from an item that nobody has bought yet, and from anywhere to such an item.
    """

    following: sparse.csr_array

    @classmethod
    def count(cls, table: AttributeTable, after: sparse.csr_array) -> AttributeFollowing:
        """From item transitions of shape (items, items): logarithm of observed over expected, never below 0."""
        telling = strongest(table.matrix, MOST_TELLING)
        counts = sparse.coo_array(telling.T @ sparse.csr_array(after @ telling))
        total = float(counts.sum())
        begins, ends = np.asarray(counts.sum(axis=1)).ravel(), np.asarray(counts.sum(axis=0)).ravel()
        row, column = counts.coords
        lift = np.log1p(counts.data * total / (begins[row] * ends[column] + 1e-9)).astype(np.float32)
        return cls(strongest(sparse.csr_array((lift, (column, row)), shape=counts.shape), MOST_BEFORE))

    def expected(self, profile: Floats) -> Floats:
        """The profile of what comes after a profile."""
        profile_after: Floats = self.following @ profile
        return profile_after
