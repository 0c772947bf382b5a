"""Product pages that describe themselves with schema.org: JSON-LD, and microdata where there is no JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
from lxml import etree

from profiling.catalogue.feed import Entry, ReadOptions, Rejection
from profiling.catalogue.importers.schema_product import Node, breadcrumbs, find_products, raw_items
from profiling.catalogue.rows import RowCheck
from profiling.errors import CatalogueError

MAX_PAGE = 10_000_000
"""Bytes of the longest page that is read."""
SUFFIXES = (".html", ".htm", ".xhtml")


def read_schema_org(path: Path, options: ReadOptions) -> Iterator[Entry]:
    """The products of one HTML file, or of all HTML files of a folder in the order of their names.

    A block of JSON-LD that cannot be read is rejected with the line in which it begins. Pages without a product are
    passed over.

    Raises:
        CatalogueError: there is no page, or no product on any of them.
    """
    pages = html_pages(path) if path.is_dir() else [path]
    check = RowCheck(options)
    count = 0
    for page in pages:
        for entry in _page_entries(page, str(page.relative_to(path)) if path.is_dir() else "", check):
            count += 1
            if entry is not None:
                yield entry
    if not count:
        raise CatalogueError(
            f"{path}: no schema.org product in {len(pages)} HTML {'page' if len(pages) == 1 else 'pages'}"
        )


def html_pages(folder: Path) -> list[Path]:
    """The HTML files of a folder and the folders below it, by name."""
    return sorted(page for page in folder.rglob("*") if page.suffix.lower() in SUFFIXES and page.is_file())


def _page_entries(page: Path, source: str, check: RowCheck) -> Iterator[Entry | None]:
    """What the page has to say; None for a product that is no longer for sale."""
    prefix = f"{source}: " if source else ""
    try:
        root = _parse(page)
    except ValueError as problem:
        yield Rejection(1, f"{prefix}{problem}")
        return
    blocks: list[tuple[int, Node]] = []
    if root is not None:
        for block in _json_ld(root):
            if isinstance(block, Rejection):
                yield Rejection(block.line, prefix + block.reason)
            else:
                blocks.append(block)
    products = find_products(blocks)
    if root is not None and not products:
        products = find_products(_microdata(root))
    crumbs = breadcrumbs(node for _, node in blocks)
    for line, node in products:
        for raw in raw_items(node, line=line, source=source, crumbs=crumbs if len(products) == 1 else ()):
            yield check.entry(raw)


def _parse(page: Path) -> lxml.html.HtmlElement | None:
    try:
        with page.open("rb") as file:
            data = file.read(MAX_PAGE + 1)
    except OSError as error:
        raise CatalogueError(f"{page}: {error.strerror or error}") from error
    if len(data) > MAX_PAGE:
        raise ValueError(f"the page is longer than {MAX_PAGE:,} bytes")
    try:
        return lxml.html.document_fromstring(
            data, parser=lxml.html.HTMLParser(encoding=_encoding(data), no_network=True)
        )
    except (etree.LxmlError, ValueError, AssertionError):  # an empty page
        return None


def _encoding(data: bytes) -> str | None:
    """UTF-8 where the bytes are that; None leaves it to the page's own declaration."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _json_ld(root: lxml.html.HtmlElement) -> Iterator[tuple[int, Node] | Rejection]:
    """The top nodes of each block with the line of the block."""
    from extruct.jsonld import JsonLdExtractor

    extractor = JsonLdExtractor()
    for script in root.iter("script"):
        if not (script.get("type") or "").lower().strip().startswith("application/ld+json"):
            continue
        script.set("type", "application/ld+json")
        line = script.sourceline or 0
        try:
            nodes: list[Any] = extractor.extract_items(script)
        except (ValueError, RecursionError) as error:
            yield Rejection(line, f"a block of JSON-LD cannot be read: {_where(error)}")
            continue
        yield from ((line, node) for node in nodes if isinstance(node, dict))


def _where(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]


def _microdata(root: lxml.html.HtmlElement) -> list[tuple[int, Node]]:
    """Microdata in the form of JSON-LD; none where the page's is so damaged that extruct fails on it."""
    marked = root.xpath("//*[contains(@itemtype, 'schema.org/Product')]")
    if not marked:
        return []
    import extruct

    try:
        nodes = extruct.extract(root, syntaxes=["microdata"], uniform=True, errors="strict")["microdata"]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, etree.LxmlError):
        return []
    return [(marked[0].sourceline or 0, node) for node in nodes if isinstance(node, dict)]
