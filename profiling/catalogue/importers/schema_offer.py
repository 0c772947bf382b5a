"""schema.org offers: one, several, an aggregate of them, with the price in the offer or in its price specifications."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from profiling.catalogue.fields import stock_word
from profiling.catalogue.importers.schema_values import nodes_of, text_of
from profiling.money import parse_price

_LIST_PRICES = frozenset({"listprice", "strikethroughprice", "srp", "msrp", "regularprice", "suggestedretailprice"})
_ORDER = ("in_stock", "preorder", "backorder", "out_of_stock", "discontinued")


@dataclass(frozen=True, slots=True)
class Offer:
    """What an offer says, unchecked. A number in the JSON is a Decimal, as its point is decimal for certain."""

    price: str | Decimal = ""
    list_price: str | Decimal = ""
    currency: str = ""
    availability: str = ""
    available_from: str = ""
    stock: str = ""
    sku: str = ""
    url: str = ""


def best_offer(offers: Any) -> Offer:
    """The offer that a shopper would take: the cheapest of those that can be had soonest."""
    found = list(_offers(offers, currency="", depth=0))
    return min(found, key=_rank) if found else Offer()


def _rank(offer: Offer) -> tuple[int, Decimal]:
    word = stock_word(offer.availability) if offer.availability else "in_stock"
    if isinstance(offer.price, Decimal):
        amount = offer.price if offer.price.is_finite() else Decimal("Infinity")
    else:
        price = parse_price(offer.price)
        amount = Decimal(price.cents).scaleb(-2) if price else Decimal("Infinity")
    return _ORDER.index(word) if word else len(_ORDER), amount


def _offers(value: Any, currency: str, depth: int) -> Iterator[Offer]:
    for node in nodes_of(value):
        own_currency = text_of(node.get("priceCurrency")) or currency
        inner = list(_offers(node.get("offers"), own_currency, depth + 1)) if depth < 3 else []
        if inner:
            yield from inner
        else:
            yield _offer(node, own_currency)


def _offer(node: dict[str, Any], currency: str) -> Offer:
    price = _amount(node.get("price") if "price" in node else node.get("lowPrice"))
    list_price: str | Decimal = ""
    for specification in nodes_of(node.get("priceSpecification")):
        amount = _amount(specification.get("price"))
        kind = text_of(specification.get("priceType")).rsplit("/", 1)[-1].lower()
        if kind in _LIST_PRICES:
            list_price = amount
        elif price == "":
            price = amount
        currency = currency or text_of(specification.get("priceCurrency"))
    inventory = next(iter(nodes_of(node.get("inventoryLevel"))), {})
    return Offer(
        price=price,
        list_price=list_price,
        currency=currency,
        availability=text_of(node.get("availability")),
        available_from=text_of(node.get("availabilityStarts")),
        stock=text_of(inventory.get("value")),
        sku=text_of(node.get("sku")),
        url=text_of(node.get("url")),
    )


def _amount(value: Any) -> str | Decimal:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return ""
    return text_of(value)
