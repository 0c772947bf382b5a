"""What every reader promises, on real-shaped files, on damaged ones, and on the real Icecat data."""

from __future__ import annotations

import csv
import math
import os
import shutil
import tempfile
import tracemalloc
import unicodedata
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiling.catalogue.feed import ReadOptions, Rejection
from profiling.catalogue.importers import READERS, detect_format
from profiling.errors import CatalogueError
from profiling.types import Availability, Item

FEEDS = Path(__file__).parents[1] / "fixtures" / "feeds"
FILES = {
    "shopify_old.csv": "shopify",
    "shopify_new.csv": "shopify",
    "google_rss.xml": "google_merchant",
    "google_atom.xml": "google_merchant",
    "google.tsv": "google_merchant",
    "pages": "schema_org",
    "pages/woocommerce.html": "schema_org",
    "pages/shopify_theme.html": "schema_org",
    "pages/magento_luma.html": "schema_org",
    "pages/list_and_aggregate.html": "schema_org",
    "icecat.json": "icecat",
    "artikel_cp1252.csv": "csv",
}
MEASURES = {"width_mm", "depth_mm", "height_mm", "weight_g", "screen_mm"}


def texts_of(item: Item) -> list[str]:
    lists = (*item.category, *item.colours, *item.materials, *item.attributes, *item.attributes.values())
    single = (item.item_id, item.title, item.group_id, item.description, item.brand, item.product_type, item.size)
    return [*single, *lists, item.currency, item.url, item.image_url]


def is_safe(url: str) -> bool:
    if not url:
        return True
    is_path = url.startswith("/") and url[1:2] not in {"/", "\\"}
    return (is_path or url.lower().startswith(("http://", "https://"))) and not set(url) & set(" \"'<>`\\")


def check_item(item: Item) -> None:
    assert item.item_id
    assert item.title
    assert len(item.title) <= 500
    assert len(item.description) <= 20_000
    assert item.price_cents is None or item.price_cents >= 0
    assert item.list_price_cents is None or (item.price_cents is not None and item.list_price_cents > item.price_cents)
    assert bool(item.currency) == (item.price_cents is not None)
    assert item.availability in get_args(Availability)
    assert item.stock_count is None or item.stock_count >= 0
    for values in (item.colours, item.materials):
        assert len(set(values)) == len(values)
        assert all(value and value == value.lower() for value in values)
    assert set(item.measures) <= MEASURES
    assert all(math.isfinite(value) and value > 0 for value in item.measures.values())
    assert all(name and value for name, value in item.attributes.items())
    for text in texts_of(item):
        assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in text), text
        text.encode("utf-8")
    assert is_safe(item.url)
    assert is_safe(item.image_url)


def read_all(path: Path, feed_format: str) -> list[Item | Rejection]:
    entries = list(READERS[feed_format](path, ReadOptions()))
    ids = [entry.item_id for entry in entries if isinstance(entry, Item)]
    assert len(set(ids)) == len(ids)
    for entry in entries:
        if isinstance(entry, Item):
            check_item(entry)
        else:
            assert isinstance(entry, Rejection)
            assert entry.line >= 0
            assert entry.reason
    return entries


def read_damaged(path: Path, feed_format: str) -> tuple[list[Item | Rejection], str]:
    """The entries, or the message of the error; any other exception fails the test."""
    try:
        return read_all(path, feed_format), ""
    except CatalogueError as error:
        return [], str(error)


@pytest.mark.parametrize(("name", "feed_format"), FILES.items())
def test_reader_yields_items_that_keep_the_rules(name: str, feed_format: str) -> None:
    entries = read_all(FEEDS / name, feed_format)
    assert any(isinstance(entry, Item) for entry in entries)


@pytest.mark.parametrize(("name", "feed_format"), FILES.items())
def test_reading_twice_gives_the_same(name: str, feed_format: str) -> None:
    assert read_all(FEEDS / name, feed_format) == read_all(FEEDS / name, feed_format)


