"""Returns and exchanges at WooCommerce, which knows neither.

What was agreed is kept in the order's own meta data (`RETURN` in woocommerce_records.py) and noted for the people at
the shop. When the things have arrived, they have the money paid back (`python -m actions.shop arrived NUMBER`); a
refund of lines is all that the API has for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from actions.shop import woocommerce_records as records
from actions.shop.asked import line_with, new_variant, price_of, swap_note
from actions.shop.changes import ExchangeItems, Pieces, ReturnArrived, ReturnItems
from actions.shop.client import ChangeRefused, OutcomeUnknown, ShopUnavailable
from actions.shop.types import Order
from actions.shop.woocommerce_api import WooCommerceApi
from actions.shop.woocommerce_notes import amount, is_noted, is_refunded, note

Record = Mapping[str, Any]
AGREED = "A return or an exchange of this order is agreed on already; a person sees to another one."


class Return:
    """Agreed on: the money goes back once the things have arrived."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: ReturnItems) -> int:
        """See Way."""
        record, order = _sent(self._api, change.order_number)
        if change.payment_method_id != order.payment_method_id:
            raise ChangeRefused("The shop's system can only pay back the way that you have paid.")
        cents = price_of(order, change.pieces) - change.label_cents
        if not 0 <= cents <= records.paid_cents(record):
            raise ChangeRefused("That is more than what was paid and has not gone back yet.")
        return cents

    def make(self, change: ReturnItems) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        _agree(self._api, record, self._agreed(change, record))

    def is_made(self, change: ReturnItems) -> bool:
        """See Way."""
        record = self._api.must_have(change.order_number)
        return _is_agreed(self._api, record, self._agreed(change, record))

    @staticmethod
    def _agreed(change: ReturnItems, record: Record) -> Record:
        order = records.order(record)
        things = _things(order, change.pieces)
        cents = price_of(order, change.pieces) - change.label_cents
        line = f"Return from the chat: {things}. On arrival pay back {amount(cents)} {order.currency}."
        pieces = [[piece.line_id, piece.quantity] for piece in change.pieces]
        return {"kind": "return", "pieces": pieces, "refund_cents": cents, "note": line}


class Exchange:
    """Agreed on, at the same price only: people at the shop send the new things."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: ExchangeItems) -> int:
        """See Way."""
        _, order = _sent(self._api, change.order_number)
        for swap in change.swaps:
            line = line_with(order, swap)
            product = self._api.one(f"products/{line.product_id}") or {}
            rows = self._api.all(f"products/{line.product_id}/variations")
            variant = new_variant(line, swap, [records.variant(row, product) for row in rows])
            if variant.price_cents != line.unit_price_cents:
                raise ChangeRefused("It does not cost the same, so a person has to see to the payment.")
        return 0

    def make(self, change: ExchangeItems) -> None:
        """See Way."""
        _agree(self._api, self._api.must_have(change.order_number), self._agreed(change))

    def is_made(self, change: ExchangeItems) -> bool:
        """See Way."""
        return _is_agreed(self._api, self._api.must_have(change.order_number), self._agreed(change))

    @staticmethod
    def _agreed(change: ExchangeItems) -> Record:
        pieces = [[swap.line_id, swap.quantity] for swap in change.swaps]
        return {"kind": "exchange", "pieces": pieces, "refund_cents": 0, "note": f"Exchange. {swap_note(change)}"}


class Arrival:
    """The things of a return are there: its lines are refunded and go back into the stock."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: ReturnArrived) -> int:
        """See Way."""
        record = self._api.must_have(change.order_number)
        agreed = records.agreed_return(record)
        if not agreed or agreed["kind"] != "return" or agreed.get("arrived"):
            raise ChangeRefused(f"Order {change.order_number} waits for no return.")
        return int(agreed["refund_cents"])

    def make(self, change: ReturnArrived) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        agreed = records.agreed_return(record) or {}
        if agreed["refund_cents"] and not is_refunded(record, agreed["note"]):
            content = {
                "amount": amount(agreed["refund_cents"]),
                "reason": agreed["note"],
                "line_items": [
                    _refunded_line(record, str(line_id), quantity) for line_id, quantity in agreed["pieces"]
                ],
                "api_refund": True,
                "api_restock": True,
            }
            self._api.send("POST", f"orders/{record['id']}/refunds", content)
        try:
            _keep(self._api, record, {**agreed, "arrived": True})
        except (ChangeRefused, ShopUnavailable) as error:
            raise OutcomeUnknown(f"order {record['id']} is paid back, but not marked: {error}") from error

    def is_made(self, change: ReturnArrived) -> bool:
        """See Way."""
        agreed = records.agreed_return(self._api.must_have(change.order_number))
        return bool(agreed and agreed.get("arrived"))


def _sent(api: WooCommerceApi, order_number: str) -> tuple[Record, Order]:
    record = api.must_have(order_number)
    if record["status"] != "completed":
        raise ChangeRefused(f"Order {order_number} has not arrived yet.")
    if records.agreed_return(record):
        raise ChangeRefused(AGREED)
    return record, records.order(record)


def _agree(api: WooCommerceApi, record: Record, agreed: Record) -> None:
    """First the meta data, which shows it in the chat, then the note; what is there already is left.

    Raises:
        ChangeRefused: another return or exchange was agreed on meanwhile.
    """
    if records.agreed_return(record) and not _has(record, agreed):
        raise ChangeRefused(AGREED)
    if not _has(record, agreed):
        _keep(api, record, agreed)
    try:
        note(api, record, agreed["note"])
    except (ChangeRefused, ShopUnavailable) as error:
        raise OutcomeUnknown(f"order {record['id']}: agreed on, but not noted: {error}") from error


def _is_agreed(api: WooCommerceApi, record: Record, agreed: Record) -> bool:
    return _has(record, agreed) and is_noted(api, record, agreed["note"])


def _has(record: Record, agreed: Record) -> bool:
    """Whether just this is agreed on, be it still on its way or there."""
    return {**(records.agreed_return(record) or {}), "arrived": True} == {**agreed, "arrived": True}


def _keep(api: WooCommerceApi, record: Record, agreed: Record) -> None:
    api.put(f"orders/{record['id']}", {"meta_data": [{"key": records.RETURN, "value": agreed}]})


def _things(order: Order, pieces: Sequence[Pieces]) -> str:
    return ", ".join(f"{piece.quantity} × {line_with(order, piece).title} ({piece.line_id})" for piece in pieces)


def _refunded_line(record: Record, line_id: str, quantity: int) -> Record:
    """A line's share of what was paid: without tax, and each of its taxes."""
    line = next(line for line in record["line_items"] if str(line["id"]) == line_id)
    share = Decimal(quantity) / max(line["quantity"], 1)
    taxes = [{"id": tax["id"], "refund_total": _share(tax["total"], share)} for tax in line.get("taxes") or ()]
    return {
        "id": line["id"],
        "quantity": quantity,
        "refund_total": _share(line["total"], share),
        **({"refund_tax": taxes} if taxes else {}),
    }


def _share(total: str, share: Decimal) -> float:
    return round(float(Decimal(total or "0") * share), 2)
