"""Shopify: a ShopClient over its Admin API in GraphQL."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from actions.shop import shopify_queries as ask
from actions.shop import shopify_records as records
from actions.shop.changes import CancelOrder, Change, ChangeAccountAddress, ChangeAddress, ReturnItems
from actions.shop.client import ChangeRefused, OutcomeUnknown, Receipt, ShopUnavailable
from actions.shop.journal import ChangeJournal
from actions.shop.types import Account, Order, PaymentMethod, Subscription, Variant
from actions.shop.web import ShopWeb, content_of

VERSION = "2026-01"
JOB_TRIES = 8
_NUMBER = re.compile(r"[\w.-]{1,40}")
Record = Mapping[str, Any]


class Shopify:
    """The ShopClient of a Shopify shop. Safe to call from several threads.

    Args:
        url: of the shop, such as https://shop.myshopify.com.
        token: of an app that may read and write orders, customers and returns, and read products.
        journal: the file that remembers which changes were made.
    """

    supports: frozenset[type[Change]] = frozenset({CancelOrder, ChangeAddress, ChangeAccountAddress, ReturnItems})

    def __init__(self, url: str, *, token: str, journal: Path, version: str = VERSION, pause_s: float = 0.25) -> None:
        self._web = ShopWeb(
            f"{url.rstrip('/')}/admin/api/{version}",
            headers={"X-Shopify-Access-Token": token},
            pause_s=pause_s,
            throttled=_throttled,
        )
        self._pause_s = pause_s
        self._journal = ChangeJournal(journal, is_made=self._is_made)

    def order(self, order_number: str) -> Order | None:
        """See ShopClient."""
        record = self._order_record(order_number)
        return records.order(record) if record else None

    def orders(self, shopper_id: str) -> Sequence[Order]:
        """See ShopClient."""
        return [records.order(record) for record in self._orders_of(shopper_id)]

    def account(self, shopper_id: str) -> Account | None:
        """See ShopClient. The ways in which the shopper has paid stand in for saved cards, which need a right more."""
        record = self._customer(shopper_id)
        return self._account(record) if record else None

    def accounts_by_email(self, email: str) -> Sequence[Account]:
        """See ShopClient."""
        wanted = email.strip().casefold()
        found = self._all("customers", ask.CUSTOMERS, query=f"email:{records.quoted(wanted)}")
        return [self._account(record) for record in found if records.email(record).casefold() == wanted]

    def accounts_by_name(self, name: str, postcode: str) -> Sequence[Account]:
        """See ShopClient."""
        wanted = " ".join(name.casefold().split())
        found = self._all("customers", ask.CUSTOMERS, query=records.quoted(wanted))
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
        found = self._all("productVariants", ask.VARIANTS, query=f"product_id:{product_id}")
        return [records.variant(record) for record in found if records.tail(record["product"]["id"]) == product_id]

    def products(self) -> Sequence[tuple[str, str]]:
        """See ShopClient."""
        return [(records.tail(record["id"]), record["title"]) for record in self._all("products", ask.PRODUCTS)]

    def subscriptions(self, shopper_id: str) -> Sequence[Subscription]:
        """See ShopClient; none: they belong to the app that sold them."""
        del shopper_id
        return []

    def apply(self, change: Change, *, key: str) -> Receipt:
        """See ShopClient."""
        match change:
            case CancelOrder():
                return self._journal.apply(
                    change, key, plan=lambda: records.paid_cents(self._open(change)), make=lambda: self._cancel(change)
                )
            case ChangeAddress():
                return self._journal.apply(
                    change, key, plan=lambda: self._nothing_back(change), make=lambda: self._readdress(change)
                )
            case ChangeAccountAddress():
                return self._journal.apply(change, key, plan=lambda: 0, make=lambda: self._move(change))
            case ReturnItems():
                return self._journal.apply(
                    change, key, plan=lambda: self._return_cents(change), make=lambda: self._request_return(change)
                )
            case _:
                raise ChangeRefused("A person has to make this change.")

    def receipt(self, key: str) -> Receipt | None:
        """See ShopClient."""
        return self._journal.receipt(key)

    def close(self) -> None:
        """Closes its connections."""
        self._web.close()

    def _open(self, change: CancelOrder | ChangeAddress) -> Record:
        record = self._must_have(change.order_number)
        if record["cancelledAt"] or record["displayFulfillmentStatus"] in records.SENT:
            raise ChangeRefused(f"Order {records.order_number(record)} is {records.status(record)} by now.")
        return record

    def _nothing_back(self, change: ChangeAddress) -> int:
        self._open(change)
        return 0

    def _cancel(self, change: CancelOrder) -> None:
        """Shopify cancels in the background: waits until it says that it has."""
        record = self._must_have(change.order_number)
        variables = {"orderId": record["id"], "staffNote": change.reason}
        job = self._write("orderCancel", ask.CANCEL, variables, errors="orderCancelUserErrors")["job"]
        for attempt in range(JOB_TRIES):
            if job is None or job["done"]:
                break
            time.sleep(self._pause_s * 2 ** min(attempt, 3))
            try:
                job = self._read(ask.JOB, {"id": job["id"]})["job"]
            except ShopUnavailable as error:
                raise OutcomeUnknown(f"order {record['name']} is being cancelled: {error}") from error
        if not self._is_made(change):
            raise OutcomeUnknown(f"order {record['name']} is being cancelled")

    def _readdress(self, change: ChangeAddress) -> None:
        record = self._must_have(change.order_number)
        content = {"id": record["id"], "shippingAddress": records.written(change.address)}
        self._write("orderUpdate", ask.UPDATE_ORDER, {"input": content})

    def _move(self, change: ChangeAccountAddress) -> None:
        record = self._customer(change.shopper_id)
        if record is None:
            raise ChangeRefused("This account does not exist.")
        variables = {"customerId": record["id"], "address": records.written(change.address)}
        if record["defaultAddress"] is None:
            self._write("customerAddressCreate", ask.CREATE_ADDRESS, variables)
        else:
            variables["addressId"] = record["defaultAddress"]["id"]
            self._write("customerAddressUpdate", ask.UPDATE_ADDRESS, variables)

    def _return_cents(self, change: ReturnItems) -> int:
        """Raises ChangeRefused when there are fewer pieces."""
        lines = {line.line_id: line for line in records.order(self._must_have(change.order_number)).lines}
        for piece in change.pieces:
            if piece.line_id not in lines or not 1 <= piece.quantity <= lines[piece.line_id].quantity:
                raise ChangeRefused(f"Order {change.order_number} does not have that many of it.")
        return sum(piece.quantity * lines[piece.line_id].unit_price_cents for piece in change.pieces)

    def _request_return(self, change: ReturnItems) -> None:
        """The shop still has to approve it; the money goes back the way it came."""
        record = self._must_have(change.order_number)
        sent = {
            records.tail(entry["lineItem"]["id"]): entry["id"]
            for parcel in record["fulfillments"]
            for entry in parcel["fulfillmentLineItems"]["nodes"]
        }
        if missing := [piece.line_id for piece in change.pieces if piece.line_id not in sent]:
            raise ChangeRefused(f"{len(missing)} of these things have not been sent yet.")
        rows = [
            {
                "fulfillmentLineItemId": sent[piece.line_id],
                "quantity": piece.quantity,
                "returnReason": "OTHER",
                "customerNote": change.reason or "Asked for in the chat.",
            }
            for piece in change.pieces
        ]
        content = {"orderId": record["id"], "returnLineItems": rows}
        self._write("returnRequest", ask.REQUEST_RETURN, {"input": content})

    def _is_made(self, change: Change) -> bool:
        match change:
            case CancelOrder():
                return self._must_have(change.order_number)["cancelledAt"] is not None
            case ChangeAddress():
                return records.has_address(self._must_have(change.order_number)["shippingAddress"], change.address)
            case ChangeAccountAddress():
                record = self._customer(change.shopper_id)
                return record is not None and records.has_address(record["defaultAddress"], change.address)
            case ReturnItems():
                return self._must_have(change.order_number)["returnStatus"] in records.RETURNS
            case _:
                return False

    def _must_have(self, order_number: str) -> Record:
        record = self._order_record(order_number)
        if record is None:
            raise ChangeRefused(f"There is no order {order_number}.")
        return record

    def _order_record(self, order_number: str) -> Record | None:
        wanted = order_number.strip().removeprefix("#").casefold()
        if not _NUMBER.fullmatch(wanted):
            return None
        found = self._all("orders", ask.ORDERS, query=f"name:{records.quoted(wanted)}")
        return next((record for record in found if records.order_number(record).casefold() == wanted), None)

    def _orders_of(self, shopper_id: str) -> Sequence[Record]:
        if not shopper_id.isdecimal():
            return []
        found = self._all("orders", ask.ORDERS, query=f"customer_id:{shopper_id}")
        return [record for record in found if records.tail((record["customer"] or {}).get("id", "")) == shopper_id]

    def _customer(self, shopper_id: str) -> Record | None:
        if not shopper_id.isdecimal():
            return None
        record: Record | None = self._read(ask.CUSTOMER, {"id": f"gid://shopify/Customer/{shopper_id}"})["customer"]
        return record

    def _account(self, record: Record) -> Account:
        paid_by = {
            name for order in self._orders_of(records.tail(record["id"])) for name in order["paymentGatewayNames"]
        }
        return Account(
            shopper_id=records.tail(record["id"]),
            name=record["displayName"],
            email=records.email(record),
            address=records.address(record["defaultAddress"]),
            payment_methods=[PaymentMethod(name, name) for name in sorted(paid_by)],
        )

    def _all(self, name: str, question: str, **variables: str) -> Iterator[Record]:
        after: str | None = None
        while True:
            page = self._read(question, {**variables, "after": after})[name]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def _read(self, query: str, variables: Record) -> Record:
        answer = content_of(self._web.read("POST", "graphql.json", json={"query": query, "variables": variables}))
        if _errors(answer) or not isinstance(answer.get("data"), dict):
            raise ShopUnavailable(f"the shop cannot answer: {_errors(answer)}")
        data: Record = answer["data"]
        return data

    def _write(self, name: str, mutation: str, variables: Record, *, errors: str = "userErrors") -> Record:
        """The mutation's own answer; what Shopify has against it becomes ChangeRefused."""
        response = self._web.write("POST", "graphql.json", json={"query": mutation, "variables": variables})
        answer = content_of(response)
        if said := _errors(answer):
            unsure = "INTERNAL_SERVER_ERROR" in said
            raise (OutcomeUnknown if unsure else ShopUnavailable)(f"{name}: {said}")
        done: Record = answer["data"][name]
        if done[errors]:
            raise ChangeRefused(" ".join(error["message"] for error in done[errors]))
        return done


def _throttled(response: httpx.Response) -> float | None:
    """Seconds until the shop has regained what the query costs, where it was not carried out for want of it."""
    try:
        answer = response.json()
    except ValueError:
        return None
    if not isinstance(answer, dict) or "THROTTLED" not in _errors(answer):
        return None
    cost = (answer.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    missing = cost.get("requestedQueryCost", 0) - status.get("currentlyAvailable", 0)
    return max(0.0, float(missing) / max(float(status.get("restoreRate", 50)), 1.0))


def _errors(answer: Any) -> str:
    """The codes of the errors that concern the request as a whole, or what they say."""
    errors: Any = answer.get("errors") if isinstance(answer, dict) else "not an object"
    if isinstance(errors, str):
        return errors
    return ", ".join(
        str((error.get("extensions") or {}).get("code") or error.get("message", "?")) for error in errors or ()
    )
