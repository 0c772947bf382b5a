"""Money that Shopify pays back outside of a cancellation or a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.shop import shopify_queries as ask
from actions.shop.client import ChangeRefused, OutcomeUnknown, ShopUnavailable
from actions.shop.shopify_api import ShopifyApi

PAYMENTS = frozenset({"SALE", "CAPTURE"})
Record = Mapping[str, Any]


def pay_back(api: ShopifyApi, record: Record, cents: int, note: str) -> None:
    """Pays back over the order's payment. `note` tells the refund from others.

    Raises:
        OutcomeUnknown: it was not paid back; what came before it stands.
    """
    try:
        paid = api.read(ask.PAYMENTS, {"id": record["id"]})["order"]["transactions"]
        payment = next((one for one in paid if one["kind"] in PAYMENTS and one["status"] == "SUCCESS"), None)
        if payment is None:
            raise ChangeRefused("there is no payment to pay back")
        transaction = {
            "orderId": record["id"],
            "parentId": payment["id"],
            "gateway": payment["gateway"],
            "kind": "REFUND",
            "amount": f"{cents / 100:.2f}",
        }
        content = {"orderId": record["id"], "note": note, "transactions": [transaction]}
        api.write("refundCreate", ask.REFUND, {"input": content})
    except (ChangeRefused, ShopUnavailable) as error:
        raise OutcomeUnknown(f"order {record['name']} is changed, but not paid back: {error}") from error


def is_refunded(api: ShopifyApi, record: Record, note: str) -> bool:
    """Whether there is a refund with this note."""
    return any(one["note"] == note for one in api.read(ask.PAYMENTS, {"id": record["id"]})["order"]["refunds"])
