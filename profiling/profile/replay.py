"""From the log to facts. The same entries give the same facts, in whatever order they arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from profiling.graph import Predicate, load_predicates
from profiling.profile.needs import NEED_TTL, OWN_SEARCH, SHOPPER, continues, new_need
from profiling.store.log import Entry
from profiling.types import Assertion, Fact
from profiling.vocabulary import Taxonomy

MOST_CONFIDENT = 0.99


@dataclass
class Book:
    """Facts while entries are applied: all of a shopper's, or only those that an entry may touch.

    `need` is what was being looked for after the last turn, at `need_at`. `touched` are the facts that have changed.
    """

    shopper_id: str
    need: str = ""
    need_at: datetime | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    support: dict[str, str] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    _open: dict[str, dict[str, dict[str, Fact]]] = field(default_factory=dict)

    def put(self, fact: Fact, *, touch: bool = True) -> None:
        """Adds a fact or a later state of it."""
        self.facts[fact.fact_id] = fact
        by_object = self._open.setdefault(fact.subject, {}).setdefault(fact.predicate, {})
        if fact.valid_to is None:
            by_object[fact.object] = fact
        else:
            by_object.pop(fact.object, None)
        if touch:
            self.touched.add(fact.fact_id)

    def changed(self) -> list[Fact]:
        """The facts that were touched, as they are now."""
        return [self.facts[fact_id] for fact_id in sorted(self.touched)]

    def open(self, subject: str, predicate: str) -> Mapping[str, Fact]:
        """Facts that hold, by their object: there is at most one for each."""
        return self._open.get(subject, {}).get(predicate, {})

    def open_about(self, subject: str) -> list[Fact]:
        """All facts about a subject that hold."""
        return [fact for facts in self._open.get(subject, {}).values() for fact in facts.values()]


def replay(entries: Iterable[Entry], *, shopper_id: str, types: Taxonomy) -> Book:
    """All facts of a shopper.

    Args:
        entries: in their order; see Entry.order.
    """
    entries = list(entries)
    void = {target for entry in entries if entry.kind == "undo" for target in entry.targets}
    book = Book(shopper_id)
    for entry in entries:
        if entry.kind == "turn":
            silent = replace(entry, wishing=False, released=(), assertions=())
            apply_turn(book, silent if entry.entry_id in void else entry, types=types)
        elif entry.kind == "retract" and entry.entry_id not in void:
            retract(book, entry)
    return book


def apply_turn(book: Book, entry: Entry, *, types: Taxonomy) -> None:
    """What one turn changes: the need, facts that end, facts that begin or are confirmed."""
    before = book.need if book.need_at and entry.at - book.need_at < NEED_TTL else ""
    book.need = need_after(entry, before, book.open_about(before) if before else [], types)
    book.need_at = entry.at
    book.needs[entry.entry_id] = book.need
    ended = [fact for wish in entry.released for fact in _taken_back(book, wish)]
    said = [(SHOPPER if each.lasting else book.need, each) for each in _consistent(entry.assertions)]
    said = [(subject, each) for subject, each in said if subject]
    restated = {(subject, each.predicate, each.object) for subject, each in said}
    for fact in [*ended, *(old for subject, each in said for old in _ended_by(book, subject, each))]:
        if (fact.subject, fact.predicate, fact.object) not in restated:
            book.put(_closed(fact, entry))
    noted: set[str] = set()
    for subject, assertion in said:
        noted.add(_note(book, entry, subject, assertion, once=noted))


def _taken_back(book: Book, wish: str) -> list[Fact]:
    """The facts of the open need with a predicate, or about a node; what is refused stays refused."""
    if ":" not in wish:
        return list(book.open(book.need, wish).values())
    return [fact for fact in book.open_about(book.need) if fact.object == wish and fact.predicate != "excludes"]


def need_after(entry: Entry, current: str, need_facts: Sequence[Fact], types: Taxonomy) -> str:
    """The need that is open after a turn: the current one, or one that the turn opens."""
    if entry.need is not None:
        return entry.need
    if not entry.wishing:
        return current
    wishes = [each for each in entry.assertions if each.predicate != "about"]
    wanted = next((each.object.partition(":")[2] for each in wishes if each.predicate == "wants"), None)
    for_somebody = any(each.predicate == "gift_for" for each in wishes)
    if OWN_SEARCH in entry.released and not for_somebody and any(fact.predicate == "gift_for" for fact in need_facts):
        return new_need(entry.entry_id)
    if current and continues(need_facts, wanted, types):
        return current
    return current if not wishes and entry.intent != "recommend" else new_need(entry.entry_id)


def _note(book: Book, entry: Entry, subject: str, assertion: Assertion, *, once: set[str]) -> str:
    """The fact that an assertion speaks for: a new one, or a known one that it strengthens, once a message."""
    known = book.open(subject, assertion.predicate).get(assertion.object)
    if known is None:
        known = _fact(book.shopper_id, entry, subject, assertion)
        book.put(known)
    elif known.fact_id not in once:
        doubt = (1 - known.confidence) * (1 - assertion.confidence)
        stronger = max(known.confidence, min(MOST_CONFIDENT, round(1 - doubt, 6)))
        count = known.evidence_count + 1
        book.put(replace(known, confidence=stronger, confirmed_at=entry.at, evidence_count=count))
    book.support[assertion.assertion_id] = known.fact_id
    return known.fact_id


def _fact(shopper_id: str, entry: Entry, subject: str, assertion: Assertion) -> Fact:
    return Fact(
        fact_id=assertion.assertion_id,
        shopper_id=shopper_id,
        subject=subject,
        predicate=assertion.predicate,
        object=assertion.object,
        label=assertion.label,
        confidence=assertion.confidence,
        message_id=assertion.message_id,
        start=assertion.start,
        end=assertion.end,
        quote=assertion.quote,
        extractor=assertion.extractor,
        valid_from=entry.at,
        origin=entry.origin,
        learnt_at=entry.learnt_at,
        confirmed_at=entry.at,
    )


def _closed(fact: Fact, entry: Entry) -> Fact:
    return replace(fact, valid_to=max(entry.at, fact.valid_from), closed_by=entry.entry_id)


def retract(book: Book, entry: Entry) -> None:
    """Takes back the facts that the entry's targets speak for."""
    for fact_id in sorted({book.support[target] for target in entry.targets if target in book.support}):
        fact = book.facts[fact_id]
        if fact.retracted_at is None:
            closed = fact if fact.valid_to else _closed(fact, entry)
            book.put(replace(closed, retracted_at=entry.learnt_at, closed_by=entry.entry_id))


