"""The demo shop: a ShopClient over SQLite, loaded from data/shop by demo_load.py."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from actions.shop import demo_changes
from actions.shop.changes import Change
from actions.shop.client import Receipt, ShopUnavailable
from actions.shop.demo_gift_cards import method_id
from actions.shop.types import Account, Address, Order, OrderLine, PaymentMethod, Refund, Subscription, Variant
from profiling.store.connection import database_key, errors, open_file

_VARIANT = "SELECT item_id, product_id, title, options, price_cents, stock_count FROM variants"


class DemoShop:
    """The ShopClient of the demo shop. Safe to call from several threads."""

    supports: frozenset[type[Change]] = frozenset(get_args(Change))

    def __init__(self, path: Path, *, currency: str) -> None:
        self._path = path
        self._currency = currency
        self._key = database_key()
        self._lock = threading.RLock()
        self._open: tuple[tuple[int, int], sqlite3.Connection] | None = None

    def order(self, order_number: str) -> Order | None:
        """See ShopClient."""
        with self._connected() as conn:
            row = conn.execute("SELECT record FROM orders WHERE order_number = ?", [order_number.strip()]).fetchone()
            return self._order(conn, json.loads(row[0])) if row else None

    def orders(self, shopper_id: str) -> Sequence[Order]:
        """See ShopClient."""
        with self._connected() as conn:
            rows = conn.execute(
                "SELECT record FROM orders WHERE shopper_id = ? ORDER BY placed_at DESC", [shopper_id]
            ).fetchall()
            return [self._order(conn, json.loads(row[0])) for row in rows]

    def account(self, shopper_id: str) -> Account | None:
        """See ShopClient."""
        found = self._accounts("WHERE shopper_id = ?", shopper_id)
        return found[0] if found else None

    def accounts_by_email(self, email: str) -> Sequence[Account]:
        """See ShopClient."""
        return self._accounts("WHERE email = ?", email.strip())

    def accounts_by_name(self, name: str, postcode: str) -> Sequence[Account]:
        """See ShopClient."""
        return [
            account
            for account in self._accounts("")
            if account.name.casefold() == " ".join(name.casefold().split())
            and account.address
            and account.address.postcode == postcode.strip()
        ]

    def variants(self, product_id: str) -> Sequence[Variant]:
        """See ShopClient."""
        with self._connected() as conn:
            rows = conn.execute(f"{_VARIANT} WHERE product_id = ? ORDER BY rowid", [product_id])
            return [
                Variant(item_id, product, title, json.loads(options), price_cents, stock_count > 0)
                for item_id, product, title, options, price_cents, stock_count in rows
            ]

    def products(self) -> Sequence[tuple[str, str]]:
        """See ShopClient."""
        with self._connected() as conn:
            return [(row[0], row[1]) for row in conn.execute("SELECT DISTINCT product_id, title FROM variants")]

    def subscriptions(self, shopper_id: str) -> Sequence[Subscription]:
        """See ShopClient."""
        with self._connected() as conn:
            rows = conn.execute(
                "SELECT subscription_id, title, every_days, next_at, price_cents, active FROM subscriptions "
                "WHERE shopper_id = ? ORDER BY next_at",
                [shopper_id],
            )
            return [
                Subscription(number, title, every_days, datetime.fromisoformat(next_at), price_cents, bool(active))
                for number, title, every_days, next_at, price_cents, active in rows
            ]

    def apply(self, change: Change, *, key: str) -> Receipt:
        """See ShopClient. The change and the note that it was made are one transaction."""
        with self._connected() as conn:
            conn.execute("BEGIN IMMEDIATE")
            try:
                receipt = _receipt(conn, key)
                if receipt is None:
                    receipt = Receipt(key, demo_changes.apply(conn, change, now=datetime.now(UTC)))
                    _log(conn, change, receipt)
            except BaseException:
                conn.execute("ROLLBACK")
                raise
            conn.execute("COMMIT")
            return receipt

    def receipt(self, key: str) -> Receipt | None:
        """See ShopClient."""
        with self._connected() as conn:
            return _receipt(conn, key)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone: to unlock an encrypted file takes a tenth of a second."""
        failures: tuple[type[Exception], ...] = (OSError, *errors(self._key))
        with self._lock:
            try:
                yield self._connection()
            except failures as error:
                raise ShopUnavailable(f"{self._path}: {error}") from error

    def _connection(self) -> sqlite3.Connection:
        status = self._path.stat()
        file = (status.st_dev, status.st_ino)
        if self._open is None or self._open[0] != file:  # the shop was loaded anew
            if self._open is not None:
                self._open[1].close()
            self._open = (file, open_file(str(self._path), self._key, must_exist=True))
        return self._open[1]

    def _accounts(self, where: str, *values: str) -> list[Account]:
        with self._connected() as conn:
            rows = conn.execute(f"SELECT record FROM shoppers {where}", values).fetchall()  # noqa: S608
        return [_account(json.loads(row[0])) for row in rows]

    def _order(self, conn: sqlite3.Connection, record: Mapping[str, Any]) -> Order:
        latest = max(record.get("history") or [{}], key=lambda entry: entry.get("at", ""))
        delivered = [entry["at"] for entry in record.get("history") or () if entry["status"] == "delivered"]
        return Order(
            order_number=record["order_id"],
            shopper_id=record["shopper_id"],
            status=record["status"],
            placed_at=datetime.fromisoformat(record["placed_at"]),
            lines=[_line(conn, str(place), line) for place, line in enumerate(record["lines"])],
            total_cents=record["total_cents"],
            currency=self._currency,
            expected_at=_instant(record.get("expected_at")),
            delivered_at=_instant(delivered[0] if delivered else None),
            carrier=record.get("carrier") or "",
            tracking_number=record.get("tracking_number") or "",
            note=latest.get("note") or "",
            note_at=_instant(latest.get("at")),
            address=Address(**record["shipping_address"]),
            payment_method_id=method_id(record["payment"]),
            shipping_method=record["shipping_method"],
            shipping_cents=record["shipping_cents"],
            is_gift=record["gift"] is not None,
            refund=_refund(record.get("refund")),
        )


