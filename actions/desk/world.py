"""The shopper's account and orders, read from the shop once in a turn."""

# ruff: noqa: E501, PLR0911 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property

from rapidfuzz.distance import OSA

from actions.desk import us_states
from actions.desk.options import plain
from actions.desk.policy import Policy
from actions.desk.things import Named, holder, named_in
from actions.shop.changes import CancelOrder, Change, ChangeAddress, ChangeItems, ExchangeItems, ReturnItems
from actions.shop.client import ShopClient
from actions.shop.types import Account, Address, Order, OrderLine, PaymentMethod, Variant

CARDS = {"visa", "mastercard", "amex", "discover", "credit_card"}
_OPEN = re.compile(
    r"\b(?:pending|open|just (?:placed|ordered|bought)|(?:haven'?t|hasn'?t|not)(?: yet)? (?:been )?(?:arrived|shipped|sent|dispatched|delivered)|upcoming)\b"
)
_ARRIVED = re.compile(r"\b(?:received|(?<!be )delivered|arrived|got|have received|came)\b")
_NOT_WITH = re.compile(
    r"\b(?:instead of|rather than|not (?:with |on |to |by )?|from)\s+(?:my |the |a )?"
    r"(?:paypal|visa|mastercard|master card|amex|american express|gift ?card|credit card|debit(?: card)?|card)\b"
)
_COSTS = re.compile(
    r"\border\w*\b[^.;]{0,25}\b(more|over|above|less|under|below|cheaper)\b(?: than)?\s*"
    r"[$€£]?\s*(\d[\d,]*(?:\.\d+)?)\b(?! (?:days|weeks|months))"
)
_DEAREST_ORDER = re.compile(r"\b(?:most expensive|priciest|largest|biggest) (?:\w+ )?order\b")
_CHEAPEST_ORDER = re.compile(r"\b(?:cheapest|least expensive|smallest) (?:\w+ )?order\b")
_NOT_THERE = re.compile(r"\b(?:rather than|instead of|and not|not)\b(?: (?!but\b|and\b|my\b)\w+){1,4}")
"""Where it is not to go: "to Denver rather than to Dallas"."""
_CITIES = {"nyc": "new york", "big apple": "new york", "la": "los angeles"}


