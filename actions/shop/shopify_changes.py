"""How Shopify makes each change."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from actions.shop import shopify_queries as ask
from actions.shop import shopify_records as records
from actions.shop.asked import claim_note, price_of, problem_note, refuse_held, swap_note
from actions.shop.changes import (
    CancelOrder,
    Change,
    ChangeAccountAddress,
    ChangeAddress,
    ChangeItems,
    ClaimWarranty,
    ExchangeItems,
    ReportProblem,
    ReturnItems,
)
from actions.shop.client import ChangeRefused, OutcomeUnknown, ShopUnavailable
from actions.shop.journal import Way
from actions.shop.shopify_api import ShopifyApi
from actions.shop.shopify_money import is_refunded, pay_back
from actions.shop.shopify_returns import Exchange, Return
from actions.shop.shopify_swaps import saved_cents, variant_gid

JOB_TRIES = 8
Record = Mapping[str, Any]


def ways(api: ShopifyApi) -> Mapping[type[Change], Way]:
    """All that can be changed over the API."""
    return {
        CancelOrder: Cancel(api),
        ChangeItems: Items(api),
        ChangeAddress: OrderAddress(api),
        ChangeAccountAddress: AccountAddress(api),
        ReturnItems: Return(api),
        ExchangeItems: Exchange(api),
        ReportProblem: Problem(api),
        ClaimWarranty: Claim(api),
    }


class Cancel:
    """Shopify cancels in the background: waits until it says that it has."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def plan(self, change: CancelOrder) -> int:
        """See Way."""
        return records.paid_cents(_open(self._api, change.order_number))

    def make(self, change: CancelOrder) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        variables = {"orderId": record["id"], "staffNote": change.reason}
        job = self._api.write("orderCancel", ask.CANCEL, variables, errors="orderCancelUserErrors")["job"]
        for attempt in range(JOB_TRIES):
            if job is None or job["done"]:
                break
            time.sleep(self._api.pause_s * 2 ** min(attempt, 3))
            try:
                job = self._api.read(ask.JOB, {"id": job["id"]})["job"]
            except ShopUnavailable as error:
                raise OutcomeUnknown(f"order {record['name']} is being cancelled: {error}") from error
        if not self.is_made(change):
            raise OutcomeUnknown(f"order {record['name']} is being cancelled")

    def is_made(self, change: CancelOrder) -> bool:
        """See Way."""
        return self._api.must_have(change.order_number)["cancelledAt"] is not None


class Items:
    """An edit of the order: all of it is committed at once, and what the new ones cost less goes back after it."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def plan(self, change: ChangeItems) -> int:
        """See Way. What costs more is refused: Shopify would only write the shopper an invoice."""
        record = _open(self._api, change.order_number)
        refuse_held(records.order(record), change.swaps)
        cents = saved_cents(self._api, change.swaps, record)
        if cents < 0:
            raise ChangeRefused("It costs more, so a person has to see to the payment.")
        return cents

    def make(self, change: ChangeItems) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        due_cents = -_owed(record)
        if not self._is_edited(change, record):
            due_cents += saved_cents(self._api, change.swaps, record)
            self._edit(change, record)
        if due_cents > 0:
            pay_back(self._api, record, due_cents, swap_note(change))

    def is_made(self, change: ChangeItems) -> bool:
        """See Way."""
        record = self._api.must_have(change.order_number)
        return self._is_edited(change, record) and _owed(record) >= 0

    def _edit(self, change: ChangeItems, record: Record) -> None:
        begun = self._api.write("orderEditBegin", ask.BEGIN_EDIT, {"id": record["id"]})["calculatedOrder"]
        quantities = {records.tail(line["id"]): (line["id"], line["quantity"]) for line in begun["lineItems"]["nodes"]}
        for swap in change.swaps:
            line_id, quantity = quantities[swap.line_id]
            left = {"id": begun["id"], "lineItemId": line_id, "quantity": quantity - swap.quantity}
            self._api.write("orderEditSetQuantity", ask.SET_QUANTITY, left)
            fresh = {"id": begun["id"], "variantId": variant_gid(swap.item_id), "quantity": swap.quantity}
            self._api.write("orderEditAddVariant", ask.ADD_VARIANT, fresh)
        commit = {"id": begun["id"], "staffNote": swap_note(change)}
        self._api.write("orderEditCommit", ask.COMMIT_EDIT, commit)

    @staticmethod
    def _is_edited(change: ChangeItems, record: Record) -> bool:
        held = {line.item_id for line in records.order(record).lines}
        return all(swap.item_id in held for swap in change.swaps)


class OrderAddress:
    """The delivery address of an order of which nothing has been sent."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def plan(self, change: ChangeAddress) -> int:
        """See Way."""
        _open(self._api, change.order_number)
        return 0

    def make(self, change: ChangeAddress) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        content = {"id": record["id"], "shippingAddress": records.written(change.address)}
        self._api.write("orderUpdate", ask.UPDATE_ORDER, {"input": content})

    def is_made(self, change: ChangeAddress) -> bool:
        """See Way."""
        return records.has_address(self._api.must_have(change.order_number)["shippingAddress"], change.address)


