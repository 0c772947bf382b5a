from __future__ import annotations

from pathlib import Path

import pytest

from profiling.catalogue.feed import ReadOptions, Rejection
from profiling.catalogue.importers.shopify import read_shopify
from profiling.errors import CatalogueError
from profiling.types import Item

ROOT = Path(__file__).parents[2]
FEEDS = ROOT / "tests" / "fixtures" / "feeds"
HEADER = (
    "Handle,Title,Status,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,"
    "Variant Inventory Policy"
)


def read(path: Path, options: ReadOptions | None = None) -> list[Item | Rejection]:
    return list(read_shopify(path, options or ReadOptions()))


def read_items(path: Path) -> dict[str, Item]:
    entries = read(path)
    assert not [entry for entry in entries if isinstance(entry, Rejection)]
    return {entry.item_id: entry for entry in entries if isinstance(entry, Item)}


def read_lines(folder: Path, *lines: str, header: str = HEADER) -> list[Item | Rejection]:
    path = folder / "products_export.csv"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return read(path)


def test_old_export_gives_an_item_per_variant() -> None:
    items = read_items(FEEDS / "shopify_old.csv")
    assert list(items) == [
        "NW-RRJ-GRN-S",
        "NW-RRJ-GRN-M",
        "ridge-rain-jacket/black-m",
        "KS-KETTLE",
        "lavender-candle/lavender-sage",
    ]
    assert items["NW-RRJ-GRN-S"] == Item(
        item_id="NW-RRJ-GRN-S",
        title="Ridge Rain Jacket",
        group_id="ridge-rain-jacket",
        description="A light shell for wet days. Taped seams. Hood fits over a helmet",
        brand="Norden Works",
        product_type="Rain jacket",
        category=("Apparel & Accessories", "Clothing", "Outerwear", "Coats & Jackets", "Rain Jackets"),
        price_cents=12_900,
        list_price_cents=15_900,
        currency="EUR",
        colours=("moss green",),
        size="S",
        materials=("polyester", "recycled polyester"),
        availability="in_stock",
        stock_count=7,
        url="/products/ridge-rain-jacket",
        image_url="https://cdn.shop.example/files/ridge-green.jpg",
        attributes={
            "Tags": 'new, rain, "trail"',
            "Gender": "unisex",
            "Age group": "adult",
            "MPN": "RRJ-1",
            "Care": "Wash cold at 30 degrees",
            "GTIN": "4006381333931",
        },
        measures={"weight_g": 420.0},
    )


def test_later_rows_take_the_product_from_the_first() -> None:
    items = read_items(FEEDS / "shopify_old.csv")
    black = items["ridge-rain-jacket/black-m"]
    assert (black.title, black.brand, black.colours, black.size) == (
        "Ridge Rain Jacket",
        "Norden Works",
        ("black",),
        "M",
    )
    assert black.image_url == "https://cdn.shop.example/files/ridge-black.jpg"
    assert black.list_price_cents is None


def test_stock_and_policy_give_the_availability() -> None:
    items = read_items(FEEDS / "shopify_old.csv")
    assert {item_id: (item.availability, item.stock_count) for item_id, item in items.items()} == {
        "NW-RRJ-GRN-S": ("in_stock", 7),
        "NW-RRJ-GRN-M": ("out_of_stock", 0),
        "ridge-rain-jacket/black-m": ("backorder", 0),
        "KS-KETTLE": ("in_stock", None),  # not tracked
        "lavender-candle/lavender-sage": ("out_of_stock", 0),  # oversold
    }


def test_product_without_options_and_with_other_options() -> None:
    items = read_items(FEEDS / "shopify_old.csv")
    kettle, candle = items["KS-KETTLE"], items["lavender-candle/lavender-sage"]
    assert kettle.title == "Pour-over Kettle & Stand"
    assert kettle.image_url == "https://cdn.shop.example/files/kettle.jpg"
    assert (kettle.colours, kettle.size, kettle.category) == ((), "", ("Home & Garden", "Kitchen & Dining"))
    assert candle.attributes["Scent"] == "Lavender / Sage"
    assert candle.colours == ("purple", "off white")
    assert candle.category == ()


