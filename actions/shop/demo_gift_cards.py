"""The demo shop's payment methods, and the balances of its gift cards. Other ways to pay are not kept account of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from actions.shop.client import ChangeRefused
from profiling.money import format_price

Record = dict[str, Any]


def method_id(payment: Mapping[str, Any]) -> str:
    """The demo shop numbers no payment methods; kind and last digits tell them apart."""
    return f"{payment['type']}-{payment['last4']}" if payment.get("last4") else str(payment["type"])


def methods(conn: sqlite3.Connection, shopper_id: str) -> Sequence[Record]:
    """The shopper's payment methods; empty for an unknown shopper."""
    row = conn.execute("SELECT record FROM shoppers WHERE shopper_id = ?", [shopper_id]).fetchone()
    known: Sequence[Record] = json.loads(row[0])["payment_methods"] if row else ()
    return known


def pay(conn: sqlite3.Connection, shopper_id: str, method: str, cents: int) -> bool:
    """Takes an amount from a gift card of the shopper, or gives it back where it is negative.

    Returns:
        False if the payment method is none of their gift cards: nothing was done.

    Raises:
        ChangeRefused: there is not enough on it.
    """
    row = conn.execute("SELECT record FROM shoppers WHERE shopper_id = ?", [shopper_id]).fetchone()
    record: Record = json.loads(row[0]) if row else {"payment_methods": []}
    cards = [one for one in record["payment_methods"] if one["type"] == "gift_card" and method_id(one) == method]
    if not cards:
        return False
    left = int(cards[0].get("balance_cents") or 0) - cents
    if left < 0 < cents:
        raise ChangeRefused(f"The gift card does not have the {format_price(cents, '').strip()} that are needed.")
    cards[0]["balance_cents"] = left
    text = json.dumps(record, ensure_ascii=False)
    conn.execute("UPDATE shoppers SET record = ? WHERE shopper_id = ?", [text, shopper_id])
    return True
