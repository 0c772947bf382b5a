"""Records as the Shopify Admin API tells them: orders, customers, variants, money."""

from __future__ import annotations

from typing import Any


def amount(bag: dict[str, Any]) -> float:
    return float(bag["shopMoney"]["amount"])


def item(number: str, row: dict[str, Any], count: int) -> dict[str, Any]:
    return {"id": f"gid://shopify/LineItem/{number}", "title": "Linen shirt", "quantity": count, "currentQuantity": count, "variant": row,
            "discountedUnitPriceSet": money(float(row["price"]))}  # fmt: skip


def money(amount: float) -> dict[str, Any]:
    return {"shopMoney": {"amount": f"{amount:.2f}", "currencyCode": "EUR"}}


def mailing(fields: dict[str, Any]) -> dict[str, Any]:
    name = f"{fields.get('firstName', '')} {fields.get('lastName', '')}".strip()
    return {"id": "gid://shopify/MailingAddress/1", "name": name, "address1": fields["address1"], "address2": fields.get("address2"), "city": fields["city"],
            "province": fields.get("province"), "zip": fields["zip"], "countryCodeV2": fields["countryCode"]}  # fmt: skip


def customer(number: int, name: str, email: str, postcode: str) -> dict[str, Any]:
    first, _, last = name.partition(" ")
    home = {
        "firstName": first,
        "lastName": last,
        "address1": "Mill Street 1",
        "city": "Bonn",
        "zip": postcode,
        "countryCode": "DE",
    }
    return {
        "id": f"gid://shopify/Customer/{number}",
        "displayName": name,
        "defaultEmailAddress": {"emailAddress": email},
        "defaultAddress": mailing(home),
    }


def variant(number: int, product: int, size: str, price: str, *, available: bool = True) -> dict[str, Any]:
    return {"id": f"gid://shopify/ProductVariant/{number}", "price": price, "availableForSale": available,
            "selectedOptions": [{"name": "Size", "value": size}], "product": {"id": f"gid://shopify/Product/{product}", "title": "Linen shirt"}}  # fmt: skip


def order(
    number: int,
    shopper: dict[str, Any],
    at: str,
    gateway: str,
    lines: list[tuple[dict[str, Any], int]],
    *,
    delivered: bool = False,
) -> dict[str, Any]:
    total = sum(float(row["price"]) * count for row, count in lines) + 4.9
    items = [item(f"{number}{place}", row, count) for place, (row, count) in enumerate(lines)]
    paid = {"id": f"gid://shopify/OrderTransaction/{number}", "kind": "SALE", "status": "SUCCESS", "gateway": gateway}
    parcel = {"displayStatus": "DELIVERED", "deliveredAt": at, "estimatedDeliveryAt": at, "trackingInfo": [{"company": "Tern Parcel", "number": "TP1"}],
              "fulfillmentLineItems": {"nodes": [{"id": f"{one['id']}/sent".replace("LineItem", "FulfillmentLineItem"), "quantity": one["quantity"], "lineItem": one} for one in items]}}  # fmt: skip
    return {"id": f"gid://shopify/Order/9{number}", "name": f"#{number}", "createdAt": at, "cancelledAt": None, "displayFinancialStatus": "PAID",
            "displayFulfillmentStatus": "FULFILLED" if delivered else "UNFULFILLED", "returnStatus": "NO_RETURN", "paymentGatewayNames": [gateway],
            "note": None, "returns": {"nodes": []}, "transactions": [paid], "refunds": [], "currentTotalPriceSet": money(total),
            "customer": shopper, "totalPriceSet": money(total), "totalReceivedSet": money(total), "totalRefundedSet": money(0), "totalShippingPriceSet": money(4.9),
            "shippingLine": {"title": "Standard"}, "shippingAddress": shopper["defaultAddress"], "lineItems": {"nodes": items}, "fulfillments": [parcel] if delivered else []}  # fmt: skip
