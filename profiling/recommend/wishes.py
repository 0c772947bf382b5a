"""Wishes: the facts of a profile as tests on items. A wish is never traded for score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.size_systems import size_equivalents
from profiling.catalogue.snapshot import Mask, Snapshot, size_key
from profiling.entities.compounds import head_of
from profiling.profile.profile import Profile
from profiling.search.lexical import LexicalSearch
from profiling.types import Fact, Item
from profiling.vocabulary import Vocabulary

Test = Callable[[Fact], Mask]
HAVING = ("wants", "has_feature", "has_screen", "in_colour", "of_material", "in_size", "by_brand")
"""Predicates of wishes that say what the thing is or has."""
_WISHED_AS = {"colour": "in_colour", "material": "of_material", "size": "in_size", "brand": "by_brand"}
SCREEN_SLACK_MM = 15.5
"""A good half inch: a screen of 23.8 inches is sold as one of 24, one of 15.6 as one of 15."""
_WORN = ("clothing", "shoe")
_COMPARISONS: Mapping[str, tuple[Sequence[str], Callable[..., Mask]]] = {
    "cheaper_than": (("price",), np.less),
    "dearer_than": (("price",), np.greater),
    "smaller_than": (("screen_mm", "bulk", "weight_g"), np.less),
    "larger_than": (("screen_mm", "bulk", "weight_g"), np.greater),
    "lighter_than": (("weight_g",), np.less),
    "heavier_than": (("weight_g",), np.greater),
}
"""Predicate -> the measures that it compares, the first known one counts, and how.