def _consistent(assertions: Sequence[Assertion]) -> list[Assertion]:
    """Without what one message both says and denies ("I love and hate it"), and with the last of values that exclude
    each other ("my size is 42, no, 43").
    """
    denied = contradictory(assertions)
    kept: dict[object, Assertion] = {}
    for each in assertions:
        if each in denied:
            continue
        single = each.lasting and load_predicates()[each.predicate].cardinality == "one"
        kept[each.predicate if single else each.assertion_id] = each
    return list(kept.values())


def contradictory(assertions: Sequence[Assertion]) -> list[Assertion]:
    """What one message both says and denies, in its order."""
    predicates = load_predicates()
    stated = {(each.predicate, each.object) for each in assertions}
    return [
        each
        for each in assertions
        if any((other, each.object) in stated for other in _opposites(predicates[each.predicate], predicates))
    ]


def _opposites(predicate: Predicate, predicates: Mapping[str, Predicate]) -> frozenset[str]:
    return predicate.contradicts | {name for name, other in predicates.items() if predicate.name in other.contradicts}


def _ended_by(book: Book, subject: str, new: Assertion) -> list[Fact]:
    """Facts that an assertion ends, by cardinality and by contradiction."""
    predicate = load_predicates()[new.predicate]
    single = predicate.cardinality == "one"
    ended = list(book.open(subject, new.predicate).values()) if predicate.cardinality != "many" else []
    for opposite in sorted(predicate.contradicts):
        others = book.open(subject, opposite)
        ended += others.values() if single else [others[new.object]] if new.object in others else []
    return ended
