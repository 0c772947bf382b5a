"""Which facts a part of the log may have changed, so that only those need be made anew.

Facts about one need depend on the turns of that need alone. Those about the shopper depend on what was said with the
same predicate or one that contradicts it; and on the same object alone, where values add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from profiling.graph import load_predicates
from profiling.profile.needs import SHOPPER
from profiling.types import Fact

Strand = tuple[frozenset[str], str]
"""Predicates that can end each other's facts, and the object that this is about; "" for any."""


@dataclass(frozen=True)
class Scope:
    """Needs, and strands of facts about the shopper, that the entries from `order` on may have changed."""

    order: tuple[datetime, str]
    needs: frozenset[str]
    strands: frozenset[Strand]

    def covers(self, fact: Fact, needs: Iterable[str] = ()) -> bool:
        """Whether a fact is among them; `needs` are further ones."""
        if fact.subject != SHOPPER:
            return fact.subject in self.needs or fact.subject in needs
        return strand_of(fact.predicate, fact.object) in self.strands


def strand_of(predicate: str, object_: str) -> Strand:
    """What a fact about the shopper depends on."""
    related = _related(predicate)
    return related, object_ if all(load_predicates()[name].cardinality == "many" for name in related) else ""


@lru_cache
def _related(predicate: str) -> frozenset[str]:
    """The predicate with all that contradict it, directly or by way of others."""
    predicates, found, fresh = load_predicates(), {predicate}, {predicate}
    while fresh:
        fresh = {
            name
            for name, other in predicates.items()
            if any(name in predicates[one].contradicts or one in other.contradicts for one in fresh)
        } - found
        found |= fresh
    return frozenset(found)
