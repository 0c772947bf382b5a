"""WooCommerce's records in the words of actions.shop.types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from actions.shop.types import Address, Order, OrderLine, Refund, Variant

STATUSES = {
    "pending": "pending_payment",
    "on-hold": "pending_payment",
    "failed": "pending_payment",
    "processing": "processing",
    "completed": "delivered",
    "cancelled": "cancelled",
    "trash": "cancelled",
    "refunded": "refunded",
}
"""WooCommerce knows no parcel: "completed" is all that it says of one that has left. Other plugins' own states count as
"processing"."""
TRACKING = "_wc_shipment_tracking_items"
RETURN = "_rapport_return"
"""The order's meta data in which woocommerce_returns.py keeps what was agreed on."""
Record = Mapping[str, Any]


def order(record: Record) -> Order:
    """An order."""
    shipped = next((entry["value"] for entry in record.get("meta_data") or () if entry["key"] == TRACKING), None)
    parcel = shipped[-1] if isinstance(shipped, list) and shipped else {}
    back_cents = refunded_cents(record)
    return Order(
        order_number=str(record["number"]),
        shopper_id=str(record["customer_id"]),
        status=_status(record),
        placed_at=_instant(record.get("date_created_gmt")),
        lines=[_line(line) for line in record["line_items"]],
        total_cents=_cents(record["total"]),
        currency=record["currency"],
        delivered_at=_instant(record.get("date_completed_gmt")),
        carrier=parcel.get("tracking_provider") or parcel.get("custom_tracking_provider") or "",
        tracking_number=parcel.get("tracking_number") or "",
        address=address(record),
        payment_method_id=record["payment_method"],
        shipping_method=", ".join(line["method_title"] for line in record.get("shipping_lines") or ()),
        shipping_cents=_cents(record["shipping_total"]) + _cents(record.get("shipping_tax") or "0"),
        refund=Refund(back_cents, record["payment_method"]) if back_cents else None,
    )


def agreed_return(record: Record) -> Record | None:
    """The return or exchange that was agreed on for an order: kind, pieces, refund_cents, note, arrived."""
    found = (entry["value"] for entry in record.get("meta_data") or () if entry["key"] == RETURN)
    return next((value for value in found if isinstance(value, Mapping)), None)


def _status(record: Record) -> str:
    agreed = agreed_return(record)
    if not agreed or record["status"] != "completed":
        return STATUSES.get(record["status"], "processing")
    return "returned" if agreed.get("arrived") else f"{agreed['kind']}_requested"


def _line(line: Record) -> OrderLine:
    paid_cents = _cents(line["total"]) + _cents(line.get("total_tax") or "0")
    options = {
        str(entry.get("display_key") or entry["key"]).casefold(): str(entry.get("display_value") or entry["value"])
        for entry in line.get("meta_data") or ()
        if not str(entry["key"]).startswith("_")
    }
    return OrderLine(
        item_id=str(line["variation_id"] or line["product_id"]),
        title=line["name"],
        quantity=line["quantity"],
        unit_price_cents=round(paid_cents / max(line["quantity"], 1)),
        line_id=str(line["id"]),
        product_id=str(line["product_id"]),
        options=options,
    )


def variant(record: Record, product: Record) -> Variant:
    """A variant, or a product that has none, as the one that it is."""
    options = {entry["name"].casefold(): entry["option"] for entry in record["attributes"] if "option" in entry}
    available = record["stock_status"] in {"instock", "onbackorder"} and record.get("purchasable", True)
    price_cents = _cents(record["price"] or "0")
    return Variant(str(record["id"]), str(product["id"]), product["name"], options, price_cents, available)


def paid_cents(record: Record) -> int:
    """What the shopper has paid and not got back."""
    return _cents(record["total"]) - refunded_cents(record) if record.get("date_paid_gmt") else 0


def refunded_cents(record: Record) -> int:
    """What the shopper has got back."""
    return sum(abs(_cents(refund["total"])) for refund in record.get("refunds") or ())


def address(record: Record) -> Address | None:
    """The delivery address; WooCommerce leaves it empty where the billing address is meant."""
    fields = next((record[kind] for kind in ("shipping", "billing") if record[kind].get("address_1")), None)
    if fields is None:
        return None
    return Address(
        name=full_name(fields),
        street=fields["address_1"],
        postcode=fields["postcode"],
        city=fields["city"],
        country=fields["country"],
        street2=fields.get("address_2") or "",
        state=fields.get("state") or "",
    )


def written(address: Address) -> dict[str, str]:
    """An address as the API takes it."""
    first, _, last = address.name.rpartition(" ")
    return {
        "first_name": first,
        "last_name": last,
        "address_1": address.street,
        "address_2": address.street2,
        "city": address.city,
        "state": address.state,
        "postcode": address.postcode,
        "country": address.country,
    }


def has_address(record: Record, wanted: Address) -> bool:
    """Whether the delivery address of an order or a customer is this one."""
    fields = record.get("shipping") or {}
    return all(fields.get(name) == value for name, value in written(wanted).items())


def full_name(fields: Record) -> str:
    """First and last name."""
    return f"{fields.get('first_name', '')} {fields.get('last_name', '')}".strip()


def _cents(amount: str) -> int:
    return int((Decimal(amount) * 100).to_integral_value())


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