class World:
    """What one shopper has at the shop. Reads lazily; lives for one turn only."""

    def __init__(
        self, shop: ShopClient, policy: Policy, account: Account, former: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.shop = shop
        self.policy = policy
        self.account = account
        self.former = former or {}
        self.now = datetime.now(UTC)
        self._variants: dict[str, Sequence[Variant]] = {}

    @cached_property
    def orders(self) -> Sequence[Order]:
        """The shopper's orders, the latest first."""
        return self.shop.orders(self.account.shopper_id)

    @property
    def currency(self) -> str:
        """Of the shopper's orders; "" where there are none."""
        return self.orders[0].currency if self.orders else ""

    @cached_property
    def catalogue(self) -> Sequence[tuple[str, str]]:
        """Everything that the shop sells."""
        return self.shop.products()

    def order(self, number: str) -> Order | None:
        """The shopper's order with this number."""
        return next((order for order in self.orders if digits(order.order_number) == digits(number)), None)

    def near(self, number: str) -> list[Order]:
        """The shopper's orders whose number has one digit wrong, missing or too many, or two swapped."""
        return [order for order in self.orders if OSA.distance(digits(order.order_number), digits(number)) == 1]

    def existing(self, number: str) -> Order:
        """The same, where it is known that there is one.

        Raises:
            LookupError: there is none.
        """
        order = self.order(number)
        if order is None:
            raise LookupError(number)
        return order

    def variants(self, product_id: str) -> Sequence[Variant]:
        """The variants of a product."""
        if product_id not in self._variants:
            self._variants[product_id] = self.shop.variants(product_id)
        return self._variants[product_id]

    def variants_of(self, orders: Sequence[Order]) -> dict[str, Sequence[Variant]]:
        """Product id -> variants, for all that the orders hold."""
        ids = {line.product_id for order in orders for line in order.lines}
        return {product_id: self.variants(product_id) for product_id in ids}

    def named(self, text: str, orders: Sequence[Order]) -> list[Named]:
        """The things of these orders that a text names."""
        return named_in(text, orders, self.variants_of(orders))

    def places_named(self, text: str, orders: Sequence[Order]) -> set[tuple[str, str]]:
        """(order number, line id) of each line of these orders that a text names."""
        return {(order.order_number, line.line_id) for thing in self.named(text, orders) for order, line in thing.lines}

    def lines_named(self, text: str, order: Order) -> set[str]:
        """The ids of the order's lines that a text names."""
        return {line_id for _, line_id in self.places_named(text, [order])}

    def variant(self, item_id: str, line: OrderLine) -> Variant | None:
        """A variant of the line's product."""
        return next((variant for variant in self.variants(line.product_id) if variant.item_id == item_id), None)

    def allowed(self, kind: type[Change]) -> list[Order]:
        """The orders whose state allows the change."""
        return [order for order in self.orders if order.status in self.policy.statuses(kind)]

    def refusal(self, change: Change, order: Order | None) -> str:
        """See Policy.refusal."""
        incoming = {}
        if order and isinstance(change, ChangeItems | ExchangeItems):
            lines = {line.line_id: line for line in order.lines}
            for swap in change.swaps:
                line = lines.get(swap.line_id)
                variant = self.variant(swap.item_id, line) if line else None
                if variant:
                    incoming[swap.item_id] = variant
        return self.policy.refusal(change, order=order, account=self.account, now=self.now, variants=incoming)

    def orders_meant(self, text: str, numbers: Sequence[str]) -> list[Order]:
        """The orders that a text is about: by number, by state, by where they go; all of them where it says nothing."""
        if numbers:
            return [order for number in numbers if (order := self.order(number))]
        said = plain(text)
        found = list(self.orders)
        placed = [order for order in found if order.address and self._goes_there(order.address, said)]
        if placed and re.search(
            r"(?<!\bbe )\b(?:sent|shipped|delivered|going) (?:(?!to be\b).){0,40}\b(?:to(?! be\b)|in)\b", said
        ):
            found = placed
        opened = (
            self.policy.statuses(CancelOrder) | self.policy.statuses(ChangeItems) | self.policy.statuses(ChangeAddress)
        )
        arrived = self.policy.statuses(ReturnItems) | self.policy.statuses(ExchangeItems)
        found = _of_price(found, said)
        if thing := holder(text):
            held = {order.order_number for known in self.named(thing, found) for order, _ in known.lines}
            found = [order for order in found if order.order_number in held] or found
        is_open, has_arrived = bool(_OPEN.search(said)), bool(_ARRIVED.search(said))
        if is_open and has_arrived:  # "the one that I just ordered, like the one that I received": the first counts
            is_open = _first(_OPEN, said) < _first(_ARRIVED, said)
            has_arrived = not is_open
        if is_open or has_arrived:
            statuses = opened if is_open else arrived
            found = [order for order in found if order.status in statuses] or found
        return found

    def addresses(self) -> list[tuple[str, Address]]:
        """("account" or an order number, address) of everything that the shop knows of the shopper."""
        known = [("account", self.account.address)] if self.account.address else []
        return [*known, *((order.order_number, order.address) for order in self.orders if order.address)]

    def method_in(self, text: str, *, original: str = "") -> PaymentMethod | None:
        """The shopper's payment method that a text names; "original" stands for the one given."""
        said = _NOT_WITH.sub(" ", plain(text))
        methods = self.account.payment_methods
        by_id = [method for method in methods if plain(method.method_id).replace("_", " ") in said.replace("_", " ")]
        if by_id:
            return by_id[0]
        digits_in = [method for method in methods if method.last4 and re.search(rf"\b{method.last4}\b", said)]
        if digits_in:
            return digits_in[0]
        if re.search(r"\b(?:original|same (?:payment|card|method))\b", said):
            return self.account.method(original) or (PaymentMethod(original, "") if original else None)
        if re.search(r"\bgift ?card\b|\bgc\b", said):
            return next((method for method in methods if method.kind == "gift_card"), None)
        if re.search(r"\bother (?:card|credit card|payment|one|method)\b", said):
            others = [method for method in methods if method.method_id != original]
            cards = [method for method in others if method.kind in CARDS]
            return next(iter(cards or others), None)
        names = {"paypal": "paypal", "visa": "visa", "mastercard": "mastercard", "master card": "mastercard", "amex": "amex", "american express": "amex", "debit": "sepa_debit"}  # fmt: skip
        for word, kind in names.items():
            if re.search(rf"\b{word}\b", said):
                return next((method for method in methods if method.kind == kind), None)
        if re.search(r"\b(?:credit card|card)\b", said):
            cards = [method for method in methods if method.kind in CARDS]
            if any(method.method_id == original for method in cards):
                return self.account.method(original)
            return cards[0] if len(cards) == 1 else None
        return None

    def method_unknown(self, text: str) -> bool:
        """Whether a text names a kind of payment method that the shopper does not have."""
        kinds = {method.kind for method in self.account.payment_methods}
        words = {"paypal": "paypal", "visa": "visa", "mastercard": "mastercard", "amex": "amex", "gift card": "gift_card", "giftcard": "gift_card"}  # fmt: skip
        said = plain(text)
        named = [kind for word, kind in words.items() if re.search(rf"\b{word}\b", said)]
        return bool(named) and not kinds & set(named)

    def goes_to(self, text: str) -> list[Address]:
        """The shopper's own addresses whose city or state a text names, each once."""
        said = _NOT_THERE.sub(" ", plain(text))
        return list(dict.fromkeys(address for _, address in self.addresses() if self._goes_there(address, said)))

    @staticmethod
    def _goes_there(address: Address, said: str) -> bool:
        names = [address.city.lower(), *(word for word, city in _CITIES.items() if city == address.city.lower())]
        names.append(us_states.NAMES.get(address.state.upper(), ""))
        return any(name and re.search(rf"\b{re.escape(name)}\b", said) for name in names)


def _of_price(orders: list[Order], said: str) -> list[Order]:
    """ "The order that costs more than $500", "the most expensive order"; all where the price is not spoken of."""
    if bound := _COSTS.search(said):
        cents, is_below = float(bound[2].replace(",", "")) * 100, bound[1] in {"less", "under", "below", "cheaper"}
        return [order for order in orders if (order.total_cents < cents) is is_below] or orders
    if _DEAREST_ORDER.search(said):
        return sorted(orders, key=lambda order: -order.total_cents)[:1]
    return sorted(orders, key=lambda order: order.total_cents)[:1] if _CHEAPEST_ORDER.search(said) else orders


def _first(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    return match.start() if match else len(text)


def digits(number: str) -> str:
    """The digits of an order number; letters and signs do not matter."""
    return re.sub(r"\D", "", number) or number.lower()
