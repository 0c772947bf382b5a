from __future__ import annotations

from pathlib import Path

import pytest

from profiling.catalogue.feed import MAX_CELL, ReadOptions, Rejection
from profiling.catalogue.importers.google_merchant import read_google_merchant
from profiling.errors import CatalogueError
from profiling.types import Item

FEEDS = Path(__file__).parents[1] / "fixtures" / "feeds"
RSS = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>{}</channel></rss>'


def read(path: Path, options: ReadOptions | None = None) -> list[Item | Rejection]:
    return list(read_google_merchant(path, options or ReadOptions()))


def read_item(folder: Path, elements: str) -> Item | Rejection:
    path = folder / "feed.xml"
    path.write_text(RSS.format(f"<item><g:id>1</g:id><g:title>Mug</g:title>{elements}</item>"), encoding="utf-8")
    (entry,) = read(path)
    return entry


def test_rss_item() -> None:
    item = read(FEEDS / "google_rss.xml")[0]
    assert item == Item(
        item_id="LL-SHOE-001-42",
        title="Fell Trainer 42",
        group_id="fell-trainer",
        description="Grips on wet rock. Vegan & light",
        brand="Norden Works",
        product_type="Trainers",
        category=("Shoes", "Trainers"),
        price_cents=8_900,
        list_price_cents=11_900,
        currency="EUR",
        colours=("black", "silver"),
        size="42",
        materials=("leather", "suede"),
        availability="in_stock",
        url="https://larch-and-loom.example/p/fell-trainer?size=42",
        image_url="https://larch-and-loom.example/i/fell.jpg",
        attributes={
            "Drop": "6 mm",
            "GTIN": "4006381333931",
            "MPN": "FT-42",
            "Condition": "new",
            "Highlights": "Grips on wet rock; Resoled for free",
        },
        measures={"weight_g": 640.0, "depth_mm": 310.0},
    )


def test_rss_fields_without_the_namespace_and_a_sale_that_is_over() -> None:
    mug = read(FEEDS / "google_rss.xml")[1]
    assert isinstance(mug, Item)
    assert (mug.title, mug.description) == ("Stoneware Mug", "Holds 300 ml.")
    assert (mug.price_cents, mug.list_price_cents, mug.availability) == (1_490, None, "out_of_stock")
    assert mug.category == ("Home & Garden", "Kitchen & Dining", "Mugs")


def test_rss_rejections() -> None:
    assert [entry for entry in read(FEEDS / "google_rss.xml") if isinstance(entry, Rejection)] == [
        Rejection(54, "id LL-MUG-002 appears twice (first in line 43)", "LL-MUG-002"),
        Rejection(60, "price -5 EUR is negative", "LL-BAD-003"),
        Rejection(66, "no title", "LL-NONE-004"),
    ]


def test_atom() -> None:
    desk, folding = read(FEEDS / "google_atom.xml", ReadOptions(base_url="https://larch-and-loom.example"))
    assert isinstance(desk, Item)
    assert isinstance(folding, Item)
    assert desk.url == "https://larch-and-loom.example/p/standing-desk"
    assert desk.image_url == "https://cdn.larch-and-loom.example/desk.jpg"
    assert desk.description == "Oak top, electric legs."
    assert desk.measures == {"width_mm": 1_400.0, "height_mm": 1_200.0, "depth_mm": 700.0}
    assert (desk.availability, folding.availability, folding.url) == ("backorder", "preorder", "")


def test_tab_separated_text() -> None:
    small, big, *rejections = read(FEEDS / "google.tsv")
    assert isinstance(small, Item)
    assert isinstance(big, Item)
    assert small.title == '15" Travel Monitor'
    assert (small.price_cents, small.list_price_cents, small.measures) == (17_900, 19_900, {"weight_g": 1_100.0})
    assert small.attributes == {
        "Resolution": "1920 x 1080",
        "Ports": "2 x USB-C",
        "GTIN": "4006381333931",
        "Highlights": "One cable, no adapter; Folds flat",
    }
    assert (big.price_cents, big.currency, big.availability) == (39_900, "EUR", "out_of_stock")
    assert rejections[0] == Rejection(4, "no title", "LL-MON-3")
    assert isinstance(rejections[1], Rejection)
    assert rejections[1].reason.startswith("availability 'maybe' is not known")