Weight stands in for size where no size is known.
"""


@dataclass(frozen=True)
class Wish:
    """One hard wish: which items satisfy it, how to name it, and how an item's reason says that it does.

    A `lasting` wish comes from what is known about the shopper in general, not from the present need.
    """

    fact_ids: tuple[str, ...]
    predicate: str
    name: str
    reason: str
    allowed: Mask
    lasting: bool = False


class WishReader:
    """Turns a profile into wishes over one snapshot of the catalogue."""

    def __init__(self, snapshot: Snapshot, lexical: LexicalSearch, vocabulary: Vocabulary) -> None:
        self._snapshot = snapshot
        self.lexical = lexical
        self._vocabulary = vocabulary

    def wishes(self, profile: Profile) -> list[Wish]:
        """All wishes in force, those of the present need first. What the shopper dislikes in general is one of them."""
        groups: dict[str, list[Fact]] = {}
        for fact in sorted(profile.about_need, key=lambda fact: fact.predicate != "wants"):
            alternative = fact.predicate in {"wants", "in_colour", "of_material", "in_size", "by_brand"}
            groups.setdefault(fact.predicate if alternative else fact.fact_id, []).append(fact)
        for fact in profile.about_need:
            if fact.predicate == "accepts" and (
                wished := groups.get(_WISHED_AS.get(fact.object.partition(":")[0], ""))
            ):
                wished.append(fact)  # "black", then "blue is ok too"
        wishes = [wish for facts in groups.values() if (wish := self._wish(facts))]
        return wishes + [wish for fact in profile.about_shopper if (wish := self._lasting(fact, profile))]

    def _wish(self, facts: Sequence[Fact]) -> Wish | None:
        fact = facts[0]
        test = self._tests.get(fact.predicate)
        if test is None or (fact.predicate in {"has_feature", "wants"} and fact.object.startswith("words:")):
            return None  # "with tummy control": what no vocabulary knows is searched for, and no condition
        allowed = np.logical_or.reduce([test(each) for each in facts])
        labels = " or ".join(each.label for each in facts)
        name, reason = _say(fact, labels)
        return Wish(tuple(each.fact_id for each in facts), fact.predicate, name, reason, allowed)

    def _lasting(self, fact: Fact, profile: Profile) -> Wish | None:
        if fact.predicate in {"dislikes", "is_allergic_to", "avoids"}:
            return _lasting_wish(fact, f"no {fact.label}", f"no {fact.label}", ~self._mentions(fact))
        if fact.predicate == "spends_at_most" and not profile.objects("budget_max"):
            return _lasting_wish(fact, f"at most {fact.label}", f"within your {fact.label}", self._at_most(fact))
        if fact.predicate in {"size_is", "shoe_size_is"} and not profile.objects("in_size"):
            return self._own_size(fact, profile)
        return None

    def _own_size(self, fact: Fact, profile: Profile) -> Wish | None:
        """The shopper's size counts for what is worn, and only where the shop has sizes of that sort."""
        types = self._vocabulary.product_types
        wanted = profile.objects("wants")
        family = next((top for node in wanted for top in types.ancestors(node) if top in _WORN), None)
        if family is None or (fact.predicate == "shoe_size_is") != (family == "shoe"):
            return None
        fits = self.mask(fact.object)
        return _lasting_wish(fact, f"size {fact.label}", f"in your size {fact.label}", fits) if fits.any() else None

    @property
    def _tests(self) -> dict[str, Test]:
        return {
            **dict.fromkeys(HAVING, self._has),
            "measures": self._measured,
            "excludes": lambda fact: ~self._mentions(fact),
            "budget_max": self._at_most,
            "budget_min": lambda fact: self._snapshot.price_cents >= int(_value(fact)),
            **dict.fromkeys(_COMPARISONS, self._compared),
        }

    def mask(self, node: str) -> Mask:
        """Items that have the property that a node ("colour:blue", "brand:HP", "feature:wireless") names."""
        kind, _, value = node.partition(":")
        vocabulary = self._vocabulary
        if kind == "brand":
            return self._snapshot.brands.equals([value])
        if kind == "size":
            sized = self._sized(size_key(value))
            return sized if " " not in value else sized | self.in_text([value])
        if kind in {"colour", "material"}:
            tags, taxonomy = (
                (self._snapshot.colours, vocabulary.colours)
                if kind == "colour"
                else (self._snapshot.materials, vocabulary.materials)
            )
            return tags.has(taxonomy.narrower(value))
        if kind == "product_type":
            types = vocabulary.product_types
            known = value in types.parents
            nodes = self._snapshot.nodes.equals(types.narrower(value) if known else [value])
            named = nodes if known else nodes | self.in_text([value])
            head = None if named.any() else head_of(value)
            return named if head is None else self.mask(f"product_type:{head}")  # no "winter coat", but coats
        if kind == "screen":
            screen_mm = np.nan_to_num(self._snapshot.measures["screen_mm"])
            near: Mask = np.abs(screen_mm - float(value)) <= SCREEN_SLACK_MM
            return near
        return self.in_text(vocabulary.features.wordings.get(value, (value,)))

    def _sized(self, key: str) -> Mask:
        """Items of this size, in whichever system the shop writes it."""
        sized = self._snapshot.sizes.equals([key])
        for family, same in size_equivalents(key).items():
            worn = self._snapshot.nodes.equals(self._vocabulary.product_types.narrower(family))
            sized = sized | (worn & self._snapshot.sizes.equals(same))
        return sized

    def speaks_of(self, fact: Fact) -> Mask:
        """Items in whose text the words of an `about` fact stand side by side."""
        return self.in_text([_value(fact)])

    def _has(self, fact: Fact) -> Mask:
        return self.mask(fact.object)

    def _at_most(self, fact: Fact) -> Mask:
        price = self._snapshot.price_cents
        return (price >= 0) & (price <= int(_value(fact)))

    def _measured(self, fact: Fact) -> Mask:
        """Items within a bound ("at_most:width_mm=400"); those whose measure is not known are not."""
        measure, _, bound = _value(fact).partition("=")
        compare = np.less_equal if fact.object.startswith("at_most:") else np.greater_equal
        with np.errstate(invalid="ignore"):
            within: Mask = compare(self._snapshot.measures[measure], float(bound))
        return within

    def _mentions(self, fact: Fact) -> Mask:
        """Items that have to do with a refused thing; a refused material may not even be spoken of in the
        description.
        """
        if fact.object.startswith("material:"):
            return self._snapshot.contains.has(self._vocabulary.materials.narrower(_value(fact)))
        return self.mask(fact.object)

    def in_text(self, wordings: Sequence[str]) -> Mask:
        """Items in whose text one of the wordings stands, its words side by side."""
        mask = np.zeros(len(self._snapshot), dtype=bool)
        mask[self._snapshot.positions(self.lexical.matching(wordings))] = True
        return mask

    def _compared(self, fact: Fact) -> Mask:
        position = self._snapshot.position_of(_value(fact))
        beyond = None if position is None else self._beyond(fact.predicate, position)
        return np.ones(len(self._snapshot), dtype=bool) if beyond is None else beyond

    def beyond(self, predicate: str, item: Item) -> Mask | None:
        """Items that are smaller, cheaper ... than this one; None where its measure is not known."""
        position = self._snapshot.position_of(item.item_id)
        return None if position is None else self._beyond(predicate, position)

    def _beyond(self, predicate: str, position: int) -> Mask | None:
        measures, compare = _COMPARISONS[predicate]
        for name in measures:
            values = self._price() if name == "price" else self._snapshot.measures[name]
            if not np.isnan(values[position]):
                with np.errstate(invalid="ignore"):
                    beyond: Mask = compare(values, values[position])
                return beyond
        return None

    def _price(self) -> NDArray[np.float32]:
        price = self._snapshot.price_cents
        return np.where(price < 0, np.nan, price).astype(np.float32)


def _lasting_wish(fact: Fact, name: str, reason: str, allowed: Mask) -> Wish:
    return Wish((fact.fact_id,), fact.predicate, name, reason, allowed, lasting=True)


def _value(fact: Fact) -> str:
    return fact.object.partition(":")[2]


def _say(fact: Fact, labels: str) -> tuple[str, str]:
    """(name of the wish, reason of an item that satisfies it)."""
    kind = fact.object.partition(":")[0]
    names = {
        "wants": labels,
        "has_feature": labels,
        "has_screen": labels,
        "in_colour": f"in {labels}",
        "of_material": f"made of {labels}",
        "in_size": f"size {labels}",
        "measures": labels,
        "by_brand": f"from {labels}",
        "excludes": {"brand": f"not from {labels}", "colour": f"not {labels}"}.get(kind, f"no {labels}"),
        "budget_max": f"at most {labels}",
        "budget_min": f"at least {labels}",
        "cheaper_than": f"cheaper than {labels}",
        "dearer_than": f"dearer than {labels}",
        "smaller_than": f"smaller than {labels}",
        "larger_than": f"larger than {labels}",
        "lighter_than": f"lighter than {labels}",
        "heavier_than": f"heavier than {labels}",
    }
    name = names[fact.predicate]
    return name, f"within your {labels}" if fact.predicate == "budget_max" else name
