"""From the log to the stored facts: one new entry at a time, or all of a shopper's entries anew."""

from __future__ import annotations

from datetime import datetime

from profiling.graph import load_predicates
from profiling.profile.needs import SHOPPER
from profiling.profile.replay import Book, apply_turn, replay
from profiling.store import Store
from profiling.store.facts import FactStore
from profiling.store.log import Entry, Log
from profiling.store.shoppers import ShopperStore
from profiling.vocabulary import Taxonomy


class Folding:
    """Keeps the facts what the log says. Its methods belong into a `store.writing()` block of the caller."""

    def __init__(self, store: Store, types: Taxonomy) -> None:
        self._types = types
        self._facts = FactStore(store)
        self._log = Log(store)
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
        self._facts.put(book.facts[fact_id] for fact_id in sorted(book.touched))
        self._log.set_support((fact_id, assertion_id) for assertion_id, fact_id in book.support.items())

    def refold(self, shopper_id: str) -> Book:
        """Makes a shopper's facts anew from the whole log."""
        book = replay(self._log.entries(shopper_id), shopper_id=shopper_id, types=self._types)
        self._facts.clear(shopper_id)
        self._log.clear_support(shopper_id)
        self.save(book)
        self._log.set_needs((need, message_id) for message_id, need in book.needs.items())
        self._shoppers.touch(shopper_id)
        return book
