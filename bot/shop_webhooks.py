"""What a shop system reports by webhook: whether it is really the shop that speaks, and what it says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from profiling.store.offers import Delivery, Offer, Purchase

Record = Mapping[str, Any]


@dataclass(frozen=True)
class _Headers:
    """The names, in small letters, under which a system sends what we need."""

    signature: str
    topic: str
    delivery_id: str


SYSTEMS: Mapping[str, _Headers] = {
    "woocommerce": _Headers("x-wc-webhook-signature", "x-wc-webhook-topic", "x-wc-webhook-delivery-id"),
    "shopify": _Headers("x-shopify-hmac-sha256", "x-shopify-topic", "x-shopify-webhook-id"),
}


def is_genuine(system: str, headers: Mapping[str, str], body: bytes, *, secret: str) -> bool:
    """Whether `body` was signed with `secret`: base64 of its HMAC with SHA-256, for both systems.

    Args:
        system: a key of SYSTEMS.
        headers: of the request; their case does not matter.
        body: the bytes as they came, before anything parses them.
        secret: of the webhook (WooCommerce) or of the app (Shopify); an empty one proves nothing.
    """
    signature = _lowered(headers).get(SYSTEMS[system].signature, "")
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return bool(secret) and hmac.compare_digest(expected, signature.strip().encode())


def read_delivery(system: str, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Delivery | None:
    """What a genuine report says; None for a topic that is of no use here.

    Args:
        at: when it came, for records that do not say when they were changed.

    Raises:
        ValueError: it is not what the system's documentation promises.
    """
    given = _lowered(headers)
    topic = given.get(SYSTEMS[system].topic, "").replace(".", "/")
    reader = _READERS.get((system, topic))
    if reader is None:
        return None
    try:
        record = json.loads(body)
        return reader(f"{system} {given[SYSTEMS[system].delivery_id]}", record, at)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise ValueError(f"{system} {topic}: {error!r}") from error


def _shopify_product(delivery_id: str, record: Record, at: datetime) -> Delivery:
    offers = [
        Offer(
            ids=_ids(variant.get("sku"), variant["id"]),
            price=Decimal(variant["price"]),
            list_price=_reduced_from(variant.get("compare_at_price"), variant["price"]),
            stock_count=variant.get("inventory_quantity") if variant.get("inventory_management") else None,
            available=_shopify_available(variant),
        )
        for variant in record["variants"]
    ]
    return Delivery(delivery_id, f"shopify product {record['id']}", _instant(record.get("updated_at"), at), offers)


def _shopify_available(variant: Record) -> bool | None:
    if not variant.get("inventory_management") or variant.get("inventory_policy") == "continue":
        return True
    count = variant.get("inventory_quantity")
    return None if count is None else count > 0


def _shopify_order(delivery_id: str, record: Record, at: datetime) -> Delivery:
    shopper = (record.get("customer") or {}).get("id")
    lines = [(line["id"], _ids(line.get("sku"), line.get("variant_id"))) for line in record["line_items"]]
    purchases = [Purchase(f"shopify {number}", str(shopper), ids) for number, ids in lines if shopper]
    placed_at = _instant(record.get("created_at"), at)
    return Delivery(delivery_id, f"shopify order {record['id']}", placed_at, purchases=purchases)


def _woocommerce_product(delivery_id: str, record: Record, at: datetime) -> Delivery:
    price = record.get("price")
    offer = Offer(
        ids=_ids(record.get("sku"), record["id"]),
        price=Decimal(str(price)) if price not in {None, ""} else None,
        list_price=_reduced_from(record.get("regular_price"), price),
        stock_count=record.get("stock_quantity") if record.get("manage_stock") else None,
        available=record["stock_status"] in {"instock", "onbackorder"},
    )
    changed_at = _instant(record.get("date_modified_gmt"), at)
    return Delivery(delivery_id, f"woocommerce product {record['id']}", changed_at, [offer])


def _woocommerce_order(delivery_id: str, record: Record, at: datetime) -> Delivery:
    shopper = record.get("customer_id")  # 0 for guests
    lines = [
        (line["id"], _ids(line.get("sku"), line.get("variation_id") or line["product_id"]))
        for line in record["line_items"]
    ]
    purchases = [Purchase(f"woocommerce {number}", str(shopper), ids) for number, ids in lines if shopper]
    placed_at = _instant(record.get("date_created_gmt"), at)
    return Delivery(delivery_id, f"woocommerce order {record['id']}", placed_at, purchases=purchases)


_READERS: Mapping[tuple[str, str], Callable[[str, Record, datetime], Delivery]] = {
    ("shopify", "products/create"): _shopify_product,
    ("shopify", "products/update"): _shopify_product,
    ("shopify", "orders/create"): _shopify_order,
    ("woocommerce", "product/created"): _woocommerce_product,
    ("woocommerce", "product/updated"): _woocommerce_product,
    ("woocommerce", "order/created"): _woocommerce_order,
}


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): value for name, value in headers.items()}


def _ids(*names: object) -> tuple[str, ...]:
    return tuple(str(name) for name in names if name)


def _reduced_from(before: object, now: object) -> Decimal | None:
    """What it cost before, if that was more."""
    if before in {None, ""} or now in {None, ""}:
        return None
    price = Decimal(str(before))
    return price if price > Decimal(str(now)) else None


def _instant(text: str | None, otherwise: datetime) -> datetime:
    """A moment; without a zone it is UTC."""
    moment = datetime.fromisoformat(text) if text else otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
