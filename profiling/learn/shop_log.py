"""The shop's own interactions and catalogue, in the form that the count model learns from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from profiling.learn.attributes import AttributeTable
from profiling.learn.histories import Histories
from profiling.store.database import Store
from profiling.text.tokens import terms

MOST_OF_ONE = 100
"""Latest interactions of one shopper that count: a bot that clicks ten thousand times teaches no more than this."""


@dataclass(frozen=True)
class ShopLog:
    """Who took what: item i is `item_ids[i]`, items of the catalogue alone."""

    histories: Histories
    item_ids: Sequence[str]
    attributes: AttributeTable


def read_shop_log(store: Store) -> ShopLog:
    """Clicks, carts, purchases and thumbs up, the oldest first; what was done at one moment is one step.

    What was done with proposals for a gift is left out.
    """
    rows = store.db.conn.execute(
        "SELECT item_id, title, brand, category, facets FROM items ORDER BY item_id"
    ).fetchall()
    numbers = {row[0]: number for number, row in enumerate(rows)}
    attributes = AttributeTable.from_mapping(_attributes(rows), item_count=len(rows))
    taken = store.db.conn.execute(
        "SELECT shopper_id, item_id, at FROM (SELECT *, row_number() OVER (PARTITION BY shopper_id ORDER BY at DESC) "
        "AS latest FROM interactions WHERE weight > 0.2 AND item_id IS NOT NULL AND coalesce(slate_id, '') NOT IN "
        "(SELECT slate_id FROM slates WHERE json_extract(request, '$.gift'))) WHERE latest <= ? "
        "ORDER BY shopper_id, at",
        [MOST_OF_ONE],
    )
    known = [(shopper, numbers[item], at) for shopper, item, at in taken if item in numbers]
    return ShopLog(_histories(known, len(rows)), list(numbers), attributes)


def _histories(taken: Sequence[tuple[str, int, str]], item_count: int) -> Histories:
    codes = {shopper: number for number, shopper in enumerate(dict.fromkeys(row[0] for row in taken))}
    shoppers = np.array([codes[row[0]] for row in taken], dtype=np.int64)
    moments = {moment: number for number, moment in enumerate(sorted({(row[0], row[2]) for row in taken}))}
    order = np.array([moments[row[0], row[2]] for row in taken], dtype=np.int64)
    starts = np.searchsorted(shoppers, np.arange(len(codes) + 1)).astype(np.int64)
    steps = order - order[starts[:-1]][shoppers] if len(order) else order
    days = np.array([datetime.fromisoformat(row[2]).timestamp() / 86_400 for row in taken], dtype=np.float64)
    return Histories(np.array([row[1] for row in taken], dtype=np.int64), steps, starts, item_count, days)


def _attributes(rows: Sequence[tuple[str, str, str, str, str]]) -> dict[int, list[int]]:
    """Brand, kind, categories, colours, materials and title words of each item, numbered."""
    codes: dict[str, int] = {}
    found: dict[int, list[int]] = {}
    for number, (_, title, brand, category, facets) in enumerate(rows):
        facet = json.loads(facets)
        names = [f"brand:{brand}", f"kind:{facet['node']}", *terms(title)]
        names += [f"{name}:{value}" for name in ("colours", "materials") for value in facet[name]]
        names += [f"category:{value}" for value in json.loads(category)]
        found[number] = [codes.setdefault(name, len(codes)) for name in dict.fromkeys(names)]
    return found
