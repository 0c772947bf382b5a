"""Shopify: a ShopClient over its Admin API in GraphQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from actions.shop import shopify_queries as ask
from actions.shop import shopify_records as records
from actions.shop.changes import Change, ReportProblem
from actions.shop.client import Receipt
from actions.shop.journal import ChangeJournal
from actions.shop.shopify_api import VERSION, ShopifyApi
from actions.shop.shopify_changes import ways
from actions.shop.types import Account, Order, PaymentMethod, Subscription, Variant

Record = Mapping[str, Any]


class Shopify:
    """The ShopClient of a Shopify shop. Safe to call from several threads.

    Args:
        url: of the shop, such as https://shop.myshopify.com.
        token: of an app, see README.md for its rights.
        journal: the file that remembers which changes were made.
    """

    def __init__(self, url: str, *, token: str, journal: Path, version: str = VERSION, pause_s: float = 0.25) -> None:
        self._api = ShopifyApi(url, token=token, version=version, pause_s=pause_s)
        self._journal = ChangeJournal(journal, ways(self._api), by_hand=frozenset({ReportProblem}))

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
        return [records.order(record) for record in self._api.orders_of(shopper_id)]

    def account(self, shopper_id: str) -> Account | None:
        """See ShopClient. The ways in which the shopper has paid stand in for saved cards, which need a right more."""
        record = self._api.customer(shopper_id)
        return self._account(record) if record else None

    def accounts_by_email(self, email: str) -> Sequence[Account]:
        """See ShopClient."""
        wanted = email.strip().casefold()
        found = self._api.all("customers", ask.CUSTOMERS, query=f"email:{records.quoted(wanted)}")
        return [self._account(record) for record in found if records.email(record).casefold() == wanted]

    def accounts_by_name(self, name: str, postcode: str) -> Sequence[Account]:
        """See ShopClient."""
        wanted = " ".join(name.casefold().split())
        found = self._api.all("customers", ask.CUSTOMERS, query=records.quoted(wanted))
        return [
            self._account(record)
            for record in found
            if record["displayName"].casefold() == wanted
            and (record["defaultAddress"] or {}).get("zip") == postcode.strip()
        ]

    def variants(self, product_id: str) -> Sequence[Variant]:
        """See ShopClient."""
        if not product_id.isdecimal():
            return []
        found = self._api.all("productVariants", ask.VARIANTS, query=f"product_id:{product_id}")
        return [records.variant(record) for record in found if records.tail(record["product"]["id"]) == product_id]

    def products(self) -> Sequence[tuple[str, str]]:
        """See ShopClient."""
        return [(records.tail(record["id"]), record["title"]) for record in self._api.all("products", ask.PRODUCTS)]

    def subscriptions(self, shopper_id: str) -> Sequence[Subscription]:
        """See ShopClient; none: they belong to the app that sold them."""
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
            name for order in self._api.orders_of(records.tail(record["id"])) for name in order["paymentGatewayNames"]
        }
        return Account(
            shopper_id=records.tail(record["id"]),
            name=record["displayName"],
            email=records.email(record),
            address=records.address(record["defaultAddress"]),
            payment_methods=[PaymentMethod(name, name) for name in sorted(paid_by)],
        )
