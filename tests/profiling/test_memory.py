"""The memory: facts follow from the log, whatever the order of arrival, and every change can be taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from profiling.errors import IdentityError, InputError, NotFoundError
from profiling.profile.correction import correct
from profiling.profile.telling import explain, export, profile_json
from tests.profiling.histories import (
    BLACK,
    BLUE,
    MOUSE,
    NO_WOOL,
    RED,
    SIZE_42,
    SIZE_43,
    START,
    WOOL,
    Said,
    known,
    memory_at,
    tell,
)


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


@pytest.mark.parametrize("value", ["anna@example.com", "Anna, +49 151 23456789"])
def test_personal_data_takes_the_place_of_no_fact(value: str) -> None:
    memory = memory_at()
    (name,) = tell(memory, "m1", ("is_called", "name:Ana")).facts
    with pytest.raises(InputError, match="not kept"):
        correct(memory, "s1", name.fact_id, value, find=lambda _: [], at=START, by="b")
    assert known(memory) == {("is_called", "name:Ana")}
    assert correct(memory, "s1", name.fact_id, "Anna", find=lambda _: [], at=START, by="b").label == "Anna"
