"""WooCommerce: a ShopClient over its REST API, version 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from actions.shop import woocommerce_records as records
from actions.shop.changes import CancelOrder, Change, ChangeAccountAddress, ChangeAddress
from actions.shop.client import ChangeRefused, OutcomeUnknown, Receipt, ShopUnavailable
from actions.shop.journal import ChangeJournal
from actions.shop.types import Account, Order, PaymentMethod, Subscription, Variant
from actions.shop.web import ShopWeb, content_of

PAGE = 100
OPEN = frozenset({"pending", "on-hold", "processing"})
Record = Mapping[str, Any]


class WooCommerce:
    """The ShopClient of a WooCommerce shop. Safe to call from several threads.

    Args:
        url: of the shop, such as https://shop.example.
        key, secret: a REST API key that may read and write.
        journal: the file that remembers which changes were made.
    """

    supports: frozenset[type[Change]] = frozenset({CancelOrder, ChangeAddress, ChangeAccountAddress})

    def __init__(self, url: str, *, key: str, secret: str, journal: Path, pause_s: float = 0.25) -> None:
        self._web = ShopWeb(f"{url.rstrip('/')}/wp-json/wc/v3", auth=(key, secret), pause_s=pause_s)
        self._journal = ChangeJournal(journal, is_made=self._is_made)

    def order(self, order_number: str) -> Order | None:
        """See ShopClient."""
        record = self._order_record(order_number)
        return records.order(record) if record else None

    def orders(self, shopper_id: str) -> Sequence[Order]:
        """See ShopClient."""
        if not shopper_id.isdecimal():
            return []
        return [records.order(record) for record in self._orders_of(shopper_id)]

    def account(self, shopper_id: str) -> Account | None:
        """See ShopClient. WooCommerce does not tell saved cards; the ways in which the shopper has paid stand in."""
        record = self._one(f"customers/{shopper_id}") if shopper_id.isdecimal() else None
        return self._account(record) if record else None

    def accounts_by_email(self, email: str) -> Sequence[Account]:
        """See ShopClient."""
        wanted = email.strip().casefold()
        found = self._all("customers", email=wanted, role="all")
        return [self._account(record) for record in found if record["email"].casefold() == wanted]

    def accounts_by_name(self, name: str, postcode: str) -> Sequence[Account]:
        """See ShopClient."""
        wanted = " ".join(name.casefold().split())
        found = self._all("customers", search=wanted, role="all")
        return [
            self._account(record)
            for record in found
            if records.full_name(record).casefold() == wanted
            and postcode.strip() in {record["shipping"].get("postcode"), record["billing"].get("postcode")}
        ]

    def variants(self, product_id: str) -> Sequence[Variant]:
        """See ShopClient."""
        product = self._one(f"products/{product_id}") if product_id.isdecimal() else None
        if product is None:
            return []
        rows = self._all(f"products/{product_id}/variations") if product["type"] == "variable" else [product]
        return [records.variant(row, product) for row in rows]

    def products(self) -> Sequence[tuple[str, str]]:
        """See ShopClient."""
        return [(str(record["id"]), record["name"]) for record in self._all("products", status="publish")]

    def subscriptions(self, shopper_id: str) -> Sequence[Subscription]:
        """See ShopClient; none: they are a paid extension with an API of its own."""
        del shopper_id
        return []

    def apply(self, change: Change, *, key: str) -> Receipt:
        """See ShopClient."""
        match change:
            case CancelOrder():
                return self._journal.apply(
                    change, key, plan=lambda: self._cancellable(change), make=lambda: self._cancel(change)
                )
            case ChangeAddress():
                return self._journal.apply(
                    change, key, plan=lambda: self._open(change.order_number), make=lambda: self._readdress(change)
                )
            case ChangeAccountAddress():
                content = {"shipping": records.written(change.address)}
                return self._journal.apply(
                    change, key, plan=lambda: 0, make=lambda: self._put(f"customers/{change.shopper_id}", content)
                )
            case _:
                raise ChangeRefused("A person has to make this change.")

    def receipt(self, key: str) -> Receipt | None:
        """See ShopClient."""
        return self._journal.receipt(key)

    def close(self) -> None:
        """Closes its connections."""
        self._web.close()

    def _cancellable(self, change: CancelOrder) -> int:
        self._open(change.order_number)
        record = self._must_have(change.order_number)
        return records.paid_cents(record)

    def _open(self, order_number: str) -> int:
        record = self._must_have(order_number)
        if record["status"] not in OPEN:
            raise ChangeRefused(
                f"Order {record['number']} is {records.STATUSES.get(record['status'], record['status'])} by now."
            )
        return 0

    def _cancel(self, change: CancelOrder) -> None:
        """First the status, so that nothing is packed any more; then what has not been paid back yet."""
        record = self._must_have(change.order_number)
        due_cents = records.paid_cents(record)
        if record["status"] != "cancelled":
            self._put(f"orders/{record['id']}", {"status": "cancelled"})
        if due_cents:
            content = {"amount": f"{due_cents / 100:.2f}", "reason": change.reason, "api_refund": True}
            try:
                self._send("POST", f"orders/{record['id']}/refunds", content)
            except (ChangeRefused, ShopUnavailable) as error:
                raise OutcomeUnknown(f"order {record['id']} is cancelled, but not paid back: {error}") from error

    def _readdress(self, change: ChangeAddress) -> None:
        record = self._must_have(change.order_number)
        self._put(f"orders/{record['id']}", {"shipping": records.written(change.address)})

    def _is_made(self, change: Change) -> bool:
        match change:
            case CancelOrder():
                record = self._must_have(change.order_number)
                return bool(record["status"] in {"cancelled", "refunded"} and not records.paid_cents(record))
            case ChangeAddress():
                return records.has_address(self._must_have(change.order_number), change.address)
            case ChangeAccountAddress():
                return records.has_address(self._one(f"customers/{change.shopper_id}") or {}, change.address)
            case _:
                return False

    def _must_have(self, order_number: str) -> Record:
        record = self._order_record(order_number)
        if record is None:
            raise ChangeRefused(f"There is no order {order_number}.")
        return record

    def _order_record(self, order_number: str) -> Record | None:
        """By id, which is the number in most shops; else by a search, for plugins that number orders themselves."""
        wanted = order_number.strip().removeprefix("#").casefold()
        record = self._one(f"orders/{wanted}") if wanted.isdecimal() else None
        if record is None or record["number"].casefold() != wanted:
            found = self._all("orders", search=wanted)
            record = next((other for other in found if other["number"].casefold() == wanted), None)
        return record

    def _orders_of(self, shopper_id: str) -> Sequence[Record]:
        found = list(self._all("orders", customer=shopper_id, orderby="date", order="desc"))
        return [record for record in found if str(record["customer_id"]) == shopper_id]

    def _account(self, record: Record) -> Account:
        paid_by = {
            order["payment_method"]: order for order in self._orders_of(str(record["id"])) if order["payment_method"]
        }
        return Account(
            shopper_id=str(record["id"]),
            name=records.full_name(record),
            email=record["email"],
            address=records.address(record),
            payment_methods=[PaymentMethod(method, method) for method in sorted(paid_by)],
        )

    def _one(self, path: str) -> Record | None:
        response = self._web.read("GET", path)
        if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST):  # a customer id unknown is a 400
            return None
        record: Record = _expected(response)
        return record

    def _all(self, path: str, **parameters: str) -> Iterator[Record]:
        page, pages = 1, 1
        while page <= pages:
            response = self._web.read("GET", path, params={**parameters, "per_page": PAGE, "page": page})
            yield from _expected(response)
            pages = int(response.headers.get("X-WP-TotalPages", "1"))
            page += 1

    def _put(self, path: str, content: Record) -> None:
        self._send("PUT", path, content)

    def _send(self, method: str, path: str, content: Record) -> None:
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
