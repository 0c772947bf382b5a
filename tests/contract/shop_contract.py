"""What every ShopClient must do. A shop system's test derives from ShopContract and gives it a shop to try.

What the system cannot do (see `ShopClient.supports`) is skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from actions.shop import Address, ChangeRefused, OrderLine, ShopClient, ShopUnavailable
from actions.shop.changes import (
    CancelOrder,
    Change,
    ChangeAccountAddress,
    ChangeAddress,
    ChangeItems,
    ChangePayment,
    ClaimWarranty,
    ExchangeItems,
    Pieces,
    ReportProblem,
    ReturnItems,
    Swap,
)
from actions.shop.types import STATUSES

ELSEWHERE = Address(name="A. Shopper", street="Mill Lane 3", postcode="04109", city="Leipzig", country="DE")


@dataclass(frozen=True)
class KnownShop:
    """A shop whose right answers are known.

    The shopper has an open order and a delivered one. `other_method` is theirs, and not that of the open order.
    `unreachable` makes a client of the same kind whose system does not answer.
    """

    client: ShopClient
    shopper_id: str
    email: str
    name: str
    postcode: str
    open_order: str
    delivered_order: str
    other_method: str
    unreachable: Callable[[], ShopClient]


class ShopContract:
    """The suite. A subclass gives the fixture `known`, a fresh shop for every test."""

    @pytest.fixture
    def known(self) -> KnownShop:
        raise NotImplementedError

    def test_an_order_is_found_by_its_number_whatever_the_case(self, known: KnownShop) -> None:
        order = known.client.order(known.open_order)
        assert order is not None
        assert order.shopper_id == known.shopper_id
        assert order.status in STATUSES
        assert order.currency
        assert known.client.order(known.open_order.lower()) == order
        assert known.client.order("W0000000") is None

    def test_lines_add_up_and_have_ids_of_their_own(self, known: KnownShop) -> None:
        for number in (known.open_order, known.delivered_order):
            order = known.client.order(number)
            assert order is not None
            assert order.lines
            assert len({line.line_id for line in order.lines}) == len(order.lines)
            goods = sum(line.quantity * line.unit_price_cents for line in order.lines)
            assert 0 < order.total_cents <= goods + order.shipping_cents

    def test_a_shopper_has_their_orders_and_nobody_elses(self, known: KnownShop) -> None:
        orders = known.client.orders(known.shopper_id)
        assert {known.open_order, known.delivered_order} <= {order.order_number for order in orders}
        assert {order.shopper_id for order in orders} == {known.shopper_id}
        placed = [order.placed_at for order in orders if order.placed_at]
        assert placed == sorted(placed, reverse=True)
        assert known.client.orders("nobody") == []

    def test_an_account_is_found_by_id_mail_and_name(self, known: KnownShop) -> None:
        account = known.client.account(known.shopper_id)
        assert account is not None
        assert account.email.casefold() == known.email.casefold()
        assert list(known.client.accounts_by_email(f" {known.email.upper()} ")) == [account]
        assert account in known.client.accounts_by_name(known.name.upper(), known.postcode)
        assert account.method(known.other_method) is not None
        assert known.client.account("nobody") is None
        assert list(known.client.accounts_by_email("nobody@example.org")) == []
        assert list(known.client.accounts_by_name(known.name, "00000")) == []

    def test_variants_of_a_product_differ_in_their_options(self, known: KnownShop) -> None:
        line, new_item = swappable(known, known.open_order)
        variants = known.client.variants(line.product_id)
        assert {line.item_id, new_item} <= {variant.item_id for variant in variants}
        assert len({tuple(sorted(variant.options.items())) for variant in variants}) == len(variants)
        assert line.product_id in {product_id for product_id, _ in known.client.products()}
        assert list(known.client.variants("no-such-product")) == []

    def test_cancelling_is_done_once_however_often_it_is_sent(self, known: KnownShop) -> None:
        change = CancelOrder(known.open_order, "no longer needed")
        need(known, change)
        before = known.client.order(known.open_order)
        assert before is not None
        assert known.client.receipt("k1") is None
        receipt = known.client.apply(change, key="k1")
        assert receipt.refund_cents == before.total_cents
        assert known.client.apply(change, key="k1") == receipt
        assert known.client.receipt("k1") == receipt
        after = known.client.order(known.open_order)
        assert after is not None
        assert after.status == "cancelled"
        with pytest.raises(ChangeRefused):
            known.client.apply(change, key="k2")

    def test_items_are_swapped_and_the_difference_is_told(self, known: KnownShop) -> None:
        line, new_item = swappable(known, known.open_order)
        change = ChangeItems(known.open_order, [Swap(line.line_id, new_item)], known.other_method)
        need(known, change)
        price = {variant.item_id: variant.price_cents for variant in known.client.variants(line.product_id)}
        receipt = known.client.apply(change, key="k")
        assert receipt.refund_cents == line.unit_price_cents - price[new_item]
        after = known.client.order(known.open_order)
        assert after is not None
        assert new_item in {changed.item_id for changed in after.lines}

    def test_the_address_is_changed_for_the_order_or_for_the_account(self, known: KnownShop) -> None:
        account = known.client.account(known.shopper_id)
        assert account is not None
        change = ChangeAddress(known.open_order, ELSEWHERE)
        if type(change) in known.client.supports:
            known.client.apply(change, key="a")
            order = known.client.order(known.open_order)
            assert order is not None
            assert order.address is not None
            assert (order.address.street, order.address.city) == (ELSEWHERE.street, ELSEWHERE.city)
            assert known.client.account(known.shopper_id) == account
        if ChangeAccountAddress in known.client.supports:
            known.client.apply(ChangeAccountAddress(known.shopper_id, ELSEWHERE), key="b")
            moved = known.client.account(known.shopper_id)
            assert moved is not None
            assert moved.address is not None
            assert moved.address.postcode == ELSEWHERE.postcode

    def test_another_payment_method_must_be_the_shoppers_own(self, known: KnownShop) -> None:
        change = ChangePayment(known.open_order, known.other_method)
        need(known, change)
        known.client.apply(change, key="k")
        order = known.client.order(known.open_order)
        assert order is not None
        assert order.payment_method_id == known.other_method
        with pytest.raises(ChangeRefused):
            known.client.apply(replace(change, payment_method_id="visa-0000"), key="k2")

    def test_what_was_delivered_can_come_back(self, known: KnownShop) -> None:
        order = known.client.order(known.delivered_order)
        assert order is not None
        line = order.lines[0]
        change = ReturnItems(order.order_number, [Pieces(line.line_id)], order.payment_method_id)
        need(known, change)
        assert known.client.apply(change, key="k").refund_cents == line.unit_price_cents
        with pytest.raises(ChangeRefused):
            known.client.apply(replace(change, pieces=[Pieces(line.line_id, line.quantity + 1)]), key="k2")

    def test_an_exchange_is_for_another_variant_of_the_same_product(self, known: KnownShop) -> None:
        line, new_item = swappable(known, known.delivered_order)
        method = known.other_method
        change = ExchangeItems(known.delivered_order, [Swap(line.line_id, new_item)], method)
        need(known, change)
        with pytest.raises(ChangeRefused):
            known.client.apply(replace(change, swaps=[Swap(line.line_id, "no-such-item")]), key="k")
        assert known.client.receipt("k") is None
        known.client.apply(change, key="k2")
        after = known.client.order(known.delivered_order)
        assert after is not None
        assert after.status in {"exchange_requested", "exchanged"}

    def test_a_problem_is_reported_once_and_pays_back_what_was_paid(self, known: KnownShop) -> None:
        order = known.client.order(known.delivered_order)
        assert order is not None
        line = order.lines[0]
        change = ReportProblem(order.order_number, "damaged", [Pieces(line.line_id)], "refund")
        need(known, change)
        with pytest.raises(ChangeRefused):
            known.client.apply(replace(change, pieces=[Pieces(line.line_id, line.quantity + 1)]), key="k0")
        receipt = known.client.apply(change, key="k1")
        assert receipt.refund_cents == line.unit_price_cents
        assert known.client.apply(change, key="k1") == receipt
        with pytest.raises(ChangeRefused):
            known.client.apply(change, key="k2")
        after = known.client.order(known.delivered_order)
        assert after is not None
        assert after.refund is not None
        assert after.refund.amount_cents == line.unit_price_cents

    def test_a_warranty_claim_is_opened_once_and_costs_nothing(self, known: KnownShop) -> None:
        order = known.client.order(known.delivered_order)
        assert order is not None
        line = order.lines[0]
        change = ClaimWarranty(order.order_number, [Pieces(line.line_id)], "the seam opened")
        need(known, change)
        with pytest.raises(ChangeRefused):
            known.client.apply(replace(change, pieces=[Pieces(line.line_id, line.quantity + 1)]), key="k0")
        receipt = known.client.apply(change, key="k1")
        assert receipt.refund_cents == 0
        assert known.client.apply(change, key="k1") == receipt
        with pytest.raises(ChangeRefused):
            known.client.apply(replace(change, fault="and the zip broke"), key="k2")

    def test_a_system_that_is_down_is_said_to_be(self, known: KnownShop) -> None:
        shop = known.unreachable()
        for ask in (
            lambda: shop.order(known.open_order),
            lambda: shop.orders(known.shopper_id),
            lambda: shop.accounts_by_email(known.email),
        ):
            with pytest.raises(ShopUnavailable):
                ask()


def need(known: KnownShop, change: Change) -> None:
    if type(change) not in known.client.supports:
        pytest.skip(f"this shop system cannot {type(change).__name__}")


def swappable(known: KnownShop, order_number: str) -> tuple[OrderLine, str]:
    """A line of the order, and an available variant of its product that is another one."""
    order = known.client.order(order_number)
    assert order is not None
    for line in order.lines:
        for variant in known.client.variants(line.product_id):
            if variant.available and variant.item_id != line.item_id:
                return line, variant.item_id
    raise AssertionError(f"{order_number} has nothing to swap")
