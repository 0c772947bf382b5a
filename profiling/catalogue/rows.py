"""The door into the catalogue: every reader hands its rows over here, so that they are all checked in the same way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from profiling.catalogue.feed import MAX_CELL, Entry, ReadOptions, Rejection
from profiling.catalogue.fields import (
    has_value,
    html_to_text,
    plain_text,
    safe_url,
    split_values,
    stock_word,
    whole_number,
)
from profiling.catalogue.measures import positive
from profiling.money import Price, currency_code, is_negative, parse_price, to_cents
from profiling.types import Availability, Item

MAX_ID = 200
MAX_TITLE = 500
MAX_DESCRIPTION = 20_000
MAX_ATTRIBUTE = 1_000
MAX_ATTRIBUTES = 100

_UNDECODABLE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class RawItem:
    """What a feed says about one item, as it says it: nothing is cleaned or checked yet, texts may hold markup.

    `price` is the price to pay, `list_price` the one that is struck through; a Decimal is an amount in the major unit.
    `colours` and `materials` list several in one text. `source` is the file's name in a feed of several files.
    """

    line: int
    item_id: str
    title: str
    group_id: str = ""
    description: str = ""
    brand: str = ""
    product_type: str = ""
    category: Sequence[str] = ()
    price: str | Decimal = ""
    list_price: str | Decimal = ""
    currency: str = ""
    colours: str = ""
    size: str = ""
    materials: str = ""
    availability: str = ""
    stock: str = ""
    url: str = ""
    image_url: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, float | None] = field(default_factory=dict)
    source: str = ""


class _UnusableError(ValueError):
    """A row cannot become an item; the message says why."""


class RowCheck:
    """Turns the rows of one feed into items or rejections, and remembers which ids it has seen."""

    def __init__(self, options: ReadOptions) -> None:
        self._currency = plain_text(options.currency, 3).upper()
        self._base_url = options.base_url
        self._places: dict[str, str] = {}

    def entry(self, raw: RawItem) -> Entry | None:
        """The item of a row, or why there is none. None for what is said to be no longer for sale."""
        item_id = plain_text(raw.item_id, MAX_ID + 1)
        try:
            item = self._item(raw, item_id)
        except _UnusableError as problem:
            return self.reject(raw, str(problem), item_id)
        if item is not None:
            self._places[item_id] = _place(raw)
        return item

    def reject(self, raw: RawItem, reason: str, item_id: str = "") -> Rejection:
        """A rejection in the form that all readers use; in a feed of several files the reason names the file."""
        prefix = f"{raw.source}: " if raw.source else ""
        return Rejection(raw.line, prefix + reason, item_id[:MAX_ID])

    def _item(self, raw: RawItem, item_id: str) -> Item | None:
        self._check_texts(raw)
        title = self._check_title(raw, item_id)
        price, list_price = self._prices(raw)
        stock = whole_number(raw.stock)
        availability = _availability(raw.availability, stock)
        if availability == "discontinued":
            return None
        return Item(
            item_id=item_id,
            title=title,
            group_id=plain_text(raw.group_id, MAX_ID),
            description=html_to_text(raw.description, MAX_DESCRIPTION),
            brand=_text(raw.brand, 100),
            product_type=_text(raw.product_type, 100),
            category=tuple(name for name in (_text(name, 100) for name in raw.category) if name),
            price_cents=price.cents if price else None,
            list_price_cents=list_price,
            currency=price.currency if price else "",
            colours=split_values(raw.colours),
            size=_text(raw.size, 60),
            materials=split_values(raw.materials),
            availability=availability,
            stock_count=stock,
            url=safe_url(raw.url, self._base_url),
            image_url=safe_url(raw.image_url, self._base_url),
            attributes=_attributes(raw.attributes),
            measures={name: rounded for name, value in raw.measures.items() if (rounded := positive(value))},
        )

    def _check_texts(self, raw: RawItem) -> None:
        for text in (raw.item_id, raw.title, raw.description, *raw.attributes.values()):
            if len(text) > MAX_CELL:
                raise _UnusableError(f"a text holds more than {MAX_CELL:,} characters")
            if "\0" in text:
                raise _UnusableError("a text holds a NUL character")
            if not text.isascii() and _UNDECODABLE.search(text):
                raise _UnusableError("a text is not valid UTF-8")

    def _check_title(self, raw: RawItem, item_id: str) -> str:
        if not item_id:
            raise _UnusableError("no id")
        if len(item_id) > MAX_ID:
            raise _UnusableError(f"the id is longer than {MAX_ID} characters")
        if item_id in self._places:
            raise _UnusableError(f"id {item_id} appears twice (first in {self._places[item_id]})")
        title = html_to_text(raw.title, MAX_TITLE, joint=" ")
        if not title:
            raise _UnusableError("no title")
        return title

    def _prices(self, raw: RawItem) -> tuple[Price | None, int | None]:
        """The price, and the list price in cents where it is the higher one."""
        named = currency_code(raw.currency, self._currency) if has_value(raw.currency) else self._currency
        if not named and raw.currency:
            raise _UnusableError(f"currency {_quoted(raw.currency)} is not known")
        price = _price(raw.price, named)
        listed = _read_price(raw.list_price, price.currency if price else named)
        is_higher = price and listed and listed.currency == price.currency and listed.cents > price.cents
        return price, listed.cents if listed and is_higher else None


def _place(raw: RawItem) -> str:
    return f"{raw.source}, line {raw.line}" if raw.source else f"line {raw.line}"


def _text(text: str, limit: int) -> str:
    return html_to_text(text, limit, joint=" ") if has_value(text) else ""


def _quoted(text: str) -> str:
    return f"'{plain_text(text, 40)}'"


def _price(value: str | Decimal, currency: str) -> Price | None:
    if isinstance(value, str) and not has_value(value):
        return None
    price = _read_price(value, currency)
    if price is None:
        is_below_zero = is_negative(value) if isinstance(value, str) else value.is_signed()
        shown = plain_text(str(value), 40)
        raise _UnusableError(
            f"price {shown} is negative" if is_below_zero else f"price {_quoted(shown)} cannot be read"
        )
    return price


def _read_price(value: str | Decimal, currency: str) -> Price | None:
    if isinstance(value, str):
        return parse_price(html_to_text(value, 101, joint=" "), currency)
    cents = to_cents(value, currency)
    return None if cents is None else Price(cents, currency)


def _availability(text: str, stock: int | None) -> Availability | Literal["discontinued"]:
    if not has_value(text):
        return "out_of_stock" if stock == 0 else "in_stock"
    word = stock_word(text)
    if word is None:
        raise _UnusableError(
            f"availability {_quoted(text)} is not known; write in_stock, out_of_stock, preorder or backorder"
        )
    return word


def _attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    cleaned = ((_text(name, 100), _text(value, MAX_ATTRIBUTE)) for name, value in attributes.items())
    return dict([(name, value) for name, value in cleaned if name and value][:MAX_ATTRIBUTES])
