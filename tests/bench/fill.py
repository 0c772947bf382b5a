"""A store filled in bulk as a log of turns would have filled it, for the benchmark of the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import UTC, datetime, timedelta

from profiling.profile.memory import Memory
from profiling.profile.replay import replay
from profiling.store.log import Entry
from profiling.types import Assertion, Fact
from profiling.vocabulary import load_vocabulary

START = datetime(2026, 1, 1, tzinfo=UTC)
TYPES = load_vocabulary(None).product_types
BRANDS = 5_000
PER_MESSAGE = 10
_TURN = "INSERT INTO turns (message_id, shopper_id, origin, sender_id, channel, at, learnt_at, utterance, intent, " \
        "probability, language, need) VALUES (?, ?, ?, 'c', 'web', ?, ?, ?, 'state_preference', 1.0, 'en', '')"  # fmt: skip
_ASSERTION = "INSERT INTO assertions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def entry_of(shopper_id: str, number: int) -> Entry:
    """The message with this number: ten likings that nobody else has said in the same words."""
    message_id, at = f"{shopper_id}-{number}", START + timedelta(minutes=number)
    said: list[Assertion] = []
    position = 0
    for place in range(PER_MESSAGE):
        label = f"b{(number * PER_MESSAGE + place * 7 + len(shopper_id) * 31) % BRANDS}x{number * PER_MESSAGE + place}"
        start, position = position, position + len(label) + 1
        said.append(
            Assertion(f"{message_id}-{place}", message_id, "likes", f"brand:{label}", label, True, 0.9,
                      start, start + len(label), label, "bench")
        )  # fmt: skip
    return Entry(message_id, "turn", shopper_id, at, at, "state_preference", assertions=tuple(said))


def fill_facts(memory: Memory, *, facts: int, shoppers: int) -> None:
    """Each shopper says as many things as there are facts a shopper, ten a message.

    The rows are written in bulk; that they are those of the log is checked on some of the shoppers.
    """
    fill_shoppers(memory, [f"s{number}" for number in range(shoppers)], messages=facts // shoppers // PER_MESSAGE)
    for shopper in range(0, shoppers, max(1, shoppers // 3)):
        if memory.rebuild(f"s{shopper}"):
            raise AssertionError(f"s{shopper}: the rows are not those of the log")


def fill_shoppers(memory: Memory, shopper_ids: Sequence[str], *, messages: int) -> None:
    """So many messages of each of the shoppers."""
    conn = memory.store.db.conn
    cache_size = conn.execute("PRAGMA cache_size").fetchone()[0]
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("PRAGMA cache_size = -200000")
    for start in range(0, len(shopper_ids), 500):
        entries = [entry_of(shopper_id, n) for shopper_id in shopper_ids[start : start + 500] for n in range(messages)]
        with memory.store.writing():
            conn.executemany(_TURN, (_turn(entry) for entry in entries))
            conn.executemany(_ASSERTION, (row for entry in entries for row in _assertions(entry)))
            memory.facts.put(fact for entry in entries for fact in _facts(entry))
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute(f"PRAGMA cache_size = {cache_size}")  # what follows is measured as the shop runs
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.execute("ANALYZE")


def _turn(entry: Entry) -> tuple[str, ...]:
    at = entry.at.isoformat()
    words = " ".join(each.label for each in entry.assertions)
    return entry.entry_id, entry.origin, entry.origin, at, at, words


def _assertions(entry: Entry) -> Iterator[tuple[object, ...]]:
    for each in entry.assertions:
        yield *astuple(each), each.assertion_id


def _facts(entry: Entry) -> Iterator[Fact]:
    yield from replay([entry], shopper_id=entry.origin, types=TYPES).facts.values()
