"""An index that was saved for another state of the catalogue, used for what it still holds.

What is new or has another text is few beside the rest: it is compared one by one, until the next index is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from profiling.encoder.encoder import Vectors
from profiling.index.item_index import ItemIndex, Texts

Ints = NDArray[np.int64]
NOWHERE = -1


class VectorIndex(Protocol):
    """Nearest items by position in a snapshot."""

    def search(self, query: Vectors, k: int, *, allowed: NDArray[np.bool_] | None = None) -> tuple[Ints, Vectors]:
        """See `ItemIndex.search`."""

    def similarity(self, query: Vectors, positions: Ints) -> Vectors:
        """See `ItemIndex.similarity`."""

    def vectors(self, positions: Ints) -> Vectors:
        """See `ItemIndex.vectors`."""

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class CurrentIndex:
    """A saved index and the changes since.

    `rows` has the saved row of each position, `positions` the position of each saved row; NOWHERE where there is none.
    `changed` are the positions without a row, in the order of `changes`, which holds their vectors.
    """

    saved: ItemIndex
    rows: Ints
    positions: Ints
    changed: Ints
    changes: ItemIndex

    @classmethod
    def of(cls, saved: ItemIndex, rows: Ints, changed_vectors: Vectors) -> CurrentIndex:
        """From the saved row of each position, and the vectors of the positions that have none."""
        positions = np.full(len(saved), NOWHERE, dtype=np.int64)
        held = np.flatnonzero(rows != NOWHERE)
        positions[rows[held]] = held
        changes = ItemIndex.build(changed_vectors, encoder=saved.encoder, kind="flat")
        return cls(saved, rows, positions, np.flatnonzero(rows == NOWHERE), changes)

    def search(self, query: Vectors, k: int, *, allowed: NDArray[np.bool_] | None = None) -> tuple[Ints, Vectors]:
        """The k nearest items, see `ItemIndex.search`: those that are still as they were saved, and the changes."""
        held = self.positions != NOWHERE
        if allowed is not None:
            held &= allowed[self.positions]
        found, cosines = self.saved.search(query, k, allowed=held)
        among = None if allowed is None else allowed[self.changed]
        also, also_cosines = self.changes.search(query, k, allowed=among)
        both = np.concatenate([self.positions[found], self.changed[also]])
        scores = np.concatenate([cosines, also_cosines])
        best = np.argsort(-scores, kind="stable")[:k]
        return both[best], scores[best]

    def similarity(self, query: Vectors, positions: Ints) -> Vectors:
        """Cosine of the query and each of the items at `positions`."""
        if not len(positions):
            return np.empty(0, dtype=np.float32)
        cosines: Vectors = self.vectors(positions) @ query
        return cosines

    def vectors(self, positions: Ints) -> Vectors:
        """The vectors at `positions`, shape (len(positions), dimension)."""
        rows = self.rows[positions]
        is_held = rows != NOWHERE
        found = np.empty((len(positions), self.saved.dimension), dtype=np.float32)
        found[is_held] = self.saved.vectors(rows[is_held])
        found[~is_held] = self.changes.vectors(np.searchsorted(self.changed, positions[~is_held]))
        return found

    def __len__(self) -> int:
        return len(self.rows)


def rows_of(texts: Texts, saved: Texts) -> Ints:
    """For each text the saved row that has the same one, each row used once; NOWHERE where none is left."""
    rows = np.full(len(texts), NOWHERE, dtype=np.int64)
    count = min(len(texts), len(saved))
    same = np.flatnonzero(texts[:count] == saved[:count])  # nearly all: what is new comes at the end
    rows[same] = same
    free = np.ones(len(saved), dtype=bool)
    free[same] = False
    left, right = np.flatnonzero(rows == NOWHERE), np.flatnonzero(free)
    _, codes = np.unique(np.concatenate([texts[left], saved[right]]), return_inverse=True)
    width = int(codes.max(initial=0)) + 1
    wanted, offered = _numbered(codes[: len(left)], width), _numbered(codes[len(left) :], width)
    _, at, there = np.intersect1d(wanted, offered, assume_unique=True, return_indices=True)
    rows[left[at]] = right[there]
    return rows


def _numbered(codes: Ints, width: int) -> Ints:
    """Codes made unique: the n-th occurrence of a code here and of the same code elsewhere give the same number."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    begins = np.r_[True, ordered[1:] != ordered[:-1]] if len(ordered) else np.empty(0, dtype=bool)
    first = np.maximum.accumulate(np.where(begins, np.arange(len(ordered)), 0)) if len(ordered) else ordered
    numbers = np.empty(len(codes), dtype=np.int64)
    numbers[order] = (np.arange(len(ordered)) - first) * width + ordered
    return numbers
