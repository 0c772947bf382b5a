"""The memory as a function of what was said: in any order, merged, split, rebuilt, it knows the same."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from profiling.profile.memory import Memory
from profiling.profile.needs import OWN_SEARCH, SHOPPER
from profiling.profile.retention import expire, load_retention
from profiling.types import Fact
from tests.profiling.histories import (
    BLACK,
    BLUE,
    JUMPER,
    MOUSE,
    NO_RED,
    NO_WOOL,
    RED,
    SIZE_42,
    SIZE_43,
    START,
    TYPES,
    WOOL,
    Said,
    known,
    memory_at,
    reading,
    tell,
)

SAID = [RED, BLUE, WOOL, NO_WOOL, NO_RED, ("is_allergic_to", "material:wool"), SIZE_42, SIZE_43, MOUSE, JUMPER, BLACK,
        ("in_colour", "colour:red"), ("excludes", "colour:red"), ("budget_max", "price_max:3000"),
        ("budget_max", "price_max:5000"), ("gift_for", "recipient:dad")]  # fmt: skip
RELEASED = [[], [], [], ["in_colour"], ["colour:black"], ["gift_for"], [OWN_SEARCH]]

Turns = list[tuple[int, list[Said], list[str]]]
"""Minute, what is said, and which wishes are taken back."""
TURNS: st.SearchStrategy[Turns] = st.lists(
    st.tuples(st.integers(0, 2_000), st.lists(st.sampled_from(SAID), max_size=4), st.sampled_from(RELEASED)),
    max_size=10,
    unique_by=lambda turn: turn[0],
)


def deliver(memory: Memory, turns: Turns, *, shopper_id: str = "s1") -> None:
    for minute, said, released in turns:
        at = START + timedelta(minutes=minute)
        memory.learn(
            reading(f"{shopper_id}-{minute}", said, shopper_id=shopper_id, at=at, released=released), lambda _: None
        )


def state(memory: Memory, shopper_id: str = "s1") -> list[dict[str, object]]:
    """All that is known, but for when we learnt it."""
    rows = [asdict(fact) for fact in memory.facts.all_facts(shopper_id)]
    return [{**row, "learnt_at": None, "retracted_at": bool(row["retracted_at"])} for row in rows]


TWO_THINGS: Turns = [(0, [MOUSE, JUMPER], []), (1, [JUMPER], [])]
"""The second turn is about one of two things that the first one asks for."""


@settings(max_examples=60, deadline=None)
@given(TURNS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_delivery_change_nothing(turns: Turns, chance) -> None:  # type: ignore[no-untyped-def]
    in_order, shuffled = memory_at(), memory_at()
    deliver(in_order, sorted(turns))
    again = [*turns, *chance.sample(turns, k=len(turns) // 2)]
    chance.shuffle(again)
    deliver(shuffled, again)
    assert state(shuffled) == state(in_order)
    assert shuffled.profile("s1", at=START).need == in_order.profile("s1", at=START).need


@settings(max_examples=60, deadline=None)
@example(TWO_THINGS, [])
@given(
    TURNS,
    st.lists(
        st.tuples(st.sampled_from(["retract", "retract", "undo", "turn", "expire"]), st.integers(0, 9)), max_size=6
    ),
)
def test_the_log_alone_gives_the_same_bytes(turns: Turns, changes: list[tuple[str, int]]) -> None:
    memory = memory_at()
    deliver(memory, turns)
    for number, (kind, which) in enumerate(changes):
        at = START + timedelta(days=3, minutes=number)
        facts = memory.facts.open_facts("s1")
        if kind == "retract" and facts:
            memory.retract("s1", [facts[which % len(facts)].fact_id], at=at, by=f"r{number}")
        elif kind == "undo":
            memory.undo("s1", at=at, by=f"u{number}")
        elif kind == "expire":
            held = known(memory)
            expire(memory, {**load_retention(), "retracted": 0, "utterances": 1}, at=datetime.now(UTC))
            assert known(memory) == held
        else:
            tell(memory, f"t{number}", SAID[which], at=at)
    before = memory.digest("s1")
    assert not memory.rebuild("s1")
    assert memory.digest("s1") == before


@settings(max_examples=40, deadline=None)
@given(TURNS)
def test_facts_that_exclude_each_other_never_hold_at_once(turns: Turns) -> None:
    memory = memory_at()
    deliver(memory, turns)
    facts = memory.facts.all_facts("s1")
    for fact in facts:
        for other in facts:
            if other.fact_id != fact.fact_id and other.subject == fact.subject:
                same = (fact.predicate, fact.object) == (other.predicate, other.object)
                sizes = fact.subject == SHOPPER and fact.predicate == other.predicate == "shoe_size_is"
                opposed = {fact.predicate, other.predicate} == {"likes", "dislikes"} and fact.object == other.object
                assert not (overlap(fact, other) and (same or sizes or opposed))


def overlap(one: Fact, two: Fact) -> bool:
    end = datetime.max.replace(tzinfo=UTC)
    return one.valid_from < (two.valid_to or end) and two.valid_from < (one.valid_to or end)


@settings(max_examples=40, deadline=None)
@given(TURNS, TURNS, TURNS)
@example([], TWO_THINGS, [])
def test_a_merge_then_a_split_restores_both(guest: Turns, account: Turns, phone: Turns) -> None:
    memory = memory_at()
    for shopper_id, turns in (("guest", guest), ("account", account), ("phone", phone)):
        deliver(memory, turns, shopper_id=shopper_id)
    before = {shopper_id: memory.digest(shopper_id) for shopper_id in ("guest", "account", "phone")}
    memory.merge("phone", "guest", proof="one_time_code")
    merged = memory.digest("guest")
    memory.merge("guest", "account", proof="signed_login")
    assert memory.digest("guest") == memory.digest("account")
    assert {fact.origin for fact in memory.facts.all_facts("account")} <= {"guest", "account", "phone"}
    memory.split("guest")
    assert (memory.digest("guest"), memory.digest("account")) == (merged, before["account"])
    memory.split("phone")
    assert {shopper_id: memory.digest(shopper_id) for shopper_id in before} == before


@settings(max_examples=40, deadline=None)
@given(TURNS, st.lists(st.tuples(st.sampled_from(["retract", "undo", "turn", "other"]), st.integers(0, 9)), max_size=6))
def test_a_profile_kept_in_memory_is_the_one_in_the_database(turns: Turns, changes: list[tuple[str, int]]) -> None:
    memory = memory_at()
    elsewhere = Memory(memory.store, TYPES)  # as another process has it
    at = START + timedelta(days=4)

    def check() -> None:
        fresh = Memory(memory.store, TYPES).profile("s1", at=at)
        assert memory.profile("s1", at=at) == fresh
        assert list(memory.profile("s1", at=at).facts) == list(fresh.facts)

    memory.profile("s1", at=at)
    for minute, said, released in sorted(turns):
        deliver(memory, [(minute, said, released)])
        check()
    for number, (kind, which) in enumerate(changes):
        facts = memory.facts.open_facts("s1")
        if kind == "retract" and facts:
            memory.retract("s1", [facts[which % len(facts)].fact_id], at=START, by=f"r{number}")
        elif kind == "undo":
            memory.undo("s1", at=START, by=f"u{number}")
        else:
            tell(elsewhere if kind == "other" else memory, f"t{number}", SAID[which], minute=5_000 + number)
        check()