def _receipt(conn: sqlite3.Connection, key: str) -> Receipt | None:
    row = conn.execute("SELECT refund_cents FROM changes WHERE key = ?", [key]).fetchone()
    return Receipt(key, row[0]) if row else None


def _log(conn: sqlite3.Connection, change: Change, receipt: Receipt) -> None:
    conn.execute(
        "INSERT INTO changes VALUES (?, ?, ?, ?, ?)",
        [
            receipt.key,
            datetime.now(UTC).isoformat(timespec="seconds"),
            type(change).__name__,
            json.dumps(asdict(change), ensure_ascii=False),
            receipt.refund_cents,
        ],
    )


def _account(record: Mapping[str, Any]) -> Account:
    return Account(
        shopper_id=record["shopper_id"],
        name=record["name"],
        email=record["email"],
        address=Address(**record["address"]),
        payment_methods=[
            PaymentMethod(method_id(method), method["type"], method["last4"] or "", method.get("balance_cents"))
            for method in record["payment_methods"]
        ],
    )


def _line(conn: sqlite3.Connection, line_id: str, line: Mapping[str, Any]) -> OrderLine:
    row = conn.execute("SELECT product_id, options FROM variants WHERE item_id = ?", [line["sku"]]).fetchone()
    product_id, options = row or ("", "{}")
    return OrderLine(
        item_id=line["sku"],
        title=line["title"],
        quantity=line["quantity"],
        unit_price_cents=line["unit_price_cents"],
        line_id=line_id,
        product_id=product_id,
        options=json.loads(options),
    )


def _refund(record: Mapping[str, Any] | None) -> Refund | None:
    if record is None:
        return None
    return Refund(record["amount_cents"], record["to"], _instant(record["started_at"]), _instant(record.get("paid_at")))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
