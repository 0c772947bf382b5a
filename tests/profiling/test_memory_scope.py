"""What a change may touch is made anew alone, and gives what making all anew gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from profiling.profile import folding
from profiling.profile.folding import Folding
from profiling.profile.memory import Memory
from profiling.profile.scope import strand_of
from tests.profiling.histories import (
    BLACK,
    JUMPER,
    MOUSE,
    NO_RED,
    RED,
    SIZE_42,
    SIZE_43,
    START,
    memory_at,
    reading,
    tell,
)
from tests.profiling.test_memory_properties import RELEASED, SAID, Turns, deliver

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["retract", "undo", "undo", "turn", "late", "conversation", "identity"]), st.integers(0, 15)
    ),
    max_size=8,
)
TURNS: st.SearchStrategy[Turns] = st.lists(
    st.tuples(st.integers(0, 3_000), st.lists(st.sampled_from(SAID), max_size=4), st.sampled_from(RELEASED)),
    max_size=12,
    unique_by=lambda turn: turn[0],
)


@pytest.fixture
def never_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("all facts were made anew")

    monkeypatch.setattr(Folding, "_refold_all", refuse)


@settings(max_examples=150, deadline=None)
@example([(0, [MOUSE], []), (1, [BLACK], []), (2, [JUMPER], [])], [("undo", 0), ("undo", 0), ("undo", 0)])
@example([(0, [RED, SIZE_42], []), (5, [NO_RED, SIZE_43], [])], [("retract", 0), ("undo", 0), ("undo", 0)])
@given(TURNS, CHANGES)
def test_every_change_leaves_what_making_all_anew_gives(turns: Turns, changes: list[tuple[str, int]]) -> None:
    memory = memory_at()
    deliver(memory, turns[::2])
    deliver(memory, turns[1::2], shopper_id="guest")
    for number, (kind, which) in enumerate(changes):
        at = START + timedelta(days=3, minutes=number)
        facts = memory.facts.open_facts("s1")
        if kind == "retract" and facts:
            memory.retract("s1", [facts[which % len(facts)].fact_id], at=at, by=f"r{number}")
        elif kind == "undo":
            memory.undo("s1", at=at, by=f"u{number}")
        elif kind == "identity":
            if memory.is_one("guest", "s1"):
                memory.split("guest")
            else:
                memory.merge("guest", "s1", proof="signed_login")
        elif kind == "conversation":
            memory.forget_conversation("s1", f"c{which % 4}")
        else:
            when = at if kind == "turn" else START + timedelta(minutes=199 * which + 0.5)
            said = reading(f"t{number}", [SAID[which]], at=when, sender_id=f"c{number % 4}")
            memory.learn(said, lambda _: None)
        kept = memory.digest("s1"), _support(memory), memory.profile("s1", at=at)
        memory.rebuild("s1")
        fresh = Memory(memory.store, memory._types).profile("s1", at=at)
        assert kept == (memory.digest("s1"), _support(memory), fresh)
        assert list(kept[2].facts) == list(fresh.facts)


def _support(memory: Memory) -> list[tuple[str, str | None]]:
    rows = memory.store.db.conn.execute("SELECT assertion_id, fact_id FROM assertions ORDER BY assertion_id")
    return rows.fetchall()


@pytest.mark.usefixtures("never_all")
def test_undo_and_late_turns_do_not_make_all_anew() -> None:
    memory = memory_at()
    tell(memory, "m1", RED, MOUSE)
    tell(memory, "m2", NO_RED, BLACK, minute=1)
    undone = memory.undo("s1", at=datetime.now(UTC), by="u1")
    assert undone is not None
    assert [fact.object for fact in undone.removed] == ["colour:red", "colour:black"]
    assert [(fact.predicate, fact.object) for fact in undone.restored] == [RED]
    tell(memory, "m0", SIZE_42, minute=-5)
    memory.forget_conversation("s1", "nobody's")


def test_many_turns_after_a_change_make_all_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "MOST_TURNS", 2)
    memory = memory_at()
    for number in range(4):
        tell(memory, f"m{number}", RED, minute=number)
    assert Folding(memory.store, memory._types).scope("s1", (START, "m0")) is None
    memory.forget_conversation("s1", "c1")
    assert memory.facts.all_facts("s1") == []


def test_what_a_fact_depends_on() -> None:
    assert strand_of("likes", "colour:red") == strand_of("dislikes", "colour:red")
    assert strand_of("likes", "colour:red") != strand_of("likes", "colour:blue")
    assert strand_of("shoe_size_is", "size:42") == strand_of("shoe_size_is", "size:43")
    assert strand_of("shoe_size_is", "size:42") != strand_of("likes", "size:42")
