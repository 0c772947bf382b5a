"""The order of the items, and the variety that is bought with a little of it."""

from __future__ import annotations

from collections.abc import Mapping
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

    def of(self, row: int) -> dict[str, float]:
        """The signals of one row that are not 0."""
        return {name: round(float(values[row]), 5) for name, values in self.signals.items() if values[row]}


def varied(ranked: Ranked, snapshot: Snapshot, search: HybridSearch, *, k: int) -> list[int]:
    """Greedy choice of the rows of k products, one variant each, a little against what is on the slate already."""
    groups, brands = snapshot.groups.codes[ranked.positions], snapshot.brands.codes[ranked.positions]
    left = np.ones(len(ranked.positions), dtype=bool)
    same_brand, likeness = np.zeros(len(left)), np.zeros(len(left))
    chosen: list[int] = []
    while left.any() and len(chosen) < k:
        worth = ranked.scores - SAME_BRAND_PENALTY * same_brand - LIKENESS_PENALTY * likeness
        best = int(np.argmax(np.where(left, worth, -np.inf)))
        chosen.append(best)
        left &= groups != groups[best]
        same_brand += brands == brands[best]
        item_id = snapshot.item_ids[ranked.positions[best]]
        likeness = np.maximum(likeness, search.similar_to(item_id, ranked.positions))
    return chosen
