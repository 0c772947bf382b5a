"""From the log to the stored facts: one new entry at a time, or all of a shopper's entries anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from profiling.graph import load_predicates
from profiling.profile.needs import SHOPPER
from profiling.profile.replay import Book, apply_turn, replay, retract
from profiling.profile.scope import Scope, strand_of
from profiling.store import Store
from profiling.store.facts import FactStore
from profiling.store.log import Entry, Log
from profiling.store.log_parts import LogParts
from profiling.store.shoppers import ShopperStore
from profiling.types import Fact
from profiling.vocabulary import Taxonomy

MOST_TURNS = 1_000
"""Turns after a change up to which only what they touch is made anew."""


@dataclass(frozen=True)
class Refolded:
    """What was made anew: the need after each turn that was read, the facts as they were, and as they are."""

    needs: Mapping[str, str]
    before: tuple[Fact, ...]
    after: tuple[Fact, ...]

    def held(self) -> list[Fact]:
        """The facts that held, in the order in which they were said."""
        return sorted((fact for fact in self.before if fact.valid_to is None), key=attrgetter("order"))

    def hold(self) -> list[Fact]:
        """The facts that hold now, likewise."""
        return sorted((fact for fact in self.after if fact.valid_to is None), key=attrgetter("order"))

    def gone(self) -> list[Fact]:
        """The facts that are no more."""
        after = {fact.fact_id for fact in self.after}
        return [fact for fact in self.before if fact.fact_id not in after]


class Folding:
    """Keeps the facts what the log says. Its methods belong into a `store.writing()` block of the caller."""

    def __init__(self, store: Store, types: Taxonomy) -> None:
        self._types = types
        self._facts = FactStore(store)
        self._log = Log(store)
        self._parts = LogParts(store)
        self._shoppers = ShopperStore(store)

    def apply(self, shopper_id: str, entry: Entry) -> Book:
        """The facts that a new latest turn touches, with the turn applied; nothing is written yet.

        Only what the turn can touch is read: a shopper with a hundred thousand facts is as fast as any.
        """
        last = self._log.last_turn(shopper_id)
        book = Book(shopper_id)
        if last:
            book.need, book.need_at = last["need"], datetime.fromisoformat(last["at"])
        predicates = load_predicates()
        asserted = [predicates[each.predicate] for each in entry.assertions]
        single = {predicate.name for predicate in asserted if predicate.cardinality != "many"}
        opposed = {name for each in asserted if each.cardinality == "one" for name in each.contradicts}
        loaded = self._facts.touching(
            shopper_id,
            (SHOPPER, book.need) if book.need else (SHOPPER,),
            objects=sorted({*(each.object for each in entry.assertions), *entry.released}),
            predicates=sorted({*single, *opposed, *entry.released, "wants", "gift_for"}),
        )
        for fact in [*loaded, *(self._facts.about(shopper_id, book.need, limit=1) if book.need else ())]:
            book.put(fact, touch=False)
        apply_turn(book, entry, types=self._types)
        return book

    def save(self, book: Book) -> None:
        """Writes what was touched."""
        self._facts.put(book.changed())
        self._log.set_support((fact_id, assertion_id) for assertion_id, fact_id in book.support.items())

    def retract(self, shopper_id: str, entry: Entry) -> Book:
        """The facts that a new latest retraction takes back; nothing is written yet."""
        support = self._parts.supported(entry.targets)
        book = Book(shopper_id, support=support)
        for fact in self._facts.get(shopper_id, sorted(set(support.values()))):
            book.put(fact, touch=False)
        retract(book, entry)
        return book

    def scope(self, shopper_id: str, order: tuple[datetime, str]) -> Scope | None:
        """What the entries from a place in the log on may have changed; None where there are too many of them."""
        rows = self._parts.turns_from(shopper_id, order, limit=MOST_TURNS + 1)
        if len(rows) > MOST_TURNS:
            return None
        before = self._parts.turn_before(shopper_id, order)
        entries = self._log.entries(shopper_id, turns={row["message_id"] for row in rows})
        later = [entry for entry in entries if entry.order >= order]
        targets = {target for entry in later if entry.kind == "retract" for target in entry.targets}
        facts = self._facts.get(shopper_id, sorted(set(self._parts.supported(targets).values())))
        needs = {row["need"] for row in rows} | {before["need"] if before else ""} | {fact.subject for fact in facts}
        said = [each for entry in later for each in entry.assertions if each.lasting]
        about = {(fact.predicate, fact.object) for fact in facts if fact.subject == SHOPPER}
        strands = {strand_of(*each) for each in about | {(each.predicate, each.object) for each in said}}
        return Scope(order, frozenset(needs - {"", SHOPPER}), frozenset(strands))

    def refold(self, shopper_id: str, scope: Scope | None = None) -> Refolded:
        """Makes a shopper's facts anew from the log: all of them, or those that a part of the log may have changed.

        What is in no scope follows from entries that are as they were.
        """
        if scope is None:
            return self._refold_all(shopper_id)
        held = {fact.fact_id: fact for fact in self._facts.within(shopper_id, scope.needs, scope.strands)}
        rows = self._parts.turns_from(shopper_id, scope.order, limit=-1)
        before = self._parts.turn_before(shopper_id, scope.order)
        later = {row["message_id"] for row in rows}
        earlier = self._parts.about_needs(shopper_id, scope.needs) | self._parts.behind(held)
        read = earlier | later | ({before["message_id"]} if before else set())
        needs = self._log.needs(read - later)
        entries = self._log.entries(shopper_id, turns=read)
        settled = [replace(each, need=needs[each.entry_id]) if each.entry_id in needs else each for each in entries]
        book = replay(settled, shopper_id=shopper_id, types=self._types)
        opened = {book.needs[message_id] for message_id in later}
        facts = {fact.fact_id: fact for fact in book.facts.values() if scope.covers(fact, opened)}
        refolded = Refolded(book.needs, tuple(held.values()), tuple(facts.values()))
        self._facts.delete(fact.fact_id for fact in refolded.gone())
        self._facts.put(fact for fact_id, fact in sorted(facts.items()) if held.get(fact_id) != fact)
        self._log.set_support(
            (book.support.get(each.assertion_id), each.assertion_id)
            for entry in entries
            if entry.entry_id in later
            for each in entry.assertions
        )
        self._log.set_needs((book.needs[message_id], message_id) for message_id in sorted(later))
        self._shoppers.touch(shopper_id)
        return refolded

    def _refold_all(self, shopper_id: str) -> Refolded:
        held = self._facts.all_facts(shopper_id)
        book = replay(self._log.entries(shopper_id), shopper_id=shopper_id, types=self._types)
        self._facts.clear(shopper_id)
        self._log.clear_support(shopper_id)
        self.save(book)
        self._log.set_needs((need, message_id) for message_id, need in book.needs.items())
        self._shoppers.touch(shopper_id)
        return Refolded(book.needs, tuple(held), tuple(book.facts.values()))
