"""Other variants at Shopify: what they cost, and how the API names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.shop import shopify_queries as ask
from actions.shop import shopify_records as records
from actions.shop.asked import line_with, new_variant
from actions.shop.changes import Swap
from actions.shop.shopify_api import ShopifyApi

Record = Mapping[str, Any]


def saved_cents(api: ShopifyApi, swaps: Sequence[Swap], record: Record) -> int:
    """What the new variants cost less than the old ones, in cents. Raises ChangeRefused where one cannot be had."""
    order, cents = records.order(record), 0
    for swap in swaps:
        line = line_with(order, swap)
        rows = api.all("productVariants", ask.VARIANTS, query=f"product_id:{line.product_id}")
        variant = new_variant(line, swap, [records.variant(row) for row in rows])
        cents += swap.quantity * (line.unit_price_cents - variant.price_cents)
    return cents


def variant_gid(item_id: str) -> str:
    """The global id of a variant."""
    return f"gid://shopify/ProductVariant/{item_id}"
