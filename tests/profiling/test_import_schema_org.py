from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from profiling.catalogue.feed import ReadOptions, Rejection
from profiling.catalogue.importers.schema_org import read_schema_org
from profiling.errors import CatalogueError
from profiling.types import Item

PAGES = Path(__file__).parents[1] / "fixtures" / "feeds" / "pages"


def read(path: Path, options: ReadOptions | None = None) -> list[Item | Rejection]:
    return list(read_schema_org(path, options or ReadOptions()))


def read_json_ld(folder: Path, *blocks: Any) -> list[Item | Rejection]:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(block)}</script>' for block in blocks)
    path = folder / "page.html"
    path.write_text(f"<html><head>{scripts}</head></html>", encoding="utf-8")
    return read(path)


def read_product(folder: Path, **properties: Any) -> Item:
    (item,) = read_json_ld(folder, {"@type": "Product", "sku": "1", "name": "Mug", **properties})
    assert isinstance(item, Item)
    return item


def test_woocommerce_page() -> None:
    (item,) = read(PAGES / "woocommerce.html")
    assert item == Item(
        item_id="woo-beanie",
        title="Merino Beanie",
        description="Knitted in Saxony. Men’s and women’s.",
        product_type="Hats",
        category=("Clothing", "Hats"),
        price_cents=1_800,
        list_price_cents=2_000,
        currency="EUR",
        colours=("grey", "blue"),
        url="https://larch-and-loom.example/product/merino-beanie/",
        image_url="https://larch-and-loom.example/wp-content/uploads/beanie.jpg",
        attributes={"Needle size": "3.5 mm"},
    )


def test_shopify_page_gives_the_variants_that_are_for_sale() -> None:
    small, medium = read(PAGES / "shopify_theme.html")
    assert isinstance(small, Item)
    assert isinstance(medium, Item)
    assert (small.item_id, small.group_id, small.colours, small.size) == (
        "NW-RRJ-GRN-S",
        "7712345",
        ("moss green",),
        "S",
    )
    assert (small.brand, small.product_type, small.attributes) == (
        "Norden Works",
        "Rain jackets",
        {"GTIN": "4006381333931"},
    )
    assert small.url == "https://larch-and-loom.example/products/ridge-rain-jacket?variant=101"
    assert small.description == medium.description == "A light shell for wet days."
    assert (medium.availability, medium.price_cents) == ("out_of_stock", 12_900)


def test_magento_page_with_microdata() -> None:
    (item,) = read(PAGES / "magento_luma.html")
    assert isinstance(item, Item)
    assert (item.item_id, item.title) == ("LL-BAG-04", "Waxed Messenger Bag")
    assert (item.price_cents, item.currency, item.availability, item.colours) == (4_500, "EUR", "in_stock", ("olive",))


def test_lists_aggregates_and_offers() -> None:
    desk, floor, free = read(
        PAGES / "list_and_aggregate.html", ReadOptions(base_url="https://larch-and-loom.example/de/")
    )
    assert isinstance(desk, Item)
    assert isinstance(floor, Item)
    assert (desk.item_id, desk.title, desk.price_cents) == ("lamp:77", "Desk Lamp Anders", 5_950)
    assert desk.description == "Warm light. Dimmable"
    assert (desk.category, desk.materials) == (("Lighting", "Desk lamps"), ("steel", "beech"))
    assert desk.measures == {"width_mm": 120.0, "height_mm": 450.0, "weight_g": 1_400.0}
    assert (desk.url, desk.image_url) == (
        "https://larch-and-loom.example/lamp-anders",
        "https://larch-and-loom.example/img/lamp.jpg",
    )
    assert (floor.item_id, floor.price_cents, floor.availability) == ("FL-9", 15_900, "preorder")
    assert free == Rejection(3, "price -1 is negative", "FREE-1")


def test_broken_block_is_rejected_with_its_line_and_the_next_one_read() -> None:
    broken, mug = read(PAGES / "broken.html")
    assert isinstance(broken, Rejection)
    assert broken.line == 5
    assert broken.reason.startswith("a block of JSON-LD cannot be read: Expecting ',' delimiter")
    assert isinstance(mug, Item)
    assert (mug.item_id, mug.availability) == ("https://larch-and-loom.example/p/whole-mug", "backorder")


