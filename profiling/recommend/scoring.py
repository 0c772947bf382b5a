"""The score of each item: what search, taste, behaviour and knowledge say, each a signal with its weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Mask, Snapshot
from profiling.profile.profile import Profile
from profiling.recommend.audience import Childrens, audience_scores, speaks_of_child
from profiling.recommend.knowledge import Knowledge, known_about
from profiling.recommend.ranking import Ranked
from profiling.recommend.signals import Behaviour, behaviour_signals
from profiling.recommend.wishes import WishReader
from profiling.search import HybridSearch
from profiling.types import Fact
from profiling.vocabulary import Vocabulary

POOL = 60
LIKED_BRAND = 0.15
LIKED_COLOUR = 0.10
LIKED_MATERIAL = 0.10
LIKINGS = frozenset({"likes", "prefers_brand"})


@dataclass(frozen=True)
class Scorer:
    """Scores items of one snapshot. `shop_words` keeps what this shop calls a kind of thing, once it has been seen."""

    snapshot: Snapshot
    search: HybridSearch
    wishes: WishReader
    vocabulary: Vocabulary
    shop_words: dict[str, str] = field(default_factory=dict)

    @cached_property
    def childrens(self) -> Childrens:
        """Items that are made for children."""
        return Childrens.of(self.snapshot, self.wishes.lexical)

    def ranked(
        self, profile: Profile, pool: Mask, behaviour: Behaviour, knowledge: Knowledge, weights: Mapping[str, float]
    ) -> Ranked:
        """The pool's items by score; none where nothing has to do with the request."""
        request = request_text(profile, say=self._shop_word)
        hits = self.search.search(request, POOL, allowed=pool)
        positions = hits.positions
        wished = any(fact.predicate != "about" for fact in profile.about_need)
        if not (wished or hits.any_relevant or speaks_of_child(request)):
            return Ranked(positions[:0], hits.scores[:0], {}, weights)
        known = known_about(knowledge, self.snapshot, positions, at=profile.at)
        signals = {
            "search": hits.scores,
            "audience": audience_scores(request, self.childrens)[positions],
            "taste": self._tastes(profile)[positions],
            "similar": self._similar(profile, positions),
            **behaviour_signals(self.snapshot, behaviour, positions, at=profile.at),
            **known.signals,
        }
        scores = np.sum([weights[name] * values for name, values in signals.items()], axis=0)
        order = np.lexsort((positions, -scores))
        ordered = {name: values[order] for name, values in signals.items()}
        return Ranked(positions[order], scores[order], ordered, weights, known)

    def taste(self, fact: Fact) -> NDArray[np.float64]:
        """What one liking adds to the score of each item."""
        kind, _, value = fact.object.partition(":")
        if kind == "brand":
            return _scaled(LIKED_BRAND, self.snapshot.brands.equals([value]))
        if kind == "colour":
            return _scaled(LIKED_COLOUR, self.snapshot.colours.has(self.vocabulary.colours.narrower(value)))
        if kind == "material":
            return _scaled(LIKED_MATERIAL, self.snapshot.materials.has(self.vocabulary.materials.narrower(value)))
        return np.zeros(len(self.snapshot))

    def _tastes(self, profile: Profile) -> NDArray[np.float64]:
        """What the shopper likes in general speaks for an item."""
        likes = [self.taste(fact) for fact in profile.about_shopper if fact.predicate in LIKINGS]
        return np.sum(likes, axis=0) if likes else np.zeros(len(self.snapshot))

    def _similar(self, profile: Profile, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """Being like the item that the shopper pointed at."""
        likeness = np.zeros(len(positions))
        for item_id in profile.objects("similar_to", kind="item"):
            likeness += self.search.similar_to(item_id, positions)
        return likeness

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


def request_text(profile: Profile, *, say: Callable[[Fact], str] = lambda fact: fact.label) -> str:
    """The present need in words, for search: the product type last, as in "wireless mouse".

    Args:
        say: what the thing that is wanted is called.
    """
    order = ("has_feature", "has_screen", "in_colour", "of_material", "by_brand", "wants", "about")
    facts = [fact for predicate in order for fact in profile.about_need if fact.predicate == predicate]
    labels = [(fact, say(fact) if fact.predicate == "wants" else fact.label) for fact in facts]
    return " ".join(label if fact.quote.lower() in fact.label else f"{fact.quote} {label}" for fact, label in labels)


def _scaled(weight: float, mask: Mask) -> NDArray[np.float64]:
    return weight * mask.astype(np.float64)
