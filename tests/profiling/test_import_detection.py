from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from profiling.catalogue.feed import ReadOptions
from profiling.catalogue.importers import READERS, detect_format
from profiling.errors import CatalogueError

FEEDS = Path(__file__).parents[1] / "fixtures" / "feeds"


@pytest.mark.parametrize(
    ("name", "feed_format"),
    [
        ("shopify_old.csv", "shopify"),
        ("shopify_new.csv", "shopify"),
        ("google_rss.xml", "google_merchant"),
        ("google_atom.xml", "google_merchant"),
        ("google.tsv", "google_merchant"),
        ("pages", "schema_org"),
        ("pages/woocommerce.html", "schema_org"),
        ("pages/list_and_aggregate.html", "schema_org"),
        ("icecat.json", "icecat"),
        ("artikel_cp1252.csv", "csv"),
    ],
)
def test_format_of_each_file(name: str, feed_format: str) -> None:
    assert detect_format(FEEDS / name) == feed_format
    assert feed_format in READERS


def test_readers_are_those_that_the_documentation_names() -> None:
    assert list(READERS) == ["shopify", "google_merchant", "schema_org", "icecat", "csv"]


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    shutil.copy(FEEDS / "google.tsv", tmp_path / "feed.txt")
    shutil.copy(FEEDS / "google_rss.xml", tmp_path / "feed")
    assert detect_format(tmp_path / "feed.txt") == "google_merchant"
    assert detect_format(tmp_path / "feed") == "google_merchant"


def test_utf_16_xml(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes('<?xml version="1.0" encoding="UTF-16"?><rss><channel/></rss>'.encode("utf-16"))
    assert detect_format(path) == "google_merchant"
    assert list(READERS["google_merchant"](path, ReadOptions())) == []


def test_folder_and_zip_of_json(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "icecat_1.json.zip", "w") as archive:
        archive.write(FEEDS / "icecat.json", "icecat.json")
    assert detect_format(tmp_path) == "icecat"
    assert detect_format(tmp_path / "icecat_1.json.zip") == "icecat"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("feed.csv", b"", "the file is empty"),
        ("feed.bin", b"\x89PNG\r\n", "no known format; known are shopify, google_merchant, schema_org, icecat, csv"),
        ("feed.xml", b"<catalog/>", "the XML begins with neither <rss> nor <feed>"),
        ("feed.json", b'[{"a": 1}]', "no known format"),
        ("feed.csv", b"a\0b\0\n\0", "save it as UTF-8"),
    ],
)
def test_unknown_formats(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CatalogueError, match=message):
        detect_format(tmp_path / name)


def test_workbook_gets_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "products.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(CatalogueError, match="an Excel workbook must be saved as CSV"):
        detect_format(path)


def test_missing_file_and_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="No such file"):
        detect_format(tmp_path / "nothing.csv")
    with pytest.raises(CatalogueError, match="the folder has no HTML pages"):
        detect_format(tmp_path)
