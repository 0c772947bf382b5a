"""Shopify's Admin API in GraphQL: pages, single records, mutations, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from actions.shop import shopify_queries as ask
from actions.shop import shopify_records as records
from actions.shop.asked import there_is
from actions.shop.client import ChangeRefused, OutcomeUnknown, ShopUnavailable
from actions.shop.web import ShopWeb, content_of

VERSION = "2026-01"
_NUMBER = re.compile(r"[\w.-]{1,40}")
Record = Mapping[str, Any]


class ShopifyApi:
    """The API of one shop. Raises as ShopWeb does.

    Args:
        url: of the shop, such as https://shop.myshopify.com.
        token: of an app, see README.md for its rights.
        pause_s: before a second try, and before a job is asked after.
    """

    def __init__(self, url: str, *, token: str, version: str, pause_s: float) -> None:
        self._web = ShopWeb(
            f"{url.rstrip('/')}/admin/api/{version}",
            headers={"X-Shopify-Access-Token": token},
            pause_s=pause_s,
            throttled=_throttled,
        )
        self.pause_s = pause_s

    def close(self) -> None:
        """Closes its connections."""
        self._web.close()

    def must_have(self, order_number: str) -> Record:
        """The order's record. Raises ChangeRefused where there is none."""
        return there_is(self.order_record(order_number), order_number)

    def order_record(self, order_number: str) -> Record | None:
        """The record of the order with this number."""
        wanted = order_number.strip().removeprefix("#").casefold()
        if not _NUMBER.fullmatch(wanted):
            return None
        found = self.all("orders", ask.ORDERS, query=f"name:{records.quoted(wanted)}")
        return next((record for record in found if records.order_number(record).casefold() == wanted), None)

    def orders_of(self, shopper_id: str) -> Sequence[Record]:
        """The shopper's orders, the latest first."""
        if not shopper_id.isdecimal():
            return []
        found = self.all("orders", ask.ORDERS, query=f"customer_id:{shopper_id}")
        return [record for record in found if records.tail((record["customer"] or {}).get("id", "")) == shopper_id]

    def customer(self, shopper_id: str) -> Record | None:
        """The record of a shopper."""
        if not shopper_id.isdecimal():
            return None
        record: Record | None = self.read(ask.CUSTOMER, {"id": f"gid://shopify/Customer/{shopper_id}"})["customer"]
        return record

    def all(self, name: str, question: str, **variables: str) -> Iterator[Record]:
        """The records of all pages."""
        after: str | None = None
        while True:
            page = self.read(question, {**variables, "after": after})[name]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def read(self, query: str, variables: Record) -> Record:
        """What a query answers."""
        answer = content_of(self._web.read("POST", "graphql.json", json={"query": query, "variables": variables}))
        if _errors(answer) or not isinstance(answer.get("data"), dict):
            raise ShopUnavailable(f"the shop cannot answer: {_errors(answer)}")
        data: Record = answer["data"]
        return data

    def write(self, name: str, mutation: str, variables: Record, *, errors: str = "userErrors") -> Record:
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
