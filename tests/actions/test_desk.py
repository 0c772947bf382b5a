"""Whole conversations with the service desk of the demo shop: from the first word to the changed row."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import pytest

from actions.context import Context
from actions.desk.case import Case
from tests.actions.talk import Talk, recent, shopper_of, talk_of

__all__ = ["talk_of"]  # a fixture


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


def test_a_number_with_a_typo_brings_the_near_order_if_it_is_theirs(talk_of: Callable[..., Talk]) -> None:
    told = talk_of("S002").say("where is order W1147?", "order_status")
    assert told.startswith("I find no order W1147 in your account. Do you mean this?\nOrder W1146 ")
    assert "W1147" not in talk_of("S002").say("where is order W1150?", "order_status")
    assert "Do you mean" not in talk_of("S011").say("where is order W1147?", "order_status")


def test_what_comes_back_is_asked_of_the_order_that_was_named(talk_of: Callable[..., Talk]) -> None:
    asked = talk_of("S023").say("I want to return order W1030", "return_item")
    assert asked.startswith("What exactly would you like to send back? Order W1030 (delivered): ")
    assert "W1111" not in asked


def test_no_more_goes_back_than_was_paid(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = recent(context, lines=2)
    thing = context.orders.order(number).lines[0].title  # type: ignore[union-attr]
    asked = talk_of(account).say(f"I want 5,000 euros back for the {thing} in {number}", "return_item")
    assert asked.endswith("No more than what was paid can go back. Shall I?")
    less = talk_of(account).say(f"I want 1 euro back for the {thing} in {number}", "return_item")
    assert "No more" not in less


def test_what_is_cancelled_is_not_cancelled_again(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("cancelled", context)
    assert talk_of(account).say(f"cancel {number}", "cancel_order").startswith(f"Order {number} is cancelled already.")


def test_the_return_policy_is_asked_for_and_nothing_sent_back(talk_of: Callable[..., Talk]) -> None:
    talk = talk_of("S024")
    shown = talk.say("cancel order W1135", "cancel_order")
    told = talk.say("what is your return policy?", "ask_returns")
    assert "30 days" in told
    assert told.endswith(shown)
    assert "send back" not in talk.say("no", "deny")


def test_asking_why_and_dropping_it(talk_of: Callable[..., Talk], context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    assert "Nothing of yours is changed before" in talk.say("why", "why_this")
    assert "leave that" in talk.say("stop", "stop")
    assert "is cancelled" not in talk.say("yes", "affirm")
    assert talk.order(number).status == "paid"


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
