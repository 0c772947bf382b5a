"""Readers for the feeds that shops have, and which of them a file is for."""

from __future__ import annotations

import zipfile
from pathlib import Path

from profiling.catalogue.feed import Reader
from profiling.catalogue.importers.csv_mapping import read_csv
from profiling.catalogue.importers.google_merchant import is_google_merchant, read_google_merchant
from profiling.catalogue.importers.icecat import icecat_files, is_icecat, read_icecat
from profiling.catalogue.importers.schema_org import SUFFIXES, html_pages, read_schema_org
from profiling.catalogue.importers.shopify import is_shopify, read_shopify
from profiling.catalogue.importers.table import open_table
from profiling.errors import CatalogueError

__all__ = ["READERS", "detect_format"]

READERS: dict[str, Reader] = {
    "shopify": read_shopify,
    "google_merchant": read_google_merchant,
    "schema_org": read_schema_org,
    "icecat": read_icecat,
    "csv": read_csv,
}
"""Format -> reader."""

_START = 16_384
_TABLES = (".csv", ".tsv", ".txt", ".tab")


def detect_format(path: Path) -> str:
    """The format of a feed, from its name and its first bytes.

    Raises:
        CatalogueError: there is no such file, it is empty, or it is none of READERS.
    """
    if path.is_dir():
        return _detect_folder(path)
    start = _start_of(path)
    if zipfile.is_zipfile(path):
        if any(name.lower().endswith(".json") for name in _member_names(path)):
            return "icecat"
        raise _unknown(path, "an Excel workbook must be saved as CSV" if path.suffix.lower() == ".xlsx" else "")
    text = start.decode("utf-16" if start[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", errors="replace")
    return _detect_text(path, text)


def _detect_folder(path: Path) -> str:
    if html_pages(path):
        return "schema_org"
    if icecat_files(path):
        return "icecat"
    raise _unknown(path, "the folder has no HTML pages and no *.json or *.json.zip")


def _detect_text(path: Path, text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n").lower()
    if not start:
        raise CatalogueError(f"{path}: the file is empty")
    if is_icecat(text):
        return "icecat"
    if start.startswith("<"):
        if "<html" in start or "<!doctype html" in start or path.suffix.lower() in SUFFIXES:
            return "schema_org"
        if any(f"<{root}" in start for root in ("rss", "feed", "rdf:rdf")):
            return "google_merchant"
        raise _unknown(path, "the XML begins with neither <rss> nor <feed>")
    if path.suffix.lower() in _TABLES:
        table = open_table(path)
        return "shopify" if is_shopify(table) else "google_merchant" if is_google_merchant(table) else "csv"
    raise _unknown(path)


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_START)
    except OSError as error:
        raise CatalogueError(f"{path}: {error.strerror or error}") from error


def _member_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise CatalogueError(f"{path}: {error}") from error


def _unknown(path: Path, hint: str = "") -> CatalogueError:
    reason = f" ({hint})" if hint else ""
    return CatalogueError(f"{path}: no known format{reason}; known are {', '.join(READERS)}")
