"""The recommender: wishes narrow the catalogue down, search and taste order what is left, each item says why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Mask, Snapshot
from profiling.profile.profile import Profile
from profiling.recommend.audience import audience_scores, speaks_of_child
from profiling.recommend.exploration import CONTENDERS, NEARLY, draw
from profiling.recommend.ranking import Ranked, varied
from profiling.recommend.signals import NOBODY, WEIGHTS, Behaviour, behaviour_signals, comes_back
from profiling.recommend.wishes import HAVING, Wish, WishReader
from profiling.search import HybridSearch
from profiling.search.hybrid import COVERAGE_WEIGHT
from profiling.store.items import ItemStore
from profiling.types import Fact, Impression, Item, Reason, Slate, Trial
from profiling.vocabulary import Vocabulary

SLATE_SIZE = 3
POOL = 60
LIKED_BRAND = 0.15
LIKED_COLOUR = 0.10
LIKED_MATERIAL = 0.10
LIKINGS = frozenset({"likes", "prefers_brand"})
WISH = 0.20
"""What a satisfied wish adds to the score. All items on a slate satisfy all wishes, so it orders nothing."""
TELLING = 0.03
"""A share of the score below this is no reason worth telling."""


@dataclass(frozen=True)
class Recommender:
    """Recommends from one snapshot of the catalogue."""

    snapshot: Snapshot
    search: HybridSearch
    wishes: WishReader
    items: ItemStore
    vocabulary: Vocabulary
    shop_words: dict[str, str] = field(default_factory=dict)

    def recommend(
        self,
        profile: Profile,
        *,
        k: int = SLATE_SIZE,
        unseen: Collection[str] = (),
        behaviour: Behaviour = NOBODY,
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
        allowed = self._all_of(wishes)
        owned = [item_id for item_id in behaviour.bought() if not comes_back(self.snapshot, item_id)]
        known = [*unseen, *owned, *profile.objects("similar_to", kind="item")]
        fresh = allowed & ~self._is_one_of(known)
        pool = fresh if fresh.any() else allowed
        ranked = self._ranked(profile, pool, behaviour, weights)
        if not len(ranked.positions):
            return self._nothing(profile, wishes)
        chosen = varied(ranked, self.snapshot, self.search, k=k - 1 + CONTENDERS if explore else k)
        trial = self._trial(profile, ranked, chosen[k - 1 :], share=explore, place=k - 1)
        rows = [*chosen[: k - 1], chosen[k - 1 + trial.chosen]] if trial else chosen[:k]
        positions = [int(ranked.positions[row]) for row in rows]
        found = {item.item_id: item for item in self.items.get([self.snapshot.item_ids[p] for p in positions])}
        impressions = tuple(
            self._impression(item, ranked, row, self._reasons(item, position, wishes, profile), behaviour)
            for row, position in zip(rows, positions, strict=True)
            if (item := found.get(self.snapshot.item_ids[position])) and item.availability != "out_of_stock"
        )
        slate_id = self._slate_id(profile, [shown.item.item_id for shown in impressions])
        return Slate(
            slate_id,
            impressions,
            self._products(pool),
            repeated=bool(unseen) and not fresh.any(),
            wishes=tuple(wish.name for wish in wishes),
            trial=trial if len(impressions) == len(rows) else None,
        )

    def explain(self, profile: Profile, item: Item) -> Impression:
        """The item with the reasons that speak for it now, whether or not it is on a slate."""
        profile = profile.for_the_need()
        position = self.snapshot.position_of(item.item_id)
        wishes = [wish for wish in self._wishes(profile) if position is not None and wish.allowed[position]]
        return Impression(item, 0.0, self._reasons(item, position or 0, wishes, profile))

    def reduced(self, profile: Profile, *, k: int) -> list[Item]:
        """Items below their list price that satisfy every wish, one a product, the largest share taken off first."""
        snapshot = self.snapshot
        share = np.where(
            snapshot.list_price_cents > 0,
            1 - snapshot.price_cents / np.maximum(snapshot.list_price_cents, 1),
            0.0,
        )
        share[~self._all_of(self._wishes(profile)) | (snapshot.price_cents < 0)] = 0.0
        best = np.argsort(-share, kind="stable")
        _, first = np.unique(snapshot.groups.codes[best], return_index=True)
        chosen = [position for position in best[np.sort(first)][:k] if share[position] > 0]
        return self.items.get([snapshot.item_ids[position] for position in chosen])

    def strictest(self, predicate: str, table: Sequence[Item], profile: Profile) -> Item | None:
        """The item on the table that a comparison is made with: the strictest one that still leaves something to show.

        None where no item on the table has the measure: then nothing can be compared, and nothing is promised.
        """
        allowed = self._all_of(self._wishes(profile))
        counted = [
            (int((allowed & beyond).sum()), item)
            for item in table
            if (beyond := self.wishes.beyond(predicate, item)) is not None
        ]
        leaving = [pair for pair in counted if pair[0]]
        best = min(leaving or counted, key=lambda pair: pair[0], default=None)
        return best[1] if best else None

    def _wishes(self, profile: Profile) -> list[Wish]:
        """The wishes in force; where free words are all that is said of the thing, being about them is the first."""
        wishes = self.wishes.wishes(profile)
        about = [fact for fact in profile.about_need if fact.predicate == "about"]
        if not about or any(fact.predicate in HAVING for fact in profile.about_need):
            return wishes
        near = self.search.near(request_text(profile), allowed=self.snapshot.available)
        words = ", ".join(f"“{fact.label}”" for fact in about)
        return (
            [Wish(tuple(fact.fact_id for fact in about), "about", words, "", near), *wishes] if near.any() else wishes
        )

    def _all_of(self, wishes: Sequence[Wish]) -> Mask:
        allowed = self.snapshot.available.copy()
        for wish in wishes:
            allowed &= wish.allowed
        return allowed

    def _nothing(self, profile: Profile, wishes: Sequence[Wish]) -> Slate:
        about = [f"“{fact.label}”" for fact in profile.about_need if fact.predicate == "about"]
        names = tuple(wish.name for wish in wishes) or tuple(about)
        relaxations = self._relaxations(wishes)
        if all(name == names[0] for name, _ in relaxations):
            relaxations += self._essentials(wishes)
        return Slate(self._slate_id(profile, ()), (), 0, wishes=names, relaxations=relaxations)

    def _products(self, mask: Mask) -> int:
        """How many products the items belong to."""
        return len(np.unique(self.snapshot.groups.codes[mask]))

    def _is_one_of(self, item_ids: Collection[str]) -> Mask:
        """The items, and all variants of their products."""
        mask = np.zeros(len(self.snapshot), dtype=bool)
        groups = {
            self.snapshot.groups.codes[p]
            for item_id in item_ids
            if (p := self.snapshot.position_of(item_id)) is not None
        }
        if groups:
            mask |= np.isin(self.snapshot.groups.codes, np.array(sorted(groups)))
        return mask

    def _relaxations(self, wishes: Sequence[Wish]) -> tuple[tuple[str, int], ...]:
        counts = (
            (wish.name, self._products(self._all_of([other for other in wishes if other is not wish])))
            for wish in wishes
        )
        return tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1]))

    def _essentials(self, wishes: Sequence[Wish]) -> tuple[tuple[str, int], ...]:
        """The kind of thing that is wanted, with nothing else said about it: what is left when no single wish helps."""
        narrow = [wish for wish in wishes[1:] if not wish.lasting]
        kind = [wish for wish in wishes if wish not in narrow]
        count = self._products(self._all_of(kind)) if wishes and len(narrow) > 1 else 0
        return ((", ".join(wish.name for wish in narrow), count),) if count else ()

    def _ranked(self, profile: Profile, pool: Mask, behaviour: Behaviour, weights: Mapping[str, float]) -> Ranked:
        """The pool's items by score; none where nothing has to do with the request."""
        request = request_text(profile, say=self._shop_word)
        hits = self.search.search(request, POOL, allowed=pool)
        positions = hits.positions
        wished = any(fact.predicate != "about" for fact in profile.about_need)
        if not (wished or hits.any_relevant or speaks_of_child(request)):
            return Ranked(positions[:0], hits.scores[:0], {}, weights)
        signals = {
            "search": hits.scores,
            "audience": audience_scores(request, self.snapshot, self.wishes.lexical)[positions],
            "taste": self._tastes(profile)[positions],
            "similar": self._similar(profile, positions),
            **behaviour_signals(self.snapshot, behaviour, positions, at=profile.at),
        }
        scores = np.sum([weights[name] * values for name, values in signals.items()], axis=0)
        order = np.lexsort((positions, -scores))
        ordered = {name: values[order] for name, values in signals.items()}
        return Ranked(positions[order], scores[order], ordered, weights)

    def _shop_word(self, fact: Fact) -> str:
        """What this shop's titles call the thing most often: a shop of notebooks has few "laptops" in its titles."""
        node = fact.object.partition(":")[2]
        wordings = self.vocabulary.product_types.wordings.get(node)
        if not wordings or len(wordings) == 1:
            return fact.label
        if node not in self.shop_words:
            of_kind = self.wishes.mask(fact.object)
            rows = (self.wishes.lexical.matching([wording], columns=("title",)) for wording in wordings)
            counts = [int(of_kind[self.snapshot.positions(found)].sum()) for found in rows]
            self.shop_words[node] = wordings[int(np.argmax(counts))]
        return self.shop_words[node]

    def _tastes(self, profile: Profile) -> NDArray[np.float64]:
        """What the shopper likes in general speaks for an item."""
        likes = [self._taste(fact) for fact in profile.about_shopper if fact.predicate in LIKINGS]
        return np.sum(likes, axis=0) if likes else np.zeros(len(self.snapshot))

    def _similar(self, profile: Profile, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """Being like the item that the shopper pointed at."""
        likeness = np.zeros(len(positions))
        for item_id in profile.objects("similar_to", kind="item"):
            likeness += self.search.similar_to(item_id, positions)
        return likeness

    def _taste(self, fact: Fact) -> NDArray[np.float64]:
        """What one liking adds to the score of each item."""
        kind, _, value = fact.object.partition(":")
        if kind == "brand":
            return _scaled(LIKED_BRAND, self.snapshot.brands.equals([value]))
        if kind == "colour":
            return _scaled(LIKED_COLOUR, self.snapshot.colours.has(self.vocabulary.colours.narrower(value)))
        if kind == "material":
            return _scaled(LIKED_MATERIAL, self.snapshot.materials.has(self.vocabulary.materials.narrower(value)))
        return np.zeros(len(self.snapshot))

    def _trial(
        self, profile: Profile, ranked: Ranked, rows: Sequence[int], *, share: float, place: int
    ) -> Trial | None:
        """Who contends for the last place, and who gets it; None where there is nobody else, or nothing is tried."""
        near = [row for row in rows if ranked.scores[row] >= ranked.scores[rows[0]] - NEARLY]
        if not share or len(near) < 2:
            return None
        item_ids = tuple(self.snapshot.item_ids[ranked.positions[row]] for row in near)
        drawn = draw([float(ranked.scores[row]) for row in near], share=share, seed=self._slate_id(profile, item_ids))
        signals = tuple(ranked.of(row) for row in near)
        return Trial(place, drawn.chosen, item_ids, drawn.probabilities, signals)

    def _impression(
        self, item: Item, ranked: Ranked, row: int, reasons: Sequence[Reason], behaviour: Behaviour
    ) -> Impression:
        """The item with its score, and the reasons, each with its share of it."""
        signals = ranked.of(row)
        shares = {name: ranked.weights[name] * value for name, value in signals.items()}
        tastes = ranked.weights["taste"]
        stated = [replace(r, weight=tastes * r.weight) if r.signal == "taste" else r for r in reasons]
        told = [*stated, *self._behaviour_reasons(item, behaviour, shares)]
        score = float(ranked.scores[row]) + WISH * sum(reason.signal == "wish" for reason in reasons)
        return Impression(item, score, tuple(told), signals)

    def _behaviour_reasons(self, item: Item, behaviour: Behaviour, shares: Mapping[str, float]) -> list[Reason]:
        """What other shoppers and the shopper's own reactions add to the score, the larger share first."""
        source = behaviour.source_of(item.item_id)
        before = self.items.get([source]) if source else []
        words = {
            "taken_next": f"others took it after {before[0].title}" if before else "",
            "own": "you liked it before",
            "popular": "popular at the moment",
            "price_fit": "about what you usually pay",
        }
        told = [Reason(name, shares.get(name, 0.0), text) for name, text in words.items() if text]
        return sorted((reason for reason in told if reason.weight >= TELLING), key=lambda reason: -reason.weight)

    def _reasons(self, item: Item, position: int, wishes: Sequence[Wish], profile: Profile) -> tuple[Reason, ...]:
        """The wishes that the item satisfies, then the tastes that moved it up."""
        reasons = [
            Reason("wish", WISH, wish.reason, wish.fact_ids)
            for wish in wishes
            if wish.predicate not in {"wants", "about"} and self._narrows(wish, wishes)
        ]
        for fact in profile.about_need:
            if fact.predicate == "about" and self.wishes.speaks_of(fact)[position]:
                reasons.append(Reason("text", COVERAGE_WEIGHT, f"speaks of “{fact.label}”", (fact.fact_id,)))
        for fact in profile.about_shopper:
            if fact.predicate in LIKINGS and (bonus := float(self._taste(fact)[position])):
                reasons.append(Reason("taste", bonus, f"you like {fact.label}", (fact.fact_id,)))
        if not reasons:
            first = next((wish for wish in wishes if wish.predicate != "about"), None)
            text = f"a match for “{first.name}”" if first else "closest to what you wrote"
            reasons.append(Reason("search", 1.0, text, first.fact_ids if first else ()))
        return tuple(reasons)

    def _narrows(self, wish: Wish, wishes: Sequence[Wish]) -> bool:
        """Whether a lasting wish matters here: nobody wants to hear that headphones contain no wool."""
        if not wish.lasting:
            return True
        others = self._all_of([other for other in wishes if other is not wish])
        return bool((others & ~wish.allowed).any())

    def _slate_id(self, profile: Profile, item_ids: Sequence[str]) -> str:
        key = "\x1f".join((profile.shopper_id, profile.at.isoformat(), profile.need, *item_ids))
        return hashlib.sha256(key.encode()).hexdigest()[:16]


def _scaled(weight: float, mask: Mask) -> NDArray[np.float64]:
    return weight * mask.astype(np.float64)


def request_text(profile: Profile, *, say: Callable[[Fact], str] = lambda fact: fact.label) -> str:
    """The present need in words, for search: the product type last, as in "wireless mouse".

    Args:
        say: what the thing that is wanted is called.
    """
    order = ("has_feature", "has_screen", "in_colour", "of_material", "by_brand", "wants", "about")
    facts = [fact for predicate in order for fact in profile.about_need if fact.predicate == predicate]
    labels = [(fact, say(fact) if fact.predicate == "wants" else fact.label) for fact in facts]
    return " ".join(label if fact.quote.lower() in fact.label else f"{fact.quote} {label}" for fact, label in labels)
