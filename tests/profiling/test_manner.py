"""How replies follow a shopper: mood of the last turns, open complaints, and the traits that come of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from profiling.profile.manner import manner_for
from profiling.profile.memory import Memory
from profiling.profile.profile import Profile
from profiling.profile.style import wanted_style
from profiling.store.tickets import Ticket, TicketStore
from profiling.types import Mood
from tests.profiling.histories import START, memory_at, reading

ANGRY, CALM, HAPPY = Mood("negative", 0.95), Mood("neutral", 0.8), Mood("positive", 0.9)


def hear(memory: Memory, *turns: tuple[str, Mood | None]) -> Profile:
    """The profile after turns of an intent and a mood each, a minute apart."""
    for minute, (intent, mood) in enumerate(turns):
        said = reading(f"m{minute}", [], at=START + timedelta(minutes=minute))
        memory.learn(replace(said, turn=replace(said.turn, intent=intent), mood=mood), lambda _: None)
    return memory.profile("s1", at=START + timedelta(minutes=len(turns)))


@pytest.mark.parametrize(
    ("turns", "label"),
    [
        ([("order_status", ANGRY)], "negative"),
        ([("order_status", ANGRY), ("inform", CALM)], "neutral"),
        ([("order_status", ANGRY), ("inform", ANGRY), ("affirm", CALM)], "negative"),
        ([("order_status", ANGRY), ("thank", HAPPY)], "neutral"),
        ([("praise", HAPPY)], "positive"),
        ([("state_preference", ANGRY)], None),
        ([("refine", ANGRY), ("greet", None)], None),
    ],
)
def test_the_mood_is_that_of_the_last_turns_and_a_taste_is_none(
    turns: list[tuple[str, Mood | None]], label: str | None
) -> None:
    mood = hear(memory_at(), *turns).mood
    assert (mood.label if mood else None) == label


@pytest.mark.parametrize(
    ("turns", "is_open"),
    [
        ([("complain", ANGRY)], True),
        ([("report_problem", CALM), ("recommend", CALM), ("refine", CALM)], True),
        ([("complain", ANGRY), ("thank", HAPPY)], False),
        ([("complain", ANGRY), ("thank", ANGRY)], True),
        ([("order_status", CALM)], False),
    ],
)
def test_a_complaint_is_open_until_the_shopper_is_content(turns: list[tuple[str, Mood | None]], is_open: bool) -> None:
    profile = hear(memory_at(), *turns)
    assert (profile.complaint_at is not None) == is_open
    assert manner_for(profile).values["selling"] == ("paused" if is_open else "open")


def test_a_complaint_and_a_mood_are_over_after_half_a_day() -> None:
    memory = memory_at()
    assert hear(memory, ("complain", ANGRY)).complaint_at == START
    later = memory.profile("s1", at=START + timedelta(hours=13))
    assert (later.complaint_at, later.mood, later.lifecycle) == (None, None, "returning")


def test_an_angry_shopper_is_answered_shortly_with_an_apology_and_offered_nothing() -> None:
    values = manner_for(hear(memory_at(), ("complain", ANGRY))).values
    assert values == {
        "tone": "apologetic",
        "greeting": "sorry",
        "reply_language": "en",
        "length": "short",
        "selling": "paused",
    }


def test_an_angry_shoppers_open_ticket_is_an_open_complaint() -> None:
    memory = memory_at()
    now = datetime.now(UTC)
    tickets = TicketStore(memory.store)
    tickets.open(Ticket("t1", "s1", "c1", "web", "angry", "late", {}, now, now))
    tickets.open(Ticket("t2", "s2", "c2", "web", "", "wants a person", {}, now, now))
    assert tickets.angry_since("s1") == now
    assert tickets.angry_since("s2") is None
    manner = manner_for(memory.profile("s1"), ticket_since=now)
    assert manner.values["selling"] == "paused"
    assert "waiting for a person" in manner.traits[0].why
    tickets.close("t1", at=now)
    assert tickets.angry_since("s1") is None


def test_each_trait_says_why_and_a_stranger_has_none() -> None:
    memory = memory_at()
    assert manner_for(memory.profile("nobody")).traits == ()
    memory.learn(reading("m1", [("is_called", "name:Anna"), ("wants_answers", "length:short")]), lambda _: None)
    traits = {trait.name: trait for trait in manner_for(memory.profile("s1", at=START + timedelta(days=2))).traits}
    assert (traits["greeting"].value, traits["length"].value) == ("back_by_name", "short")
    assert traits["greeting"].why == "the shopper was here before and the shopper has said their name"
    assert traits["length"].tell() == "length: short (noted: You want short answers.)"


@pytest.mark.parametrize(
    ("utterance", "length"),
    [
        ("keep it short please", "short"),
        ("short answers please", "short"),
        ("i'd like detailed answers", "full"),
        ("why such short answers?", None),
        ("i want a short jacket", None),
        ("no short answers", None),
    ],
)
def test_how_long_answers_shall_be_is_taken_from_the_shoppers_words(utterance: str, length: str | None) -> None:
    found = wanted_style(utterance)
    assert [candidate.object for candidate in found] == ([f"length:{length}"] if length else [])
    assert all(utterance[candidate.start : candidate.end] for candidate in found)
