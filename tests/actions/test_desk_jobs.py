"""Every job of the desk, from the first words to the changed row. Those of test_desk.py are not repeated here."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.context import Context
from actions.desk.case import Case
from actions.shop import Order
from tests.actions.conftest import Desk
from tests.actions.talk import Talk, codes_sent, recent, shopper_of, talk_of

__all__ = ["talk_of"]  # a fixture
TalkOf = Callable[..., Talk]


def orders_of_all(context: Context) -> list[Order]:
    return [order for place in range(1, 41) for order in context.orders.orders(f"S{place:03}")]


def record(context: Context, number: str) -> str:
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        return str(conn.execute("SELECT record FROM orders WHERE order_number = ?", [number]).fetchone()[0])


def test_tracking(talk_of: TalkOf, context: Context) -> None:
    order = next(order for order in orders_of_all(context) if order.tracking_number and order.status == "in_transit")
    told = talk_of(order.shopper_id).say(f"track {order.order_number}", "order_status")
    assert order.tracking_number in told
    assert order.carrier in told


def test_there_is_no_other_payment_method(talk_of: TalkOf) -> None:
    talk = talk_of("S036")
    told = talk.say("change the payment of W1147 to paypal", "change_order")
    assert told.startswith("Order W1147 is paid with your Visa ending in 4860, and your account has no other")
    assert "Which payment method" not in talk.say("what is my address?", "account")


def test_another_payment_method(talk_of: TalkOf, context: Context) -> None:
    order = next(
        order
        for order in orders_of_all(context)
        if order.status == "paid"
        and (owner := context.orders.account(order.shopper_id))
        and any(method.kind == "paypal" for method in owner.payment_methods)
        and "paypal" not in order.payment_method_id
    )
    talk = talk_of(order.shopper_id)
    asked = talk.say(f"change the payment method of {order.order_number} to something else", "change_order")
    assert "Which payment method" in asked
    assert "PayPal" in asked
    total = f"€{order.total_cents / 100:.2f}"
    assert f"charge {total} for order {order.order_number} to your PayPal and pay your" in talk.say("paypal")
    assert f"Order {order.order_number} is now paid with your PayPal." in talk.say("yes", "affirm")
    assert talk.order(order.order_number).payment_method_id == "paypal"


def test_express_delivery_and_what_it_costs(talk_of: TalkOf, context: Context) -> None:
    order = next(
        order
        for order in orders_of_all(context)
        if order.status == "paid"
        and order.shipping_method == "standard"
        and order.address
        and order.address.country == "DE"
    )
    talk = talk_of(order.shopper_id)
    shown = talk.say(f"can {order.order_number} come by express delivery", "change_order")
    extra = 990 - order.shipping_cents
    assert f"by express delivery instead of standard. You pay €{extra / 100:.2f} more" in shown
    assert "now comes by express delivery" in talk.say("yes", "affirm")
    after = talk.order(order.order_number)
    assert (after.shipping_method, after.total_cents) == ("express", order.total_cents + extra)


def swappable(context: Context, statuses: set[str]) -> tuple[Order, Any, Any]:
    for order in orders_of_all(context):
        fresh = order.delivered_at and datetime.now(UTC) - order.delivered_at < timedelta(days=20)
        if order.status not in statuses or not fresh:
            continue
        for line in order.lines:
            for variant in context.orders.variants(line.product_id):
                differing = {name for name in line.options if variant.options.get(name) != line.options[name]}
                if variant.available and differing == {"size"} and line.quantity == 1:
                    return order, line, variant
    raise AssertionError("nothing to exchange")


def test_an_exchange(talk_of: TalkOf, context: Context) -> None:
    order, line, variant = swappable(context, {"delivered"})
    talk = talk_of(order.shopper_id)
    size = variant.options["size"]
    shown = talk.say(f"exchange the {line.title} from {order.order_number} for size {size}", "exchange_item")
    assert f"exchange in order {order.order_number}: {line.title}" in shown
    assert size in shown
    assert f"The exchange in order {order.order_number} is under way" in talk.say("yes", "affirm")
    assert talk.order(order.order_number).status == "exchange_requested"
    assert variant.item_id in record(context, order.order_number)


def test_a_refund_when_how_much_and_where_to(talk_of: TalkOf, context: Context) -> None:
    order = next(order for order in orders_of_all(context) if order.refund and not order.refund.paid_at)
    assert order.refund is not None
    told = talk_of(order.shopper_id).say(f"where is my refund for {order.order_number}", "refund_status")
    assert f"€{order.refund.amount_cents / 100:.2f} to {order.refund.to.replace('_', ' ')}, not sent yet" in told
    assert "within 5 working days" in told


@pytest.mark.parametrize(
    ("words", "answer", "kind", "remedy"),
    [
        ("the {title} from {number} arrived broken", "a new one please", "damaged", "replacement"),
        ("you sent me the wrong thing, it was the {title} in {number}", "money back", "wrong", "refund"),
        ("the {title} is missing from {number}", "I want a refund", "missing", "refund"),
    ],
)
def test_a_problem_with_what_came(
    talk_of: TalkOf, context: Context, *, words: str, answer: str, kind: str, remedy: str
) -> None:
    number = recent_order(context)
    order = context.orders.order(number)
    assert order is not None
    talk, line = talk_of(order.shopper_id), order.lines[0]
    asked = talk.say(words.format(title=line.title, number=number), "report_problem")
    assert "replacement or your money back" in asked
    shown = talk.say(answer)
    assert f"of order {number} as {kind}" in shown
    done = talk.say("yes", "affirm")
    assert f"of order {number} as {kind}." in done
    assert f'"kind": "{kind}"' in record(context, number)
    assert f'"remedy": "{remedy}"' in record(context, number)
    if remedy == "refund":
        refund = talk.order(number).refund
        assert refund is not None
        assert refund.amount_cents == line.quantity * line.unit_price_cents
        assert f"€{refund.amount_cents / 100:.2f} go back to your" in done


def recent_order(context: Context) -> str:
    for order in orders_of_all(context):
        days = (datetime.now(UTC) - order.delivered_at).days if order.delivered_at else 99
        if order.status == "delivered" and days < 12:
            return order.order_number
    raise AssertionError("nothing was delivered lately")


def test_a_late_parcel_is_asked_after(talk_of: TalkOf, context: Context) -> None:
    account, number = shopper_of("in_transit", context)
    talk = talk_of(account)
    assert "we ask the carrier where it is" in talk.say(f"{number} is late, where is it stuck", "report_problem")
    assert "We ask the carrier where it is and write to you." in talk.say("yes", "affirm")
    assert '"kind": "late"' in record(context, number)


def test_nobody_is_paid_twice_for_the_same_thing(talk_of: TalkOf, context: Context) -> None:
    number = recent_order(context)
    order = context.orders.order(number)
    assert order is not None
    talk, title = talk_of(order.shopper_id), order.lines[0].title
    for _ in range(2):
        talk.say(f"the {title} from {number} arrived broken", "report_problem")
        talk.say("I want my money back")
        last = talk.say("yes", "affirm")
    assert "you have got a replacement or your money already" in last
    refund = talk.order(number).refund
    assert refund is not None
    assert refund.amount_cents == order.lines[0].quantity * order.lines[0].unit_price_cents


def test_a_wish_for_more_than_was_paid_gets_what_was_paid(talk_of: TalkOf, context: Context) -> None:
    account, number = recent(context)
    talk = talk_of(account)
    line = talk.order(number).lines[0]
    shown = talk.say(f"return the {line.title} from {number}, i want 5000 euros back", "return_item")
    assert f"€{line.quantity * line.unit_price_cents / 100:.2f} go to your" in shown
    assert "5000" not in shown


def test_old_damage_is_a_matter_of_the_warranty(talk_of: TalkOf, context: Context) -> None:
    order = next(
        order
        for order in orders_of_all(context)
        if order.status == "delivered"
        and order.delivered_at
        and datetime.now(UTC) - order.delivered_at > timedelta(days=40)
    )
    reply = talk_of(order.shopper_id).say(
        f"the {order.lines[0].title} of {order.order_number} is broken", "report_problem"
    )
    assert "24-month warranty" in reply
    assert f"open a warranty claim for {order.lines[0].title}" in reply


def test_the_address_book(talk_of: TalkOf, context: Context) -> None:
    talk = talk_of("S001")
    assert "What is the new address?" in talk.say("please update my default address", "account")
    shown = talk.say("Lindenstrasse 8, 10969 Berlin")
    assert "make Lindenstrasse 8, 10969 Berlin" in shown
    assert "the default address of your account, instead of" in shown
    assert "is now the default address of your account." in talk.say("yes", "affirm")
    account = context.orders.account("S001")
    assert account is not None
    assert account.address is not None
    assert account.address.city == "Berlin"
    assert "Lindenstrasse 8" in talk.say("which address do you have for me", "account")


def test_the_same_address_as_last_time(talk_of: TalkOf, context: Context) -> None:
    order = next(
        order
        for order in orders_of_all(context)
        if order.status == "paid" and len(context.orders.orders(order.shopper_id)) > 1
    )
    talk = talk_of(order.shopper_id)
    talk.say(
        f"send {order.order_number} to Lindenstrasse 8, 10969 Berlin instead, change the address", "change_address"
    )
    talk.say("yes", "affirm")
    last = next(other for other in context.orders.orders(order.shopper_id) if other.order_number != order.order_number)
    assert last.address is not None
    shown = talk.say(f"change the address of {order.order_number}: same address as last time", "change_address")
    assert f"to {last.address.street}, {last.address.postcode} {last.address.city}" in shown
    talk.say("yes", "affirm")
    assert talk.order(order.order_number).address == last.address


def test_the_second_one(talk_of: TalkOf, context: Context) -> None:
    account = next(
        order.shopper_id for order in orders_of_all(context) if len(context.orders.orders(order.shopper_id)) > 1
    )
    with sqlite3.connect(context.engine.settings.home / "shop.db") as conn:
        conn.execute(
            "UPDATE orders SET status = 'paid', record = json_set(record, '$.status', 'paid') WHERE shopper_id = ?",
            [account],
        )
    opened = [
        order for order in context.orders.orders(account) if order.status in {"pending_payment", "paid", "processing"}
    ]
    talk = talk_of(account)
    asked = talk.say("i want to cancel an order", "cancel_order")
    assert f"2. {opened[1].order_number}" in asked
    assert f"cancel order {opened[1].order_number} (" in talk.say("the second one", "choose_item")
    talk.say("yes", "affirm")
    assert [talk.order(order.order_number).status == "cancelled" for order in opened][:2] == [False, True]


def test_a_yes_that_comes_a_day_later_changes_nothing_before_it_is_proved_and_shown_again(
    talk_of: TalkOf, context: Context
) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"cancel {number}", "cancel_order")
    case = Case.from_slot(talk.desk.slots["case"])
    case.known_to = (datetime.now(UTC) - timedelta(hours=12)).isoformat()
    talk.desk.slots["case"] = case.to_slot()
    assert "e-mail" in talk.say("yes", "affirm")
    owner = context.orders.account(account)
    assert owner is not None
    talk.say(f"{number} {owner.email}")
    assert f"I will cancel order {number}" in talk.say(codes_sent(context)[-1])
    assert talk.order(number).status == "paid"
    talk.say("yes", "affirm")
    assert talk.order(number).status == "cancelled"


def test_a_yes_to_nothing_changes_nothing(talk_of: TalkOf, desk: Desk, context: Context) -> None:
    account, number = shopper_of("paid", context)
    talk = talk_of(account)
    talk.say(f"where is {number}", "order_status")
    before = record(context, number)
    assert desk.slots["pending"] == "service"
    reply = desk.says("yes", "affirm", "action_acknowledge")
    assert "What else can I do" in reply.text
    assert desk.slots["pending"] is None
    assert record(context, number) == before


def test_a_complaint_becomes_a_matter_with_an_order(talk_of: TalkOf, desk: Desk, context: Context) -> None:
    account, number = shopper_of("lost", context)
    talk = talk_of(account)
    sorry = desk.says("i am very disappointed in you", "complain", "action_complain")
    assert "Tell me what went wrong" in sorry.text
    assert [quick.title for quick in sorry.quick_replies] == ["Talk to a person"]
    talk.say(f"my parcel {number} never arrived", "report_problem")
    talk.say("send it again")
    assert "The same is sent to you once more, free of charge." in talk.say("yes", "affirm")
    assert '"kind": "lost"' in record(context, number)
