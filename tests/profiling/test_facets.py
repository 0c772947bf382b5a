from __future__ import annotations

import pytest

from profiling.catalogue.facets import facets_of
from profiling.types import Item
from profiling.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("title", "feed_type", "node"),
    [
        ("Pebble wireless mouse", "mouse", "mouse"),
        ("Acme Z3 mouse RF Wireless Laser", "", "mouse"),
        ("StarCo Keyboard Mouse Console Converter Adapter", "", "adapter"),
        ("Sleeve for iPad - 9 inch", "", ""),
        ("WindFall tablet enclosure", "tablet security enclosure", "tablet security enclosure"),
        ("Toner 6000 Original Black 6 pc(s)", "", "toner cartridge"),
        ("Ranger G35 PC AMD 16 GB DDR4 512 GB HDD+SSD Windows", "", "computer"),
        ("Acme mobile phone case 12 cm Cover", "mobile phone case", "phone case"),
        ("Squall", "Rain jackets", "rain jacket"),
        ("Something odd", "Widgetry", "widgetry"),
    ],
)
def test_the_kind_of_an_item_is_its_head_noun(title: str, feed_type: str, node: str) -> None:
    item = Item("1", title, product_type=feed_type, brand=title.split(maxsplit=1)[0] if "Acme" in title else "")
    assert facets_of(item, VOCABULARY).node == node


def test_category_serves_where_there_is_no_type() -> None:
    assert facets_of(Item("1", "Squall", category=("Clothing", "Jackets")), VOCABULARY).node == "jacket"


def test_colours_become_families() -> None:
    assert facets_of(Item("1", "x", colours=("Navy", "off-white")), VOCABULARY).colours == ("blue", "white")
    assert facets_of(Item("1", "Mouse, Gray"), VOCABULARY).colours == ("grey",)
    assert facets_of(Item("1", "Mint tea with honey"), VOCABULARY).colours == ()


def test_what_an_item_contains_is_more_than_what_it_is_made_of() -> None:
    facets = facets_of(Item("1", "Jumper", materials=("cotton",), description="With a merino trim."), VOCABULARY)
    assert facets.materials == ("cotton",)
    assert facets.contains == ("cotton", "merino")


@pytest.mark.parametrize("text", ["Thick cotton, no wool.", "Knitted without any wool.", "Wool-free yarn."])
def test_a_denied_material_is_not_contained(text: str) -> None:
    assert "wool" not in facets_of(Item("1", "Jumper", description=text), VOCABULARY).contains
