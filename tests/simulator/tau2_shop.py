"""tau2-bench's retail database as a shop: a ShopClient over its JSON, with the effects of the benchmark's own tools."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from actions.shop import ChangeRefused, Receipt
from actions.shop.changes import (
    CancelOrder,
    Change,
    ChangeAccountAddress,
    ChangeAddress,
    ChangeItems,
    ChangePayment,
    ExchangeItems,
    ReturnItems,
)
from actions.shop.types import Account, Address, Order, OrderLine, PaymentMethod, Subscription, Variant

STATUSES = {
    "pending": "paid",
    "processed": "packed",
    "delivered": "delivered",
    "cancelled": "cancelled",
    "pending (item modified)": "modified",
    "return requested": "return_requested",
    "exchange requested": "exchange_requested",
}
Record = dict[str, Any]


class ToolError(Exception):
    """The benchmark's tool would not do it."""


class Database:
    """The benchmark's database and the tools that write to it."""

    def __init__(self, records: Mapping[str, Any]) -> None:
        self.records: Record = copy.deepcopy(dict(records))

    def call(self, name: str, arguments: Mapping[str, Any]) -> float:
        """Calls a tool by its name; tools that only read do nothing. Returns the refund in dollars."""
        tool = getattr(self, name, None) if name in TOOLS else None
        return float(tool(**arguments) or 0.0) if tool else 0.0

    def cancel_pending_order(self, order_id: str, reason: str) -> float:
        order = self._order(order_id, "pending")
        if reason not in {"no longer needed", "ordered by mistake"}:
            raise ToolError("reason")
        refunds = []
        for payment in order["payment_history"]:
            method = payment["payment_method_id"]
            refunds.append({"transaction_type": "refund", "amount": payment["amount"], "payment_method_id": method})
            self._gift(order["user_id"], method, payment["amount"])
        order["status"], order["cancel_reason"] = "cancelled", reason
        order["payment_history"] += refunds
        return sum(refund["amount"] for refund in refunds)

    def modify_pending_order_items(
        self, order_id: str, item_ids: Sequence[str], new_item_ids: Sequence[str], payment_method_id: str
    ) -> float:
        order = self._order(order_id, "pending")
        difference = self._difference(order, item_ids, new_item_ids, payment_method_id)
        kind = "payment" if difference > 0 else "refund"
        order["payment_history"].append(
            {"transaction_type": kind, "amount": abs(difference), "payment_method_id": payment_method_id}
        )
        self._gift(order["user_id"], payment_method_id, -difference)
        for old, new in zip(item_ids, new_item_ids, strict=True):
            item = next(item for item in order["items"] if item["item_id"] == old)
            variant = self.records["products"][item["product_id"]]["variants"][new]
            item.update(item_id=new, price=variant["price"], options=variant["options"])
        order["status"] = "pending (item modified)"
        return -difference

    def modify_pending_order_address(self, order_id: str, **address: str) -> None:
        order = self._order(order_id)
        if "pending" not in order["status"]:
            raise ToolError("status")
        order["address"] = {**order["address"], **address}

    def modify_pending_order_payment(self, order_id: str, payment_method_id: str) -> None:
        order = self._order(order_id)
        history = order["payment_history"]
        if (
            "pending" not in order["status"]
            or len(history) != 1
            or history[0]["payment_method_id"] == payment_method_id
        ):
            raise ToolError("payment")
        if payment_method_id not in self.records["users"][order["user_id"]]["payment_methods"]:
            raise ToolError("payment method")
        amount, old = history[0]["amount"], history[0]["payment_method_id"]
        self._gift(order["user_id"], payment_method_id, -amount)
        history += [
            {"transaction_type": "payment", "amount": amount, "payment_method_id": payment_method_id},
            {"transaction_type": "refund", "amount": amount, "payment_method_id": old},
        ]
        self._gift(order["user_id"], old, amount)

    def return_delivered_order_items(self, order_id: str, item_ids: Sequence[str], payment_method_id: str) -> float:
        order = self._order(order_id, "delivered")
        original = order["payment_history"][0]["payment_method_id"]
        if payment_method_id != original and not payment_method_id.startswith("gift_card"):
            raise ToolError("payment")
        self._check_items(order, item_ids)
        order["status"], order["return_items"] = "return requested", sorted(item_ids)
        order["return_payment_method_id"] = payment_method_id
        return sum(next(item["price"] for item in order["items"] if item["item_id"] == one) for one in item_ids)

    def exchange_delivered_order_items(
        self, order_id: str, item_ids: Sequence[str], new_item_ids: Sequence[str], payment_method_id: str
    ) -> float:
        order = self._order(order_id, "delivered")
        difference = self._difference(order, item_ids, new_item_ids, payment_method_id)
        order["status"] = "exchange requested"
        order["exchange_items"], order["exchange_new_items"] = sorted(item_ids), sorted(new_item_ids)
        order["exchange_payment_method_id"], order["exchange_price_difference"] = payment_method_id, difference
        return -difference

    def modify_user_address(self, user_id: str, **address: str) -> None:
        self.records["users"][user_id]["address"] = dict(address)

    def _order(self, order_id: str, status: str | None = None) -> Record:
        order: Record | None = self.records["orders"].get(order_id)
        if order is None or (status and order["status"] != status):
            raise ToolError("order")
        return order

    def _check_items(self, order: Record, item_ids: Sequence[str]) -> None:
        held = [item["item_id"] for item in order["items"]]
        if any(item_ids.count(one) > held.count(one) for one in item_ids):
            raise ToolError("items")

    def _difference(self, order: Record, old: Sequence[str], new: Sequence[str], method_id: str) -> float:
        self._check_items(order, old)
        difference = 0.0
        for item_id, new_id in zip(old, new, strict=True):
            item = next(item for item in order["items"] if item["item_id"] == item_id)
            variant = self.records["products"][item["product_id"]]["variants"].get(new_id)
            if not variant or not variant["available"]:
                raise ToolError("variant")
            difference += variant["price"] - item["price"]
        method = self.records["users"][order["user_id"]]["payment_methods"].get(method_id)
        if method is None or (method["source"] == "gift_card" and method["balance"] < difference):
            raise ToolError("payment")
        return round(difference, 2)

    def _gift(self, user_id: str, method_id: str, amount: float) -> None:
        method = self.records["users"][user_id]["payment_methods"].get(method_id)
        if method and method["source"] == "gift_card":
            if method["balance"] + amount < 0:
                raise ToolError("balance")
            method["balance"] = round(method["balance"] + amount, 2)