@pytest.mark.parametrize("feed_format", READERS)
def test_reader_names_a_missing_file(feed_format: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"nothing\.csv"):
        list(READERS[feed_format](tmp_path / "nothing.csv", ReadOptions()))


@pytest.mark.parametrize("feed_format", READERS)
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00" * 100, b"\x89PNG\r\n\x1a\n\x00", b"hello", b"[]", b"<a/>"])
def test_reader_refuses_what_is_no_feed(feed_format: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "feed.dat"
    path.write_bytes(content)
    entries, error = read_damaged(path, feed_format)
    assert entries == []  # an empty list or feed may be one
    assert not error or "feed.dat" in error


edits = st.lists(
    st.tuples(
        st.sampled_from(["flip", "insert", "delete", "repeat"]), st.floats(0, 1), st.binary(min_size=1, max_size=6)
    ),
    min_size=1,
    max_size=8,
)


def damage(data: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, piece in changes:
        at = int(where * max(len(data) - 1, 0))
        end = {"insert": at, "repeat": at}.get(kind, at + len(piece))
        middle = data[at : at + 200] if kind == "repeat" else b"" if kind == "delete" else piece
        data = data[:at] + middle + data[end:]
    return data


@pytest.mark.parametrize("name", [name for name in FILES if name != "pages"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=edits)
def test_damaged_file_gives_items_rejections_or_an_error(name: str, changes: list[tuple[str, float, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(damage((FEEDS / name).read_bytes(), changes))
        for feed_format in {FILES[name], _detected(path)} - {""}:
            error = read_damaged(path, feed_format)[1]
            assert not error or path.name in error


def _detected(path: Path) -> str:
    try:
        return detect_format(path)
    except CatalogueError:
        return ""


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_give_items_rejections_or_an_error(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.csv"
        path.write_bytes(data)
        for feed_format in READERS:
            read_damaged(path, feed_format)


@pytest.mark.parametrize("name", ["shopify_old.csv", "google.tsv", "artikel_cp1252.csv"])
def test_readers_leave_the_limit_of_csv_alone(name: str) -> None:
    before = csv.field_size_limit()
    entries = READERS[FILES[name]](FEEDS / name, ReadOptions())
    next(entries)
    assert csv.field_size_limit() == before
    list(entries)
    assert csv.field_size_limit() == before


def test_broken_page_costs_only_its_block(tmp_path: Path) -> None:
    shutil.copytree(FEEDS / "pages", tmp_path / "pages")
    too_deep = '<script type="application/ld+json">' + "[" * 100_000
    (tmp_path / "pages" / "deep.html").write_text(too_deep, encoding="utf-8")
    entries = read_all(tmp_path / "pages", "schema_org")
    assert sum(isinstance(entry, Item) for entry in entries) == 7
    assert [entry.line for entry in entries if isinstance(entry, Rejection) and "deep.html" in entry.reason] == [1]


@pytest.mark.slow
def test_real_icecat_data() -> None:
    shared = os.environ.get("RAPPORT_SHARED_DATA", "")
    folder = Path(shared) / "catalogue"
    if not shared or not any(folder.glob("icecat_*.json.zip")):
        pytest.skip("needs catalogue/icecat_*.json.zip in the folder that RAPPORT_SHARED_DATA names")
    assert detect_format(folder) == "icecat"
    counts: Counter[str] = Counter()
    for entry in READERS["icecat"](folder, ReadOptions(currency="USD")):
        assert isinstance(entry, Item), entry
        check_item(entry)
        filled = ("product_type", "colours", "materials", "measures", "image_url")
        counts.update(["items", *(name for name in filled if getattr(entry, name)), *entry.measures])
    assert counts["items"] == 19_406
    assert counts["product_type"] > 7_000
    assert counts["colours"] > 13_000
    assert counts["width_mm"] > 7_000
    assert counts["screen_mm"] > 800
    assert _peak_bytes(folder / "icecat_1.json.zip") < 30_000_000


def _peak_bytes(path: Path) -> int:
    tracemalloc.start()
    for _ in READERS["icecat"](path, ReadOptions()):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
