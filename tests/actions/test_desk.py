"""Whole conversations with the service desk of the demo shop: from the first word to the changed row."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from actions.context import Context, make_desk
from actions.desk.case import Case
from actions.desk.mail import FolderMailer
from actions.desk.policy import Policy
from actions.handoff import reopens_at
from actions.shop import OutcomeUnknown, Receipt, ShopUnavailable
from actions.shop.changes import Change
from actions.shop.demo import DemoShop
from profiling import Mood
from tests.actions.conftest import SHOP, Desk
from tests.actions.talk import Talk, codes_sent, recent, shopper_of, talk_of

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


def test_cancelling_is_shown_confirmed_and_made_once(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    shown = talk.say(f"I want to cancel order {number}", "cancel_order")
    assert f"cancel order {number}" in shown
    assert "Shall I?" in shown
    assert talk.order(number).status == "paid"
    total = f"€{talk.order(number).total_cents / 100:.2f}"
    assert f"{total} go back to your" in shown
    done = talk.say("yes", "affirm")
    assert done.startswith(f"Order {number} is cancelled. {total} go back to your ")
    assert done.endswith("Is there anything else?")
    assert talk.order(number).status == "cancelled"
    assert "is cancelled" not in talk.say("yes", "affirm")
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        assert conn.execute("SELECT count(*) FROM changes").fetchone() == (1,)


def test_a_packed_order_is_not_cancelled_and_the_rule_says_why(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("packed", context)
    reply = talk_of(account).say(f"cancel {number}", "cancel_order")
    assert "until it is packed" in reply
    assert "Shall I" not in reply


def test_a_no_changes_nothing(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    assert "leave" in talk.say("no", "deny")
    assert talk.order(number).status == "paid"


def test_a_return_goes_to_the_method_that_was_used(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = recent(context)
    talk = talk_of(account)
    line = talk.order(number).lines[0]
    shown = talk.say(f"I want to return the {line.title} from {number}", "return_item")
    assert line.title in shown
    assert "Shall I?" in shown
    talk.say("yes please", "affirm")
    assert talk.order(number).status == "return_requested"


def test_a_return_from_outside_the_eu_costs_the_label(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = recent(context)
    talk = talk_of(account)
    order = talk.order(number)
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        conn.execute(
            "UPDATE orders SET record = json_set(record, '$.shipping_address.country', 'CH') WHERE order_number = ?",
            [number],
        )
    cents = order.lines[0].unit_price_cents
    shown = talk.say(f"I want to return the {order.lines[0].title} from {number}", "return_item")
    assert f"€{(cents - 990) / 100:.2f} go to your" in shown
    assert f"(€{cents / 100:.2f} less €9.90 for the label)" in shown
    assert f"€{(cents - 990) / 100:.2f} go to your" in talk.say("yes", "affirm")
    case = Case.from_slot(talk.desk.slots["case"])
    assert case.refund_cents == cents - 990


def test_an_old_order_cannot_come_back(talk_of: Callable[..., Talk], context: Context) -> None:
    order = context.orders.order("W1002")
    assert order is not None
    reply = talk_of(order.shopper_id).say(f"return the cardigan from {order.order_number}", "return_item")
    assert "within 30 days" in reply
    assert talk_of(order.shopper_id).order("W1002").status == "delivered"


def test_another_size_before_it_is_packed(talk_of: Callable[..., Talk], context: Context) -> None:
    for place in range(1, 41):
        for order in context.orders.orders(f"S{place:03}"):
            for line in order.lines:
                others = [
                    v for v in context.orders.variants(line.product_id) if v.available and v.item_id != line.item_id
                ]
                sizes = [
                    v
                    for v in others
                    if {n: o for n, o in v.options.items() if n != "size"}
                    == {n: o for n, o in line.options.items() if n != "size"}
                ]
                if order.status in {"paid", "processing"} and "size" in line.options and sizes and line.quantity == 1:
                    talk = talk_of(order.shopper_id)
                    shown = talk.say(
                        f"change the {line.title} in {order.order_number} to size {sizes[0].options['size']}",
                        "change_order",
                    )
                    assert sizes[0].options["size"] in shown
                    assert f"Order {order.order_number} is changed: {line.title}" in talk.say("yes", "affirm")
                    assert sizes[0].item_id in {changed.item_id for changed in talk.order(order.order_number).lines}
                    return
    pytest.fail("no open order has a size to change")


def test_the_address_of_an_open_order(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    assert "Where should" in talk.say(f"please change the address of order {number}", "change_address")
    shown = talk.say("Lindenstrasse 8, 10969 Berlin")
    before = talk.order(number).address
    assert f"to Lindenstrasse 8, 10969 Berlin, {before.country}, instead of {before.street}" in shown
    assert f"Order {number} now goes to Lindenstrasse 8, 10969 Berlin" in talk.say("yes", "affirm")
    assert talk.order(number).address.city == "Berlin"


def test_a_lost_parcel_is_replaced(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("lost", context)
    talk = talk_of(account)
    assert "replacement" in talk.say(f"my parcel {number} is lost", "report_problem")
    assert "free of charge" in talk.say("I want a new one")
    done = talk.say("yes", "affirm")
    assert f"of order {number} as lost. The same is sent to you once more, free of charge." in done
    assert "replacement under way" in talk.order(number).note


def test_a_subscription_is_skipped_and_ended(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001")
    before = context.orders.subscriptions("S001")[0]
    shown = talk.say("skip the next delivery of my coffee subscription", "change_order")
    assert re.search(r"leave out the delivery of Coffee beans.* on \w+ \d+ \w+; the next one comes on \w+ \d+", shown)
    assert "is left out. The next one comes on" in talk.say("yes", "affirm")
    assert context.orders.subscriptions("S001")[0].next_at > before.next_at
    assert "(€14.90 every 28 days)" in talk.say("cancel my subscription", "cancel_order")
    assert "has ended. Nothing more comes" in talk.say("yes", "affirm")
    assert not context.orders.subscriptions("S001")[0].active


def test_the_same_wish_in_a_later_case_is_a_new_one(talk_of: Callable[..., Talk], context: Context) -> None:
    dates = [context.orders.subscriptions("S001")[0].next_at]
    for known_to in ("2999-01-01T00:00:00+00:00", "2999-01-02T00:00:00+00:00"):
        talk = talk_of("S001")
        talk.desk.slots["case"] = Case(account="S001", known_to=known_to, began_at=known_to).to_slot()
        talk.say("skip the next delivery of my coffee subscription", "change_order")
        assert "is left out" in talk.say("yes", "affirm")
        dates.append(context.orders.subscriptions("S001")[0].next_at)
    assert dates[0] < dates[1] < dates[2]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("no coffee this month please", "leave out the delivery of Coffee beans"),
        ("stop sending me coffee every month", "end the subscription of Coffee beans"),
        ("which of them are still running", "every 28 days"),
    ],
)
def test_a_subscription_that_is_not_called_one(talk_of: Callable[..., Talk], words: str, told: str) -> None:
    assert told in talk_of("S001").say(words, "subscription")


def test_the_account_and_the_balance_of_a_gift_card(talk_of: Callable[..., Talk], context: Context) -> None:
    account = context.orders.account("S001")
    assert account is not None
    told = talk_of("S001").say("what have you saved about where i live", "account")
    assert account.email in told
    assert account.address is not None
    assert account.address.street in told
    owner, card = next(
        (person.shopper_id, method)
        for number in range(1, 41)
        if (person := context.orders.account(f"S{number:03}"))
        for method in person.payment_methods
        if method.kind == "gift_card" and method.balance_cents
    )
    assert f"{card.balance_cents / 100:.2f} left" in talk_of(owner).say("what remains on it", "gift_card_balance")


def test_an_invoice_goes_to_the_address_of_the_account(talk_of: Callable[..., Talk], context: Context) -> None:
    number = context.orders.orders("S001")[0].order_number
    assert "on its way" in talk_of("S001").say(f"I need the invoice for {number}", "invoice")
    mail = next((context.engine.settings.home / "outbox").glob("*.eml")).read_text(encoding="utf-8")
    assert "To: anna@example.org" in mail
    assert number in mail


def test_two_wishes_in_one_message_and_a_question_in_between(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    shown = talk.say(
        f"change the address of {number} to Lindenstrasse 8, 10969 Berlin. Then tell me the total of {number}",
        "change_address",
    )
    assert "Lindenstrasse 8" in shown
    aside = talk.desk.says("what does delivery cost", "ask_shipping", "action_desk").text
    assert "4.90" in aside
    assert "Back to where we were" in aside
    done = talk.say("yes", "affirm")
    assert "now goes to Lindenstrasse 8" in done
    assert "came to" in done


def test_what_is_not_understood_twice_leads_to_a_person(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    assert "did not get that" in talk.say("purple monkey dishwasher", "nlu_fallback")
    assert "person" in talk.say("blub", "nlu_fallback")
    assert talk.order(number).status == "paid"


def test_growing_anger_ends_at_a_person_with_a_ticket(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    assert "sorry" in talk.say(f"where the hell is {number}!!! this is ridiculous", "order_status").lower()
    talk.say("this is outrageous!!!", "complain")
    assert "hand you over to a person" in talk.say("I AM FURIOUS, you are useless", "complain")
    ticket = context.engine.tickets.unclosed()[0]
    assert ticket.mood == "angry"
    assert ticket.details["account"] == account


def test_a_bad_mood_alone_is_no_anger(
    talk_of: Callable[..., Talk], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiling.engine.read_mood", lambda *_, **__: Mood("negative", 0.9))
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    for utterance in (f"where is {number}", "it is late", "it was a present"):
        assert "hand you over" not in talk.say(utterance, "order_status")
    assert not context.engine.tickets.unclosed()


def test_a_bad_mood_keeps_anger_up(
    talk_of: Callable[..., Talk], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiling.engine.read_mood", lambda *_, **__: Mood("negative", 0.9))
    account, number = shopper_of("delayed", context)
    talk = talk_of(account)
    talk.say(f"where is {number}!!! this is ridiculous", "order_status")
    talk.say("i have waited for weeks", "report_problem")
    assert "hand you over to a person" in talk.say("nobody answers my mails", "complain")


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


def test_asking_why_and_dropping_it(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    assert "Nothing of yours is changed before" in talk.say("why", "why_this")
    assert "leave that" in talk.say("stop", "stop")
    assert "is cancelled" not in talk.say("yes", "affirm")
    assert talk.order(number).status == "paid"


class Flaky(DemoShop):
    """A shop whose system fails while something is written: before it (`made` False) or after it."""

    def __init__(self, path: Path, *, made: bool, error: type[Exception]) -> None:
        super().__init__(path, currency="EUR")
        self.made, self.error, self.tries = made, error, 0

    def apply(self, change: Change, *, key: str) -> Receipt:
        self.tries += 1
        if self.tries == 1:
            if self.made:
                super().apply(change, key=key)
            raise self.error("the line went dead")
        return super().apply(change, key=key)


@pytest.mark.parametrize(
    ("made", "error", "told"),
    [
        (True, OutcomeUnknown, "is cancelled. €"),
        (False, OutcomeUnknown, "nothing was changed"),
        (False, ShopUnavailable, "Nothing was changed"),
    ],
)
def test_a_shop_that_breaks_off_in_the_middle(
    context: Context, *, made: bool, error: type[Exception], told: str
) -> None:
    shop = Flaky(context.engine.settings.home / "shop.db", made=made, error=error)
    mailer = FolderMailer(context.engine.settings.home / "outbox", "a@example.org")
    flaky = replace(
        context,
        orders=shop,
        desk=make_desk(context.engine, context.info, shop, Policy.read(SHOP / "policy.yml"), mailer),
    )
    account, number = shopper_of("paid", context)
    talk = Talk(Desk(flaky), account)
    talk.say(f"cancel {number}", "cancel_order")
    assert told in talk.say("yes", "affirm")
    if not made:
        assert talk.order(number).status == "paid"
        assert "is cancelled. €" in talk.say("yes", "affirm")
    assert talk.order(number).status == "cancelled"
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        assert conn.execute("SELECT count(*) FROM changes").fetchone() == (1,)


class Blind(Flaky):
    """One that cannot even be asked after the break."""

    def receipt(self, key: str) -> Receipt | None:
        if self.tries == 1 and not self.asked:
            self.asked = True
            raise ShopUnavailable("still dead")
        return super().receipt(key)

    asked = False


class Half(Flaky):
    """One that stays half-way."""

    def receipt(self, key: str) -> Receipt | None:
        return None


class Dying(DemoShop):
    """One that makes a change and then is down."""

    def subscriptions(self, shopper_id: str) -> Any:
        raise ShopUnavailable(shopper_id)


def talk_with(shop: DemoShop, context: Context, account: str) -> Talk:
    mailer = FolderMailer(context.engine.settings.home / "outbox", "a@example.org")
    desk = make_desk(context.engine, context.info, shop, Policy.read(SHOP / "policy.yml"), mailer)
    return Talk(Desk(replace(context, orders=shop, desk=desk)), account)


@pytest.mark.parametrize(("made", "told"), [(True, "made when you said yes"), (False, "is cancelled. €")])
def test_nothing_is_claimed_while_it_is_not_known(context: Context, *, made: bool, told: str) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_with(Blind(context.engine.settings.home / "shop.db", made=made, error=OutcomeUnknown), context, account)
    talk.say(f"cancel {number}", "cancel_order")
    unsure = talk.say("yes", "affirm")
    assert "cannot see yet" in unsure
    assert "nothing was changed" not in unsure
    assert told in talk.say("yes", "affirm")
    assert talk.order(number).status == "cancelled"


def test_a_change_that_stays_half_way_goes_to_a_person(context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_with(Half(context.engine.settings.home / "shop.db", made=True, error=OutcomeUnknown), context, account)
    talk.say(f"cancel {number}", "cancel_order")
    told = talk.say("yes", "affirm")
    assert "half-way" in told
    assert "nothing was changed" not in told
    assert "hand you over to a person" in told


def test_what_was_done_is_told_though_the_shop_is_down_after_it(context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_with(Dying(context.engine.settings.home / "shop.db", currency="EUR"), context, account)
    talk.say(f"cancel {number}", "cancel_order")
    told = talk.say("yes, and which subscriptions do I have?", "affirm")
    assert "is cancelled. €" in told
    assert "For the rest I cannot reach" in told
    assert "nothing was changed" not in told


def test_a_shop_that_is_down_is_said_so(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of("S001")
    (context.engine.settings.home / "shop.db").unlink()
    assert "cannot reach" in talk.say("where is my order", "order_status")


def test_a_person_is_called_with_all_that_was_said(desk: Desk, context: Context) -> None:
    text = desk.says("talk to a human", "handoff", "action_handoff").text
    assert context.info.email in text
    assert context.engine.tickets.unclosed()[0].summary.startswith("The shopper asks for a person")
    assert "already" in desk.says("hello? a human!", "handoff", "action_handoff").text


def test_opening_hours_are_told_in_the_shops_time_zone() -> None:
    shop = {
        "time_zone": "Europe/Berlin",
        "team_hours": {"monday": ["09:00", "18:00"], "saturday": ["10:00", "14:00"], "sunday": None},
    }
    assert reopens_at(shop, datetime(2026, 5, 11, 8, tzinfo=UTC)) is None
    sunday = reopens_at(shop, datetime(2026, 5, 10, 8, tzinfo=UTC))
    assert sunday is not None
    assert (sunday.weekday(), sunday.hour) == (0, 9)
    assert reopens_at({}, datetime(2026, 5, 10, 8, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-05-11T08:00+00:00", "Somebody answers here in a moment."),
        ("2026-05-11T05:00+00:00", "today from 09:00 (Berlin time) on somebody answers here."),
        ("2026-05-11T18:00+00:00", "tomorrow from 09:00 (Berlin time) on"),
        ("2026-05-09T18:00+00:00", "Monday from 09:00 (Berlin time) on"),
    ],
)
def test_out_of_hours_the_shopper_hears_when_somebody_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, now: str, told: str
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.fromisoformat(now).astimezone(tz)

    monkeypatch.setattr("actions.handoff.datetime", Clock)
    assert told in desk.says("talk to a human", "handoff", "action_handoff").text


def test_a_day_later_the_shopper_proves_it_again(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    case = Case(account=account, known_to="2026-05-10T12:00:00+00:00")
    later = datetime(2026, 5, 11, 12, tzinfo=UTC)
    said = context.desk.hear(case, f"cancel {number}", intent="cancel_order", sender_id="c", at=later)
    assert "e-mail" in said.text
    assert talk_of(account).order(number).status == "paid"


def test_cancelling_all_orders_goes_one_by_one_and_only_where_it_may(
    talk_of: Callable[..., Talk], context: Context
) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    before = {order.order_number: order.status for order in context.orders.orders(account)}
    assert f"cancel order {number}" in talk.say("cancel all my orders", "cancel_order")
    talk.say("yes", "affirm")
    after = {order.order_number: order.status for order in context.orders.orders(account)}
    assert after[number] == "cancelled"
    assert {n for n in after if after[n] != before[n]} == {number}


def test_a_correction_in_the_answer_to_the_confirmation(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = recent(context, lines=2)
    talk = talk_of(account)
    lines = talk.order(number).lines
    shown = talk.say(f"return everything from {number}", "return_item")
    assert all(line.title in shown for line in lines)
    fewer = talk.say(f"no, only the {lines[0].title}", "correct")
    assert lines[0].title in fewer
    assert lines[1].title not in fewer
    assert talk.order(number).status == "delivered"


def test_nonsense_from_the_shop_is_an_apology_and_no_change(desk: Desk, context: Context) -> None:
    class Odd(DemoShop):
        def orders(self, shopper_id: str) -> Any:
            raise ShopUnavailable(f"{shopper_id}: not JSON")

    shop = Odd(context.engine.settings.home / "shop.db", currency="EUR")
    mailer = FolderMailer(context.engine.settings.home / "outbox", "a@example.org")
    odd = replace(
        context,
        orders=shop,
        desk=make_desk(context.engine, context.info, shop, Policy.read(SHOP / "policy.yml"), mailer),
    )
    del desk
    assert "nothing was changed" in Talk(Desk(odd), "S001").say("cancel W1150", "cancel_order")