TOOLS = {
    "cancel_pending_order", "modify_pending_order_items", "modify_pending_order_address",
    "modify_pending_order_payment", "return_delivered_order_items", "exchange_delivered_order_items",
    "modify_user_address",
}  # fmt: skip


class Tau2Shop:
    """The database as a ShopClient. `forbidden` lists writes that the benchmark's tools refused."""

    supports: frozenset[type[Change]] = frozenset(
        {CancelOrder, ChangeItems, ChangeAddress, ChangePayment, ReturnItems, ExchangeItems, ChangeAccountAddress}
    )

    def __init__(self, records: Mapping[str, Any]) -> None:
        self.database = Database(records)
        self.forbidden: list[str] = []
        self.writes: list[str] = []
        self._receipts: dict[str, Receipt] = {}

    def order(self, order_number: str) -> Order | None:
        record = self.database.records["orders"].get(f"#{order_number.upper().lstrip('#')}")
        return self._order(record) if record else None

    def orders(self, shopper_id: str) -> Sequence[Order]:
        user = self.database.records["users"].get(shopper_id)
        numbers = reversed(user["orders"]) if user else ()
        return [self._order(self.database.records["orders"][number]) for number in numbers]

    def account(self, shopper_id: str) -> Account | None:
        user = self.database.records["users"].get(shopper_id)
        return _account(user) if user else None

    def accounts_by_email(self, email: str) -> Sequence[Account]:
        users = self.database.records["users"].values()
        return [_account(user) for user in users if user["email"].casefold() == email.strip().casefold()]

    def accounts_by_name(self, name: str, postcode: str) -> Sequence[Account]:
        users = self.database.records["users"].values()
        return [
            _account(user)
            for user in users
            if _name(user).casefold() == name.casefold() and user["address"]["zip"] == postcode.strip()
        ]

    def variants(self, product_id: str) -> Sequence[Variant]:
        product = self.database.records["products"].get(product_id)
        return [
            Variant(
                one["item_id"], product_id, product["name"], one["options"], round(one["price"] * 100), one["available"]
            )
            for one in (product["variants"].values() if product else ())
        ]

    def products(self) -> Sequence[tuple[str, str]]:
        return [(number, product["name"]) for number, product in self.database.records["products"].items()]

    def subscriptions(self, shopper_id: str) -> Sequence[Subscription]:
        del shopper_id
        return []

    def apply(self, change: Change, *, key: str) -> Receipt:
        if key in self._receipts:
            return self._receipts[key]
        name, arguments = self._tool(change)
        try:
            refund = self.database.call(name, arguments)
        except ToolError as error:
            self.forbidden.append(f"{name}: {error}")
            raise ChangeRefused(str(error)) from error
        self.writes.append(name)
        self._receipts[key] = Receipt(key, round(refund * 100))
        return self._receipts[key]

    def receipt(self, key: str) -> Receipt | None:
        return self._receipts.get(key)

    def _tool(self, change: Change) -> tuple[str, dict[str, Any]]:
        match change:
            case ChangeAccountAddress():
                return "modify_user_address", {"user_id": change.shopper_id, **_to_record(change.address)}
            case CancelOrder():
                return "cancel_pending_order", {"order_id": f"#{change.order_number}", "reason": change.reason}
            case ChangeAddress():
                return "modify_pending_order_address", {
                    "order_id": f"#{change.order_number}",
                    **_to_record(change.address),
                }
            case ChangePayment():
                arguments = {"order_id": f"#{change.order_number}", "payment_method_id": change.payment_method_id}
                return "modify_pending_order_payment", arguments
            case ReturnItems():
                lines = self._items(change.order_number)
                return "return_delivered_order_items", {
                    "order_id": f"#{change.order_number}",
                    "item_ids": [lines[int(piece.line_id)] for piece in change.pieces],
                    "payment_method_id": change.payment_method_id,
                }
            case ChangeItems() | ExchangeItems():
                lines = self._items(change.order_number)
                kind = (
                    "modify_pending_order_items"
                    if isinstance(change, ChangeItems)
                    else "exchange_delivered_order_items"
                )
                return kind, {
                    "order_id": f"#{change.order_number}",
                    "item_ids": [lines[int(swap.line_id)] for swap in change.swaps],
                    "new_item_ids": [swap.item_id for swap in change.swaps],
                    "payment_method_id": change.payment_method_id,
                }
        raise ChangeRefused("unknown")

    def _items(self, number: str) -> list[str]:
        return [item["item_id"] for item in self.database.records["orders"][f"#{number}"]["items"]]

    def _order(self, record: Record) -> Order:
        parcels = record.get("fulfillments") or []
        total = sum(p["amount"] * (1 if p["transaction_type"] == "payment" else -1) for p in record["payment_history"])
        return Order(
            order_number=record["order_id"].lstrip("#"),
            shopper_id=record["user_id"],
            status=STATUSES[record["status"]],
            placed_at=None,
            lines=[
                OrderLine(item["item_id"], item["name"], 1, round(item["price"] * 100), str(place), item["product_id"], item["options"])
                for place, item in enumerate(record["items"])
            ],
            total_cents=round(total * 100),
            currency="USD",
            tracking_number=", ".join(number for parcel in parcels for number in parcel["tracking_id"]),
            address=_address(record["address"]),
            payment_method_id=_paid_with(record["payment_history"]),
        )  # fmt: skip


def _paid_with(history: Sequence[Record]) -> str:
    """The first payment's method, or the one that took its place: then the first was paid back in full."""
    first = history[0]
    changed = len(history) > 2 and history[2] == {**first, "transaction_type": "refund"}
    return str((history[1] if changed else first)["payment_method_id"])


def _name(user: Record) -> str:
    return f"{user['name']['first_name']} {user['name']['last_name']}"


def _account(user: Record) -> Account:
    methods = [
        PaymentMethod(
            method["id"],
            method.get("brand") or method["source"],
            method.get("last_four", ""),
            round(method["balance"] * 100) if "balance" in method else None,
        )
        for method in user["payment_methods"].values()
    ]
    return Account(user["user_id"], _name(user), user["email"], _address(user["address"]), methods)


def _address(record: Record) -> Address:
    return Address(
        "", record["address1"], record["zip"], record["city"], record["country"], record["address2"], record["state"]
    )


def _to_record(address: Address) -> dict[str, str]:
    return {
        "address1": address.street,
        "address2": address.street2,
        "city": address.city,
        "state": address.state,
        "country": address.country,
        "zip": address.postcode,
    }
