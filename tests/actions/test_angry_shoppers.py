"""What shoppers write who are cross about a parcel, terse, and no good at typing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions.context import Context
from actions.shop import Order
from tests.actions.talk import Talk, recent, shopper_of, talk_of

__all__ = ["talk_of"]  # a fixture
TalkOf = Callable[..., Talk]


def several(context: Context) -> tuple[str, Order]:
    """(account, order) of a fresh order of several different things."""
    account, number = recent(context, lines=2)
    order = context.orders.order(number)
    assert order is not None
    return account, order


def test_a_problem_is_narrowed_to_the_thing_that_is_named(talk_of: TalkOf, context: Context) -> None:
    account, order = several(context)
    first, second = order.lines[0].title, order.lines[1].title
    talk = talk_of(account)
    assert first in talk.say(f"{order.order_number} came broken", "report_problem")
    asked = talk.say(f"the {second}, its ripped", "report_problem")
    assert second in asked
    assert first not in asked
    shown = talk.say("money")
    assert f"I will report {second}" in shown
    assert first not in shown
    done = talk.say("yes", "affirm")
    assert done.count("replacement or your money back") == 0  # it is reported once


def test_what_was_shown_of_a_problem_can_be_corrected(talk_of: TalkOf, context: Context) -> None:
    account, order = several(context)
    talk = talk_of(account)
    talk.say(f"{order.order_number} came smashed", "report_problem")
    assert "go back to" in talk.say("refund")
    assert "once more, free of charge" in talk.say("no send a new one", "deny")
    assert order.lines[1].title not in talk.say(f"no, the {order.lines[0].title}", "correct")


@pytest.mark.parametrize("words", ["send the right ones", "just send it", "a new one pls", "resend"])
def test_ways_to_want_a_replacement(talk_of: TalkOf, context: Context, words: str) -> None:
    account, order = several(context)
    talk = talk_of(account)
    talk.say(f"{order.order_number}: you sent me the wrong thing", "report_problem")
    assert "once more, free of charge" in talk.say(words, "nlu_fallback")


def test_send_back_is_no_wish_for_a_replacement(talk_of: TalkOf, context: Context) -> None:
    account, order = several(context)
    talk = talk_of(account)
    talk.say(f"{order.order_number} came cracked", "report_problem")
    assert "free of charge" not in talk.say("send my cash back", "nlu_fallback")


def test_a_yes_to_either_or_is_asked_which(talk_of: TalkOf, context: Context) -> None:
    account, order = several(context)
    talk = talk_of(account)
    talk.say(f"{order.order_number} came broken", "report_problem")
    assert "Which of the two?" in talk.say("yes", "affirm")
    assert "Noted." in talk.say("it just doesnt turn on", "nlu_fallback")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("it says delivered but i got nothing", "lost"),
        ("i didn’t get it", "lost"),
        ("we never received it", "lost"),
        ("they are all ripped", "damaged"),
        ("half of it is not there, only two came", "missing"),
    ],
)
def test_what_kind_of_problem_it_is(talk_of: TalkOf, context: Context, words: str, kind: str) -> None:
    account, order = several(context)
    talk = talk_of(account)
    talk.say(f"{order.order_number}: {words}", "report_problem")
    assert f"as {kind}" in talk.say("refund")


def test_a_stuck_parcel_is_an_enquiry(talk_of: TalkOf, context: Context) -> None:
    account, number = shopper_of("in_transit", context)
    assert "ask the carrier" in talk_of(account).say(f"{number} is stuck since days", "report_problem")


@pytest.mark.parametrize(
    "words",
    ["you charged me twice", "i was double charged for {}", "my bank says nothing arrived for {}", "billed two times!"],
)
def test_a_payment_that_went_wrong_is_for_a_person(talk_of: TalkOf, context: Context, words: str) -> None:
    account, order = several(context)
    said = talk_of(account).say(words.format(order.order_number), "report_problem")
    assert "replacement" not in said
    assert "hand you over to a person" in said
    assert "payment" in context.engine.tickets.unclosed()[0].summary


def test_a_question_about_charges_is_no_complaint(talk_of: TalkOf, context: Context) -> None:
    account, _ = several(context)
    assert "hand you over" not in talk_of(account).say("will i be charged twice if i change it?", "order_status")
