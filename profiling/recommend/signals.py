"""What speaks for an item: each signal a number per item, the score their weighted sum.

The weights that come with the program are only where a shop begins; `python -m profiling learn` fits them to its own
log. Because the score is a sum, a reason can name the share that its fact really has in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Snapshot
from profiling.store.behaviour import Taken

Reals = NDArray[np.float64]
WEIGHTS: Mapping[str, float] = {
    "search": 1.0,
    "audience": 1.0,
    "taste": 1.0,
    "similar": 0.6,
    "taken_next": 0.3,
    "foretold": 0.3,
    "popular": 0.1,
    "price_fit": 0.08,
    "own": 0.5,
    "own_brand": 0.15,
    "new": 0.06,
    "praise": 0.3,
    "fits": 0.25,
    "kin": 0.08,
    "variety": 1.0,
}
"""What each signal counts until the shop's own log says otherwise."""
_FADE_DAYS = 30.0
_SAME_PRICE = 4.0
"""A price this many times the usual one, or this fraction of it, does not fit at all."""


@dataclass(frozen=True)
class Behaviour:
    """What the shopper did, and what other shoppers took after the same items.

    `owned` are all items that they have bought. `after` maps an item of the shopper's to shares of what came next;
    `popularity` looks items up, `foretold` are the shares of the shop's count model.
    """

    recent: Sequence[Taken] = ()
    after: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    popularity: Callable[[Sequence[str]], Mapping[str, float]] = lambda item_ids: {}
    owned: Sequence[str] = ()
    foretold: Mapping[str, float] = field(default_factory=dict)

    def source_of(self, item_id: str) -> str | None:
        """The shopper's item after which others took this one most often, or None."""
        shares = {source: shares[item_id] for source, shares in self.after.items() if item_id in shares}
        return max(shares, key=lambda source: shares[source]) if shares else None


NOBODY = Behaviour()
"""Nothing has happened yet."""


def behaviour_signals(
    snapshot: Snapshot, behaviour: Behaviour, positions: NDArray[np.int64], *, at: datetime
) -> dict[str, Reals]:
    """The signals that come from what shoppers do; all 0 where nobody has done anything yet."""
    item_ids = [snapshot.item_ids[position] for position in positions]
    following: dict[str, float] = {}
    for shares in behaviour.after.values():
        for item_id, share in shares.items():
            following[item_id] = following.get(item_id, 0.0) + share
    counts = behaviour.popularity(item_ids)
    popular = np.log1p(np.array([counts.get(item_id, 0.0) for item_id in item_ids], dtype=np.float64))
    own, brands = _own(snapshot, behaviour.recent, at=at)
    return {
        "taken_next": _shares(np.array([following.get(item_id, 0.0) for item_id in item_ids], dtype=np.float64)),
        "foretold": np.array([behaviour.foretold.get(item_id, 0.0) for item_id in item_ids]),
        "popular": _shares(popular),
        "price_fit": _price_fit(snapshot, behaviour.recent, positions),
        "own": np.array([own.get(int(snapshot.groups.codes[position]), 0.0) for position in positions]),
        "own_brand": np.array([brands.get(int(snapshot.brands.codes[position]), 0.0) for position in positions]),
    }


def comes_back(snapshot: Snapshot, item_id: str, consumables: Collection[str]) -> bool:
    """Whether an item is of a kind that is used up."""
    position = snapshot.position_of(item_id)
    return position is not None and snapshot.nodes.values[snapshot.nodes.codes[position]] in consumables


def _own(
    snapshot: Snapshot, recent: Sequence[Taken], *, at: datetime
) -> tuple[Mapping[int, float], Mapping[int, float]]:
    """What the shopper's own reactions say about each product and each brand, in [-1, 1]."""
    products: dict[int, float] = {}
    brands: dict[int, float] = {}
    for taken in recent:
        position = snapshot.position_of(taken.item_id)
        if position is None:
            continue
        faded = taken.weight * 0.5 ** (max(0.0, (at - taken.at).total_seconds()) / 86_400 / _FADE_DAYS)
        product, brand = int(snapshot.groups.codes[position]), int(snapshot.brands.codes[position])
        products[product] = products.get(product, 0.0) + faded
        if snapshot.brands.values[brand]:
            brands[brand] = brands.get(brand, 0.0) + faded
    return _bounded(products), _bounded(brands)


def _bounded(sums: Mapping[int, float]) -> dict[int, float]:
    return {key: float(np.tanh(value)) for key, value in sums.items()}


def _price_fit(snapshot: Snapshot, recent: Sequence[Taken], positions: NDArray[np.int64]) -> Reals:
    """1 at the price that the shopper usually pays for this kind of thing, 0 far from it or where none is known."""
    fits = np.zeros(len(positions))
    liked = [p for t in recent if t.weight > 0.2 and (p := snapshot.position_of(t.item_id)) is not None]
    by_kind: dict[int, list[float]] = {}
    for position in liked:
        if snapshot.price_cents[position] > 0:
            by_kind.setdefault(int(snapshot.nodes.codes[position]), []).append(float(snapshot.price_cents[position]))
    usual = {kind: float(np.median(prices)) for kind, prices in by_kind.items()}
    for row, position in enumerate(positions):
        kind, price = int(snapshot.nodes.codes[position]), float(snapshot.price_cents[position])
        if kind in usual and price > 0:
            fits[row] = max(0.0, 1.0 - abs(np.log(price / usual[kind])) / np.log(_SAME_PRICE))
    return fits


def _shares(values: Reals) -> Reals:
    best = float(values.max(initial=0.0))
    return values / best if best > 0 else values
