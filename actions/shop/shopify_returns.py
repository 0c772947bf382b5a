"""Returns and exchanges over Shopify's returns API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from actions.shop import shopify_queries as ask
from actions.shop import shopify_records as records
from actions.shop.asked import price_of, swap_note
from actions.shop.changes import ExchangeItems, Pieces, ReturnItems, Swap
from actions.shop.client import ChangeRefused
from actions.shop.shopify_api import ShopifyApi
from actions.shop.shopify_swaps import saved_cents, variant_gid

CALLED_OFF = frozenset({"CANCELED", "DECLINED"})
Record = Mapping[str, Any]


class Return:
    """A return that the shop still has to approve; the money goes back the way it came, less the label."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def plan(self, change: ReturnItems) -> int:
        """See Way."""
        order = records.order(self._api.must_have(change.order_number))
        return price_of(order, change.pieces) - change.label_cents

    def make(self, change: ReturnItems) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        said = {"returnReason": "OTHER", "customerNote": change.reason or "Asked for in the chat."}
        content = {"orderId": record["id"], "returnLineItems": _coming_back(record, change.pieces, said)}
        if change.label_cents:
            currency = record["totalPriceSet"]["shopMoney"]["currencyCode"]
            fee = {"amount": f"{change.label_cents / 100:.2f}", "currencyCode": currency}
            content["returnShippingFee"] = {"amount": fee}
        self._api.write("returnRequest", ask.REQUEST_RETURN, {"input": content})

    def is_made(self, change: ReturnItems) -> bool:
        """See Way."""
        return _stands(self._api, change.order_number, change.pieces, is_exchange=False)


class Exchange:
    """A return with other variants that are sent for it; Shopify keeps the difference as the order's balance."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def plan(self, change: ExchangeItems) -> int:
        """See Way."""
        return saved_cents(self._api, change.swaps, self._api.must_have(change.order_number))

    def make(self, change: ExchangeItems) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        said = {"returnReason": "OTHER", "returnReasonNote": swap_note(change)}
        content = {
            "orderId": record["id"],
            "returnLineItems": _coming_back(record, change.swaps, said),
            "exchangeLineItems": [
                {"variantId": variant_gid(swap.item_id), "quantity": swap.quantity} for swap in change.swaps
            ],
        }
        self._api.write("returnCreate", ask.CREATE_RETURN, {"input": content})

    def is_made(self, change: ExchangeItems) -> bool:
        """See Way."""
        return _stands(self._api, change.order_number, change.swaps, is_exchange=True)


def _stands(
    api: ShopifyApi, order_number: str, pieces: Sequence[Pieces] | Sequence[Swap], *, is_exchange: bool
) -> bool:
    """Whether just these pieces come back: the order may have had a return of others before."""
    record = api.must_have(order_number)
    wanted = {entry["fulfillmentLineItemId"]: entry["quantity"] for entry in _coming_back(record, pieces, {})}
    found = api.read(ask.RETURNS, {"id": record["id"]})["order"]["returns"]["nodes"]
    return any(
        _lines(entry) == wanted and bool(entry["exchangeLineItems"]["nodes"]) == is_exchange
        for entry in found
        if entry["status"] not in CALLED_OFF
    )


def _lines(entry: Record) -> Mapping[str, int]:
    """What comes back with a return: pieces by the line that was sent."""
    lines: Counter[str] = Counter()
    for line in entry["returnLineItems"]["nodes"]:
        if sent := line.get("fulfillmentLineItem"):
            lines[sent["id"]] += line["quantity"]
    return lines


def _coming_back(
    record: Record, pieces: Sequence[Pieces] | Sequence[Swap], said: Mapping[str, str]
) -> list[dict[str, Any]]:
    sent = {
        records.tail(entry["lineItem"]["id"]): entry["id"]
        for parcel in record["fulfillments"]
        for entry in parcel["fulfillmentLineItems"]["nodes"]
    }
    if missing := [piece.line_id for piece in pieces if piece.line_id not in sent]:
        raise ChangeRefused(f"{len(missing)} of these things have not been sent yet.")
    return [{"fulfillmentLineItemId": sent[piece.line_id], "quantity": piece.quantity, **said} for piece in pieces]
