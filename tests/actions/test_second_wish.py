"""Two wishes in one message: both are answered in one reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.call import Call, Reply, Wish
from actions.context import Context
from actions.registry import all_actions

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
