"""What a shop system knows, in the words that all of Rapport uses. Each client translates into these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

STATUSES = (
    "pending_payment", "paid", "processing", "packed", "shipped", "in_transit", "out_for_delivery", "delivered",
    "delayed", "lost", "partially_delivered", "modified", "cancelled", "return_requested", "returned",
    "exchange_requested", "exchanged", "refund_pending", "refunded",
)  # fmt: skip
"""Where an order can stand. A policy file speaks of these; `modified` is open, but its items were changed already."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes. `street2` is a suite or floor, `country` whatever the shop system writes."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    street2: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay that belongs to a shopper. `balance_cents` is known for gift cards only."""

    method_id: str
    kind: str
    last4: str = ""
    balance_cents: int | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One position of an order. `line_id` is unique within the order; `options` are such as {"colour": "blue"}."""

    item_id: str
    title: str
    quantity: int
    unit_price_cents: int
    line_id: str = ""
    product_id: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back. `to` is a method's id or kind; `paid_at` is None until it has left."""

    amount_cents: int
    to: str
    started_at: datetime | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop system knows it. `note` is the latest entry of its history, in the shop's words."""

    order_number: str
    shopper_id: str
    status: str
    placed_at: datetime | None
    lines: Sequence[OrderLine]
    total_cents: int
    currency: str
    expected_at: datetime | None = None
    delivered_at: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    note: str = ""
    note_at: datetime | None = None
    address: Address | None = None
    payment_method_id: str = ""
    shipping_method: str = ""
    shipping_cents: int = 0
    is_gift: bool = False
    refund: Refund | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """Something that can be bought now, or could be: one set of options of a product."""

    item_id: str
    product_id: str
    title: str
    options: Mapping[str, str]
    price_cents: int
    available: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """Something that comes again and again."""

    subscription_id: str
    title: str
    every_days: int
    next_at: datetime
    price_cents: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """A shopper as the shop system knows them."""

    shopper_id: str
    name: str
    email: str
    address: Address | None
    payment_methods: Sequence[PaymentMethod]

    def method(self, method_id: str) -> PaymentMethod | None:
        """The payment method with this id."""
        return next((method for method in self.payment_methods if method.method_id == method_id), None)
