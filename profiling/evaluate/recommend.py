"""How well the next item is foretold, by four protocols, beside simple baselines in the same run.

Every item competes (Krichene and Rendle, "On sampled metrics for item recommendation", 2020), what the shopper has is
left out where the protocol says so, and an item with the target's score counts as ranked before it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from profiling.errors import InputError
from profiling.evaluate.interactions import Interactions, words_of
from profiling.evaluate.search import bootstrap_interval
from profiling.learn.attributes import AttributeTable
from profiling.learn.behaviour import CONTENT, NOTHING, SIGNALS, BehaviourModel
from profiling.learn.histories import Histories, Ints

Ranker = Callable[[Ints, Ints], NDArray[np.float64]]
"""Scores of all items after a history of items and their ages in steps."""
NO_RIVALS: Mapping[str, Ranker] = {}
BASELINES: Mapping[str, Mapping[str, float]] = {
    "popularity": {"popular": 1.0},
    "popular_lately": {"lately_popular": 1.0},
    "item_knn": {"alike": 1.0},
    "count_model": {"after": 1.0, "alike": 1.0},
}
BUY_AGAIN: Mapping[str, float] = {"own_count": 1.0, "own_recent": 1e-3, "lately_popular": 1e-6}
"""What the shopper has taken most often, of those the latest, of those what others take: an order without ties."""
REGULAR = 5
"""Earlier orders from which a shopper is a regular one."""
COLD_SHARE = 0.1
LATE_SHARE = 0.1
LAST = 10


@dataclass(frozen=True)
class Case:
    """One shopper to be foretold: their history, and what of it they took next (any of the targets counts)."""

    items: Ints
    ages: Ints
    targets: Ints


@dataclass(frozen=True)
class RecommendEvaluator:
    """Scores ranking functions on cases. With `repeats`, what is in the history may be recommended again."""

    cases: Sequence[Case]
    repeats: bool = False
    excluded: Ints = field(default_factory=lambda: NOTHING)
    primary_metric = "ndcg@10"

    def __call__(self, ranker: Ranker) -> dict[str, float]:
        """Hit rates, NDCG of the best target, and the 95 % interval of hr@10."""
        ranks = np.array([self._rank(ranker, case) for case in self.cases])
        gains = np.where(ranks <= LAST, 1.0 / np.log2(ranks + 1.0), 0.0)
        low, high = bootstrap_interval((ranks <= LAST).astype(np.float64), rounds=500)
        figures = {"hr@5": (ranks <= 5).mean(), "hr@10": (ranks <= LAST).mean(), "ndcg@10": gains.mean()}
        return {
            name: round(float(value), 4) for name, value in {**figures, "hr@10_low": low, "hr@10_high": high}.items()
        }

    def _rank(self, ranker: Ranker, case: Case) -> int:
        scores = ranker(case.items, case.ages).copy()
        if not self.repeats:
            scores[case.items] = -np.inf
        scores[self.excluded] = -np.inf
        best = case.targets[np.argmax(scores[case.targets])]
        rivals = scores >= scores[best]
        rivals[case.targets] = False
        return int(rivals.sum()) + 1


def evaluate_leave_one_out(data: Interactions, attributes: AttributeTable | None) -> dict[str, object]:
    """Each shopper's last item from all before it; the weights are fitted on the last but one."""
    held = data.histories.ages == 0
    before = data.histories.where(~held)
    return _figures(before, attributes, cases=_cases(data.histories, held, once=True))


def evaluate_time_split(
    data: Interactions,
    attributes: AttributeTable | None,
    *,
    rivals: Mapping[str, Ranker] = NO_RIVALS,
    after: float = -np.inf,
) -> dict[str, object]:
    """All shoppers before a date foretell what each of them takes first after it that is new to them.

    Args:
        rivals: what is measured beside the model on the same shoppers.
        after: day that the date is not to come before: what rivals have learnt from is not asked of them.

    Raises:
        InputError: the file has no dates, or nobody took anything after the date.
    """
    days = _days(data.histories)
    late = (days >= np.quantile(days, 1.0 - LATE_SHARE)) & (days > after)
    before = data.histories.where(~late)
    earlier_days = _days(before)
    held = earlier_days >= np.quantile(earlier_days, 1.0 - LATE_SHARE)
    cases = _cases(data.histories, late & _first_late(data.histories, late), once=True)
    return _figures(before, attributes, cases=cases, held=held, rivals=rivals)


