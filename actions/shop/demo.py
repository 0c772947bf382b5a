"""The demo shop: orders and shoppers in SQLite, loaded from data/shop."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from actions.shop.client import Order, OrderLine, ShopUnavailable

_SCHEMA = """
CREATE TABLE shoppers (shopper_id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, record TEXT NOT NULL);
CREATE TABLE orders (
    order_number TEXT PRIMARY KEY COLLATE NOCASE,
    shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
    status TEXT NOT NULL,
    placed_at TEXT NOT NULL,
    record TEXT NOT NULL          -- the order as in orders.json, its times as dates
);
"""


class DemoShop:
    """The ShopClient of the demo shop. Safe to call from several threads."""

    def __init__(self, path: Path, *, currency: str) -> None:
        self._path = path
        self._currency = currency

    def find_order(self, order_number: str, email: str) -> Order | None:
        """See ShopClient."""
        try:
            conn = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=2)
            try:
                row = conn.execute(
                    "SELECT orders.record FROM orders JOIN shoppers USING (shopper_id) "
                    "WHERE order_number = ? AND email = ?",
                    [order_number.strip().upper(), email.strip()],
                ).fetchone()
            finally:
                conn.close()
        except sqlite3.Error as error:
            raise ShopUnavailable(f"{self._path}: {error}") from error
        return _order(json.loads(row[0]), self._currency) if row else None


def load_demo_shop(folder: Path, path: Path, *, now: datetime | None = None) -> int:
    """Writes the demo shop's database anew, its days counted from `now`; returns the number of orders.

    The old database stays until the new one is complete.
    """
    now = now or datetime.now(UTC)
    shoppers = json.loads((folder / "shoppers.json").read_text(encoding="utf-8"))
    orders = json.loads((folder / "orders.json").read_text(encoding="utf-8"))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    conn = sqlite3.connect(fresh)
    try:
        with conn:
            conn.executescript(_SCHEMA)
            conn.executemany(
                "INSERT INTO shoppers VALUES (?, ?, ?)",
                [
                    (shopper["shopper_id"], shopper["email"], json.dumps(shopper, ensure_ascii=False))
                    for shopper in shoppers
                ],
            )
            conn.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", [_row(order, now) for order in orders])
    finally:
        conn.close()
    fresh.replace(path)
    return len(orders)


def _row(order: Mapping[str, Any], now: datetime) -> tuple[str, str, str, str, str]:
    record = dated(order, now)
    return (
        order["order_id"],
        order["shopper_id"],
        order["status"],
        record["placed_at"],
        json.dumps(record, ensure_ascii=False),
    )


def dated(value: Any, now: datetime) -> Any:
    """The same data with each `..._days_ago`, `days_ago` and `..._in_days` turned into a date `..._at` or `at`."""
    if isinstance(value, Mapping):
        return dict(_dated_field(key, inner, now) for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [dated(inner, now) for inner in value]
    return value


def _dated_field(key: str, value: Any, now: datetime) -> tuple[str, Any]:
    if key.endswith("days_ago"):
        name = key.removesuffix("days_ago") + "at"
        return name, None if value is None else (now - timedelta(days=value)).isoformat(timespec="seconds")
    if key.endswith("_in_days"):
        name = key.removesuffix("_in_days") + "_at"
        return name, None if value is None else (now + timedelta(days=value)).isoformat(timespec="seconds")
    return key, dated(value, now)


def _order(record: Mapping[str, Any], currency: str) -> Order:
    latest = max(record.get("history") or [{}], key=lambda entry: entry.get("at", ""))
    return Order(
        order_number=record["order_id"],
        shopper_id=record["shopper_id"],
        status=record["status"],
        placed_at=datetime.fromisoformat(record["placed_at"]),
        lines=[
            OrderLine(line["sku"], line["title"], line["quantity"], line["unit_price_cents"])
            for line in record["lines"]
        ],
        total_cents=record["total_cents"],
        currency=currency,
        expected_at=_instant(record.get("expected_at")),
        carrier=record.get("carrier") or "",
        tracking_number=record.get("tracking_number") or "",
        note=latest.get("note") or "",
        note_at=_instant(latest.get("at")),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
