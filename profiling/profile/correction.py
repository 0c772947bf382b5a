"""Another value in the place of a known one: "43" where we believed "Your shoe size is 42"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from profiling.errors import InputError, NotFoundError
from profiling.privacy import mask
from profiling.profile.memory import Memory
from profiling.profile.needs import SHOPPER
from profiling.profile.observe import Reading
from profiling.relations import Candidate
from profiling.store.log import CORRECTION
from profiling.text.tokens import terms
from profiling.types import Fact, Mention, Turn

MAX_VALUE = 80
_SAID_AFTER = {"price": "under ", "size": "size ", "recipient": "for my "}
"""What makes a bare value of a kind readable: "30" is a price only after "under"."""

FindMentions = Callable[[str], Sequence[Mention]]


def correct(
    memory: Memory, shopper_id: str, fact_id: str, value: str, *, find: FindMentions, at: datetime, by: str
) -> Fact:
    """Puts a value that the shopper gave in the place of a fact's; returns the new fact. One undo takes it back.

    Args:
        find: finds mentions in the value.
        by: makes a repetition harmless, as the id of a message does.

    Raises:
        NotFoundError: this shopper has no such open fact.
        InputError: the value names nothing of that kind, or the fact is about what was looked for before.
    """
    with memory.store.writing():
        old = memory.fact(shopper_id, fact_id)
        if old.valid_to is not None:
            raise NotFoundError(f"the fact {fact_id!r} is closed")
        new = corrected(old, value, find)
        if new.object == old.object:
            return old
        last = memory.log.last_turn(memory.shoppers.root(shopper_id))
        turn = Turn(f"{CORRECTION}{by}", shopper_id, value, at, intent="correct", probability=1.0)
        memory.retract(shopper_id, [fact_id], at=at, by=turn.message_id)
        reading = Reading(turn, last["language"] if last else "en", (new,), wishing=False)
        for fact in memory.learn(reading, lambda _: None).facts:
            if fact.subject == old.subject:
                return fact
        raise InputError("this is about something that is no longer looked for")


def corrected(fact: Fact, value: str, find: FindMentions) -> Candidate:
    """What the fact says with `value` in the place of its object; the whole value is the quote.

    Raises:
        InputError: the value does not name a thing of the same kind, or is personal data.
    """
    kind = fact.object.partition(":")[0]
    if not value or len(value) > MAX_VALUE:
        raise InputError(f"a value has 1 to {MAX_VALUE} characters")
    if mask(value) != value:
        raise InputError("an address, a number of a person and the like are not kept in a profile")
    if kind == "name":
        named = (f"name:{value}", value)
    elif kind == "words":
        named = (f"words:{' '.join(terms(value))}", value)
    else:
        named = _named(kind, value, find)
    return Candidate(fact.predicate, *named, 0, len(value), 1.0, lasting=fact.subject == SHOPPER)


def _named(kind: str, value: str, find: FindMentions) -> tuple[str, str]:
    """Object and label of the mention of that kind that ends with the value."""
    for text in dict.fromkeys((value, f"{_SAID_AFTER.get(kind, '')}{value}")):
        for mention in find(text):
            found_kind, _, name = mention.value.partition(":")
            if mention.end == len(text) and found_kind.removesuffix("_max") == kind:
                return f"{kind}:{name}", mention.label
    raise InputError(f"no {kind} is meant by {value!r}")
