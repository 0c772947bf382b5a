"""The recommender: wishes narrow the catalogue down, signals order what is left, each item says why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from profiling.catalogue.snapshot import Mask, Snapshot
from profiling.profile.profile import Profile
from profiling.recommend.audience import suitable
from profiling.recommend.exploration import CONTENDERS, NEARLY, draw
from profiling.recommend.knowledge import NOTHING_KNOWN, Knowledge, known_about
from profiling.recommend.narrowing import product_count, relaxations, satisfying, variants_of
from profiling.recommend.ranking import Place, Ranked, contenders, fill
from profiling.recommend.reasons import Evidence, match_reason, stated_reasons
from profiling.recommend.scoring import Scorer, request_text
from profiling.recommend.signals import NOBODY, WEIGHTS, Behaviour, comes_back
from profiling.recommend.wishes import HAVING, Wish
from profiling.store.items import ItemStore
from profiling.types import Impression, Item, Slate, Trial

SLATE_SIZE = 3


@dataclass(frozen=True)
class Recommender:
    """Recommends from one snapshot of the catalogue."""

    scorer: Scorer
    items: ItemStore

    @property
    def snapshot(self) -> Snapshot:
        """The catalogue that is recommended from."""
        return self.scorer.snapshot

    def recommend(
        self,
        profile: Profile,
        *,
        k: int = SLATE_SIZE,
        unseen: Collection[str] = (),
        behaviour: Behaviour = NOBODY,
        knowledge: Knowledge = NOTHING_KNOWN,
        weights: Mapping[str, float] = WEIGHTS,
        explore: float = 0.0,
    ) -> Slate:
        """The k best items for the profile's present need.

        Every item satisfies every wish and can be bought. Where none does, the slate is empty and `relaxations`
        names, for each wish, how many products there would be without it.

        Args:
            unseen: items already shown; they are left out while others are left.
            weights: of the signals.
            explore: share of slates whose last place is drawn among items that are nearly as good.
        """
        profile = profile.for_the_need()
        wishes = self._wishes(profile)
        allowed = self._suitable(satisfying(self.snapshot, wishes), profile)
        known = [*unseen, *self._owned(behaviour), *profile.objects("similar_to", kind="item")]
        fresh = allowed & ~variants_of(self.snapshot, known)
        pool = fresh if fresh.any() else allowed
        ranked = self.scorer.ranked(profile, pool, behaviour, knowledge, weights)
        if not len(ranked.positions):
            return self._nothing(profile, wishes)
        places = fill(ranked, self.snapshot, self.scorer.search, k=k)
        trial = None
        if explore:
            last = contenders(ranked, self.snapshot, self.scorer.search, places[: k - 1], most=CONTENDERS)
            trial = self._trial(profile, ranked, last, share=explore, place=k - 1)
            places = [*places[: k - 1], last[trial.chosen]] if trial else places
        evidence = Evidence(self.items, behaviour, ranked.known, knowledge.accessories, knowledge.own_traits)
        impressions = tuple(self._impressions(profile, ranked, places, wishes, evidence))
        slate_id = self._slate_id(profile, [shown.item.item_id for shown in impressions])
        return Slate(
            slate_id,
            impressions,
            product_count(self.snapshot, pool),
            repeated=bool(unseen) and not fresh.any(),
            wishes=tuple(wish.name for wish in wishes),
            trial=trial if len(impressions) == len(places) else None,
        )

    def explain(
        self,
        profile: Profile,
        item: Item,
        *,
        signals: Mapping[str, float] | None = None,
        behaviour: Behaviour = NOBODY,
        knowledge: Knowledge = NOTHING_KNOWN,
        weights: Mapping[str, float] = WEIGHTS,
    ) -> Impression:
        """The item with the reasons that speak for it, whether or not it is on a slate.

        Args:
            signals: with which it was shown; without them only the shopper's own words count.
        """
        profile = profile.for_the_need()
        position = self.snapshot.position_of(item.item_id)
        if position is None:
            return Impression(item, 0.0, (match_reason(self._wishes(profile)),))
        wishes = [wish for wish in self._wishes(profile) if wish.allowed[position]]
        reasons = stated_reasons(self.scorer, position, wishes, profile, taste_weight=weights["taste"])
        if signals:
            known = known_about(knowledge, self.snapshot, np.array([position]), at=profile.at)
            evidence = Evidence(self.items, behaviour, known, knowledge.accessories, knowledge.own_traits)
            reasons += evidence.reasons(item, _shares(signals, weights), weights)
        return Impression(item, 0.0, tuple(reasons or [match_reason(wishes)]), signals or {})

    def reduced(self, profile: Profile, *, k: int) -> list[Item]:
        """Items below their list price that satisfy every wish, one a product, the largest share taken off first."""
        snapshot = self.snapshot
        share = np.where(
            snapshot.list_price_cents > 0,
            1 - snapshot.price_cents / np.maximum(snapshot.list_price_cents, 1),
            0.0,
        )
        share[~satisfying(snapshot, self._wishes(profile)) | (snapshot.price_cents < 0)] = 0.0
        best = np.argsort(-share, kind="stable")
        _, first = np.unique(snapshot.groups.codes[best], return_index=True)
        chosen = [position for position in best[np.sort(first)][:k] if share[position] > 0]
        return self.items.get([snapshot.item_ids[position] for position in chosen])

    def strictest(self, predicate: str, table: Sequence[Item], profile: Profile) -> Item | None:
        """The item on the table that a comparison is made with: the strictest one that still leaves something to show.

        None where no item on the table has the measure: then nothing can be compared, and nothing is promised.
        """
        allowed = satisfying(self.snapshot, self._wishes(profile))
        counted = [
            (int((allowed & beyond).sum()), item)
            for item in table
            if (beyond := self.scorer.wishes.beyond(predicate, item)) is not None
        ]
        leaving = [pair for pair in counted if pair[0]]
        best = min(leaving or counted, key=lambda pair: pair[0], default=None)
        return best[1] if best else None

    def is_told(self, profile: Profile) -> Callable[[str], bool]:
        """A test of words: whether they stand in the text of something that satisfies every wish. No words do where no
        kind of thing is looked for.
        """
        profile = profile.for_the_need()
        allowed = satisfying(self.snapshot, self.scorer.wishes.wishes(profile)) if profile.objects("wants") else None
        return lambda words: allowed is not None and bool((allowed & self.scorer.wishes.in_text([words])).any())

    def _wishes(self, profile: Profile) -> list[Wish]:
        """The wishes in force; where free words are all that is said of the thing, being about them is the first."""
        wishes = self.scorer.wishes.wishes(profile)
        about = [fact for fact in profile.about_need if fact.predicate == "about"]
        if not about or any(fact.predicate in HAVING for fact in profile.about_need):
            return wishes
        near = self.scorer.search.near(request_text(profile), allowed=self.snapshot.available)
        words = ", ".join(f"“{fact.label}”" for fact in about)
        return (
            [Wish(tuple(fact.fact_id for fact in about), "about", words, "", near), *wishes] if near.any() else wishes
        )

    def _suitable(self, allowed: Mask, profile: Profile) -> Mask:
        """Without children's things where a grown-up looks for a kind of thing for themselves or another grown-up.

        A gift without a kind is left alone: "something for my niece's mum" says little about who plays with it.
        """
        types = self.scorer.vocabulary.product_types
        wanted = profile.objects("wants")
        if not wanted:
            return allowed
        of_kind = np.logical_or.reduce([self.scorer.wishes.mask(f"product_type:{node}") for node in wanted])
        kinds = {top for node in wanted for top in types.ancestors(node)}
        words = " ".join(fact.label for fact in profile.about_need)
        request = f"{request_text(profile)} {words}"
        return suitable(allowed, of_kind, request, self.scorer.childrens, kinds=kinds)

    def _owned(self, behaviour: Behaviour) -> list[str]:
        """What the shopper has and does not use up."""
        consumables = self.scorer.vocabulary.consumables
        return [item_id for item_id in behaviour.owned if not comes_back(self.snapshot, item_id, consumables)]

    def _nothing(self, profile: Profile, wishes: Sequence[Wish]) -> Slate:
        about = [f"“{fact.label}”" for fact in profile.about_need if fact.predicate == "about"]
        names = tuple(wish.name for wish in wishes) or tuple(about)
        relaxed = relaxations(self.snapshot, wishes)
        return Slate(self._slate_id(profile, ()), (), 0, wishes=names, relaxations=relaxed)

    def _trial(
        self, profile: Profile, ranked: Ranked, last: Sequence[Place], *, share: float, place: int
    ) -> Trial | None:
        """Who contends for the last place, and who gets it; None where there is nobody else, or nothing is tried."""
        near = [contender for contender in last if contender.worth >= last[0].worth - NEARLY]
        if not share or len(near) < 2:
            return None
        item_ids = tuple(self.snapshot.item_ids[ranked.positions[contender.row]] for contender in near)
        drawn = draw([contender.worth for contender in near], share=share, seed=self._slate_id(profile, item_ids))
        signals = tuple(ranked.of(contender) for contender in near)
        return Trial(place, drawn.chosen, item_ids, drawn.probabilities, signals)

    def _impressions(
        self, profile: Profile, ranked: Ranked, places: Sequence[Place], wishes: Sequence[Wish], evidence: Evidence
    ) -> list[Impression]:
        """The places' items as they are now with score and reasons; what has just been sold out is left out."""
        item_ids = [self.snapshot.item_ids[ranked.positions[place.row]] for place in places]
        found = {item.item_id: item for item in self.items.get(item_ids) if item.availability != "out_of_stock"}
        weights, impressions = ranked.weights, []
        for item_id, place in zip(item_ids, places, strict=True):
            if (item := found.get(item_id)) is None:
                continue
            signals, position = ranked.of(place), int(ranked.positions[place.row])
            stated = stated_reasons(self.scorer, position, wishes, profile, taste_weight=weights["taste"])
            reasons = [*(stated or [match_reason(wishes)]), *evidence.reasons(item, _shares(signals, weights), weights)]
            score = float(ranked.scores[place.row]) + sum(reason.weight for reason in stated if reason.signal == "wish")
            impressions.append(Impression(item, score, tuple(reasons), signals))
        return impressions

    def _slate_id(self, profile: Profile, item_ids: Sequence[str]) -> str:
        key = "\x1f".join((profile.shopper_id, profile.at.isoformat(), profile.need, *item_ids))
        return hashlib.sha256(key.encode()).hexdigest()[:16]


def _shares(signals: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """What each signal adds to the score."""
    return {name: weights[name] * value for name, value in signals.items()}