def test_new_export() -> None:
    items = read_items(FEEDS / "shopify_new.csv")
    assert list(items) == ["NW-FT-42", "NW-FT-43", "oat-soap"]
    first, second, soap = items.values()
    assert (first.size, first.colours, first.materials) == ("42", ("black", "silver"), ("leather", "suede"))
    assert (second.availability, second.stock_count, second.list_price_cents) == ("backorder", 0, 14_900)
    assert second.image_url == "https://cdn.shop.example/fell-43.jpg"
    assert first.attributes["MPN"] == "FT-42"
    assert (soap.group_id, soap.price_cents, soap.availability) == ("oat-soap", 420, "in_stock")


def test_drafts_archived_and_unlisted_products_are_left_out_without_a_word() -> None:
    for name in ("shopify_old.csv", "shopify_new.csv"):
        assert not {"SECRET-1", "HIDDEN-1", "LAMP-0", "LAMP-1"} & set(read_items(FEEDS / name))


@pytest.mark.parametrize("name", ["Color", "Colour", "Farbe", "Couleur", "Kleur", "Kolor", "Väri"])
def test_colour_option_in_many_languages(name: str, tmp_path: Path) -> None:
    (item,) = read_lines(tmp_path, f"mug,Mug,active,{name},Blue/White,M-1,9.90,3,deny")
    assert isinstance(item, Item)
    assert item.colours == ("blue", "white")


@pytest.mark.parametrize("name", ["Size", "Größe", "Taille", "Talla", "Maat", "Storlek", "Shoe size"])
def test_size_option_in_many_languages(name: str, tmp_path: Path) -> None:
    (item,) = read_lines(tmp_path, f"sock,Sock,active,{name},39-42,S-1,9.90,3,deny")
    assert isinstance(item, Item)
    assert item.size == "39-42"


def test_rejections_tell_line_and_reason(tmp_path: Path) -> None:
    entries = read_lines(
        tmp_path,
        "mug,Mug,active,Title,Default Title,M-1,9.90,3,deny",
        "jug,,active,Title,Default Title,J-1,9.90,3,deny",
        "cup,Cup,active,Title,Default Title,M-1,9.90,3,deny",
        "pan,Pan,active,Title,Default Title,P-1,-5,3,deny",
        "pot,Pot,active,Title,Default Title,P-2,on request,3,deny",
        ",,,,,,,,",
        "lid,Lid,active,Title,Default Title,L-1,,3,deny",
    )
    rejections = [entry for entry in entries if isinstance(entry, Rejection)]
    assert rejections == [
        Rejection(3, "no title", "J-1"),
        Rejection(4, "id M-1 appears twice (first in line 2)", "M-1"),
        Rejection(5, "price -5 is negative", "P-1"),
        Rejection(6, "price 'on request' cannot be read", "P-2"),
    ]
    lid = entries[-1]
    assert isinstance(lid, Item)
    assert (lid.price_cents, lid.currency) == (None, "")


def test_measures_in_metafields(tmp_path: Path) -> None:
    header = (
        f"{HEADER},Width mm (product.metafields.custom.width_mm),Height (product.metafields.custom.height),"
        "Weight (product.metafields.custom.weight),Strap width (product.metafields.custom.strap_width)"
    )
    line = (
        'bag,Bag,active,Title,Default Title,B-1,90,1,deny,320,"{""value"":12.5,""unit"":""CENTIMETERS""}",1.2 kg,20 mm'
    )
    (item,) = read_lines(tmp_path, line, header=header)
    assert isinstance(item, Item)
    assert item.measures == {"weight_g": 1_200.0, "width_mm": 320.0, "height_mm": 125.0}
    assert item.attributes == {"Strap width": "20 mm"}


def test_currency_and_address_come_from_the_options(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text(f"{HEADER}\nmug,Mug,active,,,M-1,1200,3,deny\n", encoding="utf-8")
    (item,) = read(path, ReadOptions(currency="JPY", base_url="https://shop.example"))
    assert isinstance(item, Item)
    assert (item.price_cents, item.currency, item.url) == (1_200, "JPY", "https://shop.example/products/mug")


def test_other_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no product export of Shopify"):
        read_lines(tmp_path, "1,Mug", header="id,title")


def test_demo_shop_reads_without_a_rejection() -> None:
    items = read_items(ROOT / "data" / "shop" / "catalogue.csv")
    assert len(items) > 500
    assert all(item.item_id.startswith("LL-") for item in items.values())
    assert all(item.price_cents and item.currency == "EUR" and item.image_url for item in items.values())
    assert all(item.product_type and item.description for item in items.values())
