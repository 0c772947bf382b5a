"""What shoppers like this one took next: signals from pairs, attributes and popularity, weighted by a choice model.

The weights are fitted on each shopper's latest item, held back from the counts; then everything is counted anew with
it. No weight is chosen by hand for a data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.learn.attributes import AttributeFollowing, AttributeTable
from profiling.learn.choice import ChoiceModel, fit_choice
from profiling.learn.histories import Histories, Ints
from profiling.learn.pairs import KINDS, PairTable
from profiling.learn.regression import ItemRegression

Floats = NDArray[np.float32]
Reals = NDArray[np.floating[Any]]
SIGNALS = (
    *("after", "next", "before", "together", "alike", "two_steps", "breadth", "apart"),
    *("like_recent", "like_last", "attributes_after", "like_next"),
    *("own_count", "own_recent", "popular", "lately_popular", "rising"),
)
CONTENT = ("like_recent", "like_last", "attributes_after", "like_next")
"""Signals that an item has before anyone has taken it."""
FIRST_PASS = {
    "after": 1.0,
    "two_steps": 0.8,
    "apart": 0.2,
    "alike": 0.5,
    "before": 0.3,
    "next": 0.2,
    "like_recent": 0.2,
    "like_next": 0.2,
    "own_count": 1.0,
    "own_recent": 1.0,
    "lately_popular": 0.01,
}
"""How the candidates are picked: what each signal's best item gains. The order among them is the choice model's."""
CANDIDATES = 150
FAST, SLOW = 0.7, 0.9
LONGEST = 50
FRONTIER = 100
SAMPLE = 5_000
MAX_TAKEN, MAX_NEW = 5, 20
"""Choices that are learnt from one shopper: a large basket of old things is to count little more than a small one; of
what is new to its shopper there is never much."""
STEP_FRESHNESS = 0.8
FRESH_DAYS = 14.0
NOTHING: Ints = np.empty(0, dtype=np.int64)
NO_CHOICE = ChoiceModel(np.zeros(0), np.ones(0), np.zeros(0))


@dataclass(frozen=True)
class Counts:
    """Everything that is counted, for items numbered from 0."""

    pairs: PairTable
    regression: ItemRegression
    attributes: AttributeTable | None
    following: AttributeFollowing | None
    popularity: Floats

    @classmethod
    def of(cls, histories: Histories, attributes: AttributeTable | None) -> Counts:
        """Counts histories. Popularity has three rows: all time, lately, and lately as a share of all time."""
        pairs = PairTable.from_histories(histories)
        following = AttributeFollowing.count(attributes, pairs.matrix("after")) if attributes else None
        lately = np.bincount(histories.items, weights=_freshness(histories), minlength=histories.item_count)
        popularity = np.stack([np.log1p(pairs.counts), np.log1p(lately), lately / np.maximum(pairs.counts, 1)])
        return cls(pairs, ItemRegression.fit(histories), attributes, following, popularity.astype(np.float32))

    def signals(self, items: Ints, ages: Ints) -> Floats:
        """One row a signal, see SIGNALS; one column an item."""
        width = len(self.pairs.counts)
        own_count = np.bincount(items, minlength=width)
        own_recent = np.bincount(items, SLOW**ages, minlength=width)
        apart = self.regression.scores(items)
        items, ages = items[-LONGEST:], ages[-LONGEST:]
        fast, slow = FAST**ages, SLOW**ages
        rows, owners = self.pairs.rows(items)
        others = self.pairs.others[rows]

        def summed(kind: str, weights: Reals) -> Reals:
            return _totals(others, self.pairs.values[KINDS.index(kind), rows] * weights[owners], width)

        near = summed("near", fast)
        after = summed("after", fast)
        latest = (ages == 0).astype(np.float64)
        found = {
            "after": after,
            "next": summed("next", latest),
            "before": summed("before", fast),
            "together": summed("together", fast),
            "alike": summed("alike", slow),
            "two_steps": self._step(near),
            "breadth": _totals(others, slow[owners], width),
            "apart": apart,
            "own_count": own_count,
            "own_recent": own_recent,
            "popular": self.popularity[0],
            "lately_popular": self.popularity[1],
            "rising": self.popularity[2],
        }
        if self.attributes is not None and self.following is not None:
            recent = self.attributes.profile(items, fast)
            found["like_recent"] = self.attributes.likeness(recent)
            found["like_last"] = self.attributes.likeness(self.attributes.profile(items, latest))
            found["attributes_after"] = self.attributes.likeness(self.following.expected(recent))
            found["like_next"] = self.attributes.likeness(self.attributes.profile_of_scores(after))
        nothing = np.zeros(width)
        return np.stack([found.get(name, nothing) for name in SIGNALS]).astype(np.float32)

    def _step(self, near: Reals) -> Reals:
        """One step further along the pairs, from the nearest items only."""
        frontier = np.flatnonzero(near)
        if len(frontier) > FRONTIER:
            frontier = np.argpartition(-near, FRONTIER)[:FRONTIER]
        rows, owners = self.pairs.rows(frontier)
        weights = self.pairs.values[KINDS.index("near"), rows] * near[frontier][owners]
        return _totals(self.pairs.others[rows], weights, len(near))


@dataclass(frozen=True)
class BehaviourModel:
    """Counts, and the weights that rank by them.

    With `repeats` what a shopper has is ranked too. `signals` are those that may count.
    """

    counts: Counts
    choice: ChoiceModel
    repeats: bool = False
    signals: Sequence[str] = SIGNALS

    @classmethod
    def fit(
        cls,
        histories: Histories,
        attributes: AttributeTable | None = None,
        *,
        held: NDArray[np.bool_] | None = None,
        repeats: bool = False,
        signals: Sequence[str] = SIGNALS,
    ) -> BehaviourModel:
        """Fits the weights on what is held back from the first counts, then counts all.

        Args:
            held: one boolean a row of the histories; each shopper's latest step if not given.
        """
        held = histories.ages == 0 if held is None else held
        earlier = cls(Counts.of(histories.where(~held), attributes), NO_CHOICE, repeats, signals)
        choice = fit_choice(*earlier.choices(histories, held))
        return cls(Counts.of(histories, attributes), choice, repeats, signals)

    def recommend(
        self, items: Ints, ages: Ints, k: int = 10, *, excluded: Ints = NOTHING
    ) -> tuple[Ints, NDArray[np.float64]]:
        """The k best items after a history, the best first, with their scores; after none, what is popular lately.

        Args:
            ages: steps since each item of the history was taken, 0 for the latest.
            excluded: items that are not to be recommended.
        """
        candidates, features = self.candidates(items, ages, excluded)
        known = len(items) > 0
        scores = self.choice.scores(features) if known else self.counts.popularity[1, candidates].astype(np.float64)
        order = np.argsort(-scores, kind="stable")[:k]
        return candidates[order], scores[order]

    def candidates(self, items: Ints, ages: Ints, excluded: Ints = NOTHING) -> tuple[Ints, Floats]:
        """The candidates after a history, and their features."""
        signals = self.counts.signals(items, ages)
        for row, name in enumerate(SIGNALS):
            if name not in self.signals:
                signals[row] = 0.0
        candidates = first_pass(signals, excluded if self.repeats else np.concatenate([items, excluded]))
        return candidates, features_of(signals[:, candidates])

    def choices(self, histories: Histories, held: NDArray[np.bool_]) -> tuple[Floats, Ints, NDArray[np.bool_]]:
        """What `fit_choice` learns from: candidates where a shopper took one of them.

        Where several were taken, each is a choice of its own among those that were not.
        """
        features: list[Floats] = []
        chosen: list[int] = []
        present: list[NDArray[np.bool_]] = []
        most = MAX_TAKEN if self.repeats else MAX_NEW
        for shopper in np.random.default_rng(0).permutation(len(histories))[:SAMPLE]:
            rows = slice(histories.starts[shopper], histories.starts[shopper + 1])
            before = ~held[rows]
            if not before.any() or before.all():
                continue
            items, steps = histories.items[rows], histories.steps[rows]
            candidates, found = self.candidates(items[before], steps[before].max() - steps[before])
            taken = np.isin(candidates, items[~before])
            for hit in np.flatnonzero(taken)[:most]:
                features.append(np.pad(found, ((0, CANDIDATES - len(found)), (0, 0))))
                chosen.append(int(hit))
                others = ~taken
                others[hit] = True
                present.append(np.pad(others, (0, CANDIDATES - len(found))))
        shape = (len(chosen), CANDIDATES)
        return (
            np.array(features, dtype=np.float32).reshape(*shape, 3 * len(SIGNALS)),
            np.array(chosen, dtype=np.int64),
            np.array(present, dtype=bool).reshape(shape),
        )


def _totals(positions: Ints, weights: Reals, width: int) -> Reals:
    return np.asarray(np.bincount(positions, weights, minlength=width), dtype=np.float64)


def first_pass(signals: Floats, taken: Ints) -> Ints:
    """The candidates that are worth a closer look, by a rough mix of the signals; nothing that was taken."""
    rough = np.full(signals.shape[1], 1e-9, dtype=np.float32)
    for name, weight in FIRST_PASS.items():
        signal = signals[SIGNALS.index(name)]
        rough += weight * signal / max(float(signal.max(initial=0.0)), 1e-9)
    rough[taken] = -1.0
    count = min(CANDIDATES, len(rough))
    best = np.argpartition(-rough, count - 1)[:count] if count else np.empty(0, dtype=np.int64)
    return best[rough[best] > 0].astype(np.int64)


def features_of(signals: Floats) -> Floats:
    """Features of candidates, shape (candidates, 3 x signals): logarithm, root, and share of the best one's."""
    best = np.maximum(signals.max(axis=1, initial=0.0, keepdims=True), 1e-9)
    return np.concatenate([np.log(signals + 1e-3), np.sqrt(signals), signals / best]).T


def _freshness(histories: Histories) -> NDArray[np.float64]:
    """What each row counts for what is popular lately: by its date, else by how long ago in its shopper's steps."""
    if histories.days is None:
        return np.asarray(STEP_FRESHNESS**histories.ages)
    days_ago = histories.days.max(initial=0.0) - histories.days
    return np.asarray(0.5 ** (days_ago / FRESH_DAYS))
