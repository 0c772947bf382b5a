"""What every shop system can be asked. One file a system; the demo shop's is demo.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One position of an order."""

    item_id: str
    title: str
    quantity: int
    unit_price_cents: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop system knows it. `note` is the latest entry of its history, in the shop's words."""

    order_number: str
    shopper_id: str
    status: str
    placed_at: datetime
    lines: Sequence[OrderLine]
    total_cents: int
    currency: str
    expected_at: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    note: str = ""
    note_at: datetime | None = None


class ShopClient(Protocol):
    """The shop system. Implementations raise ShopUnavailable when it cannot be reached."""

    def find_order(self, order_number: str, email: str) -> Order | None:
        """The order if number and e-mail belong together; None tells nothing about which of them was wrong."""


class ShopUnavailable(Exception):
    """The shop system does not answer."""
