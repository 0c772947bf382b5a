"""Any table of products: the columns are named by the shop, or guessed from well-known names in English and German."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from profiling.catalogue.feed import Entry, ReadOptions, Rejection
from profiling.catalogue.fields import split_category
from profiling.catalogue.importers.table import Row, Table, column_key, open_table
from profiling.catalogue.measures import length_mm, split_unit, weight_g
from profiling.catalogue.rows import RawItem, RowCheck
from profiling.errors import CatalogueError

REQUIRED = ("item_id", "title")
_COLUMN_NAMES = {
    "item_id": (
        "item_id|id|sku|item id|item number|item no|product_id|product id|product code|article number|"
        "article no|code|artikelnummer|artikelnr|artikel-nr|artikel-nr.|artnr|art.-nr.|art_nr|art_no|"
        "bestellnummer|produktnummer|produkt-id|mpn|ean|gtin"
    ),
    "title": (
        "title|name|product name|product_name|product title|item name|titel|bezeichnung|artikelbezeichnung|"
        "artikelname|produktname|produkt|produktbezeichnung|product|article"
    ),
    "description": (
        "description|long description|details|beschreibung|artikelbeschreibung|produktbeschreibung|langtext|"
        "langbeschreibung|short description|kurzbeschreibung"
    ),
    "brand": "brand|manufacturer|vendor|marke|hersteller",
    "product_type": "product_type|product type|type|produkttyp|produktart|artikelart|warengruppe",
    "category": "category|categories|category path|kategorie|kategorien|kategoriepfad|rubrik",
    "price": (
        "price|sales price|selling price|retail price|gross price|regular price|preis|verkaufspreis|"
        "bruttopreis|vk|vk-preis|vk brutto|endpreis|price_eur|preis eur"
    ),
    "list_price": (
        "list_price|list price|rrp|msrp|old price|compare at price|uvp|listenpreis|alter preis|streichpreis"
    ),
    "currency": "currency|currency code|währung|waehrung",
    "colours": "colours|colors|colour|color|farbe|farben",
    "size": "size|größe|groesse|grösse",
    "materials": "materials|material|fabric|materialien|stoff",
    "availability": (
        "availability|stock status|available|verfügbarkeit|verfuegbarkeit|lieferstatus|lieferbar|lieferzeit"
    ),
    "stock_count": "stock_count|stock|quantity|qty|inventory|stock quantity|bestand|lagerbestand|menge",
    "url": "url|link|product url|deeplink|produktlink|produkt-url",
    "image_url": "image_url|image url|image|image link|picture|bild|bild-url|bildlink|bild_url",
    "group_id": "group_id|group id|parent id|parent sku|parent|item_group_id|gruppe|vaterartikel|hauptartikel",
    "width": "width|breite",
    "height": "height|höhe|hoehe",
    "depth": "depth|length|tiefe|länge|laenge",
    "weight": "weight|gewicht",
}
KNOWN_NAMES = {field: tuple(names.split("|")) for field, names in _COLUMN_NAMES.items()}
"""The fields that a mapping may name, each with the column names by which it is recognised, the surest first."""


def read_csv(path: Path, options: ReadOptions) -> Iterator[Entry]:
    """One item per row.

    `options.columns` maps fields of KNOWN_NAMES to columns of the file; `"attributes"` is "*" for all other columns, or
    a list of columns divided by commas. Without a mapping the columns are guessed and no attributes are taken: a table
    may hold purchase prices. Measures need a unit, in the cell or in the column's name ("Gewicht (kg)").

    Raises:
        CatalogueError: the mapping names a column or field that does not exist, or none stands for the id or the title.
    """
    table = open_table(path)
    columns = _mapped(table, options.columns) if options.columns else _guessed(table)
    if missing := [name for name in REQUIRED if name not in columns]:
        raise CatalogueError(f"{path}: {_missing_text(missing, table)}")
    attributes = _attribute_columns(table, options.columns.get("attributes", ""), columns)
    check = RowCheck(options)
    for row in table.rows(columns["item_id"]):
        entry = row if isinstance(row, Rejection) else check.entry(_raw_item(row, columns, attributes))
        if entry is not None:
            yield entry


def _mapped(table: Table, mapping: Mapping[str, str]) -> dict[str, str]:
    columns = {name: column_key(column) for name, column in mapping.items() if name != "attributes"}
    if unknown := sorted(set(columns) - set(KNOWN_NAMES)):
        raise CatalogueError(
            f"unknown field {', '.join(unknown)} in the mapping; known are {', '.join(KNOWN_NAMES)}, attributes"
        )
    for name, column in columns.items():
        _check_column(table, mapping[name], column, name)
    return columns


def _check_column(table: Table, written: str, column: str, name: str) -> None:
    if column not in table.positions:
        raise CatalogueError(f"{table.path}: no column {written!r} (for {name}); the columns are {_listed(table)}")


def _guessed(table: Table) -> dict[str, str]:
    """Field -> column; each column serves one field."""
    plain_names = {split_unit(column)[0]: column for column in reversed(table.positions)}
    columns: dict[str, str] = {}
    for name, known in KNOWN_NAMES.items():
        found = (plain_names.get(candidate) or plain_names.get(candidate.replace("_", " ")) for candidate in known)
        column = next((column for column in found if column and column not in columns.values()), None)
        if column:
            columns[name] = column
    return columns


def _attribute_columns(table: Table, wanted: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Column key -> name as written in the header."""
    names = {column_key(name): name for name in reversed(table.header) if name}
    if wanted.strip() == "*":
        return {column: name for column, name in names.items() if column not in columns.values()}
    chosen = [part.strip() for part in wanted.split(",") if part.strip()]
    for name in chosen:
        _check_column(table, name, column_key(name), "attributes")
    return {column_key(name): names[column_key(name)] for name in chosen}


def _missing_text(missing: list[str], table: Table) -> str:
    parts = (f"no column for {name}, such as {', '.join(KNOWN_NAMES[name][:3])}" for name in missing)
    return f"{'; '.join(parts)}. The columns are {_listed(table)}; say in the column mapping which one it is"


def _listed(table: Table) -> str:
    names = [name for name in table.header if name]
    return ", ".join(names[:30]) + (", ..." if len(names) > 30 else "")


def _raw_item(row: Row, columns: Mapping[str, str], attributes: Mapping[str, str]) -> RawItem:
    def get(name: str) -> str:
        return row.get(columns[name]) if name in columns else ""

    category = split_category(get("category"))
    return RawItem(
        line=row.line,
        item_id=get("item_id"),
        title=get("title"),
        group_id=get("group_id"),
        description=get("description"),
        brand=get("brand"),
        product_type=get("product_type") or (category[-1] if category else ""),
        category=category,
        price=get("price"),
        list_price=get("list_price"),
        currency=get("currency"),
        colours=get("colours"),
        size=get("size"),
        materials=get("materials"),
        availability=get("availability"),
        stock=get("stock_count"),
        url=get("url"),
        image_url=get("image_url"),
        attributes={name: row.get(column) for column, name in attributes.items()},
        measures={
            "width_mm": length_mm(get("width"), _unit(columns, "width")),
            "height_mm": length_mm(get("height"), _unit(columns, "height")),
            "depth_mm": length_mm(get("depth"), _unit(columns, "depth")),
            "weight_g": weight_g(get("weight"), _unit(columns, "weight")),
        },
    )


def _unit(columns: Mapping[str, str], name: str) -> str:
    return split_unit(columns.get(name, ""))[1]