def test_comma_separated_text_with_prefixed_names(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(
        'g:id,g:title,g:image_link,g:price,g:link\n1,"Mug, blue",https://a.example/m.jpg,5 GBP,/m\n', "utf-8"
    )
    (mug,) = read(path)
    assert isinstance(mug, Item)
    assert (mug.title, mug.price_cents, mug.currency, mug.url) == ("Mug, blue", 500, "GBP", "/m")


@pytest.mark.parametrize(
    ("period", "price_cents"),
    [
        ("2019-02-24T11:07+0100/2098-03-01T23:07+0100", 300),
        ("2019-02-24T11:07Z / 2098-03-01T23:07Z", 300),
        ("2098-02-24/2098-03-01", 500),
        ("2019-02-24/2019-03-01", 500),
        ("soon", 500),
        ("", 300),
    ],
)
def test_sale_price_counts_in_its_period(period: str, price_cents: int, tmp_path: Path) -> None:
    sale = f"<g:sale_price_effective_date>{period}</g:sale_price_effective_date>"
    item = read_item(tmp_path, f"<g:price>5 EUR</g:price><g:sale_price>3 EUR</g:sale_price>{sale}")
    assert isinstance(item, Item)
    assert item.price_cents == price_cents


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    path = tmp_path / "feed.xml"
    body = RSS.format("<item><g:id>1</g:id><g:title>Mug &leak; &laugh;</g:title></item>")
    doctype = f'<!DOCTYPE rss [<!ENTITY leak SYSTEM "{secret.as_uri()}"><!ENTITY laugh "ha ha ha">]>'
    path.write_text(doctype + body, encoding="utf-8")
    (item,) = read(path)
    assert isinstance(item, Item)
    assert "secret" not in item.title.replace("&leak;", "")


def test_laughing_entities_take_no_memory(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    path = tmp_path / "feed.xml"
    body = RSS.format("<item><g:id>1</g:id><g:title>Mug &e11;</g:title></item>")
    path.write_text(f'<!DOCTYPE rss [<!ENTITY e0 "ha">{entities}]>{body}', encoding="utf-8")
    try:
        assert all(len(entry.title) < 100 for entry in read(path) if isinstance(entry, Item))
    except CatalogueError as error:
        assert "broken" in str(error)  # noqa: PT017


def test_long_text_costs_its_item_only(tmp_path: Path) -> None:
    entry = read_item(tmp_path, f"<g:description>{'x' * (MAX_CELL + 1)}</g:description>")
    assert entry == Rejection(1, "a text holds more than 1,000,000 characters", "1")


def test_line_numbers_go_beyond_65535(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS.format("\n" * 70_000 + "<item><g:id>1</g:id></item>"), encoding="utf-8")
    assert read(path) == [Rejection(70_001, "no title", "1")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (RSS.format("<item><g:id>1</g:id><g:title>Mug</g:title></item><item>")[:-5], "the XML is broken in line 1"),
        (RSS.format("<item><g:title>&nbsp;</g:title></item>"), "the XML is broken in line 1"),
        ("<rss><item><g:id>1</g:id></item></rss>", "Namespace prefix g on id is not defined"),
        ("<catalog><item/></catalog>", "begins with <catalog>"),
        ("id,name\n1,Mug\n", "it needs the columns id, title"),
    ],
)
def test_broken_and_foreign_files_are_errors(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError, match=message):
        read(path)


def test_feed_without_products_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS.format(""), encoding="utf-8")
    assert read(path) == []
