"""WooCommerce: a ShopClient over its REST API, version 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from actions.shop import woocommerce_records as records
from actions.shop.changes import Change
from actions.shop.client import Receipt
from actions.shop.journal import ChangeJournal
from actions.shop.types import Account, Order, PaymentMethod, Subscription, Variant
from actions.shop.woocommerce_api import WooCommerceApi
from actions.shop.woocommerce_changes import BY_HAND, ways

Record = Mapping[str, Any]


class WooCommerce:
    """The ShopClient of a WooCommerce shop. Safe to call from several threads.

    Args:
        url: of the shop, such as https://shop.example.
        key, secret: a REST API key that may read and write.
        journal: the file that remembers which changes were made.
    """

    def __init__(self, url: str, *, key: str, secret: str, journal: Path, pause_s: float = 0.25) -> None:
        self._api = WooCommerceApi(url, key=key, secret=secret, pause_s=pause_s)
        self._journal = ChangeJournal(journal, ways(self._api), by_hand=BY_HAND)

    @property
    def supports(self) -> frozenset[type[Change]]:
        """See ShopClient."""
        return self._journal.supports

    def order(self, order_number: str) -> Order | None:
        """See ShopClient."""
        record = self._api.order_record(order_number)
        return records.order(record) if record else None

    def orders(self, shopper_id: str) -> Sequence[Order]:
        """See ShopClient."""
        if not shopper_id.isdecimal():
            return []
        return [records.order(record) for record in self._api.orders_of(shopper_id)]

    def account(self, shopper_id: str) -> Account | None:
        """See ShopClient. WooCommerce does not tell saved cards; the ways in which the shopper has paid stand in."""
        record = self._api.one(f"customers/{shopper_id}") if shopper_id.isdecimal() else None
        return self._account(record) if record else None

    def accounts_by_email(self, email: str) -> Sequence[Account]:
        """See ShopClient."""
        wanted = email.strip().casefold()
        found = self._api.all("customers", email=wanted, role="all")
        return [self._account(record) for record in found if record["email"].casefold() == wanted]

    def accounts_by_name(self, name: str, postcode: str) -> Sequence[Account]:
        """See ShopClient."""
        wanted = " ".join(name.casefold().split())
        found = self._api.all("customers", search=wanted, role="all")
        return [
            self._account(record)
            for record in found
            if records.full_name(record).casefold() == wanted
            and postcode.strip() in {record["shipping"].get("postcode"), record["billing"].get("postcode")}
        ]

    def variants(self, product_id: str) -> Sequence[Variant]:
        """See ShopClient."""
        product = self._api.one(f"products/{product_id}") if product_id.isdecimal() else None
        if product is None:
            return []
        rows = self._api.all(f"products/{product_id}/variations") if product["type"] == "variable" else [product]
        return [records.variant(row, product) for row in rows]

    def products(self) -> Sequence[tuple[str, str]]:
        """See ShopClient."""
        return [(str(record["id"]), record["name"]) for record in self._api.all("products", status="publish")]

    def subscriptions(self, shopper_id: str) -> Sequence[Subscription]:
        """See ShopClient; none: they are a paid extension with an API of its own."""
        del shopper_id
        return []

    def apply(self, change: Change, *, key: str) -> Receipt:
        """See ShopClient."""
        return self._journal.apply(change, key=key)

    def receipt(self, key: str) -> Receipt | None:
        """See ShopClient."""
        return self._journal.receipt(key)

    def close(self) -> None:
        """Closes its connections."""
        self._api.close()

    def _account(self, record: Record) -> Account:
        paid_by = {
            order["payment_method"]: order
            for order in self._api.orders_of(str(record["id"]))
            if order["payment_method"]
        }
        return Account(
            shopper_id=str(record["id"]),
            name=records.full_name(record),
            email=record["email"],
            address=records.address(record),
            payment_methods=[PaymentMethod(method, method) for method in sorted(paid_by)],
        )