def evaluate_cold(data: Interactions, attributes: AttributeTable | None) -> dict[str, object]:
    """The tenth of items that was taken least often counts as new: only content and graph know them.

    The figures beside "among_new" rank the new items alone.

    Raises:
        InputError: without attributes there is nothing to go by.
    """
    if attributes is None:
        raise InputError("the cold protocol needs --attributes")
    histories = data.histories
    counts = np.bincount(histories.items, minlength=histories.item_count)
    known = np.flatnonzero(counts)
    cold = known[np.argsort(counts[known], kind="stable")[: int(len(known) * COLD_SHARE)]]
    is_cold = np.isin(histories.items, cold)
    held = histories.ages == 0
    cases = _cases(histories.where(~is_cold | held), held[~is_cold | held], once=True)
    cases = [case for case in cases if np.isin(case.targets, cold).all()]
    model, times = _timed(lambda: BehaviourModel.fit(histories.where(~is_cold & ~held), attributes, signals=CONTENT))
    rankers = {"text_similarity": _signal(model, {"like_recent": 1.0}), "popularity": _signal(model, {"popular": 1.0})}
    figures: dict[str, object] = _against(RecommendEvaluator(cases), model, rankers)
    warm = np.setdiff1d(np.arange(histories.item_count), cold)
    among = _against(RecommendEvaluator(cases, excluded=warm), model, rankers)
    return {**figures, "among_new": among, "new_items": len(cold), "cases": len(cases), **times}


def evaluate_next_basket(data: Interactions, attributes: AttributeTable | None) -> dict[str, object]:
    """What each shopper buys in the last calendar month, all its orders being one basket; one of its items is a hit.

    All shoppers with an earlier order; "regulars" are those with five or more; "new" asks for what is new to its
    shopper. The weights are fitted on the month before it.

    Raises:
        InputError: the file has no dates.
    """
    histories = data.histories
    months = (_days(histories) * 86_400).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    held = months == months.max()
    before = histories.where(~held)
    last = (months == months.max() - 1)[~held]
    cases = _cases(histories, held, once=False)
    regulars = [case for case in cases if case.ages.max(initial=0) + 1 >= REGULAR]
    fresh = [Case(case.items, case.ages, new) for case in cases if len(new := np.setdiff1d(case.targets, case.items))]
    again = {"buy_again": BUY_AGAIN, **BASELINES}
    model, times = _timed(lambda: BehaviourModel.fit(before, attributes, held=last, repeats=True))
    among = {"regulars": regulars} if regulars else {}
    return {
        **_compared(cases, model, again, repeats=True),
        **{name: _compared(some, model, again, repeats=True) for name, some in among.items()},
        "new": _figures(before, attributes, cases=fresh, held=last),
        "items": before.item_count,
        **times,
    }


PROTOCOLS: Mapping[str, Callable[[Interactions, AttributeTable | None], dict[str, object]]] = {
    "leave-one-out": evaluate_leave_one_out,
    "time-split": evaluate_time_split,
    "cold": evaluate_cold,
    "next-basket": evaluate_next_basket,
}


def _figures(
    before: Histories,
    attributes: AttributeTable | None,
    *,
    cases: Sequence[Case],
    held: NDArray[np.bool_] | None = None,
    rivals: Mapping[str, Ranker] = NO_RIVALS,
) -> dict[str, object]:
    model, times = _timed(lambda: BehaviourModel.fit(before, attributes, held=held))
    return {**_compared(cases, model, BASELINES, rivals=rivals), "items": before.item_count, **times}


def _compared(
    cases: Sequence[Case],
    model: BehaviourModel,
    baselines: Mapping[str, Mapping[str, float]],
    *,
    repeats: bool = False,
    rivals: Mapping[str, Ranker] = NO_RIVALS,
) -> dict[str, object]:
    rankers = {name: _signal(model, weights) for name, weights in baselines.items()} | dict(rivals)
    return {**_against(RecommendEvaluator(cases, repeats=repeats), model, rankers), "cases": len(cases)}


