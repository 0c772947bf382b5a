"""WooCommerce's REST API, version 3: pages, single records, writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from actions.shop.asked import there_is
from actions.shop.client import ChangeRefused, ShopUnavailable
from actions.shop.web import ShopWeb, content_of

PAGE = 100
Record = Mapping[str, Any]


class WooCommerceApi:
    """The API of one shop. Raises as ShopWeb does.

    Args:
        url: of the shop, such as https://shop.example.
        key, secret: a REST API key that may read and write.
        pause_s: before a second try.
    """

    def __init__(self, url: str, *, key: str, secret: str, pause_s: float) -> None:
        self._web = ShopWeb(f"{url.rstrip('/')}/wp-json/wc/v3", auth=(key, secret), pause_s=pause_s)

    def close(self) -> None:
        """Closes its connections."""
        self._web.close()

    def must_have(self, order_number: str) -> Record:
        """The order's record. Raises ChangeRefused where there is none."""
        return there_is(self.order_record(order_number), order_number)

    def order_record(self, order_number: str) -> Record | None:
        """By id, which is the number in most shops; else by a search, for plugins that number orders themselves."""
        wanted = order_number.strip().removeprefix("#").casefold()
        record = self.one(f"orders/{wanted}") if wanted.isdecimal() else None
        if record is None or record["number"].casefold() != wanted:
            found = self.all("orders", search=wanted)
            record = next((other for other in found if other["number"].casefold() == wanted), None)
        return record

    def orders_of(self, shopper_id: str) -> Sequence[Record]:
        """The shopper's orders, the latest first."""
        found = list(self.all("orders", customer=shopper_id, orderby="date", order="desc"))
        return [record for record in found if str(record["customer_id"]) == shopper_id]

    def one(self, path: str) -> Record | None:
        """One record, or None."""
        response = self._web.read("GET", path)
        if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST):  # a customer id unknown is a 400
            return None
        record: Record = _expected(response)
        return record

    def all(self, path: str, **parameters: str) -> Iterator[Record]:
        """The records of all pages."""
        page, pages = 1, 1
        while page <= pages:
            response = self._web.read("GET", path, params={**parameters, "per_page": PAGE, "page": page})
            yield from _expected(response)
            pages = int(response.headers.get("X-WP-TotalPages", "1"))
            page += 1

    def put(self, path: str, content: Record) -> None:
        """Changes a record."""
        self.send("PUT", path, content)

    def send(self, method: str, path: str, content: Record) -> None:
        """Writes, once. Raises ChangeRefused where WooCommerce says no."""
        response = self._web.write(method, path, json=content)
        if response.is_error:
            raise ChangeRefused(str(_message(response)))


def _expected(response: httpx.Response) -> Any:
    if response.is_error:
        raise ShopUnavailable(f"{response.request.url.path}: {response.status_code} {_message(response)}")
    return content_of(response)


def _message(response: httpx.Response) -> str:
    content = content_of(response)
    return str(content.get("message", "")) if isinstance(content, dict) else ""
