"""Two wishes in one message: both are answered in one reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.call import Call, Reply, Wish
from actions.context import Context
from actions.desk.case import Case
from actions.recommend import ActionRecommend
from actions.registry import all_actions
from profiling.errors import StoreError
from profiling.types import Turn

Answer = Callable[[str, Call], Reply]


def said(first: str, first_intent: str, second: str, second_intent: str) -> Call:
    return Call(
        message_id="m1",
        shopper_id="s1",
        sender_id="c1",
        channel="web",
        utterance=f"{first} and {second}",
        intent=first_intent,
        probability=0.9,
        entities={},
        item_on_screen=None,
        slots={},
        identity="s1",
        owner="s1",
        second=Wish(second_intent, 0.9, second, first),
    )


@pytest.fixture
def answer(context: Context) -> Answer:
    actions: dict[str, Any] = {action.name(): action for action in all_actions(context)}

    def reply(name: str, call: Call) -> Reply:
        given: Reply = actions[name].reply(call)
        return given

    return reply


def test_two_questions(answer: Answer) -> None:
    call = said("do you ship to norway", "ask_shipping", "what is your return policy", "ask_returns")
    first, _, second = answer("action_answer_faq", call).text.partition("And about returns:")
    assert "Norway" in first
    assert "30 days" in second


def test_the_desk_asks_last(answer: Answer) -> None:
    call = said("cancel W1042", "cancel_order", "what is your return policy", "ask_returns")
    reply = answer("action_desk", call)
    assert reply.text.startswith("About returns:")
    assert "e-mail address" in reply.text.rpartition("\n\n")[2]
    assert reply.rich["form"]["fields"]


def test_the_desk_as_the_second(answer: Answer) -> None:
    call = said("do you ship to norway", "ask_shipping", "where is my order", "order_status")
    reply = answer("action_answer_faq", call)
    assert "And about your order:" in reply.text
    assert any(event.get("name") == "case" for event in reply.events)


def test_what_belongs_to_the_first_stays_with_it(answer: Answer) -> None:
    call = said(
        "i want to exchange my boots from W1050", "exchange_item", "do you have them smaller", "ask_availability"
    )
    assert "About" not in answer("action_desk", call).text


def test_a_complaint_about_an_order_is_the_desk_s(answer: Answer) -> None:
    call = said("this is a joke", "complain", "where is my order", "order_status")
    reply = answer("action_complain", call)
    assert "e-mail address" in reply.text
    assert "About" not in reply.text
    (slot,) = [event["value"] for event in reply.events if event.get("name") == "case"]
    case = Case.from_slot(slot)
    assert (case.anger, case.question, case.offers_person) == (1, "identity", False)


def test_cards_are_those_of_the_slate_that_was_logged(answer: Answer, context: Context) -> None:
    engine = context.engine
    call = said("does it come in red", "ask_availability", "show me a kettle", "recommend")
    call = replace(call, slots={"focus_item": "m-pebble"})
    engine.observe(Turn("m0", "s1", "a kettle", datetime.now(UTC), intent="recommend"))
    alone = answer("action_answer_availability", replace(call, second=None))
    assert [item["item_id"] for item in alone.rich["items"]]
    reply = answer("action_answer_availability", call)
    assert "And about what you are looking for:" in reply.text
    assert [item["item_id"] for item in reply.rich["items"]] == engine.slates.last("s1")


def test_a_second_answer_that_fails_takes_nothing_from_the_first(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise StoreError("a full disk")

    monkeypatch.setattr(ActionRecommend, "answer", breaks)
    call = said("cancel W1042", "cancel_order", "show me a kettle", "recommend")
    assert "e-mail address" in answer("action_desk", call).text


def test_one_wish_is_answered_once(answer: Answer) -> None:
    call = said("do you ship to norway", "ask_shipping", "what does it cost to ship there", "ask_shipping")
    alone = replace(call, second=None)
    assert answer("action_answer_faq", alone).text.count("Norway") >= 1
    assert "And about" not in answer("action_answer_faq", alone).text


def test_it_is_read_from_what_rasa_sends() -> None:
    found = {"intent": "ask_returns", "probability": 0.9, "text": "what is your return policy", "rest": "cancel W1042"}
    latest = {"text": "cancel W1042 and what is your return policy", "intent": {"name": "cancel_order"}}
    tracker = Tracker("c1", {}, {**latest, "second_wish": found}, [], False, None, {}, "action_listen")
    assert Call.from_tracker(tracker).second == Wish("ask_returns", 0.9, "what is your return policy", "cancel W1042")
    assert Call.from_tracker(Tracker("c1", {}, latest, [], False, None, {}, "action_listen")).second is None
