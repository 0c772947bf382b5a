"""Why an item is on the slate: each reason names a fact or a number that has a share in the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from profiling.profile.profile import Profile
from profiling.recommend.knowledge import Known, praised
from profiling.recommend.narrowing import narrows
from profiling.recommend.scoring import LIKINGS, Scorer
from profiling.recommend.signals import Behaviour
from profiling.recommend.wishes import Wish
from profiling.search.hybrid import COVERAGE_WEIGHT
from profiling.store.items import ItemStore
from profiling.types import Item, Reason

WISH = 0.20
"""What a satisfied wish adds to the score. All items on a slate satisfy all wishes, so it orders nothing."""
TELLING = 0.03
"""A share of the score below this is no reason worth telling."""
MOST_TRAITS = 2


def stated_reasons(
    scorer: Scorer, position: int, wishes: Sequence[Wish], profile: Profile, *, taste_weight: float = 1.0
) -> list[Reason]:
    """What the shopper has said: the wishes that the item satisfies, then the tastes that moved it up."""
    reasons = [
        Reason("wish", WISH, wish.reason, wish.fact_ids)
        for wish in wishes
        if wish.predicate not in {"wants", "about"} and narrows(scorer.snapshot, wish, wishes)
    ]
    for fact in profile.about_need:
        if fact.predicate == "about" and scorer.wishes.speaks_of(fact)[position]:
            reasons.append(Reason("text", COVERAGE_WEIGHT, f"speaks of “{fact.label}”", (fact.fact_id,)))
    for fact in profile.about_shopper:
        if fact.predicate in LIKINGS and (bonus := float(scorer.taste(fact)[position])):
            reasons.append(Reason("taste", taste_weight * bonus, f"you like {fact.label}", (fact.fact_id,)))
    return reasons


def match_reason(wishes: Sequence[Wish]) -> Reason:
    """What is said where the shopper's words give no better reason."""
    first = next((wish for wish in wishes if wish.predicate != "about"), None)
    text = f"a match for “{first.name}”" if first else "closest to what you wrote"
    return Reason("search", 1.0, text, first.fact_ids if first else ())


@dataclass(frozen=True)
class Evidence:
    """What reasons beyond the shopper's words are made of."""

    items: ItemStore
    behaviour: Behaviour
    known: Known
    accessories: Mapping[str, str]
    own_traits: Mapping[str, str]

    def reasons(self, item: Item, shares: Mapping[str, float], weights: Mapping[str, float]) -> list[Reason]:
        """Reasons for the shares that are worth telling, the larger first."""
        words = {
            "taken_next": self._taken(item),
            "foretold": "shoppers with a history like yours took it",
            "own": "you liked it before",
            "popular": "popular at the moment",
            "price_fit": "about what you usually pay",
            "new": "new in the shop",
            "fits": self._fits(item),
            "kin": self._kin(item),
        }
        told = [Reason(name, shares.get(name, 0.0), text) for name, text in words.items() if text]
        told += self._praise(item, weights.get("praise", 0.0)) if shares.get("praise") else []
        return sorted((reason for reason in told if reason.weight >= TELLING), key=lambda reason: -reason.weight)

    def _taken(self, item: Item) -> str:
        source = self.behaviour.source_of(item.item_id)
        if source is None:
            return ""
        title = self._title(source)
        if source in self.behaviour.owned:
            return f"people who bought your {title} took it"
        return f"others took it after {title}"

    def _fits(self, item: Item) -> str:
        owned = self.accessories.get(item.item_id)
        return f"fits your {self._title(owned)}" if owned else ""

    def _kin(self, item: Item) -> str:
        shared = self.known.shared.get(item.item_id, ())[:MOST_TRAITS]
        if not shared:
            return ""
        values = ", ".join(node.partition(":")[2] for node in shared)
        return f"{values}, like {self._title(self.own_traits[shared[0]])}"

    def _praise(self, item: Item, weight: float) -> list[Reason]:
        counts = self.known.opinions.get(item.group_id or item.item_id, ())
        return [
            Reason(
                "praise",
                weight * praised(count) / self.known.asked,
                f"{count.positive} of {count.reviews} reviews praise the {count.aspect}",
            )
            for count in counts
        ]

    def _title(self, item_id: str) -> str:
        found = self.items.get([item_id])
        return found[0].title if found else item_id
