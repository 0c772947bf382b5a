"""The recommender: wishes narrow the catalogue down, search and taste order what is left, each item says why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Mask, Snapshot
from profiling.profile.profile import Profile
from profiling.recommend.audience import audience_scores, speaks_of_child
from profiling.recommend.wishes import HAVING, Wish, WishReader
from profiling.search import HybridSearch
from profiling.search.hybrid import COVERAGE_WEIGHT
from profiling.store.items import ItemStore
from profiling.types import Fact, Impression, Item, Reason, Slate
from profiling.vocabulary import Vocabulary

SLATE_SIZE = 3
POOL = 60
LIKED_BRAND = 0.15
LIKED_COLOUR = 0.10
LIKED_MATERIAL = 0.10
LIKINGS = frozenset({"likes", "prefers_brand"})
SIMILAR = 0.60
SAME_BRAND_PENALTY = 0.08
"""Taken off for each item of the brand that the slate already has: the trade-off for variety."""


@dataclass(frozen=True)
class Recommender:
    """Recommends from one snapshot of the catalogue."""

    snapshot: Snapshot
    search: HybridSearch
    wishes: WishReader
    items: ItemStore
    vocabulary: Vocabulary
    shop_words: dict[str, str] = field(default_factory=dict)

    def recommend(self, profile: Profile, *, k: int = SLATE_SIZE, unseen: Collection[str] = ()) -> Slate:
        """The k best items for the profile's present need.

        Every item satisfies every wish and can be bought. Where none does, the slate is empty and `relaxations`
        names, for each wish, how many products there would be without it.

        Args:
            unseen: items already shown; they are left out while others are left.
        """
        wishes = self._wishes(profile)
        allowed = self._all_of(wishes)
        fresh = allowed & ~self._is_one_of([*unseen, *profile.objects("similar_to", kind="item")])
        pool = fresh if fresh.any() else allowed
        positions, scores = self._ranked(profile, pool)
        if not len(positions):
            return self._nothing(profile, wishes)
        chosen = self._diverse(positions, scores, k)
        found = {item.item_id: item for item in self.items.get([self.snapshot.item_ids[p] for p, _ in chosen])}
        impressions = tuple(
            Impression(item, score, self._reasons(item, position, wishes, profile))
            for position, score in chosen
            if (item := found.get(self.snapshot.item_ids[position])) and item.availability != "out_of_stock"
        )
        slate_id = self._slate_id(profile, [shown.item.item_id for shown in impressions])
        return Slate(
            slate_id,
            impressions,
            self._products(pool),
            repeated=bool(unseen) and not fresh.any(),
            wishes=tuple(wish.name for wish in wishes),
        )

    def explain(self, profile: Profile, item: Item) -> Impression:
        """The item with the reasons that speak for it now, whether or not it is on a slate."""
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

    def _ranked(self, profile: Profile, pool: Mask) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Positions in the pool and their scores, the best first; none where nothing has to do with the request."""
        request = request_text(profile, say=self._shop_word)
        hits = self.search.search(request, POOL, allowed=pool)
        wished = any(fact.predicate != "about" for fact in profile.about_need)
        if not (wished or hits.any_relevant or speaks_of_child(request)):
            return hits.positions[:0], hits.scores[:0]
        audience = audience_scores(request, self.snapshot, self.wishes.lexical)
        scores = hits.scores + self._affinity(profile, hits.positions) + audience[hits.positions]
        order = np.lexsort((hits.positions, -scores))
        return hits.positions[order], scores[order]

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

    def _affinity(self, profile: Profile, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """What the shopper likes in general speaks for an item, and being like the one they pointed at."""
        bonus = np.zeros(len(positions))
        for fact in profile.about_shopper:
            if fact.predicate in LIKINGS:
                bonus += self._taste(fact)[positions]
        for item_id in profile.objects("similar_to", kind="item"):
            bonus += SIMILAR * self.search.similar_to(item_id, positions)
        return bonus

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

    def _diverse(self, positions: NDArray[np.int64], scores: NDArray[np.float64], k: int) -> list[tuple[int, float]]:
        """Greedy choice of k products, one variant each, a little against the same brand again."""
        chosen: list[tuple[int, float]] = []
        groups, brands = set[int](), list[int]()
        candidates = list(zip(positions.tolist(), scores.tolist(), strict=True))
        while candidates and len(chosen) < k:
            best = max(
                candidates,
                key=lambda pair: pair[1] - SAME_BRAND_PENALTY * brands.count(int(self.snapshot.brands.codes[pair[0]])),
            )
            chosen.append(best)
            groups.add(int(self.snapshot.groups.codes[best[0]]))
            brands.append(int(self.snapshot.brands.codes[best[0]]))
            candidates = [pair for pair in candidates if int(self.snapshot.groups.codes[pair[0]]) not in groups]
        return chosen

    def _reasons(self, item: Item, position: int, wishes: Sequence[Wish], profile: Profile) -> tuple[Reason, ...]:
        """The wishes that the item satisfies, then the tastes that moved it up."""
        reasons = [
            Reason("wish", 1.0, wish.reason, wish.fact_ids)
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
