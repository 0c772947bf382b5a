"""Shopify's product export, with the column names of before and after Shopify renamed them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from profiling.catalogue.feed import Entry, ReadOptions, Rejection
from profiling.catalogue.fields import (
    has_value,
    option_kind,
    plain_text,
    split_category,
    whole_number,
)
from profiling.catalogue.importers.table import Row, Table, column_key, open_table
from profiling.catalogue.measures import named_measure, weight_g
from profiling.catalogue.rows import RawItem, RowCheck
from profiling.errors import CatalogueError

HANDLE = ("handle", "url handle")
DESCRIPTION = ("body (html)", "body html", "description")
PUBLISHED = ("published", "published on online store")
SKU = ("variant sku", "sku")
BARCODE = ("variant barcode", "barcode", "barcodes", "variant barcodes")
PRICE = ("variant price", "price")
LIST_PRICE = ("variant compare at price", "compare-at price", "compare at price")
QUANTITY = ("variant inventory qty", "inventory quantity")
TRACKER = ("variant inventory tracker", "inventory tracker")
POLICY = ("variant inventory policy", "continue selling when out of stock")
GRAMS = ("variant grams", "weight value (grams)")
IMAGE = ("image src", "product image url")
VARIANT_IMAGE = ("variant image", "variant image url")

_LISTED = ("", "active")
_PLAIN_ATTRIBUTES = {
    "tags": "Tags",
    "google shopping / gender": "Gender",
    "google shopping / age group": "Age group",
    "google shopping / mpn": "MPN",
    "google shopping / manufacturer part number (mpn)": "MPN",
    "google shopping / condition": "Condition",
}
_METAFIELD = re.compile(r"(.*) \(product\.metafields\.([^.]+)\.([^)]+)\)", re.IGNORECASE)
_MEASURE = re.compile(r'"value":\s*"?([\d.]+)"?\s*,\s*"unit":\s*"([A-Za-z]+)"')
_HANDLE_END = re.compile(r"-\d+$")


@dataclass(frozen=True)
class _Product:
    """What the first row of a handle says for all its variants."""

    first: Row
    handle: str
    is_listed: bool
    options: tuple[str, ...]
    attributes: dict[str, str] = field(default_factory=dict)
    measures: dict[str, float | None] = field(default_factory=dict)
    colours: str = ""
    materials: str = ""


def read_shopify(path: Path, options: ReadOptions) -> Iterator[Entry]:
    """One item per variant; `group_id` is the handle. Drafts, archived and unlisted products are left out.

    A variant without SKU gets the id `<handle>/<option values>`, which stays the same as long as these do.

    Raises:
        CatalogueError: no product export.
    """
    table = open_table(path)
    if not is_shopify(table):
        raise CatalogueError(
            f"{path}: no product export of Shopify; it has no columns Title and Handle (or URL handle)"
        )
    metafields = _metafields(table)
    check = RowCheck(options)
    product: _Product | None = None
    for row in table.rows(*SKU):
        if isinstance(row, Rejection):
            yield row
            continue
        handle = row.get(*HANDLE) or _slug(row.get("title"))
        is_first = product is None or handle != product.handle
        if product is None or is_first:
            product = _product(row, handle, metafields)
        if product.is_listed and (is_first or _is_variant(row)):
            entry = check.entry(_raw_item(row, product))
            if entry is not None:
                yield entry


def is_shopify(table: Table) -> bool:
    """Whether the columns are those of a product export."""
    columns = table.positions
    has_variants = any(name in columns for name in (*SKU, *PRICE, "option1 name"))
    return "title" in columns and any(name in columns for name in HANDLE) and has_variants


def _metafields(table: Table) -> dict[str, tuple[str, str]]:
    """Column key -> (readable name, metafield key), for `Color (product.metafields.shopify.color-pattern)`."""
    matches = ((column_key(name), _METAFIELD.fullmatch(name)) for name in table.header)
    return {column: (match[1], match[3].lower()) for column, match in matches if match}


def _product(row: Row, handle: str, metafields: dict[str, tuple[str, str]]) -> _Product:
    attributes = {label: row.get(column) for column, label in _PLAIN_ATTRIBUTES.items() if row.get(column)}
    measures: dict[str, float | None] = {}
    special = {"colour": "", "material": ""}
    for column, (label, key) in metafields.items():
        value = _metafield_text(row.get(column))
        kind = option_kind(key.replace("_", " ").replace("-", " ")) or option_kind(label)
        if kind in special:
            special[kind] = special[kind] or value
        elif measure := named_measure(key.replace("-", "_"), _measure_text(row.get(column))):
            measures.setdefault(*measure)
        elif value and kind != "size":  # the metafield lists the sizes of all variants
            attributes.setdefault(label, value)
    status, published = row.get("status").lower(), row.get(*PUBLISHED).lower()
    return _Product(
        first=row,
        handle=handle,
        is_listed=status in _LISTED and published != "false",
        options=tuple(row.get(f"option{n} name") for n in (1, 2, 3)),
        attributes=attributes,
        measures=measures,
        colours=special["colour"],
        materials=special["material"],
    )


def _metafield_text(value: str) -> str:
    """Lists are joined by semicolons, and metaobjects stand as handles: "dark-blue; black-1" is dark blue, black."""
    parts = (plain_text(part, 200) for part in value.strip("[]").replace('"', "").split(";"))
    words = (
        _HANDLE_END.sub("", part).replace("-", " ") if re.fullmatch(r"[a-z0-9-]+", part) else part for part in parts
    )
    return ", ".join(word for word in words if word)


def _measure_text(value: str) -> str:
    """Shopify's own measure fields hold JSON: {"value": 1.5, "unit": "KILOGRAMS"}."""
    match = _MEASURE.search(value)
    return f"{match[1]} {match[2]}" if match else value


