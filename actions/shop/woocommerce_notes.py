"""Notes on a WooCommerce order for the people at the shop, and the refunds that they explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.shop.woocommerce_api import WooCommerceApi

Record = Mapping[str, Any]


def notes(api: WooCommerceApi, record: Record) -> list[str]:
    """All notes on an order."""
    return [entry["note"] for entry in api.all(f"orders/{record['id']}/notes")]


def is_noted(api: WooCommerceApi, record: Record, line: str) -> bool:
    """Whether an order has this very note."""
    return line in notes(api, record)


def note(api: WooCommerceApi, record: Record, line: str) -> None:
    """A note that only the people at the shop see; the same one once."""
    if not is_noted(api, record, line):
        api.send("POST", f"orders/{record['id']}/notes", {"note": line, "customer_note": False})


def is_refunded(record: Record, reason: str) -> bool:
    """Whether there is a refund for this reason."""
    return any(refund["reason"] == reason for refund in record.get("refunds") or ())


def amount(cents: int) -> str:
    """An amount as the API takes it."""
    return f"{cents / 100:.2f}"
