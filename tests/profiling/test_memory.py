"""The memory: facts follow from the log, whatever the order of arrival, and every change can be taken back."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiling.errors import IdentityError, InputError, NotFoundError, StoreError
from profiling.profile.correction import correct
from profiling.profile.memory import Memory
from profiling.profile.needs import SHOPPER
from profiling.profile.retention import expire, load_retention
from profiling.profile.telling import explain, export, profile_json
from profiling.store import Store
from profiling.store.facts import FactStore
from profiling.store.log import Entry
from profiling.types import Fact
from tests.bench.fill import fill_shoppers
from tests.profiling.histories import START, TYPES, Said, known, memory_at, reading, tell

RED, BLUE, WOOL = ("likes", "colour:red"), ("likes", "colour:blue"), ("likes", "material:wool")
NO_WOOL, NO_RED = ("dislikes", "material:wool"), ("dislikes", "colour:red")
SIZE_42, SIZE_43 = ("shoe_size_is", "size:42"), ("shoe_size_is", "size:43")
MOUSE, JUMPER, BLACK = ("wants", "product_type:mouse"), ("wants", "product_type:jumper"), ("in_colour", "colour:black")
SAID = [RED, BLUE, WOOL, NO_WOOL, NO_RED, ("is_allergic_to", "material:wool"), SIZE_42, SIZE_43, MOUSE, JUMPER, BLACK,
        ("in_colour", "colour:red"), ("excludes", "colour:red"), ("budget_max", "price_max:3000"),
        ("budget_max", "price_max:5000")]  # fmt: skip

Turns = list[tuple[int, list[Said], list[str]]]
"""Minute, what is said, and which wishes are taken back."""
TURNS: st.SearchStrategy[Turns] = st.lists(
    st.tuples(
        st.integers(0, 2_000), st.lists(st.sampled_from(SAID), max_size=4), st.sampled_from([[], [], [], ["in_colour"]])
    ),
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


def test_a_late_message_finds_its_place() -> None:
    memory = memory_at()
    tell(memory, "m2", NO_WOOL, minute=10)
    tell(memory, "m1", WOOL, minute=5)
    assert known(memory) == {NO_WOOL}
    closed = next(fact for fact in memory.facts.all_facts("s1") if fact.predicate == "likes")
    assert (closed.valid_to, closed.closed_by) == (START + timedelta(minutes=10), "m2")


def test_a_clock_that_jumps_back_does_not_turn_a_change_of_mind_around() -> None:
    memory = memory_at()
    now = datetime.now(UTC)
    tell(memory, "m1", WOOL, at=now)
    tell(memory, "m2", NO_WOOL, at=now - timedelta(seconds=30))
    assert known(memory) == {NO_WOOL}
    fact = memory.facts.open_facts("s1")[0]
    assert memory.retract("s1", [fact.fact_id], at=now - timedelta(hours=1), by="m3")[0].retracted_at
    assert known(memory) == set()


def test_saying_it_again_strengthens_once_a_message_and_reading_does_not() -> None:
    memory = memory_at()
    tell(memory, "m1", RED)
    tell(memory, "m2", RED, RED, minute=1)
    for _ in range(3):
        memory.profile("s1", at=START)
    (fact,) = memory.facts.open_facts("s1")
    assert (fact.evidence_count, fact.confidence) == (2, pytest.approx(0.96))
    assert fact.confirmed_at == START + timedelta(minutes=1)
    assert [fact.fact_id for fact in memory.facts.of_message("m2")] == [fact.fact_id]


def test_a_contradiction_in_one_sentence_counts_for_neither() -> None:
    memory = memory_at()
    tell(memory, "m1", WOOL, NO_WOOL, RED)
    assert known(memory) == {RED}


def test_the_last_of_two_sizes_in_one_sentence_counts() -> None:
    memory = memory_at()
    tell(memory, "m1", SIZE_42, SIZE_43)
    assert known(memory) == {SIZE_43}


def test_colours_of_one_message_stand_together_and_a_later_one_replaces_them() -> None:
    memory = memory_at()
    tell(memory, "m1", MOUSE, BLACK, ("in_colour", "colour:blue"))
    tell(memory, "m2", BLACK, ("in_colour", "colour:red"), minute=1)
    assert known(memory) == {MOUSE, BLACK, ("in_colour", "colour:red")}


def test_what_is_taken_back_is_gone_and_comes_back_with_an_undo() -> None:
    memory = memory_at()
    tell(memory, "m1", WOOL)
    tell(memory, "m2", NO_WOOL, RED, minute=1)
    red = next(fact for fact in memory.facts.open_facts("s1") if fact.object == "colour:red")
    taken = memory.retract("s1", [red.fact_id], at=START + timedelta(minutes=2), by="m3")
    assert [fact.fact_id for fact in taken] == [red.fact_id]
    undone = memory.undo("s1", at=START + timedelta(minutes=3), by="m4")
    assert undone is not None
    assert [fact.fact_id for fact in undone.restored] == [red.fact_id]
    undone = memory.undo("s1", at=START + timedelta(minutes=4), by="m5")
    assert undone is not None
    assert {fact.predicate for fact in undone.removed} == {"dislikes", "likes"}
    assert [fact.object for fact in undone.restored] == ["material:wool"]
    assert known(memory) == {WOOL}
    assert memory.undo("s1", at=START + timedelta(minutes=5), by="m6") is not None
    assert memory.undo("s1", at=START + timedelta(minutes=6), by="m7") is None


def test_what_was_believed_at_a_time_about_a_time() -> None:
    memory = memory_at()
    tell(memory, "m1", SIZE_42)
    tell(memory, "m3", SIZE_43, minute=60)
    between = datetime.now(UTC)
    fact = next(fact for fact in memory.facts.open_facts("s1") if fact.object == "size:43")
    memory.retract("s1", [fact.fact_id], at=START + timedelta(minutes=90), by="m4")
    late = START + timedelta(minutes=75)

    def held(held_at: datetime, known_at: datetime) -> list[str]:
        return [fact.object for fact in memory.facts_as_of("s1", held_at=held_at, known_at=known_at)]

    assert held(START + timedelta(minutes=30), between) == ["size:42"]
    assert held(late, between) == ["size:43"]
    assert held(late, datetime.now(UTC)) == []
    assert held(late, between - timedelta(days=1)) == []


def test_a_message_of_somebody_else_and_a_fact_of_somebody_else_are_not_told() -> None:
    memory = memory_at()
    fact = tell(memory, "m1", RED).facts[0]
    assert tell(memory, "m1", BLUE, shopper_id="thief").facts == ()
    assert known(memory, "thief") == set()
    assert memory.retract("thief", [fact.fact_id], at=START, by="m2") == []
    with pytest.raises(NotFoundError):
        memory.fact("thief", fact.fact_id)


def test_a_merge_needs_two_identities_and_a_code_works_once_and_in_time() -> None:
    memory = memory_at()
    tell(memory, "m1", RED, shopper_id="guest")
    code = memory.issue_code("account", at=START)
    with pytest.raises(IdentityError, match="too old"):
        memory.redeem_code("guest", code, at=START + timedelta(minutes=11))
    assert memory.redeem_code("guest", code, at=START + timedelta(minutes=9)) == "account"
    assert known(memory, "guest") == known(memory, "account") == {RED}
    for guest, used in (("other", code), ("other", "invented"), ("account", memory.issue_code("account", at=START))):
        with pytest.raises(IdentityError):
            memory.redeem_code(guest, used, at=START)
    with pytest.raises(IdentityError, match="is a part of account"):
        memory.merge("guest", "third", proof="signed_login")
    with pytest.raises(IdentityError, match="not merged"):
        memory.split("account")


def test_one_conversation_can_be_forgotten_alone() -> None:
    memory = memory_at()
    tell(memory, "m1", RED, SIZE_42, sender_id="a")
    tell(memory, "m2", RED, SIZE_43, minute=1, sender_id="b")
    assert memory.forget_conversation("s1", "b") == 1
    assert known(memory) == {RED, SIZE_42}
    assert memory.facts.open_facts("s1")[0].evidence_count == 1


def test_another_process_sees_a_change_at_once(tmp_path: Path) -> None:
    one, two = memory_at(tmp_path / "rapport.db"), memory_at(tmp_path / "rapport.db")
    tell(one, "m1", RED)
    assert len(two.profile("s1", at=START).facts) == 1
    tell(one, "m2", BLUE, minute=1)
    assert len(two.profile("s1", at=START).facts) == 2
    one.forget("s1")
    assert two.profile("s1", at=START).facts == ()


def fill(memory: Memory) -> None:
    for number in range(2_000):
        tell(memory, f"full-{number}", ("likes", f"brand:{number}" + "x" * 500), minute=number + 1)


def test_a_full_disk_fails_the_write_and_nothing_else(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "rapport.db")
    tell(memory, "m1", RED)
    conn = memory.store.db.conn
    conn.execute(f"PRAGMA max_page_count = {conn.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StoreError, match="full"):
        fill(memory)
    conn.execute("PRAGMA max_page_count = 1000000")
    assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert RED in known(memory)
    assert not memory.rebuild("s1")


def test_a_backup_is_a_whole_database(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "rapport.db")
    tell(memory, "m1", RED)
    memory.store.back_up(tmp_path / "backup.db")
    assert known(memory_at(tmp_path / "backup.db")) == {RED}
    with pytest.raises(StoreError, match="is there already"):
        memory.store.back_up(tmp_path / "backup.db")


TALKER = """
    import sys
    from tests.profiling.histories import memory_at, tell
    memory = memory_at(sys.argv[1])
    name, count = sys.argv[2], int(sys.argv[3])
    for number in range(count):
        tell(memory, f"{name}-{number}", ("likes", f"brand:{name}{number}"), ("shoe_size_is", f"size:{number}"),
             shopper_id=name, minute=number)
