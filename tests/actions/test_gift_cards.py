"""A gift card pays, and its balance follows: from the words to the shopper's row."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.context import Context
from actions.shop import ChangeRefused, ShopClient
from actions.shop.changes import CancelOrder, ChangeItems, ChangePayment, ChangeShipping, Pieces, ReportProblem, Swap
from actions.shop.demo import DemoShop
from actions.shop.demo_load import load_demo_shop
from tests.actions.conftest import SHOP
from tests.actions.talk import Talk, talk_of

__all__ = ["talk_of"]  # a fixture
OWNER, ORDER, CARD, VISA = "S024", "W1135", "gift_card-3310", "mastercard-4129"


@pytest.fixture
def shop(tmp_path: Path) -> DemoShop:
    load_demo_shop(SHOP, tmp_path / "shop.db")
    return DemoShop(tmp_path / "shop.db", currency="EUR")


def balance(shop: ShopClient, owner: str = OWNER) -> int:
    account = shop.account(owner)
    assert account is not None
    card = next((method for method in account.payment_methods if method.kind == "gift_card"), None)
    assert card is not None
    assert card.balance_cents is not None
    return card.balance_cents


def test_paying_with_it_lowers_it_and_cancelling_gives_it_back(talk_of: Callable[..., Talk], context: Context) -> None:
    talk = talk_of(OWNER)
    total, before = talk.order(ORDER).total_cents, balance(context.orders)
    talk.say(f"pay {ORDER} with the gift card instead, change the payment method", "change_order")
    talk.say("yes", "affirm")
    assert talk.order(ORDER).payment_method_id == CARD
    assert balance(context.orders) == before - total
    assert f"€{(before - total) / 100:.2f} left" in talk.say("what is the balance of my gift card", "gift_card_balance")
    talk.say(f"cancel {ORDER}", "cancel_order")
    talk.say("yes", "affirm")
    assert balance(context.orders) == before
    refund = talk.order(ORDER).refund
    assert refund is not None
    assert refund.paid_at is not None
    assert refund.paid_at.date() == datetime.now(UTC).date()


def test_changes_of_an_order_that_it_paid_go_over_it(shop: DemoShop) -> None:
    shop.apply(ChangePayment(ORDER, CARD), key="pay")
    left = balance(shop)
    shop.apply(ChangeShipping(ORDER, "express", 500), key="ship")
    assert balance(shop) == left - 500
    shop.apply(ChangePayment(ORDER, VISA), key="back")
    order = shop.order(ORDER)
    assert order is not None
    assert balance(shop) == left + order.total_cents - 500
    assert shop.apply(ChangePayment(ORDER, VISA), key="back").refund_cents == 0
    assert balance(shop) == left + order.total_cents - 500  # the same key once


def test_what_a_swap_costs_more_goes_over_it(shop: DemoShop, tmp_path: Path) -> None:
    owner, card = "S040", "gift_card-5907"
    with sqlite3.connect(tmp_path / "shop.db") as conn:
        conn.execute(
            "UPDATE orders SET status = 'paid', record = json_set(record, '$.status', 'paid') WHERE shopper_id = ?",
            [owner],
        )
        conn.execute("UPDATE variants SET stock_count = 5, price_cents = price_cents + 500")
    place, line, variant = next(
        (order, line, variant)
        for order in shop.orders(owner)
        for line in order.lines
        for variant in shop.variants(line.product_id)
        if variant.item_id != line.item_id and line.unit_price_cents < variant.price_cents < 15000
    )
    before = balance(shop, owner)
    change = ChangeItems(place.order_number, [Swap(line.line_id, variant.item_id)], card)
    saved = shop.apply(change, key="k").refund_cents
    assert saved == line.unit_price_cents - variant.price_cents < 0
    assert balance(shop, owner) == before + saved


def test_more_than_is_on_it_is_refused_and_changes_nothing(shop: DemoShop) -> None:
    before = balance(shop)
    shop.apply(ChangeShipping(ORDER, "express", 20_000), key="dear")
    order = shop.order(ORDER)
    with pytest.raises(ChangeRefused, match="gift card"):
        shop.apply(ChangePayment(ORDER, CARD), key="k")
    assert shop.order(ORDER) == order
    assert balance(shop) == before


def test_money_back_for_a_problem_is_on_it_at_once(shop: DemoShop) -> None:
    before = balance(shop)
    order = shop.order("W1041")
    assert order is not None
    assert order.payment_method_id == CARD
    line = order.lines[0]
    receipt = shop.apply(ReportProblem("W1041", "damaged", [Pieces(line.line_id)], "refund"), key="k")
    assert balance(shop) == before + receipt.refund_cents


def test_other_methods_have_no_balance(shop: DemoShop) -> None:
    before = balance(shop)
    shop.apply(CancelOrder(ORDER, "no longer needed"), key="k")
    assert balance(shop) == before
    after = shop.order(ORDER)
    assert after is not None
    assert after.refund is not None
    assert replace(after.refund, started_at=None).paid_at is None
