"""What each change does to the demo shop's rows, inside the transaction of whoever calls."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import singledispatch
from typing import Any

from actions.shop import demo_gift_cards as gift_cards
from actions.shop.changes import (
    CancelOrder,
    CancelSubscription,
    Change,
    ChangeAccountAddress,
    ChangeAddress,
    ChangeItems,
    ChangePayment,
    ChangeShipping,
    ClaimWarranty,
    ExchangeItems,
    ReportProblem,
    ReturnArrived,
    ReturnItems,
    SkipDelivery,
    Swap,
)
from actions.shop.client import ChangeRefused
from actions.shop.demo_gift_cards import method_id
from actions.shop.types import Address

OPEN = {"pending_payment", "paid", "processing"}
ARRIVED = {"delivered", "partially_delivered"}
Record = dict[str, Any]


def apply(conn: sqlite3.Connection, change: Change, *, now: datetime) -> int:
    """Makes the change; returns what goes back to the shopper in cents, negative where the shopper pays.

    Raises:
        ChangeRefused: as the rows stand now, it cannot be made.
    """
    return _apply(change, conn, now)


@singledispatch
def _apply(change: object, conn: sqlite3.Connection, now: datetime) -> int:
    raise TypeError(change)


@_apply.register
def _(change: CancelOrder, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, OPEN)
    paid = record["status"] != "pending_payment"
    for line in record["lines"]:
        _stock(conn, line["sku"], line["quantity"])
    if paid:
        _refund(conn, record, record["total_cents"], now)
    _note(record, "cancelled", f"Cancelled as you asked ({change.reason}).", now)
    _save(conn, record)
    return record["total_cents"] if paid else 0


@_apply.register
def _(change: ChangeItems, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, OPEN)
    refund_cents = 0
    for swap in change.swaps:
        line = _line(record, swap.line_id, swap.quantity)
        title, options, price_cents = _new_variant(conn, line["sku"], swap)
        _stock(conn, line["sku"], swap.quantity)
        refund_cents += swap.quantity * (line["unit_price_cents"] - price_cents)
        line["quantity"] -= swap.quantity
        fresh = {
            "sku": swap.item_id,
            "title": title,
            "options": " / ".join(options.values()),
            "quantity": swap.quantity,
            "unit_price_cents": price_cents,
            "delivered_quantity": 0,
        }
        if line["quantity"]:
            record["lines"].append(fresh)
        else:
            line.update(fresh)
    record["total_cents"] -= refund_cents
    gift_cards.pay(conn, record["shopper_id"], change.payment_method_id, -refund_cents)
    _note(record, record["status"], "Items changed as you asked.", now)
    _save(conn, record)
    return refund_cents


@_apply.register
def _(change: ChangeAddress, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, OPEN)
    record["shipping_address"] = _address(change.address)
    _note(record, record["status"], "Address changed as you asked.", now)
    _save(conn, record)
    return 0


@_apply.register
def _(change: ChangePayment, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, OPEN)
    kind, _, last4 = change.payment_method_id.partition("-")
    chosen = {"type": kind, "last4": last4 or None}
    known = gift_cards.methods(conn, record["shopper_id"])
    if not any((method["type"], method["last4"]) == (kind, last4 or None) for method in known):
        raise ChangeRefused("This payment method is not in your account.")
    is_charged = gift_cards.pay(conn, record["shopper_id"], change.payment_method_id, record["total_cents"])
    was_paid = record["status"] != "pending_payment"
    if was_paid:
        gift_cards.pay(conn, record["shopper_id"], method_id(record["payment"]), -record["total_cents"])
    record["payment"] = chosen
    _note(
        record, "paid" if is_charged and not was_paid else record["status"], "Payment method changed as you asked.", now
    )
    _save(conn, record)
    return 0


@_apply.register
def _(change: ChangeShipping, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, OPEN)
    record["shipping_method"] = change.method
    record["shipping_cents"] += change.fee_cents
    record["total_cents"] += change.fee_cents
    gift_cards.pay(conn, record["shopper_id"], method_id(record["payment"]), change.fee_cents)
    _note(record, record["status"], f"Delivery changed to {change.method} as you asked.", now)
    _save(conn, record)
    return -change.fee_cents


@_apply.register
def _(change: ReturnItems, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, ARRIVED)
    lines = [(_line(record, piece.line_id, piece.quantity), piece.quantity) for piece in change.pieces]
    record["return"] = {
        "skus": [line["sku"] for line, _ in lines],
        "quantities": [quantity for _, quantity in lines],
        "refund_to": change.payment_method_id,
        "reason": change.reason,
        "label_cents": change.label_cents,
        "requested_at": now.isoformat(timespec="seconds"),
        "received_at": None,
    }
    _note(record, "return_requested", f"Return of {_titles(lines)} asked for; the label is in your mail.", now)
    _save(conn, record)
    goods_cents: int = sum(quantity * line["unit_price_cents"] for line, quantity in lines)
    return goods_cents - change.label_cents


@_apply.register
def _(change: ReturnArrived, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, {"return_requested"})
    back, at = record["return"], now.isoformat(timespec="seconds")
    prices = {line["sku"]: line["unit_price_cents"] for line in record["lines"]}
    pairs = zip(back["skus"], back.get("quantities") or [1] * len(back["skus"]), strict=True)
    counts = list(pairs)
    cents: int = sum(prices[sku] * quantity for sku, quantity in counts) - back.get("label_cents", 0)
    for sku, quantity in counts:
        _stock(conn, sku, quantity)
    to = back.get("refund_to") or method_id(record["payment"])
    is_back = gift_cards.pay(conn, record["shopper_id"], to, -cents)
    back["received_at"] = at
    record["refund"] = {"amount_cents": cents, "to": to, "started_at": at, "paid_at": at if is_back else None}
    _note(record, "refund_pending", "Your return has arrived; the money is on its way.", now)
    _save(conn, record)
    return cents


@_apply.register
def _(change: ExchangeItems, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, ARRIVED)
    lines, refund_cents = [], 0
    for swap in change.swaps:
        line = _line(record, swap.line_id, swap.quantity)
        _, _, price_cents = _new_variant(conn, line["sku"], swap)
        refund_cents += swap.quantity * (line["unit_price_cents"] - price_cents)
        lines.append((line, swap.quantity))
    pairs = zip(change.swaps, lines, strict=True)
    record["exchanges"] = [
        {"from_sku": line["sku"], "to_sku": swap.item_id, "quantity": quantity} for swap, (line, quantity) in pairs
    ]
    _note(record, "exchange_requested", f"Exchange of {_titles(lines)} asked for; the label is in your mail.", now)
    _save(conn, record)
    return refund_cents


@_apply.register
def _(change: ReportProblem, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, None)
    lines = [(_line(record, piece.line_id, piece.quantity), piece.quantity) for piece in change.pieces]
    if {line["sku"] for line, _ in lines} & _remedied(record) and change.remedy != "enquiry":
        raise ChangeRefused("For this you have got a replacement or your money already.")
    problem = {
        "kind": change.kind,
        "skus": [line["sku"] for line, _ in lines],
        "remedy": change.remedy,
        "reported_at": now.isoformat(timespec="seconds"),
    }
    record.setdefault("problems", []).append(problem)
    refund_cents = 0
    if change.remedy == "refund":
        refund_cents = sum(quantity * line["unit_price_cents"] for line, quantity in lines)
        _refund(conn, record, refund_cents, now)
    words = {"refund": "refund under way", "replacement": "replacement under way", "enquiry": "we ask the carrier"}
    _note(record, record["status"], f"You reported: {change.kind}; {words.get(change.remedy, change.remedy)}.", now)
    _save(conn, record)
    return refund_cents


@_apply.register
def _(change: ClaimWarranty, conn: sqlite3.Connection, now: datetime) -> int:
    record = _load(conn, change.order_number, ARRIVED | {"exchanged"})
    lines = [(_line(record, piece.line_id, piece.quantity), piece.quantity) for piece in change.pieces]
    skus = [line["sku"] for line, _ in lines]
    if set(skus) & {sku for claim in record.get("claims", ()) for sku in claim["skus"]}:
        raise ChangeRefused("A warranty claim for it is open already.")
    claim = {
        "skus": skus,
        "quantities": [quantity for _, quantity in lines],
        "fault": change.fault,
        "opened_at": now.isoformat(timespec="seconds"),
    }
    record.setdefault("claims", []).append(claim)
    _note(record, record["status"], f"Warranty claim opened for {_titles(lines)}.", now)
    _save(conn, record)
    return 0


@_apply.register
def _(change: ChangeAccountAddress, conn: sqlite3.Connection, now: datetime) -> int:
    del now
    row = conn.execute("SELECT record FROM shoppers WHERE shopper_id = ?", [change.shopper_id]).fetchone()
    if row is None:
        raise ChangeRefused("This account does not exist.")
    record = json.loads(row[0]) | {"address": _address(change.address)}
    conn.execute("UPDATE shoppers SET record = ? WHERE shopper_id = ?", [_json(record), change.shopper_id])
    return 0


@_apply.register
def _(change: SkipDelivery, conn: sqlite3.Connection, now: datetime) -> int:
    del now
    row = conn.execute(
        "SELECT next_at, every_days FROM subscriptions WHERE subscription_id = ? AND active", [change.subscription_id]
    ).fetchone()
    if row is None:
        raise ChangeRefused("This subscription does not run any more.")
    later = datetime.fromisoformat(row[0]) + timedelta(days=row[1])
    conn.execute(
        "UPDATE subscriptions SET next_at = ? WHERE subscription_id = ?",
        [later.isoformat(timespec="seconds"), change.subscription_id],
    )
    return 0


@_apply.register
def _(change: CancelSubscription, conn: sqlite3.Connection, now: datetime) -> int:
    del now
    done = conn.execute(
        "UPDATE subscriptions SET active = 0 WHERE subscription_id = ? AND active", [change.subscription_id]
    )
    if not done.rowcount:
        raise ChangeRefused("This subscription does not run any more.")
    return 0


def _remedied(record: Record) -> set[str]:
    """The things of an order for which a replacement was sent or the money paid back."""
    problems = [problem for problem in record.get("problems", ()) if problem["remedy"] != "enquiry"]
    return {sku for problem in problems for sku in problem["skus"]}


def _load(conn: sqlite3.Connection, order_number: str, statuses: Iterable[str] | None) -> Record:
    row = conn.execute("SELECT record FROM orders WHERE order_number = ?", [order_number]).fetchone()
    if row is None:
        raise ChangeRefused(f"There is no order {order_number}.")
    record: Record = json.loads(row[0])
    if statuses is not None and record["status"] not in statuses:
        raise ChangeRefused(f"Order {order_number} is {record['status'].replace('_', ' ')} by now.")
    return record


def _save(conn: sqlite3.Connection, record: Record) -> None:
    conn.execute(
        "UPDATE orders SET status = ?, record = ? WHERE order_number = ?",
        [record["status"], _json(record), record["order_id"]],
    )


def _line(record: Record, line_id: str, quantity: int) -> Record:
    lines: Sequence[Record] = record["lines"]
    if not line_id.isdigit() or int(line_id) >= len(lines) or not 1 <= quantity <= lines[int(line_id)]["quantity"]:
        raise ChangeRefused(f"Order {record['order_id']} does not have that many of it.")
    return lines[int(line_id)]


def _new_variant(conn: sqlite3.Connection, old_sku: str, swap: Swap) -> tuple[str, dict[str, str], int]:
    """The variant that is swapped in, taken out of the stock: title, options, price."""
    row = conn.execute(
        "SELECT title, options, price_cents FROM variants WHERE item_id = ? AND stock_count >= ? "
        "AND product_id = (SELECT product_id FROM variants WHERE item_id = ?)",
        [swap.item_id, swap.quantity, old_sku],
    ).fetchone()
    if row is None:
        raise ChangeRefused("That variant is sold out by now, or is no variant of the same product.")
    _stock(conn, swap.item_id, -swap.quantity)
    return row[0], json.loads(row[1]), row[2]


def _stock(conn: sqlite3.Connection, sku: str, pieces: int) -> None:
    conn.execute("UPDATE variants SET stock_count = stock_count + ? WHERE item_id = ?", [pieces, sku])


def _refund(conn: sqlite3.Connection, record: Record, amount_cents: int, now: datetime) -> None:
    """Money back to what the order was paid with: a gift card has it at once."""
    started = now.isoformat(timespec="seconds")
    is_back = gift_cards.pay(conn, record["shopper_id"], method_id(record["payment"]), -amount_cents)
    record["refund"] = {
        "amount_cents": amount_cents,
        "to": record["payment"]["type"],
        "started_at": started,
        "paid_at": started if is_back else None,
    }


def _note(record: Record, status: str, note: str, now: datetime) -> None:
    record["status"] = status
    record["history"].append({"status": status, "at": now.isoformat(timespec="seconds"), "note": note})


def _titles(lines: Iterable[tuple[Record, int]]) -> str:
    return ", ".join(line["title"] if quantity == 1 else f"{quantity} × {line['title']}" for line, quantity in lines)


def _address(address: Address) -> dict[str, str]:
    street = ", ".join(part for part in (address.street, address.street2) if part)
    city = ", ".join(part for part in (address.city, address.state) if part)
    return {
        "name": address.name,
        "street": street,
        "postcode": address.postcode,
        "city": city,
        "country": address.country,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