class AccountAddress:
    """The default address of a customer."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def plan(self, change: ChangeAccountAddress) -> int:
        """See Way."""
        if self._api.customer(change.shopper_id) is None:
            raise ChangeRefused("This account does not exist.")
        return 0

    def make(self, change: ChangeAccountAddress) -> None:
        """See Way."""
        record = self._api.customer(change.shopper_id) or {"id": "", "defaultAddress": None}
        variables = {"customerId": record["id"], "address": records.written(change.address)}
        if record["defaultAddress"] is None:
            self._api.write("customerAddressCreate", ask.CREATE_ADDRESS, variables)
        else:
            variables["addressId"] = record["defaultAddress"]["id"]
            self._api.write("customerAddressUpdate", ask.UPDATE_ADDRESS, variables)

    def is_made(self, change: ChangeAccountAddress) -> bool:
        """See Way."""
        record = self._api.customer(change.shopper_id)
        return record is not None and records.has_address(record["defaultAddress"], change.address)


class Problem:
    """A line in the order's note for the people at the shop; then the money, if that is what the shopper wants."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def plan(self, change: ReportProblem) -> int:
        """See Way."""
        record = self._api.must_have(change.order_number)
        order = records.order(record)
        cents = price_of(order, change.pieces)
        if problem_note(change, order) in (record["note"] or ""):
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
        _note(self._api, record, line)
        if change.remedy == "refund" and not is_refunded(self._api, record, line):
            pay_back(self._api, record, price_of(order, change.pieces), line)

    def is_made(self, change: ReportProblem) -> bool:
        """See Way."""
        record = self._api.must_have(change.order_number)
        line = problem_note(change, records.order(record))
        noted = line in (record["note"] or "")
        return noted and (change.remedy != "refund" or is_refunded(self._api, record, line))


class Claim:
    """A warranty claim: a line in the order's note for the people at the shop."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def plan(self, change: ClaimWarranty) -> int:
        """See Way."""
        record = self._api.must_have(change.order_number)
        if claim_note(change, records.order(record))[0] in (record["note"] or ""):
            raise ChangeRefused("A warranty claim for it is open already.")
        return 0

    def make(self, change: ClaimWarranty) -> None:
        """See Way."""
        record = self._api.must_have(change.order_number)
        _note(self._api, record, claim_note(change, records.order(record))[1])

    def is_made(self, change: ClaimWarranty) -> bool:
        """See Way."""
        record = self._api.must_have(change.order_number)
        return claim_note(change, records.order(record))[1] in (record["note"] or "")


def _note(api: ShopifyApi, record: Record, line: str) -> None:
    """A line in the order's note, which only the people at the shop see; the same one once."""
    before = record["note"] or ""
    if line not in before:
        content = {"id": record["id"], "note": f"{before}\n{line}".strip()}
        api.write("orderUpdate", ask.UPDATE_ORDER, {"input": content})


def _open(api: ShopifyApi, order_number: str) -> Record:
    record = api.must_have(order_number)
    if record["cancelledAt"] or record["displayFulfillmentStatus"] in records.SENT:
        status = records.status(record).replace("_", " ")
        raise ChangeRefused(f"Order {records.order_number(record)} is {status} by now.")
    return record


def _owed(record: Record) -> int:
    """What is still to be paid for an order, in cents; negative where too much was paid."""
    return records.current_total_cents(record) - records.paid_cents(record)
