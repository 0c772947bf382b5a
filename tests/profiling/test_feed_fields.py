from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiling.catalogue.fields import (
    has_value,
    html_to_text,
    option_kind,
    plain_text,
    safe_url,
    split_category,
    split_values,
    stock_word,
    whole_number,
)
from profiling.catalogue.measures import decimal_number, length_mm, named_measure, positive, split_unit, weight_g
from profiling.money import currency_code, parse_price


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<p>Warm</p><ul><li>Waterproof</li><li>Light &amp; soft!</li></ul>Nice",
            "Warm. Waterproof. Light & soft! Nice",
        ),
        ("A quiet mouse<br>for the train", "A quiet mouse for the train"),
        ("<b>Bold</b>face", "Boldface"),
        ("&lt;p&gt;Foo&lt;/p&gt;&lt;p&gt;Bar&lt;/p&gt;", "Foo. Bar"),
        ("Size < 5 & x > 3 &eacute;", "Size < 5 & x > 3 é"),
        ("<script>alert(1)</script><style>p {}</style>Safe<!-- note -->", "Safe"),
        ("<!-- only a note -->", ""),
        ("<p></p>", ""),
        ("a\x00b\u202ec\ud800d", "a bc d"),
        ("<?xml version='1.0' encoding='x-unknown'?><p>a</p>", "a"),
        ("<div>" * 1_000 + "deep", "deep"),
        ("", ""),
    ],
)
def test_html_to_text(markup: str, text: str) -> None:
    assert html_to_text(markup, 1_000) == text


def test_texts_are_cut() -> None:
    assert html_to_text("<p>" + "word " * 1_000 + "</p>", 12) == "word word wo"
    assert plain_text("  a\tb\n c  ", 100) == "a b c"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Black/Silver", ("black", "silver")),
        ("Schwarz und Weiß", ("schwarz", "weiß")),
        ("Black, black", ("black",)),
        ("80% Wool, 20 % Nylon", ("wool", "nylon")),
        ("1,5% Elasthan; 98,5% Baumwolle", ("elasthan", "baumwolle")),
        ("Polypropylene (PP)", ("polypropylene",)),
        ("N/A", ()),
        ("Default Title", ()),
        ("", ()),
    ],
)
def test_split_values(text: str, values: tuple[str, ...]) -> None:
    assert split_values(text) == values


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Home > Shoes > Boots", ("Shoes", "Boots")),
        ("Apparel &amp; Accessories &gt; Shoes", ("Apparel & Accessories", "Shoes")),
        ("Kitchen / Knives", ("Kitchen", "Knives")),
        ("Phones/Tablets", ("Phones/Tablets",)),
        ("Uncategorized", ()),
        ("", ()),
    ],
)
def test_split_category(text: str, path: tuple[str, ...]) -> None:
    assert split_category(text) == path


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("https://schema.org/InStock", "in_stock"),
        ("http://schema.org/LimitedAvailability", "in_stock"),
        ("schema:PreOrder", "preorder"),
        ("SoldOut", "out_of_stock"),
        ("Discontinued", "discontinued"),
        ("out of stock", "out_of_stock"),
        ("out_of_stock", "out_of_stock"),
        ("Lieferzeit 3-5 Werktage", "in_stock"),
        ("Sofort lieferbar", "in_stock"),
        ("nicht lieferbar", "out_of_stock"),
        ("on backorder", "backorder"),
        ("perhaps", None),
    ],
)
def test_stock_word(text: str, word: str | None) -> None:
    assert stock_word(text) == word


@pytest.mark.parametrize(
    ("text", "count"),
    [("12", 12), ("12.0", 12), ("1,200", 1_200), ("> 10", 10), ("10+", 10), ("-3", 0), ("1.5", None), ("many", None)],
)
def test_whole_number(text: str, count: int | None) -> None:
    assert whole_number(text) == count


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [("12,5 cm", "", 125.0), ('15.6"', "", 396.24), ("5", "CMT", 50.0), ("5", "", None), ("0 mm", "", None)],
)
def test_length_mm(text: str, unit: str, length: float | None) -> None:
    assert length_mm(text, unit) == length


