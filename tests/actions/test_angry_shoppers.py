"""What shoppers write who are cross about a parcel, terse, and no good at typing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions.context import Context
from actions.desk.case import Case
from actions.shop import Order
from tests.actions.conftest import Desk
from tests.actions.talk import Talk, codes_sent, recent, shopper_of, talk_of

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


@pytest.mark.parametrize(
    "words",
    ["will i be charged twice if i change it?", "i think i paid too much, i want to exchange it for a cheaper one"],
)
def test_a_word_about_money_is_no_complaint_about_a_payment(talk_of: TalkOf, context: Context, words: str) -> None:
    account, _ = several(context)
    assert "hand you over" not in talk_of(account).say(words, "order_status")


def test_a_yes_to_the_offered_person_calls_one_and_changes_nothing(talk_of: TalkOf, context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    talk.say("purple monkey dishwasher", "nlu_fallback")
    assert "Shall a person take over?" in talk.say("blub", "nlu_fallback")
    assert "hand you over to a person" in talk.say("yes", "affirm")
    assert talk.order(number).status == "paid"


def test_a_no_to_the_offered_person_goes_back_to_the_question(talk_of: TalkOf, context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    talk.say("purple monkey dishwasher", "nlu_fallback")
    talk.say("blub", "nlu_fallback")
    assert f"I will cancel order {number}" in talk.say("no", "deny")
    assert "is cancelled" in talk.say("yes", "affirm")


def test_an_offer_of_a_person_holds_for_one_turn(talk_of: TalkOf, context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    talk.say("purple monkey dishwasher", "nlu_fallback")
    talk.say("blub", "nlu_fallback")
    assert f"I will cancel order {number}" in talk.say("hello", "greet")
    assert "is cancelled" in talk.say("yes", "affirm")


@pytest.mark.parametrize(
    ("words", "intent", "told"),
    [
        ("hi again", "greet", "Hello again."),
        ("let me think, back tomorrow", "nlu_fallback", "nothing is changed"),
        ("bye", "goodbye", "nothing is changed"),
        ("useless", "complain", "sorry"),
    ],
)
def test_what_is_no_answer_is_no_misunderstanding(
    talk_of: TalkOf, context: Context, words: str, intent: str, told: str
) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    said = talk.say(words, intent)
    assert told in said
    assert "did not get that" not in said
    assert "is cancelled" in talk.say("yes", "affirm")


def test_complaints_are_not_answered_the_same_three_times(desk: Desk) -> None:
    said = [
        desk.says(words, "complain", "action_complain").text for words in ("your shop sucks", "i hate you", "awful")
    ]
    assert len(set(said)) == 3
    assert "Shall a person take over?" in said[1]
    assert "hand you over to a person" in said[2]


def test_a_complaint_after_an_order_was_told_is_about_that_order(talk_of: TalkOf, context: Context) -> None:
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    talk.say(f"where is {number}", "order_status")
    assert number in talk.desk.says("8 days, come on", "complain", "action_complain").text
    assert "hand you over to a person" in talk.say("yes", "affirm")


def test_capitals_are_heard_as_anger_and_long_numbers_are_not(talk_of: TalkOf, context: Context) -> None:
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    assert "Is there anything else?" not in talk.say(f"WHERE IS MY PARCEL {number}", "order_status")
    assert Case.from_slot(talk.desk.slots["case"]).anger == 1
    talk = talk_of(account)
    talk.say("123456789012345", "order_status")
    assert Case.from_slot(talk.desk.slots["case"]).anger == 0


@pytest.mark.parametrize("words", ["when will it come then", "how much longer", "and how long", "when today"])
def test_when_is_asked_of_the_order_spoken_of(talk_of: TalkOf, context: Context, words: str) -> None:
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    talk.say(f"where is {number}", "order_status")
    assert f"Order {number} is expected on" in talk.say(words, "ask_availability")


def test_a_return_without_its_money_yet_is_told_of(talk_of: TalkOf, context: Context) -> None:
    account, number = shopper_of("returned", context)
    told = talk_of(account).say(f"where is my refund for {number}", "refund_status")
    assert f"Order {number} (returned)" in told
    assert "No money has been sent yet" in told


def test_an_address_alone_is_taken_as_proof(talk_of: TalkOf, context: Context) -> None:
    owner = context.orders.account("S001")
    assert owner is not None
    talk = talk_of("S001", guest=True)
    assert "six-digit code" in talk.say(owner.email, "nlu_fallback")
    assert "What can I do for you?" in talk.say(codes_sent(context)[-1])