"""


def test_two_channels_of_one_shopper_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rapport.db"
    memory = memory_at(path)
    memory.merge("phone", "web", proof="signed_login")
    talkers = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(TALKER), str(path), name, "60"])
        for name in ("phone", "web")
    ]
    assert [talker.wait(timeout=120) for talker in talkers] == [0, 0]
    facts = FactStore(Store(path)).open_facts("web")
    assert sum(fact.predicate == "likes" for fact in facts) == 120
    assert sum(fact.predicate == "shoe_size_is" for fact in facts) == 1
    assert not memory.rebuild("web")


def test_a_profile_as_json_and_a_fact_explained() -> None:
    memory = memory_at()
    tell(memory, "m1", RED, SIZE_42, ("is_called", "name:Anna"), MOUSE, BLACK)
    tell(memory, "m2", RED, minute=60 * 24)
    profile = memory.profile("s1", at=START + timedelta(days=2))
    told = profile_json(profile)
    assert (told["name"], told["lifecycle"]) == ("Anna", "returning")
    assert [(body["text"], body["polarity"]) for body in told["preferences"]] == [("You like red.", 1)]
    assert [body["text"] for body in told["sizes"]] == ["Your shoe size is 42."]
    assert 0.9 < told["preferences"][0]["strength"] < told["preferences"][0]["confidence"]
    red = memory.fact("s1", told["preferences"][0]["fact_id"])
    assert explain(memory, red) == (
        "You said “red 42 Anna mouse black” on 1 May 2026, and 1 more time since then, so I noted: You like red."
    )


def test_an_export_holds_every_row_and_is_json() -> None:
    memory = memory_at()
    tell(memory, "m1", RED, shopper_id="guest")
    memory.merge("guest", "s1", proof="signed_login")
    copy = json.loads(json.dumps(export(memory, "guest")))
    assert copy["identities"] == ["s1", "guest"]
    assert copy["facts"][0]["text"] == "You like red."
    assert [row["utterance"] for row in copy["turns"]] == ["red"]
    assert len(copy["assertions"]) == 1


@pytest.mark.parametrize("said", [("adores", "colour:red"), ("is_called", "colour:red")])
def test_what_is_not_declared_is_not_written(said: Said) -> None:
    memory = memory_at()
    with pytest.raises(InputError, match=r"predicates\.yml"):
        tell(memory, "m1", RED, said)
    assert memory.log.turn("m1") is None


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


def test_a_hundred_thousand_facts_of_one_shopper_are_answered_and_added_to() -> None:
    memory = memory_at()
    fill_shoppers(memory, ["s1"], messages=10_000)
    at = START + timedelta(days=1)
    assert len(memory.profile("s1", at=at).facts) == 100_000
    started = time.process_time()
    for number in range(5):
        tell(memory, f"more-{number}", WOOL if number % 2 else NO_WOOL, at=at + timedelta(minutes=number))
    assert time.process_time() - started < 2.0  # seconds; all facts read anew would take longer for each turn
    assert len(memory.profile("s1", at=at + timedelta(minutes=5)).facts) == 100_001
    assert json.dumps(profile_json(memory.profile("s1", at=at)))


def test_a_wish_of_ten_thousand_words_does_not_slow_the_next_turn_down() -> None:
    memory = memory_at()
    for message in range(20):
        words = [("about", f"words:w{message}-{number}") for number in range(500)]
        tell(memory, f"m{message}", MOUSE, *words, minute=message)
    touched = memory._folding.apply("s1", Entry("m99", "turn", "s1", START + timedelta(hours=1), START, wishing=True))
    assert len(touched.facts) < 10
    tell(memory, "m100", ("budget_max", "price_max:3000"), minute=100)
    assert not memory.rebuild("s1")


def test_a_clock_that_jumps_back_turns_no_change_of_mind_around() -> None:
    memory = memory_at()
    now = datetime.now(UTC)
    tell(memory, "m1", WOOL, at=now)
    tell(memory, "m2", NO_WOOL, at=now - timedelta(seconds=40))
    assert known(memory) == {NO_WOOL}
    tell(memory, "m3", RED, at=now - timedelta(days=400))  # delivered late: it finds its place by its time
    tell(memory, "m4", WOOL, at=datetime.now(UTC))
    assert known(memory) == {WOOL, RED}
    assert not memory.rebuild("s1")


def test_a_damaged_database_names_the_way_out_and_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "rapport.db"
    memory = memory_at(path)
    for number in range(50):
        tell(memory, f"m{number}", ("likes", f"brand:{number}"), minute=number)
    memory.store.forget_deleted()
    memory.store.close()
    for leftover in ("rapport.db-wal", "rapport.db-shm"):
        (tmp_path / leftover).unlink(missing_ok=True)
    whole = path.read_bytes()
    damaged = b"not a database at all" + whole[21:]
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match="python -m profiling backup"):
        memory_at(path)
    assert path.read_bytes() == damaged


@pytest.mark.parametrize("value", ["anna@example.com", "Anna, +49 151 23456789"])
def test_personal_data_takes_the_place_of_no_fact(value: str) -> None:
    memory = memory_at()
    (name,) = tell(memory, "m1", ("is_called", "name:Ana")).facts
    with pytest.raises(InputError, match="not kept"):
        correct(memory, "s1", name.fact_id, value, find=lambda _: [], at=START, by="b")
    assert known(memory) == {("is_called", "name:Ana")}
    assert correct(memory, "s1", name.fact_id, "Anna", find=lambda _: [], at=START, by="b").label == "Anna"
