"""The order of the items, and the variety that is bought with a little of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Snapshot
from profiling.recommend.knowledge import Known
from profiling.search import HybridSearch

SAME_BRAND_PENALTY = 0.08
"""Taken off for each item of the brand that the slate already has: the trade-off for variety."""
LIKENESS_PENALTY = 0.10
"""Taken off for full likeness to an item that the slate already has (maximal marginal relevance, Carbonell and
Goldstein 1998): a tenth of the best full-text score is given for variety, and no more."""

NOTHING = Known({})


@dataclass(frozen=True)
class Ranked:
    """Positions in the snapshot with their scores, the best first, and the signals that they sum."""

    positions: NDArray[np.int64]
    scores: NDArray[np.float64]
    signals: Mapping[str, NDArray[np.float64]]
    weights: Mapping[str, float]
    known: Known = NOTHING

    def of(self, place: Place) -> dict[str, float]:
        """The signals of a row in its place that are not 0: times the weights they make its worth."""
        signals = {name: float(values[place.row]) for name, values in self.signals.items()}
        return {name: round(value, 5) for name, value in {**signals, "variety": place.variety}.items() if value}


@dataclass(frozen=True)
class Place:
    """A row that was chosen for a place, its worth there, and the signal "variety": 0 or less, for what is there."""

    row: int
    worth: float
    variety: float


def fill(ranked: Ranked, snapshot: Snapshot, search: HybridSearch, *, k: int) -> list[Place]:
    """Greedy choice of k products, one variant each, a little against what is on the slate already."""
    slate = _Slate(ranked, snapshot, search)
    places: list[Place] = []
    while len(places) < k and (best := slate.best(1)):
        places += best
        slate.add(best[0].row)
    return places


def contenders(
    ranked: Ranked, snapshot: Snapshot, search: HybridSearch, before: Sequence[Place], *, most: int
) -> list[Place]:
    """Who may have the place after `before`, the best first: each as if it were the one, and one variant a product."""
    slate = _Slate(ranked, snapshot, search)
    for place in before:
        slate.add(place.row)
    found: list[Place] = []
    for place in slate.best(len(ranked.positions)):
        group = slate.groups[place.row]
        if len(found) < most and all(slate.groups[other.row] != group for other in found):
            found.append(place)
    return found


class _Slate:
    """A slate in the making: what is left, and what variety takes off each row."""

    def __init__(self, ranked: Ranked, snapshot: Snapshot, search: HybridSearch) -> None:
        self._ranked, self._search = ranked, search
        self._item_ids = [snapshot.item_ids[position] for position in ranked.positions]
        self.groups, self._brands = snapshot.groups.codes[ranked.positions], snapshot.brands.codes[ranked.positions]
        self._left = np.ones(len(ranked.positions), dtype=bool)
        self._same_brand, self._likeness = np.zeros(len(self._left)), np.zeros(len(self._left))

    def add(self, row: int) -> None:
        self._left &= self.groups != self.groups[row]
        self._same_brand += self._brands == self._brands[row]
        likeness = self._search.similar_to(self._item_ids[row], self._ranked.positions)
        self._likeness = np.maximum(self._likeness, likeness)

    def best(self, most: int) -> list[Place]:
        """The rows that are left, the one of the highest worth first."""
        variety = -SAME_BRAND_PENALTY * self._same_brand - LIKENESS_PENALTY * self._likeness
        worth = self._ranked.scores + self._ranked.weights["variety"] * variety
        rows = np.argsort(-worth, kind="stable")
        return [Place(int(row), float(worth[row]), float(variety[row])) for row in rows[self._left[rows]][:most]]
