"""Writing the demo shop's database: shoppers, orders, variants and subscriptions, loaded from data/shop."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from profiling.store.connection import database_key, open_file

SCHEMA = """
CREATE TABLE shoppers (shopper_id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, record TEXT NOT NULL);
CREATE TABLE orders (
    order_number TEXT PRIMARY KEY COLLATE NOCASE,
    shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
    status TEXT NOT NULL,
    placed_at TEXT NOT NULL,
    record TEXT NOT NULL          -- the order as in orders.json, its times as dates
);
CREATE INDEX orders_shopper ON orders (shopper_id, placed_at);
CREATE TABLE variants (
    item_id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL,
    title TEXT NOT NULL,
    options TEXT NOT NULL,        -- JSON object
    price_cents INTEGER NOT NULL,
    stock_count INTEGER NOT NULL CHECK (stock_count >= 0)
);
CREATE INDEX variants_product ON variants (product_id);
CREATE TABLE subscriptions (
    subscription_id TEXT PRIMARY KEY,
    shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
    title TEXT NOT NULL,
    every_days INTEGER NOT NULL CHECK (every_days > 0),
    next_at TEXT NOT NULL,
    price_cents INTEGER NOT NULL,
    active INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE changes (            -- what the bot has changed, once a key
    key TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    change TEXT NOT NULL,         -- JSON
    refund_cents INTEGER NOT NULL
);
"""


def load_demo_shop(folder: Path, path: Path, *, now: datetime | None = None) -> int:
    """Writes the demo shop's database anew, its days counted from `now`; returns the number of orders.

    The old database stays until the new one is complete. Without a catalogue.csv nothing can be exchanged.
    """
    now = now or datetime.now(UTC)
    shoppers, orders = _read(folder / "shoppers.json"), _read(folder / "orders.json")
    subscriptions = _read(folder / "subscriptions.json") if (folder / "subscriptions.json").is_file() else []
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    conn = open_file(str(fresh), database_key())
    try:
        conn.executescript(SCHEMA)
        conn.execute("BEGIN")
        conn.executemany(
            "INSERT INTO shoppers VALUES (?, ?, ?)",
            [(shopper["shopper_id"], shopper["email"], _json(shopper)) for shopper in shoppers],
        )
        conn.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", [_order_row(order, now) for order in orders])
        conn.executemany("INSERT INTO variants VALUES (?, ?, ?, ?, ?, ?)", _variant_rows(folder / "catalogue.csv"))
        conn.executemany(
            "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, 1)",
            [_subscription_row(dated(subscription, now)) for subscription in subscriptions],
        )
        conn.execute("COMMIT")
    finally:
        conn.close()
    fresh.replace(path)
    return len(orders)


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


def _read(path: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return records


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _order_row(order: Mapping[str, Any], now: datetime) -> tuple[str, ...]:
    record = dated(order, now)
    return order["order_id"], order["shopper_id"], order["status"], record["placed_at"], _json(record)


def _variant_rows(path: Path) -> Iterator[tuple[object, ...]]:
    """Shopify's export: a product's first row has its title and the names of its options."""
    if not path.is_file():
        return
    first: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first = row if row["Title"] else first
            options = {
                first[f"Option{place} name"].lower(): row[f"Option{place} value"]
                for place in (1, 2, 3)
                if row[f"Option{place} value"] and first[f"Option{place} name"] not in {"", "Title"}
            }
            price_cents = round(float(row["Price"]) * 100)
            stock_count = int(row["Inventory quantity"] or 0)
            yield row["SKU"], row["URL handle"], first["Title"], _json(options), price_cents, stock_count


def _subscription_row(record: Mapping[str, Any]) -> tuple[object, ...]:
    names = ("subscription_id", "shopper_id", "title", "every_days", "next_at", "price_cents")
    return tuple(record[name] for name in names)
