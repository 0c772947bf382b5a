"""Replies to an angry shopper, and to one whose complaint is open."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from actions.manner import FIRST_THINGS_FIRST, SELLING
from profiling import Mood
from profiling.profile.manner import PLAIN, kept_with
from tests.actions.conftest import Desk

DOMAIN = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))


@pytest.fixture
def angry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiling.engine.read_mood", lambda *_, **__: Mood("negative", 0.95))


@pytest.fixture
def complaining(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A shopper who has complained and is calm since."""
    with monkeypatch.context() as patch:
        patch.setattr("profiling.engine.read_mood", lambda *_, **__: Mood("negative", 0.95))
        desk.says("you people are useless", "complain", "action_complain")
    monkeypatch.setattr("profiling.engine.read_mood", lambda *_, **__: Mood("neutral", 0.9))
    return desk


def test_a_wish_is_not_read_into_a_complaint(complaining: Desk) -> None:
    reply = complaining.says("a wireless mouse", "nlu_fallback", "action_fallback")
    assert reply.text == FIRST_THINGS_FIRST
    assert not reply.rich


def test_no_button_offers_anything_and_what_was_left_out_is_kept_with_the_reply(complaining: Desk) -> None:
    reply = complaining.says("yes", "affirm", "action_acknowledge")
    assert reply.quick_replies
    assert not any(quick.payload.startswith(SELLING) for quick in reply.quick_replies)
    turn = complaining.context.engine.memory.log.last_turn("s1")
    assert turn is not None
    told = {trait.name: trait for trait in kept_with(turn)}
    assert told["left_out"].value == "Find something"
    assert told["selling"].value == "paused"
    assert "complaint" in told["selling"].why


def test_a_recommendation_can_still_be_asked_for(complaining: Desk) -> None:
    assert complaining.says("show me a wireless mouse", "recommend", "action_recommend").rich["items"]
    chosen = complaining.says("the first one", "choose_item", "action_choose_item", entities={"item_ref": ["1"]})
    assert len(chosen.rich["items"]) == 1
    assert "often take" not in chosen.text


def test_thanks_end_the_complaint(complaining: Desk) -> None:
    complaining.says("thank you", "thank", "action_acknowledge")
    assert complaining.slots["selling"] == "open"
    assert complaining.says("yes", "affirm", "action_acknowledge").quick_replies[0].title == "Find something"


def test_an_angry_question_is_answered_shortly_and_with_an_apology(desk: Desk, angry: None) -> None:
    reply = desk.says("how the hell do i send this crap back", "ask_returns", "action_answer_faq")
    assert reply.text.startswith("I am sorry about that. ")
    assert "(More:" not in reply.text
    assert desk.slots["tone"] == "apologetic"


def test_a_taste_is_nothing_to_apologise_for(desk: Desk, angry: None) -> None:
    reply = desk.says("i hate wool", "state_preference", "action_note_preference")
    assert reply.text.startswith("Noted:")
    assert desk.slots.get("tone", "plain") == "plain"


def test_who_asks_for_short_answers_gets_them(desk: Desk) -> None:
    long = desk.says("how do i return something", "ask_returns", "action_answer_faq").text
    noted = desk.says("keep it short please", "nlu_fallback", "action_fallback")
    assert noted.text.startswith("Noted: You want short answers. Shall I remember this")
    short = desk.says("how do i return something", "ask_returns", "action_answer_faq").text
    assert len(short) < len(long)
    assert long.startswith(short)


def test_a_greeting_is_kept_with_the_replies_that_greet(desk: Desk) -> None:
    desk.says("my name is Anna", "state_preference", "action_note_preference")
    desk.says("hello", "greet", "action_acknowledge")
    kept = [[trait.name for trait in kept_with(turn)] for turn in desk.context.engine.memory.log.turns("s1")]
    assert kept == [["greeting"], []]


def values_of(slot: str) -> list[str]:
    return list(DOMAIN["slots"][slot]["values"])


def test_every_value_of_a_trait_is_a_value_of_its_slot() -> None:
    for slot, plain in PLAIN.items():
        assert DOMAIN["slots"][slot]["initial_value"] == plain
        assert plain in values_of(slot)


@pytest.mark.parametrize("language", values_of("reply_language"))
@pytest.mark.parametrize("greeting", values_of("greeting"))
@pytest.mark.parametrize("selling", values_of("selling"))
def test_conditional_responses_are_never_ambiguous(language: str, greeting: str, selling: str) -> None:
    slots = PLAIN | {"reply_language": language, "greeting": greeting, "selling": selling}
    for name, variants in DOMAIN["responses"].items():
        fitting = [
            variant
            for variant in variants
            if "condition" in variant and all(slots[each["name"]] == each["value"] for each in variant["condition"])
        ]
        assert len(fitting) <= 1, name
        assert all(("{shopper_name}" in variant["text"]) <= greeting.endswith("by_name") for variant in fitting)
        if greeting.startswith("sorry") and name == "utter_greet":
            assert fitting
            assert not any(button["payload"] == "/recommend" for button in fitting[0]["buttons"])
