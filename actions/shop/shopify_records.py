"""Shopify's records in the words of actions.shop.types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from actions.shop.types import Address, Order, OrderLine, Refund, Variant

PARCEL = {"DELIVERED": "delivered", "OUT_FOR_DELIVERY": "out_for_delivery", "IN_TRANSIT": "in_transit"}
RETURNS = {
    "RETURN_REQUESTED": "return_requested",
    "IN_PROGRESS": "return_requested",
    "INSPECTION_COMPLETE": "returned",
    "RETURNED": "returned",
}
SENT = frozenset({"FULFILLED", "PARTIALLY_FULFILLED"})
Record = Mapping[str, Any]


def order(record: Record) -> Order:
    """An order."""
    parcel = record["fulfillments"][-1] if record["fulfillments"] else {}
    tracking = (parcel.get("trackingInfo") or [{}])[0]
    refunded_cents = _cents(record["totalRefundedSet"])
    gateways = record["paymentGatewayNames"]
    return Order(
        order_number=order_number(record),
        shopper_id=tail((record["customer"] or {}).get("id", "")),
        status=status(record),
        placed_at=_instant(record["createdAt"]),
        lines=[_line(line) for line in record["lineItems"]["nodes"] if line["quantity"]],  # 0: taken out by an edit
        total_cents=_cents(record["totalPriceSet"]),
        currency=record["totalPriceSet"]["shopMoney"]["currencyCode"],
        expected_at=_instant(parcel.get("estimatedDeliveryAt")),
        delivered_at=_instant(parcel.get("deliveredAt")),
        carrier=tracking.get("company") or "",
        tracking_number=tracking.get("number") or "",
        address=address(record["shippingAddress"]),
        payment_method_id=gateways[0] if gateways else "",
        shipping_method=(record["shippingLine"] or {}).get("title") or "",
        shipping_cents=_cents(record["totalShippingPriceSet"]),
        refund=Refund(refunded_cents, gateways[0] if gateways else "") if refunded_cents else None,
    )


def status(record: Record) -> str:  # noqa: PLR0911
    """Where the order stands: Shopify spreads it over payment, fulfilment, parcels and returns."""
    if record["cancelledAt"]:
        return "cancelled"
    if record["returnStatus"] in RETURNS:
        state = RETURNS[record["returnStatus"]]
        return state.replace("return", "exchange", 1) if is_exchange(record) else state
    if record["displayFinancialStatus"] == "REFUNDED":
        return "refunded"
    if record["displayFulfillmentStatus"] in SENT:
        shown = {PARCEL.get(parcel["displayStatus"], "shipped") for parcel in record["fulfillments"]}
        if record["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED" and "delivered" in shown:
            return "partially_delivered"
        return shown.pop() if len(shown) == 1 else "shipped"
    if record["displayFinancialStatus"] in {"PENDING", "EXPIRED", "VOIDED"}:
        return "pending_payment"
    return "processing" if record["displayFulfillmentStatus"] == "IN_PROGRESS" else "paid"


def is_exchange(record: Record) -> bool:
    """Whether something else is sent for what comes back."""
    return any(entry["exchangeLineItems"]["nodes"] for entry in record["returns"]["nodes"])


def _line(line: Record) -> OrderLine:
    variant = line["variant"] or {"id": "", "product": {"id": ""}, "selectedOptions": []}
    return OrderLine(
        item_id=tail(variant["id"]),
        title=line["title"],
        quantity=line["quantity"],
        unit_price_cents=_cents(line["discountedUnitPriceSet"]),
        line_id=tail(line["id"]),
        product_id=tail(variant["product"]["id"]),
        options=_options(variant),
    )


def variant(record: Record) -> Variant:
    """A variant."""
    product = record["product"]
    price_cents = int((Decimal(record["price"]) * 100).to_integral_value())
    available = bool(record["availableForSale"])
    return Variant(tail(record["id"]), tail(product["id"]), product["title"], _options(record), price_cents, available)


def _options(variant: Record) -> dict[str, str]:
    return {option["name"].casefold(): option["value"] for option in variant["selectedOptions"]}


def paid_cents(record: Record) -> int:
    """What the shopper has paid and not got back."""
    return _cents(record["totalReceivedSet"]) - _cents(record["totalRefundedSet"])


def current_total_cents(record: Record) -> int:
    """What the order costs by now, after edits."""
    return _cents(record["currentTotalPriceSet"])


def address(fields: Record | None) -> Address | None:
    """An address, if there is one."""
    if not fields:
        return None
    return Address(
        name=fields["name"] or "",
        street=fields["address1"] or "",
        postcode=fields["zip"] or "",
        city=fields["city"] or "",
        country=fields["countryCodeV2"] or "",
        street2=fields["address2"] or "",
        state=fields["province"] or "",
    )


def written(address: Address) -> dict[str, str]:
    """An address as the API takes it."""
    first, _, last = address.name.rpartition(" ")
    return {
        "firstName": first,
        "lastName": last,
        "address1": address.street,
        "address2": address.street2,
        "city": address.city,
        "zip": address.postcode,
        "countryCode": address.country,
        **({"province": address.state} if address.state else {}),
    }


def has_address(fields: Record | None, wanted: Address) -> bool:
    """Whether an address of the API is this one."""
    found = address(fields)
    return found is not None and (found.street, found.postcode, found.city, found.name) == (
        wanted.street,
        wanted.postcode,
        wanted.city,
        wanted.name,
    )


def email(record: Record) -> str:
    """A customer's address."""
    return str((record["defaultEmailAddress"] or {}).get("emailAddress") or "")


def order_number(record: Record) -> str:
    """What the shopper calls the order: without the sign in front."""
    return str(record["name"]).removeprefix("#")


def quoted(text: str) -> str:
    """A term of Shopify's search language that cannot become two."""
    return '"' + text.replace("\\", " ").replace('"', " ") + '"'


def tail(gid: str) -> str:
    """The number at the end of a global id."""
    return gid.rpartition("/")[2]


def _cents(money: Record) -> int:
    return int((Decimal(money["shopMoney"]["amount"]) * 100).to_integral_value())


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
