"""Proof of who a shopper is at the desk: number, mail and code; whose orders are seen; when it runs out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from actions.context import Context
from actions.desk.case import Case
from actions.shop import OutcomeUnknown, Receipt
from actions.shop.changes import Change
from tests.actions.conftest import Desk
from tests.actions.talk import Talk, codes_sent, shopper_of, talk_of
from tests.actions.test_desk_trouble import Blind, talk_with

__all__ = ["talk_of"]  # a fixture


def test_status_only_after_number_mail_and_code(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001", guest=True)
    number = context.orders.orders("S001")[0].order_number
    assert "e-mail" in talk.say("where is my order", "order_status")
    asked = talk.say(f"{number}, anna@example.org")
    assert "six-digit code" in asked
    assert number not in asked
    code = codes_sent(context)[-1]
    told = talk.say(code)
    assert number in told
    assert "Thank you, Anna" in told


@pytest.mark.parametrize(
    "words", ["i dont have the number", "no idea, i lost it", "I can’t find that mail", "never got one"]
)
def test_without_the_number_the_address_will_do(talk_of: Callable[..., Talk], context: Context, words: str) -> None:
    talk = talk_of("S001", guest=True)
    talk.say("where is my order", "order_status")
    assert "I send a code there" in talk.say(words)
    assert "six-digit code" in talk.say("anna@example.org")
    assert "Thank you, Anna" in talk.say(codes_sent(context)[-1])


def test_a_wrong_mail_is_answered_the_same_and_gets_no_code(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001", guest=True)
    talk.say("where is my order", "order_status")
    assert "six-digit code" in talk.say("W1150 and nobody@example.org")
    assert codes_sent(context) == []


def test_three_wrong_codes_lock(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001", guest=True)
    talk.say("where is my order", "order_status")
    talk.say("W1150 and anna@example.org")
    right = codes_sent(context)[-1]
    wrong = "111111" if right != "111111" else "222222"
    for _ in range(2):
        assert "not right" in talk.say(wrong)
    assert "wrong too often" in talk.say(wrong)
    assert "wrong too often" in talk.say(right)
    assert "wrong too often" in talk.say("W1150, anna@example.org")


def test_a_signed_shopper_is_known_at_once(talk_of: Callable[..., Talk], desk: Desk, context: Context) -> None:
    del talk_of
    case = Case()
    said = context.desk.hear(
        case, "where is my order", intent="order_status", sender_id="c", at=datetime.now(UTC), signed_as="S001"
    )
    assert case.account == "S001"
    assert context.orders.orders("S001")[0].order_number in said.text


def test_who_signs_in_sees_nothing_of_the_one_before(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001")
    assert "Shall I?" in talk.say("cancel W1150", "cancel_order")
    talk.desk.signed_as = "S002"
    told = talk.say("yes", "affirm") + talk.say("where is my order", "order_status")
    assert not any(order.order_number in told for order in context.orders.orders("S001"))
    assert any(order.order_number in told for order in context.orders.orders("S002"))
    assert talk.order("W1150").status != "cancelled"


def test_after_the_proof_ran_out_another_account_begins_anew(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001")
    assert "Shall I?" in talk.say("cancel W1150", "cancel_order")
    case = Case.from_slot(talk.desk.slots["case"])
    case.known_to = "2026-01-01T12:00:00+00:00"
    case.former = {"": {"street": "Mill Lane"}}
    talk.desk.slots["case"] = case.to_slot()
    talk.desk.signed_as = "S002"
    assert "W1150" not in talk.say("yes", "affirm")
    case = Case.from_slot(talk.desk.slots["case"])
    assert (case.account, case.jobs, case.former) == ("S002", [], {})


def test_nobody_sees_another_shoppers_order(talk_of: Callable[..., Talk], context: Context) -> None:
    other = context.orders.orders("S002")[0]
    talk = talk_of("S001")
    for words in (
        f"where is {other.order_number}",
        f"cancel order {other.order_number}",
        f"return everything from {other.order_number}",
    ):
        reply = talk.say(words, "order_status")
        assert other.lines[0].title not in reply or any(
            other.lines[0].title in line.title for order in context.orders.orders("S001") for line in order.lines
        )
        talk.say("never mind", "stop")
    assert talk.order(other.order_number).status == other.status


def test_a_mistyped_number_is_guessed_among_the_shoppers_own_only(
    talk_of: Callable[..., Talk], context: Context
) -> None:
    own = next(order.order_number for order in context.orders.orders("S001") if order.status == "paid")
    typed = own[:-1] + str((int(own[-1]) + 1) % 10)
    taken = context.orders.order(typed)
    assert taken is None or taken.shopper_id != "S001"
    reply = talk_of("S001").say(f"cancel order {typed}", "cancel_order")
    assert f"no order {typed}" in reply
    assert f"Do you mean {own}" in reply


def test_the_order_named_as_proof_is_the_one_spoken_of(talk_of: Callable[..., Talk], context: Context) -> None:
    account = next(account for place in range(1, 41) if len(context.orders.orders(account := f"S{place:03}")) > 1)
    first = context.orders.orders(account)[-1]
    owner = context.orders.account(account)
    assert owner is not None
    talk = talk_of(account, guest=True)
    talk.say("wheres my order", "order_status")
    talk.say(first.order_number)
    talk.say(owner.email)
    (mail,) = (context.engine.settings.home / "outbox").glob("*.eml")
    code = re.search(r"chat of [^:]*: (\d{6})", mail.read_text(encoding="utf-8"))
    assert code
    assert f"Order {first.order_number} (" in talk.say(code[1])


def test_other_topics_are_answered_while_proof_is_asked_for(talk_of: Callable[..., Talk]) -> None:
    talk = talk_of("S001", guest=True)
    asked = talk.say("wheres my order", "order_status")
    aside = talk.say("how long do i have to return something", "ask_returns")
    assert "30 days" in aside
    assert aside.endswith(asked)
    assert "mug" in talk.say("do you have mugs that are not white", "recommend")
    assert "e-mail" in talk.say("asdf", "nlu_fallback")


def test_a_day_later_the_shopper_proves_it_again(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    case = Case(account=account, known_to="2026-05-10T12:00:00+00:00")
    later = datetime(2026, 5, 11, 12, tzinfo=UTC)
    said = context.desk.hear(case, f"cancel {number}", intent="cancel_order", sender_id="c", at=later)
    assert "e-mail" in said.text
    assert talk_of(account).order(number).status == "paid"


def test_a_proof_that_runs_out_after_a_break_does_not_make_another_change_of_it(context: Context) -> None:
    account, number = shopper_of("paid", context)
    keys: list[str] = []

    class Noting(Blind):
        def apply(self, change: Change, *, key: str) -> Receipt:
            keys.append(key)
            return super().apply(change, key=key)

    shop = Noting(context.engine.settings.home / "shop.db", made=False, error=OutcomeUnknown)
    talk = talk_with(shop, context, account)
    talk.say(f"cancel {number}", "cancel_order")
    assert "cannot see yet" in talk.say("yes", "affirm")
    case = Case.from_slot(talk.desk.slots["case"])
    case.known_to = "2026-01-01T12:00:00+00:00"
    talk.desk.slots["case"] = case.to_slot()
    talk.desk.signed_as = account
    assert number in talk.say("yes", "affirm")  # proved anew, and shown again
    assert "is cancelled. €" in talk.say("yes", "affirm")
    assert len(keys) == 2
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    "words", ["didnt get a code", "send it again", "the code does not work", "i did not get any mail"]
)
def test_another_code_by_mail(talk_of: Callable[..., Talk], context: Context, words: str) -> None:
    talk = talk_of("S001", guest=True)
    talk.say("where is my order W1042", "order_status")
    talk.say("anna@example.org")
    assert "a mail with a six-digit code is on its way" in talk.say(words, "report_problem")
    first, second = codes_sent(context)
    assert "Thank you, Anna." in talk.say(second)
    assert first != second


def test_codes_are_not_sent_without_end(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001", guest=True)
    talk.say("where is my order W1042", "order_status")
    told = [talk.say("anna@example.org"), *(talk.say("send it again") for _ in range(5))]
    assert len(codes_sent(context)) == 4
    assert "send no more codes" in told[-1]
    stranger = talk_of("S001", guest=True)
    stranger.desk.slots.clear()
    stranger.say("where is my order W1042", "order_status")
    assert [stranger.say("nobody@example.org"), *(stranger.say("send it again") for _ in range(5))] == told


def test_the_number_after_the_address_asks_for_no_second_code(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001", guest=True)
    talk.say("where is my order", "order_status")
    talk.say("anna@example.org")
    assert "Please type the code here." in talk.say("W1042")
    (code,) = codes_sent(context)
    assert "Order W1042 (on its way)" in talk.say(code)