def _is_variant(row: Row) -> bool:
    """The other rows only carry further pictures."""
    return bool(row.get("option1 value") or row.get(*SKU) or row.get(*PRICE))


def _raw_item(row: Row, product: _Product) -> RawItem:
    first = product.first
    chosen = _chosen_options(row, product)
    kinds = {kind: value for name, value in chosen.items() if (kind := option_kind(name))}
    category = split_category(first.get("product category"))
    return RawItem(
        line=row.line,
        item_id=row.get(*SKU).lstrip("'") or _fallback_id(product.handle, chosen),
        title=first.get("title"),
        group_id=product.handle,
        description=first.get(*DESCRIPTION),
        brand=first.get("vendor"),
        product_type=first.get("type", "custom product type") or (category[-1] if category else ""),
        category=category,
        price=row.get(*PRICE),
        list_price=row.get(*LIST_PRICE),
        colours=kinds.get("colour", product.colours),
        size=kinds.get("size", ""),
        materials=kinds.get("material", product.materials),
        availability=_availability(row),
        stock=row.get(*QUANTITY) if _is_tracked(row) else "",
        url=f"/products/{product.handle}",
        image_url=row.get(*VARIANT_IMAGE) or first.get(*IMAGE),
        attributes=product.attributes
        | {name: value for name, value in chosen.items() if not option_kind(name)}
        | {"GTIN": row.get(*BARCODE).lstrip("'")},
        measures={"weight_g": weight_g(row.get(*GRAMS), "g")} | product.measures,
    )


def _chosen_options(row: Row, product: _Product) -> dict[str, str]:
    """Option name -> value of this variant; a product without options has one called Title."""
    names = (row.get(f"option{n} name") or product.options[n - 1] for n in (1, 2, 3))
    values = (row.get(f"option{n} value") for n in (1, 2, 3))
    return {name: value for name, value in zip(names, values, strict=True) if name and value and has_value(value)}


def _fallback_id(handle: str, chosen: dict[str, str]) -> str:
    values = _slug(" ".join(chosen.values()))
    return f"{handle}/{values}" if handle and values else handle


def _slug(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")


def _is_tracked(row: Row) -> bool:
    """Without a tracker Shopify sells regardless of the quantity; exports of some apps have no such column."""
    return bool(row.get(*TRACKER)) or not any(name in row.positions for name in TRACKER)


def _availability(row: Row) -> str:
    quantity = whole_number(row.get(*QUANTITY))
    if quantity != 0 or not _is_tracked(row):
        return "in_stock"
    return "backorder" if row.get(*POLICY).lower() in {"continue", "true"} else "out_of_stock"
