"""Who took what, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Histories:
    """One row an interaction, sorted by shopper and then by step; equal steps of a shopper were taken together.

    `starts` has one entry more than there are shoppers: shopper i owns the rows [starts[i], starts[i + 1]).
    `days` counts from any day on and is None where no dates are known.
    """

    items: Ints
    steps: Ints
    starts: Ints
    item_count: int
    days: NDArray[np.float64] | None = None

    @classmethod
    def from_sequences(cls, sequences: Sequence[Ints], *, item_count: int) -> Histories:
        """One item a step."""
        lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        items = np.concatenate(sequences).astype(np.int64) if len(sequences) else np.empty(0, dtype=np.int64)
        steps = np.arange(len(items)) - np.repeat(starts[:-1], lengths)
        return cls(items, steps, starts, item_count)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def shoppers(self) -> Ints:
        """The shopper of each row."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @property
    def ages(self) -> Ints:
        """Steps since each row, 0 for the shopper's latest."""
        last = np.zeros(len(self), dtype=np.int64)
        np.maximum.at(last, self.shoppers, self.steps)
        ages: Ints = last[self.shoppers] - self.steps
        return ages

    def of(self, shopper: int) -> tuple[Ints, Ints]:
        """(items, ages in steps) of one shopper."""
        rows = slice(self.starts[shopper], self.starts[shopper + 1])
        steps = self.steps[rows]
        return self.items[rows], (steps.max(initial=0) - steps)

    def where(self, keep: NDArray[np.bool_]) -> Histories:
        """The same shoppers with some of the rows."""
        kept = np.concatenate([[0], np.cumsum(keep)])
        days = None if self.days is None else self.days[keep]
        return Histories(self.items[keep], self.steps[keep], kept[self.starts], self.item_count, days)
