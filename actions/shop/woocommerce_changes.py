"""How WooCommerce makes each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.shop import woocommerce_records as records
from actions.shop.asked import claim_note, line_with, new_variant, price_of, problem_note, refuse_held
from actions.shop.changes import (
    CancelOrder,
    Change,
    ChangeAccountAddress,
    ChangeAddress,
    ChangeItems,
    ClaimWarranty,
    ExchangeItems,
    ReportProblem,
    ReturnArrived,
    ReturnItems,
)
from actions.shop.client import ChangeRefused, OutcomeUnknown, ShopUnavailable
from actions.shop.journal import Way
from actions.shop.types import Variant
from actions.shop.woocommerce_api import WooCommerceApi
from actions.shop.woocommerce_notes import amount, is_noted, is_refunded, note, notes
from actions.shop.woocommerce_returns import Arrival, Exchange, Return

OPEN = frozenset({"pending", "on-hold", "processing"})
BY_HAND: frozenset[type[Change]] = frozenset({ReturnItems, ExchangeItems, ReportProblem})
"""What WooCommerce itself knows nothing of: it is noted on the order, and people at the shop do it."""
Record = Mapping[str, Any]


def ways(api: WooCommerceApi) -> Mapping[type[Change], Way]:
    """All that can be changed over the API."""
    return {
        CancelOrder: Cancel(api),
        ChangeItems: Items(api),
        ChangeAddress: OrderAddress(api),
        ChangeAccountAddress: AccountAddress(api),
        ReturnItems: Return(api),
        ExchangeItems: Exchange(api),
        ReturnArrived: Arrival(api),
        ReportProblem: Problem(api),
        ClaimWarranty: Claim(api),
    }


class Cancel:
    """First the status, so that nothing is packed any more; then the money that has not been paid back yet."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: CancelOrder) -> int:
        """See Way."""
        return records.paid_cents(_open(self._api, change.order_number))

    def make(self, change: CancelOrder) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        due_cents = records.paid_cents(record)
        if record["status"] != "cancelled":
            self._api.put(f"orders/{record['id']}", {"status": "cancelled"})
        if due_cents:
            _pay_back(self._api, record, due_cents, change.reason)

    def is_made(self, change: CancelOrder) -> bool:
        """See Way."""
        record = self._api.must_have(change.order_number)
        return bool(record["status"] in {"cancelled", "refunded"} and not records.paid_cents(record))


class Items:
    """Other variants at the same price; where one costs more or less, a person sees to the money."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: ChangeItems) -> int:
        """See Way."""
        order = records.order(_open(self._api, change.order_number))
        refuse_held(order, change.swaps)
        for swap in change.swaps:
            line = line_with(order, swap)
            variant = new_variant(line, swap, self._variants(line.product_id))
            if variant.price_cents != line.unit_price_cents:
                raise ChangeRefused("It does not cost the same, so a person has to see to the payment.")
        return 0

    def make(self, change: ChangeItems) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        order = records.order(record)
        rows: list[dict[str, Any]] = []
        for swap in change.swaps:
            line = line_with(order, swap)
            left = line.quantity - swap.quantity
            rows.append({"id": int(line.line_id), "quantity": left, "total": amount(left * line.unit_price_cents)})
            rows.append(
                {
                    "product_id": int(line.product_id),
                    "variation_id": int(swap.item_id),
                    "quantity": swap.quantity,
                    "total": amount(swap.quantity * line.unit_price_cents),
                }
            )
        self._api.put(f"orders/{record['id']}", {"line_items": rows})

    def is_made(self, change: ChangeItems) -> bool:
        """See Way."""
        order = records.order(self._api.must_have(change.order_number))
        held = {line.item_id for line in order.lines}
        return all(swap.item_id in held for swap in change.swaps)

    def _variants(self, product_id: str) -> Sequence[Variant]:
        product = self._api.one(f"products/{product_id}")
        if product is None:
            return []
        rows = self._api.all(f"products/{product_id}/variations")
        return [records.variant(row, product) for row in rows]


class OrderAddress:
    """The delivery address of an open order."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: ChangeAddress) -> int:
        """See Way."""
        _open(self._api, change.order_number)
        return 0

    def make(self, change: ChangeAddress) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        self._api.put(f"orders/{record['id']}", {"shipping": records.written(change.address)})

    def is_made(self, change: ChangeAddress) -> bool:
        """See Way."""
        return records.has_address(self._api.must_have(change.order_number), change.address)


class AccountAddress:
    """The delivery address of a customer."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: ChangeAccountAddress) -> int:
        """See Way."""
        if self._api.one(f"customers/{change.shopper_id}") is None:
            raise ChangeRefused("This account does not exist.")
        return 0

    def make(self, change: ChangeAccountAddress) -> None:
        """See Way."""
        self._api.put(f"customers/{change.shopper_id}", {"shipping": records.written(change.address)})

    def is_made(self, change: ChangeAccountAddress) -> bool:
        """See Way."""
        return records.has_address(self._api.one(f"customers/{change.shopper_id}") or {}, change.address)


class Problem:
    """A note on the order for the people at the shop; then the money, if that is what the shopper wants."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: ReportProblem) -> int:
        """See Way."""
        record = self._api.must_have(change.order_number)
        order = records.order(record)
        cents = price_of(order, change.pieces)
        if is_noted(self._api, record, problem_note(change, order)):
            raise ChangeRefused("That was reported already.")
        if change.remedy != "refund":
            return 0
        if cents > records.paid_cents(record):
            raise ChangeRefused("That is more than what was paid and has not gone back yet.")
        return cents

    def make(self, change: ReportProblem) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        order = records.order(record)
        line = problem_note(change, order)
        note(self._api, record, line)
        if change.remedy == "refund" and not is_refunded(record, line):
            _pay_back(self._api, record, price_of(order, change.pieces), line)

    def is_made(self, change: ReportProblem) -> bool:
        """See Way."""
        record = self._api.must_have(change.order_number)
        line = problem_note(change, records.order(record))
        return is_noted(self._api, record, line) and (change.remedy != "refund" or is_refunded(record, line))


class Claim:
    """A warranty claim: a note on the order for the people at the shop."""

    def __init__(self, api: WooCommerceApi) -> None:
        self._api = api

    def plan(self, change: ClaimWarranty) -> int:
        """See Way."""
        record = self._api.must_have(change.order_number)
        head, _ = claim_note(change, records.order(record))
        if any(line.startswith(head) for line in notes(self._api, record)):
            raise ChangeRefused("A warranty claim for it is open already.")
        return 0

    def make(self, change: ClaimWarranty) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        note(self._api, record, claim_note(change, records.order(record))[1])

    def is_made(self, change: ClaimWarranty) -> bool:
        """See Way."""
        record = self._api.must_have(change.order_number)
        return is_noted(self._api, record, claim_note(change, records.order(record))[1])


def _open(api: WooCommerceApi, order_number: str) -> Record:
    record = api.must_have(order_number)
    if record["status"] not in OPEN:
        status = records.STATUSES.get(record["status"]) or str(record["status"])
        raise ChangeRefused(f"Order {record['number']} is {status.replace('_', ' ')} by now.")
    return record


def _pay_back(api: WooCommerceApi, record: Record, cents: int, reason: str) -> None:
    content = {"amount": amount(cents), "reason": reason, "api_refund": True}
    try:
        api.send("POST", f"orders/{record['id']}/refunds", content)
    except (ChangeRefused, ShopUnavailable) as error:
        raise OutcomeUnknown(f"order {record['id']} is changed, but not paid back: {error}") from error
