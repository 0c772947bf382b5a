"""Turns whose reading is given, so that tests of the memory say exactly what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from profiling.profile.memory import Memory
from profiling.profile.observe import Observation, Reading
from profiling.relations import Candidate
from profiling.store import Store
from profiling.types import Turn
from profiling.vocabulary import load_vocabulary

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
TYPES = load_vocabulary(None).product_types
LASTING = {"likes", "dislikes", "is_allergic_to", "size_is", "shoe_size_is", "is_called", "wants_answers"}
Said = tuple[str, str]
"""Predicate and object."""
RED, BLUE, WOOL = ("likes", "colour:red"), ("likes", "colour:blue"), ("likes", "material:wool")
NO_WOOL, NO_RED = ("dislikes", "material:wool"), ("dislikes", "colour:red")
SIZE_42, SIZE_43 = ("shoe_size_is", "size:42"), ("shoe_size_is", "size:43")
MOUSE, JUMPER, BLACK = ("wants", "product_type:mouse"), ("wants", "product_type:jumper"), ("in_colour", "colour:black")


def memory_at(path: object = ":memory:") -> Memory:
    return Memory(Store(str(path)), TYPES)


def reading(
    message_id: str,
    said: Sequence[Said],
    *,
    shopper_id: str = "s1",
    at: datetime = START,
    released: Sequence[str] = (),
    sender_id: str = "c1",
) -> Reading:
    """An utterance that is nothing but the labels of what it says."""
    words: list[str] = []
    candidates: list[Candidate] = []
    for predicate, node in said:
        label = node.partition(":")[2]
        start = len(" ".join(words)) + bool(words)
        words.append(label)
        lasting = predicate in LASTING
        candidates.append(Candidate(predicate, node, label, start, start + len(label), 0.8, lasting))
    wishing = any(not candidate.lasting for candidate in candidates) or bool(released)
    intent = "recommend" if wishing else "state_preference"
    turn = Turn(message_id, shopper_id, " ".join(words) or "hm", at, sender_id=sender_id, intent=intent)
    return Reading(turn, "en", candidates, wishing, tuple(released))


def tell(memory: Memory, message_id: str, *said: Said, minute: float = 0, **fields: object) -> Observation:
    at = fields.pop("at", START + timedelta(minutes=minute))
    return memory.learn(reading(message_id, said, at=at, **fields), lambda _: None)  # type: ignore[arg-type]


def known(memory: Memory, shopper_id: str = "s1") -> set[Said]:
    return {(fact.predicate, fact.object) for fact in memory.facts.open_facts(memory.shoppers.root(shopper_id))}