@pytest.mark.parametrize(
    ("text", "unit", "weight"),
    [
        ("0.5 kg", "", 500.0),
        ("1.200,5 g", "", 1_200.5),
        ("3 lb", "", 1_360.777),
        ("420", "g", 420.0),
        ("420", "", None),
    ],
)
def test_weight_g(text: str, unit: str, weight: float | None) -> None:
    assert weight_g(text, unit) == weight


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5", 1.5), ("1,5", 1.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1.234.567", 1234567.0), ("1,2,3", 123.0)],
)
def test_decimal_number(text: str, number: float) -> None:
    assert decimal_number(text) == number


@pytest.mark.parametrize(
    ("name", "text", "measure"),
    [
        ("Width mm", "140", ("width_mm", 140.0)),
        ("weight_kg", "1,2", ("weight_g", 1_200.0)),
        ("Höhe (cm)", "12.5", ("height_mm", 125.0)),
        ("Length", "2 m", ("depth_mm", 2_000.0)),
        ("Screen", '15.6"', ("screen_mm", 396.24)),
        ("Width", "140", None),
        ("Width mm", "wide", None),
        ("Strap width mm", "20", None),
        ("Capacity", "2 l", None),
        ("", "2 cm", None),
    ],
)
def test_named_measure(name: str, text: str, measure: tuple[str, float] | None) -> None:
    assert named_measure(name, text) == measure


def test_split_unit() -> None:
    assert split_unit("Gewicht (kg)") == ("Gewicht", "kg")
    assert split_unit("width_mm") == ("width", "mm")
    assert split_unit("item") == ("item", "")


@pytest.mark.parametrize("value", [None, 0.0, -1.0, float("nan"), float("inf"), 1e12, 0.0001])
def test_measures_are_positive_and_finite(value: float | None) -> None:
    assert positive(value) is None


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://shop.example/p?a=1&amp;b=2", "https://shop.example/p?a=1&b=2"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("/p/ridge jacket", "/p/ridge%20jacket"),
        ('https://shop.example/"><script>', "https://shop.example/%22%3E%3Cscript%3E"),
        ("https://shop.example/ü", "https://shop.example/ü"),
        ("javascript:alert(1)", ""),
        ("JaVa\nScript:alert(1)", ""),
        ("&#106;avascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("/\\evil.example", ""),
        ("https://a.example\\@evil.example/", ""),
        ("ftp://shop.example", ""),
        ("p/1.html", ""),
        ("http://", ""),
        ("http://[", ""),
        ("https://shop.example/" + "a" * 3_000, ""),
    ],
)
def test_safe_url(url: str, safe: str) -> None:
    assert safe_url(url) == safe


def test_base_url_completes_links() -> None:
    assert safe_url("p/1.html", "https://shop.example/de/") == "https://shop.example/de/p/1.html"
    assert safe_url("/p/1", "https://shop.example/de/") == "https://shop.example/p/1"
    assert safe_url("javascript:x", "https://shop.example/") == ""
    assert safe_url("", "https://shop.example/") == ""


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "https://shop.example/a/"]))
def test_no_other_link_passes(url: str, base: str) -> None:
    safe = safe_url(url, base)
    is_path = safe.startswith("/") and safe[1:2] not in {"/", "\\"}
    assert safe == "" or is_path or safe.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Color", "colour"),
        ("Farbe", "colour"),
        ("Color/Pattern", "colour"),
        ("Größe", "size"),
        ("Shoe size", "size"),
        ("Talla", "size"),
        ("Material", "material"),
        ("Color temperature", None),
        ("Scent", None),
        ("Title", None),
    ],
)
def test_option_kind(name: str, kind: str | None) -> None:
    assert option_kind(name) == kind


@pytest.mark.timeout(5)
def test_long_cells_take_no_time() -> None:
    blanks = " " * 1_000_000
    for text in (f"{blanks}x", f"1{blanks}x", f"<{blanks}", "<a" * 500_000, "a>" * 500_000, "&" * 1_000_000):
        html_to_text(text, 20_000)
        split_values(text)
        split_category(text)
        stock_word(text)
        whole_number(text)
        length_mm(text)
        named_measure(text, text)
        option_kind(text)
        safe_url(text, "https://shop.example")
        parse_price(text)
        currency_code(text)


def test_has_value() -> None:
    assert has_value("blue")
    assert not any(map(has_value, ("", " ", "-", "N/A", "none")))