def test_folder_is_read_in_order_and_rejections_name_the_page() -> None:
    entries = read(PAGES)
    reasons = [entry.reason for entry in entries if isinstance(entry, Rejection)]
    assert [reason.partition(":")[0] for reason in reasons] == ["broken.html", "list_and_aggregate.html"]
    assert [entry.item_id for entry in entries if isinstance(entry, Item)] == [
        "https://larch-and-loom.example/p/whole-mug",
        "lamp:77",
        "FL-9",
        "LL-BAG-04",
        "NW-RRJ-GRN-S",
        "NW-RRJ-BLK-M",
        "woo-beanie",
    ]


@pytest.mark.parametrize(
    ("properties", "item_id"),
    [
        ({"sku": "S", "mpn": "M"}, "S"),
        ({"productID": "P", "gtin13": "4006381333931"}, "P"),
        ({"gtin13": "4006381333931", "mpn": "M"}, "4006381333931"),
        ({"mpn": "M", "url": "https://a.example/m"}, "M"),
        ({"offers": {"@type": "Offer", "sku": "O"}, "mpn": "M"}, "O"),
        ({"@id": "https://a.example/m#p", "url": "https://a.example/m"}, "https://a.example/m#p"),
        ({"@id": "#product", "url": "https://a.example/m"}, "https://a.example/m"),
    ],
)
def test_id_falls_back(properties: dict[str, Any], item_id: str, tmp_path: Path) -> None:
    (item,) = read_json_ld(tmp_path, {"@type": "Product", "name": "Mug", **properties})
    assert isinstance(item, Item)
    assert item.item_id == item_id


@pytest.mark.parametrize(
    ("word", "availability"),
    [
        ("https://schema.org/InStock", "in_stock"),
        ("http://schema.org/LimitedAvailability", "in_stock"),
        ("OnlineOnly", "in_stock"),
        ("http://schema.org/OutOfStock", "out_of_stock"),
        ("https://schema.org/SoldOut", "out_of_stock"),
        ("https://schema.org/PreOrder", "preorder"),
        ("https://schema.org/BackOrder", "backorder"),
        ({"@id": "https://schema.org/BackOrder"}, "backorder"),
    ],
)
def test_availability(word: Any, availability: str, tmp_path: Path) -> None:
    assert read_product(tmp_path, offers={"@type": "Offer", "availability": word}).availability == availability


def test_discontinued_product_is_left_out(tmp_path: Path) -> None:
    offer = {"@type": "Offer", "availability": "https://schema.org/Discontinued", "price": 5}
    assert read_json_ld(tmp_path, {"@type": "Product", "sku": "1", "name": "Mug", "offers": offer}) == []


@pytest.mark.parametrize(
    ("offers", "price_cents", "currency"),
    [
        ({"price": 1.299, "priceCurrency": "EUR"}, 130, "EUR"),
        ({"price": "1299.0000", "priceCurrency": "USD"}, 129_900, "USD"),
        ({"price": "$12.50"}, 1_250, "USD"),
        ({"priceSpecification": {"price": "9.90", "priceCurrency": "CHF"}}, 990, "CHF"),
        ({"@type": "AggregateOffer", "lowPrice": 5, "priceCurrency": "EUR"}, 500, "EUR"),
        (
            {
                "@type": "AggregateOffer",
                "lowPrice": 5,
                "priceCurrency": "EUR",
                "offers": [{"price": 7}, {"price": "6"}],
            },
            600,
            "EUR",
        ),
        ([{"price": 3, "availability": "SoldOut"}, {"price": 4, "availability": "InStock"}], 400, "EUR"),
        ([], None, ""),
        ("free", None, ""),
        ({"price": None}, None, ""),
    ],
)
def test_price(offers: Any, price_cents: int | None, currency: str, tmp_path: Path) -> None:
    item = read_product(tmp_path, offers=offers)
    assert (item.price_cents, item.currency) == (price_cents, currency)


@pytest.mark.parametrize(
    "image", ["/i.jpg", ["/i.jpg", "/j.jpg"], {"url": "/i.jpg"}, [{"@type": "ImageObject", "contentUrl": "/i.jpg"}]]
)
def test_image(image: Any, tmp_path: Path) -> None:
    assert read_product(tmp_path, image=image).image_url == "/i.jpg"


@pytest.mark.parametrize("brand", ["Helio", {"@type": "Brand", "name": "Helio"}, [{"name": "Helio"}]])
def test_brand(brand: Any, tmp_path: Path) -> None:
    assert read_product(tmp_path, brand=brand).brand == "Helio"


