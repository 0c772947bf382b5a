from __future__ import annotations

from pathlib import Path

import pytest

from profiling.catalogue.feed import ReadOptions, Rejection
from profiling.catalogue.importers.csv_mapping import read_csv
from profiling.errors import CatalogueError
from profiling.types import Item

FEED = Path(__file__).parents[1] / "fixtures" / "feeds" / "artikel_cp1252.csv"


def read(path: Path, **options: object) -> list[Item | Rejection]:
    return list(read_csv(path, ReadOptions(**options)))  # type: ignore[arg-type]


def write(folder: Path, *lines: str) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_german_table_is_understood_without_a_mapping() -> None:
    hat, lamp, *_ = read(FEED)
    assert hat == Item(
        item_id="1001",
        title="Wollmütze „Föhr“",
        description="Warme Mütze aus Merinowolle. Handwäsche; 30 °C",
        brand="Nordsæl",
        product_type="Mützen",
        category=("Bekleidung", "Mützen"),
        price_cents=2_990,
        list_price_cents=3_990,
        currency="EUR",
        colours=("grau", "weiß"),
        size="M",
        materials=("merinowolle", "nylon"),
        availability="in_stock",
        stock_count=12,
        url="/artikel/1001",
        image_url="https://bilder.example/muetze.jpg",
        measures={"width_mm": 225.0, "weight_g": 85.0},
    )
    assert isinstance(lamp, Item)
    assert (lamp.price_cents, lamp.availability, lamp.stock_count) == (129_900, "out_of_stock", 0)


def test_rejections_give_the_physical_line() -> None:
    assert [entry for entry in read(FEED) if isinstance(entry, Rejection)] == [
        Rejection(5, "price 'zwölf Euro' cannot be read", "1003"),
        Rejection(6, "no title", "1004"),
        Rejection(7, "id 1002 appears twice (first in line 4)", "1002"),
    ]


def test_unsafe_link_is_dropped_and_delivery_time_is_stock() -> None:
    boot = read(FEED)[-1]
    assert isinstance(boot, Item)
    assert (boot.image_url, boot.availability, boot.colours) == ("", "in_stock", ("braun", "grün"))


def test_nothing_beyond_the_known_fields_without_a_mapping() -> None:
    """The table has purchase prices."""
    assert all(not entry.attributes for entry in read(FEED) if isinstance(entry, Item))


def test_illegible_row_still_tells_its_id(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"title,sku\nM\xc3\xb6bel,1\nM\xf6bel,2\nMug\0,3\n")
    assert read(path)[1:] == [
        Rejection(3, "the row is not valid UTF-8", "2"),
        Rejection(4, "the row holds a NUL byte", "3"),
    ]


def test_mapping(tmp_path: Path) -> None:
    path = write(
        tmp_path, "art_no|name|preis|Cur|Grip|Cost", "7|Mug|12,50|GBP|cork|3", "8|Jug|€ 9||glass|4", "9|Cup|1|Taler||1"
    )
    columns = {"item_id": "art_no", "title": "name", "price": "preis", "currency": "CUR", "attributes": "grip"}
    mug, jug, cup = read(path, columns=columns, currency="USD")
    assert isinstance(mug, Item)
    assert isinstance(jug, Item)
    assert (mug.item_id, mug.price_cents, mug.currency, mug.attributes) == ("7", 1_250, "GBP", {"Grip": "cork"})
    assert (jug.price_cents, jug.currency) == (900, "EUR")
    assert cup == Rejection(4, "currency 'Taler' is not known", "9")


def test_mapping_of_all_other_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "no,name,Washable,Weight (g),Empty", "7,Mug,yes,300,")
    (mug,) = read(path, columns={"item_id": "no", "title": "name", "weight": "Weight (g)", "attributes": "*"})
    assert isinstance(mug, Item)
    assert mug.attributes == {"Washable": "yes"}
    assert mug.measures == {"weight_g": 300.0}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"item_id": "no", "title": "titel"}, "no column 'titel' \\(for title\\); the columns are no, name, price"),
        ({"item_id": "no", "titel": "name"}, "unknown field titel in the mapping; known are item_id, title"),
        ({"item_id": "no"}, "no column for title, such as title, name, product name"),
        ({"item_id": "no", "title": "name", "attributes": "colour"}, "no column 'colour' \\(for attributes\\)"),
    ],
)
def test_wrong_mapping_is_explained(columns: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=message):
        read(write(tmp_path, "no,name,price", "7,Mug,1"), columns=columns)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    message = "no column for item_id, such as item_id, id, sku; no column for title.* The columns are foo, bar"
    with pytest.raises(CatalogueError, match=message):
        read(write(tmp_path, "foo,bar", "1,2"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("SKU;Product Name;Selling price;Colour", ("1", "Mug", 500, ("blue",))),
        ("Artikelnr;Artikelname;VK brutto;Farben", ("1", "Mug", 500, ("blue",))),
        ("product_id;product_name;price_eur;colors", ("1", "Mug", 500, ("blue",))),
        ("ID;TITLE;PRICE;COLOR", ("1", "Mug", 500, ("blue",))),
    ],
)
def test_well_known_names(header: str, expected: tuple[object, ...], tmp_path: Path) -> None:
    (mug,) = read(write(tmp_path, header, "1;Mug;5,00;Blue"))
    assert isinstance(mug, Item)
    assert (mug.item_id, mug.title, mug.price_cents, mug.colours) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    lines = (("id", "titel", "größe"), ("1", "Müsli", "XL"))
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    (item,) = read(path)
    assert isinstance(item, Item)
    assert (item.title, item.size) == ("Müsli", "XL")
