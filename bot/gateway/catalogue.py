"""The demo shop's catalogue: products with their variants, from the engine's table of items."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.gateway.engine_store import EngineStore
from profiling.errors import StoreError
from profiling.store import Store
from profiling.types import Item

FEED = "demo"

_COLUMNS = (
    "item_id, group_id, title, description, brand, product_type, category, price_cents, list_price_cents, currency, "
    "colours, size, materials, availability, stock_count, url, image_url, attributes"
)
_log = logging.getLogger("rapport.catalogue")


@dataclass(frozen=True)
class Product:
    """Variants of one thing. The first variant speaks for all where they agree."""

    handle: str
    variants: tuple[Item, ...]

    @property
    def first(self) -> Item:
        """The variant to show first: one that can be bought, if there is any."""
        return next((item for item in self.variants if item.availability == "in_stock"), self.variants[0])

    @property
    def department(self) -> str:
        """Where it stands in the shop."""
        item = self.first
        return item.attributes.get("Department") or next(iter(item.category), "") or item.product_type or "More"

    @property
    def colours(self) -> list[str]:
        """The colours that it comes in, in the order of the catalogue."""
        return list(dict.fromkeys(colour_of(item) for item in self.variants if item.colours))

    @property
    def sizes(self) -> list[str]:
        """The sizes that it comes in, in the order of the catalogue."""
        return list(dict.fromkeys(item.size for item in self.variants if item.size))

    @property
    def lowest_cents(self) -> int | None:
        """The lowest price of a variant."""
        return min((item.price_cents for item in self.variants if item.price_cents is not None), default=None)

    @property
    def has_range(self) -> bool:
        """Whether variants differ in price."""
        return len({item.price_cents for item in self.variants}) > 1

    @property
    def in_stock(self) -> bool:
        """Whether any variant can be bought."""
        return any(item.availability != "out_of_stock" for item in self.variants)

    def variant(self, *, colour: str, size: str) -> Item | None:
        """The variant of that colour and size."""
        return next((item for item in self.variants if colour_of(item) == colour and item.size == size), None)

    def nearest(self, *, colour: str, size: str) -> Item | None:
        """The variant of that colour and size, else one of that colour, one in stock first."""
        alike = sorted(
            (item for item in self.variants if colour_of(item) == colour),
            key=lambda item: item.availability != "in_stock",
        )
        return self.variant(colour=colour, size=size) or (alike[0] if alike else None)


@dataclass(frozen=True)
class Shelves:
    """All products at one version of the catalogue."""

    version: int = -1
    products: Mapping[str, Product] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)

    @property
    def departments(self) -> dict[str, list[Product]]:
        """Department -> its products, in the order of the catalogue."""
        found: dict[str, list[Product]] = {}
        for product in self.products.values():
            found.setdefault(product.department, []).append(product)
        return found

    def search(self, text: str) -> list[Product]:
        """Products in which every word of `text` begins a word, those with the words in their title first."""
        words = fold(text).split()
        hits = ((_match(words, product), product) for product in self.products.values()) if words else ()
        return [product for score, product in sorted(hits, key=lambda hit: -hit[0]) if score > 0]


class Catalogue:
    """Keeps the shelves in memory and reads them again when the catalogue has changed."""

    def __init__(self, engine: EngineStore) -> None:
        self._engine = engine
        self._shelves = Shelves()

    async def shelves(self) -> Shelves:
        """The products as they are now; the last known ones while the store is broken."""
        try:
            self._shelves = await self._engine.run(lambda store: _read(store, self._shelves))
        except StoreError as error:
            _log.error("the catalogue cannot be read: %s", error)
        return self._shelves


def fold(text: str) -> str:
    """Words in lower case without accents and plural s, for comparing."""
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in _words(text)
    )


def colour_of(item: Item) -> str:
    """The colour as one name."""
    return " and ".join(item.colours)


def slug(text: str) -> str:
    """A name as it stands in an address."""
    return "-".join(_words(text))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(char for char in plain if not unicodedata.combining(char)))


def _match(words: list[str], product: Product) -> int:
    item = product.first
    title = f" {fold(f'{item.title} {item.brand} {item.product_type}')}"
    rest = f" {fold(' '.join((*item.category, *product.colours, *item.materials, item.description)))}"
    scores = [3 if f" {word}" in title else 1 if f" {word}" in rest else 0 for word in words]
    return sum(scores) if all(scores) else 0


def _read(store: Store, known: Shelves) -> Shelves:
    version = int(store.db.conn.execute("SELECT version FROM catalogue_version").fetchone()[0])
    if version == known.version:
        return known
    rows = store.db.query(f"SELECT {_COLUMNS} FROM items WHERE feed = ? AND in_feed ORDER BY rowid", [FEED])  # noqa: S608
    return _shelves(version, (_item(row) for row in rows))


def _shelves(version: int, items: Iterable[Item]) -> Shelves:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.group_id or item.item_id, []).append(item)
    products = {handle: Product(handle, tuple(variants)) for handle, variants in groups.items()}
    return Shelves(version, products, {item.item_id: item for variants in groups.values() for item in variants})


def _item(row: Mapping[str, Any]) -> Item:
    lists = {name: tuple(json.loads(row[name])) for name in ("category", "colours", "materials")}
    return Item(**(dict(row) | lists | {"attributes": json.loads(row["attributes"])}))