def test_properties_fill_what_is_not_said_elsewhere(tmp_path: Path) -> None:
    listed = [
        {"@type": "PropertyValue", "name": "Material", "value": ["Steel", "Oak"]},
        {"@type": "PropertyValue", "name": "Size", "value": "XL"},
        {"@type": "PropertyValue", "name": "Dishwasher safe", "value": True},
        {"@type": "PropertyValue", "name": "Volume", "value": 300, "unitText": "ml"},
        "not a node",
    ]
    item = read_product(tmp_path, additionalProperty=listed, size={"@type": "SizeSpecification", "name": "L"})
    assert (item.materials, item.size) == (("steel", "oak"), "L")
    assert item.attributes == {"Dishwasher safe": "yes", "Volume": "300 ml"}


def test_nodes_with_one_id_are_one_product_and_references_are_followed(tmp_path: Path) -> None:
    graph = [
        {"@type": "Product", "@id": "#p", "name": "Mug", "offers": {"@id": "#o"}},
        {"@type": "Offer", "@id": "#o", "price": "5.00", "priceCurrency": "EUR"},
    ]
    entries = read_json_ld(tmp_path, {"@graph": graph}, {"@type": ["Product"], "@id": "#p", "sku": "M-1"})
    (item,) = entries
    assert isinstance(item, Item)
    assert (item.item_id, item.title, item.price_cents) == ("M-1", "Mug", 500)


def test_variants_may_stand_beside_their_group(tmp_path: Path) -> None:
    group = {"@type": "ProductGroup", "@id": "#g", "name": "Mug", "productGroupID": "G", "hasVariant": [{"@id": "#a"}]}
    variant = {"@type": "Product", "@id": "#a", "sku": "A", "color": "Blue"}
    (item,) = read_json_ld(tmp_path, group, variant)
    assert isinstance(item, Item)
    assert (item.item_id, item.title, item.group_id, item.colours) == ("A", "Mug", "G", ("blue",))


def test_variant_names_its_group(tmp_path: Path) -> None:
    item = read_product(tmp_path, isVariantOf={"@type": "ProductGroup", "productGroupID": "G", "material": "Wool"})
    assert (item.group_id, item.materials) == ("G", ("wool",))


def test_related_products_and_reviewed_ones_are_not_taken(tmp_path: Path) -> None:
    other = {"@type": "Product", "sku": "2", "name": "Other"}
    review = {"@type": "Review", "itemReviewed": other}
    entries = read_json_ld(tmp_path, {"@type": "Product", "sku": "1", "name": "Mug", "isSimilarTo": [other]}, review)
    assert [entry.item_id for entry in entries] == ["1"]


def test_page_in_an_old_encoding(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    block = '<script type="application/ld+json">{"@type": "Product", "sku": "1", "name": "Öllampe"}</script>'
    path.write_bytes(f'<html><head><meta charset="iso-8859-1">{block}</head></html>'.encode("latin-1"))
    (item,) = read(path)
    assert isinstance(item, Item)
    assert item.title == "Öllampe"


@pytest.mark.parametrize(
    ("product", "reason"),
    [
        ({"name": "Mug"}, "no id"),
        ({"sku": "1"}, "no title"),
        ({"sku": "1", "name": "Mug", "offers": {"price": "on request"}}, "price 'on request' cannot be read"),
        (
            {"sku": "1", "name": "Mug", "offers": {"price": 5, "priceCurrency": "Taler"}},
            "currency 'Taler' is not known",
        ),
        ({"sku": "1", "name": "Mug", "offers": {"price": 1e12}}, "price '1000000000000.0' cannot be read"),
        ({"sku": "1", "name": "Mug\0"}, "a text holds a NUL character"),
    ],
)
def test_rejections(product: dict[str, Any], reason: str, tmp_path: Path) -> None:
    (entry,) = read_json_ld(tmp_path, {"@type": "Product", **product})
    assert isinstance(entry, Rejection)
    assert entry.reason == reason


def test_page_without_a_product_is_an_error_alone_and_passed_over_in_a_folder() -> None:
    with pytest.raises(CatalogueError, match=r"no schema\.org product in 1 HTML page"):
        read(PAGES / "about.html")
    assert not [entry for entry in read(PAGES) if isinstance(entry, Rejection) and "about" in entry.reason]


def test_folder_without_pages(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no schema\.org product in 0 HTML pages"):
        read(tmp_path)
