"""The catalogue as triples: brand, kind, colours, materials, size, category, price band, variants, what fits what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from profiling.text.tokens import terms
from profiling.types import Row
from profiling.vocabulary import Taxonomy, Vocabulary

Triple4 = tuple[str, str, str, str]
"""Subject, predicate, object, source."""
PRICE_BANDS = (10_00, 25_00, 50_00, 100_00, 250_00, 500_00, 1_000_00)
_FITS = re.compile(r"compatible with|fits|suitable for", re.IGNORECASE)


def catalogue_triples(rows: Iterable[Row], vocabulary: Vocabulary) -> Iterator[Triple4]:
    """Triples of item rows, and of the vocabulary's hierarchies."""
    kept = list(rows)
    for row in kept:
        yield from _item_triples(row)
    yield from _fits(kept)
    for kind, taxonomy in (
        ("product_type", vocabulary.product_types),
        ("colour", vocabulary.colours),
        ("material", vocabulary.materials),
    ):
        yield from _hierarchy(kind, taxonomy)


def _item_triples(row: Row) -> Iterator[Triple4]:
    item, source = f"item:{row['item_id']}", f"feed:{row['feed']}"
    facets = json.loads(row["facets"])
    found = [("has_brand", "brand", row["brand"]), ("has_type", "product_type", facets["node"])]
    found += [("has_size", "size", row["size"]), ("variant_of", "group", row["group_id"])]
    found += [("has_colour", "colour", colour) for colour in facets["colours"]]
    found += [("has_material", "material", material) for material in facets["materials"]]
    found += [("in_category", "category", name) for name in json.loads(row["category"])]
    if row["price_cents"] is not None:
        found.append(("in_price_band", "price_band", price_band(row["price_cents"])))
    yield from ((item, predicate, f"{kind}:{value}", source) for predicate, kind, value in found if value)


def price_band(cents: int) -> str:
    """The band that a price lies in, as "25-50"."""
    upper = next((band for band in PRICE_BANDS if cents < band), None)
    lower = max((band for band in PRICE_BANDS if band <= cents), default=0)
    return f"{lower // 100}-{upper // 100 if upper else ''}"


def _hierarchy(kind: str, taxonomy: Taxonomy) -> Iterator[Triple4]:
    for node, parent in taxonomy.parents.items():
        if parent is not None:
            yield f"{kind}:{node}", "narrower_than", f"{kind}:{parent}", "vocabulary"


def _fits(rows: Sequence[Row]) -> Iterator[Triple4]:
    """Accessories whose attributes name another item's title, word for word."""
    wanted: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        for value in _named(json.loads(row["attributes"])):
            wanted.setdefault(tuple(terms(value)), []).append(row)
    wanted.pop((), None)
    longest = max(map(len, wanted), default=0)
    for row in rows:
        words = terms(f"{row['brand']} {row['title']}" if row["brand"] not in row["title"] else row["title"])
        for length in range(1, longest + 1):
            for start in range(len(words) - length + 1):
                for accessory in wanted.get(tuple(words[start : start + length]), ()):
                    if accessory["item_id"] != row["item_id"] and not _same_kind(accessory, row):
                        source = f"feed:{accessory['feed']}"
                        yield f"item:{accessory['item_id']}", "fits", f"item:{row['item_id']}", source


def _named(attributes: Mapping[str, str]) -> Iterator[str]:
    """What an accessory is said to fit."""
    for name, value in attributes.items():
        if _FITS.search(name):
            yield from filter(None, map(str.strip, re.split(r"[;,]", value)))


def _same_kind(one: Row, two: Row) -> bool:
    return bool(json.loads(one["facets"])["node"] == json.loads(two["facets"])["node"])
