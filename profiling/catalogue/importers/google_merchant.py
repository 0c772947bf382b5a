"""Google Merchant feeds: RSS 2.0 and Atom with the g: namespace, and tab or comma separated text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from profiling.catalogue.feed import Entry, ReadOptions, Rejection
from profiling.catalogue.fields import plain_text, split_category
from profiling.catalogue.importers.table import Row, Table, column_key, open_table
from profiling.catalogue.measures import length_mm, weight_g
from profiling.catalogue.rows import RawItem, RowCheck
from profiling.errors import CatalogueError

GOOGLE = "{http://base.google.com/ns/1.0}"
_QUOTED_BREAK = re.compile(r'"? ?, ?"')
_LONGEST_LIST = 20_000
_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_ATTRIBUTES = {
    "gtin": "GTIN",
    "mpn": "MPN",
    "condition": "Condition",
    "gender": "Gender",
    "age_group": "Age group",
    "pattern": "Pattern",
    "size_system": "Size system",
    "size_type": "Size type",
    "energy_efficiency_class": "Energy efficiency class",
    "multipack": "Pieces in the pack",
    "unit_pricing_measure": "Contents",
    "product_highlight": "Highlights",
    "availability_date": "Available from",
}


@dataclass(frozen=True)
class _Record:
    """The attributes of one product by their names in Google's specification; a name may be given several times."""

    line: int
    values: Mapping[str, list[str]]
    details: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return next((value for value in self.values.get(name, ()) if value), "")


def read_google_merchant(path: Path, options: ReadOptions) -> Iterator[Entry]:
    """One item per product of the feed; a sale price that is in force becomes the price, the price the list price.

    Raises:
        CatalogueError: the file is of another format, or its XML is broken (everything below the place would be lost).
    """
    check = RowCheck(options)
    for record in _read_xml(path) if _is_xml(path) else _read_text(path):
        entry = record if isinstance(record, Rejection) else check.entry(_raw_item(record))
        if entry is not None:
            yield entry


def is_google_merchant(table: Table) -> bool:
    """Whether the columns of a text file are those of the specification."""
    columns = {attribute_name(name) for name in table.header}
    typical = {
        "image_link",
        "google_product_category",
        "item_group_id",
        "gtin",
        "mpn",
        "availability",
        "link",
        "condition",
    }
    return {"id", "title"} <= columns and len(columns & typical) >= 2


def attribute_name(column: str) -> str:
    """A column as the specification names it: "Image link", "g:image_link" -> image_link."""
    name = column_key(column).removeprefix("g:")
    return re.sub(r"\s+", "_", name.partition("(")[0].strip())


