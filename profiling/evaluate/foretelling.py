"""Is a count model that is fitted now better than the live one, and than plain counts?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.errors import InputError
from profiling.evaluate.interactions import Interactions
from profiling.evaluate.recommend import Ranker, evaluate_time_split
from profiling.learn.foretelling import Foretelling
from profiling.learn.histories import Ints
from profiling.learn.shop_log import ShopLog

FEW = 30
"""Shoppers with something new after the date below whom nothing is judged."""
FIGURE = "ndcg@10"
A_SECOND = 1 / 86_400


@dataclass(frozen=True)
class LiveModel:
    """What foretells now, and the day of the latest interaction that it knows: only what came after is asked of it."""

    model: Foretelling
    known_to: float


@dataclass(frozen=True)
class FittedComparison:
    """NDCG@10 of a model fitted now, of the live one and of plain counts on what shoppers took after a date."""

    verdict: str
    cases: int = 0
    new: float = 0.0
    live: float | None = None
    plain: float = 0.0

    @property
    def better(self) -> bool:
        """Whether the new model is to go live: plain counts are among its signals, so that no worse is enough."""
        return self.verdict == "better"


def compare_fitted(log: ShopLog, live: LiveModel | None) -> FittedComparison:
    """Fits to what came before a date and compares on the same shoppers after it.

    The date is the last tenth of the log's, or the one up to which the live model has learnt if that is later.
    """
    data = Interactions(log.histories, log.item_ids, {})
    rivals = {"live": ranker_of(live.model, log.item_ids)} if live else {}
    after = live.known_to + A_SECOND if live else -np.inf
    try:
        figures: Mapping[str, Any] = evaluate_time_split(data, log.attributes, rivals=rivals, after=after)
    except InputError as error:
        return FittedComparison(str(error))
    cases, beside = figures["cases"], figures["baselines"]
    new, plain = figures[FIGURE], beside["count_model"][FIGURE]
    of_live = beside["live"][FIGURE] if live else None
    return FittedComparison(_verdict(cases, new, of_live, plain), cases, new, of_live, plain)


def ranker_of(foretelling: Foretelling, item_ids: Sequence[str]) -> Ranker:
    """A saved model as a ranking of items that are numbered otherwise; what it does not know comes last."""
    numbers = {item_id: number for number, item_id in enumerate(item_ids)}

    def scores(items: Ints, ages: Ints) -> NDArray[np.float64]:
        everything = np.full(len(item_ids), -1.0)
        latest_first = [item_ids[item] for item in items[np.argsort(ages, kind="stable")]]
        for item_id, share in foretelling.after(latest_first).items():
            if item_id in numbers:
                everything[numbers[item_id]] = share
        return everything

    return scores


def _verdict(cases: int, new: float, live: float | None, plain: float) -> str:
    if cases < FEW:
        return f"too few shoppers after what it was fitted to ({cases} of {FEW})"
    if new < plain:
        return "worse than plain counts"
    if live is not None and new < live:
        return "worse than the live one"
    return "better"
