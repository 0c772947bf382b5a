"""Which shop system the bot talks to, as the environment says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from actions.shop.client import ShopClient
from actions.shop.demo import DemoShop
from actions.shop.shopify import Shopify
from actions.shop.woocommerce import WooCommerce

Values = Mapping[str, str]


def open_shop(values: Values, *, home: Path, currency: str) -> ShopClient:
    """The client of the system that RAPPORT_SHOP_SYSTEM names; without it the demo shop's.

    Args:
        values: the environment.
        home: where the client keeps what it must remember.
        currency: of the demo shop.

    Raises:
        ValueError: the system is unknown, or one of its variables is missing or impossible.
    """
    name = values.get("RAPPORT_SHOP_SYSTEM") or "demo"
    systems: Mapping[str, Callable[[], ShopClient]] = {
        "demo": lambda: DemoShop(home / "shop.db", currency=currency),
        "woocommerce": lambda: WooCommerce(
            _needed(values, "RAPPORT_SHOP_URL"),
            key=_needed(values, "RAPPORT_SHOP_KEY"),
            secret=_needed(values, "RAPPORT_SHOP_SECRET"),
            journal=home / "changes.db",
        ),
        "shopify": lambda: Shopify(
            _needed(values, "RAPPORT_SHOP_URL"),
            token=_needed(values, "RAPPORT_SHOP_TOKEN"),
            journal=home / "changes.db",
        ),
    }
    if name not in systems:
        raise ValueError(f"RAPPORT_SHOP_SYSTEM is {name!r}; it can be {', '.join(systems)}")
    return systems[name]()


def _needed(values: Values, name: str) -> str:
    value = values.get(name, "").strip()
    if not value:
        raise ValueError(f"{name} is not set; {values['RAPPORT_SHOP_SYSTEM']} needs it")
    return value