def _is_xml(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(200)
    except OSError as error:
        raise CatalogueError(f"{path}: {error.strerror or error}") from error
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")


def _read_xml(path: Path) -> Iterator[_Record]:
    """Products one after the other; each is dropped from memory when the next one is read."""
    with path.open("rb") as file:
        context: Any = etree.iterparse(
            file,
            events=("end",),
            tag=("{*}item", "{*}entry"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        try:
            for _, element in context:
                yield _xml_record(element)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            places = [f"in line {entry.line}: {entry.message}" for entry in context.error_log]
            raise CatalogueError(f"{path}: the XML is broken {places[0] if places else error}") from error
    root = _local_name(context.root)
    if root not in _ROOTS:
        raise CatalogueError(f"{path}: no Google Merchant feed; it begins with <{root}>, not with <rss> or <feed>")


def _xml_record(element: Any) -> _Record:
    """An element of Google's namespace goes before the feed's own of the same name: <g:title> before <title>."""
    values: dict[str, list[str]] = {}
    details: dict[str, str] = {}
    children = sorted(element.iterchildren("{*}*"), key=lambda child: not str(child.tag).startswith(GOOGLE))
    for child in children:
        key = _local_name(child)
        if key == "product_detail":
            parts = {_local_name(part): part.text or "" for part in child.iterchildren("{*}*")}
            details[parts.get("attribute_name", "")] = parts.get("attribute_value", "")
        else:
            text = "".join(child.itertext()) or child.get("href") or ""
            values.setdefault(key, []).append(text.strip())
    return _Record(element.sourceline or 0, values, details)


def _local_name(element: Any) -> str:
    """The tag without its namespace, or without a prefix that was never declared (the parser complains at the end)."""
    return attribute_name(str(element.tag).rpartition("}")[2].rpartition(":")[2])


def _read_text(path: Path) -> Iterator[_Record | Rejection]:
    table = open_table(path, attribute_name)
    if not is_google_merchant(table):
        raise CatalogueError(f"{path}: no Google Merchant feed; it needs the columns id, title and link or image_link")
    order = next((_detail_order(name) for name in table.header if attribute_name(name) == "product_detail"), [])
    for row in table.rows("id"):
        yield row if isinstance(row, Rejection) else _text_record(row, order)


def _text_record(row: Row, detail_order: list[str]) -> _Record:
    details: dict[str, str] = {}
    for text in _listed(row.all("product_detail")):
        parts = dict(zip(detail_order, text.split(":", len(detail_order) - 1), strict=False))
        if "attribute_name" in parts:
            details[parts["attribute_name"]] = parts.get("attribute_value", "")
    values = {column: row.all(column) for column in row.positions if column != "product_detail"}
    values["product_highlight"] = [
        _QUOTED_BREAK.sub("; ", plain_text(cell, _LONGEST_LIST)).replace('"', "")
        for cell in values.get("product_highlight", ())
    ]
    return _Record(row.line, values, details)


def _detail_order(column: str) -> list[str]:
    """The column's name tells the order: `product_detail(section_name:attribute_name:attribute_value)`."""
    inside = column.partition("(")[2].strip(" )")
    return inside.split(":") if inside else ["section_name", "attribute_name", "attribute_value"]


def _listed(cells: list[str]) -> list[str]:
    """The entries of cells that list several, separated by commas and quoted where they hold one."""
    lines = (plain_text(cell, _LONGEST_LIST) for cell in cells)
    return [entry.strip() for entries in csv.reader(lines, skipinitialspace=True) for entry in entries if entry.strip()]


def _raw_item(record: _Record) -> RawItem:
    get = record.get
    own_category = split_category(get("product_type"))
    google_category = (
        split_category(get("google_product_category")) if not get("google_product_category").isdigit() else ()
    )
    category = own_category or google_category
    sale_price = get("sale_price") if _is_in_force(get("sale_price_effective_date")) else ""
    highlights = "; ".join(record.values.get("product_highlight", ()))
    attributes = {label: get(name) for name, label in _ATTRIBUTES.items()} | {"Highlights": highlights}
    return RawItem(
        line=record.line,
        item_id=get("id"),
        title=get("title"),
        group_id=get("item_group_id"),
        description=get("description") or get("summary") or get("content"),
        brand=get("brand"),
        product_type=category[-1] if category else "",
        category=category,
        price=sale_price or get("price"),
        list_price=get("price") if sale_price else "",
        colours=get("color"),
        size=get("size"),
        materials=get("material"),
        availability=get("availability"),
        stock=get("quantity") or get("quantity_to_sell_on_facebook") or get("inventory"),
        url=get("link"),
        image_url=get("image_link"),
        attributes={**record.details, **attributes},
        measures={
            "weight_g": weight_g(get("product_weight")) or weight_g(get("shipping_weight")),
            "width_mm": length_mm(get("product_width")),
            "height_mm": length_mm(get("product_height")),
            "depth_mm": length_mm(get("product_length")),
        },
    )


def _is_in_force(period: str) -> bool:
    """Whether now lies in a period such as 2026-02-24T11:00+0100/2026-03-01T23:00+0100; without a period always."""
    if not period.strip():
        return True
    try:
        start, end = (_instant(text) for text in period.split("/"))
    except ValueError:
        return False
    return start <= datetime.now(UTC) <= end


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text.strip())
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
