"""Questions about what was said, liked and shown before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from profiling.profile.recollect import read_question
from profiling.types import Turn
from tests.actions.conftest import Desk

NOW = datetime(2026, 5, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("utterance", "about", "how"),
    [
        ("what did i say about wool?", "words", ""),
        ("did I ever mention my shoe size", "words", ""),
        ("which jacket did I like last week?", "items", "liked"),
        ("what was the tent you showed me yesterday", "items", "shown"),
        ("what mouse did i buy", "items", "bought"),
        ("do you remember the blue jacket i liked?", "items", "liked"),
    ],
)
def test_a_question_about_the_past_is_read(utterance: str, about: str, how: str) -> None:
    asked = read_question(utterance, at=NOW)
    assert asked is not None
    assert (asked.about, asked.how) == (about, how)


@pytest.mark.parametrize(
    "utterance",
    ["which jacket do you recommend?", "i liked the red one", "what do you know about me?", "show me what i like"],
)
def test_other_questions_are_none(utterance: str) -> None:
    assert read_question(utterance, at=NOW) is None


@pytest.mark.parametrize(
    ("when", "inside", "outside"),
    [
        ("last week", NOW - timedelta(days=7), NOW - timedelta(hours=1)),
        ("yesterday", NOW - timedelta(days=1), NOW - timedelta(days=2)),
        ("today", NOW - timedelta(hours=2), NOW - timedelta(days=1)),
        ("2 weeks ago", NOW - timedelta(days=13), NOW - timedelta(days=5)),
    ],
)
def test_words_of_time_are_a_window(when: str, inside: datetime, outside: datetime) -> None:
    asked = read_question(f"which jacket did i like {when}", at=NOW)
    assert asked is not None
    assert asked.since <= inside <= asked.until
    assert not asked.since <= outside <= asked.until


def recalls(desk: Desk, utterance: str):  # type: ignore[no-untyped-def]
    reply = desk.says(utterance, "recommend", "action_recall")
    assert desk.slots["pending"] is None
    return reply


def test_the_shoppers_own_words_are_found_with_their_date(desk: Desk) -> None:
    desk.says("i need a quiet mouse for the office", "recommend", "action_recommend")
    desk.says("my feet are always cold in winter", "state_preference", "action_note_preference")
    reply = recalls(desk, "what did i say about my cold feet?")
    assert f"{datetime.now(UTC):%B %Y}: “my feet are always cold in winter”" in reply.text
    assert "mouse" not in reply.text
    assert recalls(desk, "did i mention a bicycle pump?").text.startswith("I find nothing that you said about that")
    assert recalls(desk, "what did i say about my cold feet last week?").text.endswith("about that last week.")


def test_such_a_question_teaches_nothing(desk: Desk) -> None:
    recalls(desk, "did i say that i hate wool?")
    recalls(desk, "which jacket did i like last week?")
    assert desk.context.engine.profile("s1").facts == ()


def test_what_was_liked_and_what_was_only_shown_are_told_apart(desk: Desk) -> None:
    shown = desk.says("a mouse", "recommend", "action_recommend").rich["items"]
    reply = recalls(desk, "which mouse did i like?")
    assert reply.text.startswith("I have no note that you liked or chose any mouse. You were shown:")
    assert [item["item_id"] for item in reply.rich["items"]] == [item["item_id"] for item in shown]
    desk.says("the second one", "choose_item", "action_choose_item", entities={"item_ref": ["2"]})
    reply = recalls(desk, "which mouse did i like today?")
    assert [item["item_id"] for item in reply.rich["items"]] == [shown[1]["item_id"]]
    assert not recalls(desk, "which jacket did i like?").rich
    assert not recalls(desk, "which mouse did i buy last year?").rich.get("items", [])


def test_what_was_ordered_is_the_desk_s_to_say(desk: Desk) -> None:
    desk.says("what did i buy last month?", "order_status", "action_desk")
    assert desk.slots["pending"] == "service"


def test_others_words_are_not_found(desk: Desk) -> None:
    engine = desk.context.engine
    engine.observe(Turn("x1", "somebody", "my feet are always cold", datetime.now(UTC), intent="inform"))
    assert "cold" not in recalls(desk, "what did i say about cold feet?").text