def _against(evaluator: RecommendEvaluator, model: BehaviourModel, rankers: Mapping[str, Ranker]) -> dict[str, object]:
    """Figures of the model with its time for one recommendation, and those of the baselines."""
    if not evaluator.cases:
        raise InputError("no shopper in the file has a history and an item after it")
    times_ms: list[float] = []

    def ranked(items: Ints, ages: Ints) -> NDArray[np.float64]:
        started = time.perf_counter()
        found, scores = model.recommend(items, ages, excluded=evaluator.excluded)
        times_ms.append((time.perf_counter() - started) * 1000)
        everything = np.full(len(model.counts.pairs.counts), -1e9)
        everything[found] = scores
        return everything

    figures: dict[str, object] = {**evaluator(ranked)}
    p50, p99 = np.percentile(times_ms, [50, 99])
    baselines = {name: evaluator(ranker) for name, ranker in rankers.items()}
    return {**figures, "p50_ms": round(float(p50), 2), "p99_ms": round(float(p99), 2), "baselines": baselines}


def _signal(model: BehaviourModel, weights: Mapping[str, float]) -> Ranker:
    """A baseline: a fixed sum of signals, each as a share of its best."""

    def scores(items: Ints, ages: Ints) -> NDArray[np.float64]:
        signals = model.counts.signals(items, ages)
        total = np.zeros(signals.shape[1])
        for name, weight in weights.items():
            signal = signals[SIGNALS.index(name)]
            total += weight * signal / max(float(signal.max()), 1e-9)
        return total

    return scores


def _cases(histories: Histories, held: NDArray[np.bool_], *, once: bool) -> list[Case]:
    """Shoppers with both a history and held-back rows; `once` keeps the first of the held-back items alone."""
    found = []
    for shopper in range(len(histories)):
        rows = slice(histories.starts[shopper], histories.starts[shopper + 1])
        items, steps, out = histories.items[rows], histories.steps[rows], held[rows]
        earlier = ~out & (steps < steps[out].min(initial=np.iinfo(np.int64).max))
        if out.any() and earlier.any():
            targets = items[out][:1] if once else np.unique(items[out])
            found.append(Case(items[earlier], steps[earlier].max() - steps[earlier], targets))
    return found


def _first_late(histories: Histories, late: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Late rows whose item is new to their shopper."""
    new = np.zeros(len(late), dtype=bool)
    for shopper in range(len(histories)):
        rows = slice(histories.starts[shopper], histories.starts[shopper + 1])
        items, is_late = histories.items[rows], late[rows]
        new[rows] = is_late & ~np.isin(items, items[~is_late])
    return new


def _days(histories: Histories) -> NDArray[np.float64]:
    if histories.days is None:
        raise InputError("this protocol needs dates; sequences have none")
    if not len(histories.days):
        raise InputError("nobody has taken anything")
    return histories.days


def _timed(fit: Callable[[], BehaviourModel]) -> tuple[BehaviourModel, dict[str, object]]:
    """The model, and how long the fit took by the clock and on the processor: on a busy machine they differ."""
    started, used = time.perf_counter(), time.process_time()
    model = fit()
    took = {"fit_s": time.perf_counter() - started, "fit_cpu_s": time.process_time() - used}
    return model, {name: round(value, 2) for name, value in took.items()}


def attribute_table(data: Interactions, attributes: Mapping[str, Iterable[str]] | None) -> AttributeTable | None:
    """Attributes by item id as a table over the file's items; the words of its texts where none are given."""
    attributes = attributes or (words_of(data.texts) if data.texts else None)
    if attributes is None:
        return None
    numbers = {item_id: number for number, item_id in enumerate(data.item_ids)}
    values = {value: number for number, value in enumerate(sorted({v for vs in attributes.values() for v in vs}))}
    mapping = {numbers[item]: [values[v] for v in vs] for item, vs in attributes.items() if item in numbers}
    return AttributeTable.from_mapping(mapping, item_count=len(numbers))
