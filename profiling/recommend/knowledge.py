"""What is known about items beyond what shoppers do: when they came, what reviews praise, what fits and resembles what.

Each is a signal of its own, and a reason only where it carries a part of the score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Snapshot
from profiling.store.reviews import AspectCount

Reals = NDArray[np.float64]
NEW_HALF_LIFE_DAYS = 30.0
FIRST_DAY = 1.0
"""What came within a day of the first item is the shop's beginning, and not new."""
DOUBT = 2.0
"""Reviews that are thought to be of two minds before there is one: a single voice is no praise yet."""


@dataclass(frozen=True)
class Knowledge:
    """For one shopper: the aspects that they asked about, what fits and what resembles their things.

    `accessories` maps an item to the shopper's item that it fits, `own_traits` a node ("colour:red") to the shopper's
    item that has it; `opinions` and `traits` look up products' reviews on aspects and items' nodes.
    """

    aspects: Sequence[str] = ()
    opinions: Callable[[Sequence[str], Sequence[str]], Mapping[str, Sequence[AspectCount]]] = lambda products, of: {}
    accessories: Mapping[str, str] = field(default_factory=dict)
    own_traits: Mapping[str, str] = field(default_factory=dict)
    traits: Callable[[Sequence[str]], Mapping[str, set[str]]] = lambda item_ids: {}


NOTHING_KNOWN = Knowledge()


@dataclass(frozen=True)
class Known:
    """What the knowledge says about the items of a pool: signals of shape (items,), and what they are made of.

    `opinions` are by product, `shared` are the nodes that each item has in common with the shopper's things, the most
    telling first; `asked` is how many aspects were asked about.
    """

    signals: Mapping[str, Reals]
    opinions: Mapping[str, Sequence[AspectCount]] = field(default_factory=dict)
    shared: Mapping[str, Sequence[str]] = field(default_factory=dict)
    asked: int = 1


def known_about(knowledge: Knowledge, snapshot: Snapshot, positions: NDArray[np.int64], *, at: datetime) -> Known:
    """Looks up what is known about the items at `positions`."""
    item_ids = [snapshot.item_ids[position] for position in positions]
    products = [snapshot.groups.values[code] for code in snapshot.groups.codes[positions]]
    opinions = knowledge.opinions(sorted(set(products)), knowledge.aspects) if knowledge.aspects else {}
    praise = [sum(map(praised, opinions.get(product, ()))) / len(knowledge.aspects or [0]) for product in products]
    traits = _of_others(knowledge, snapshot, item_ids) if knowledge.own_traits else {}
    rarity = _rarity(knowledge.own_traits, traits, len(item_ids))
    shared = {
        item_id: sorted(nodes & rarity.keys(), key=lambda node: (-rarity[node], node))
        for item_id, nodes in traits.items()
    }
    kin = np.array([sum(rarity[node] for node in shared.get(item_id, ())) for item_id in item_ids], dtype=np.float64)
    signals = {
        "new": newness(snapshot, positions, at=at),
        "praise": np.array(praise, dtype=np.float64),
        "fits": np.array([float(item_id in knowledge.accessories) for item_id in item_ids]),
        "kin": kin / kin.max() if kin.any() else kin,
    }
    return Known(signals, opinions, shared, max(1, len(knowledge.aspects)))


def _of_others(knowledge: Knowledge, snapshot: Snapshot, item_ids: Sequence[str]) -> dict[str, set[str]]:
    """Nodes of the items, less those that a shopper's item of the same product has: a thing is not like itself."""
    own = knowledge.own_traits
    products = {item_id: _product(snapshot, item_id) for item_id in (*item_ids, *own.values())}
    return {
        item_id: {node for node in nodes & own.keys() if products[own[node]] != products[item_id]}
        for item_id, nodes in knowledge.traits(item_ids).items()
    }


def _product(snapshot: Snapshot, item_id: str) -> int | None:
    position = snapshot.position_of(item_id)
    return None if position is None else int(snapshot.groups.codes[position])


def praised(count: AspectCount) -> float:
    """What reviews say about one aspect, in (-1, 1): praise less complaint, near 0 for few reviews."""
    return (count.positive - count.negative) / (count.reviews + DOUBT)


def newness(snapshot: Snapshot, positions: NDArray[np.int64], *, at: datetime) -> Reals:
    """1 for what came today, halved each month; 0 for what the shop began with, or where it is not known.

    Where it is not known of some items, the shop began before we kept it, and all that came since is new.
    """
    came = snapshot.first_seen_days
    began = -np.inf if np.isnan(came).any() or not len(came) else came.min()
    own = came[positions]
    ages = np.maximum(0.0, at.timestamp() / 86_400 - own)
    fresh: Reals = np.where(own > began + FIRST_DAY, 0.5 ** (ages / NEW_HALF_LIFE_DAYS), 0.0)
    return fresh


def _rarity(own: Mapping[str, str], traits: Mapping[str, set[str]], count: int) -> dict[str, float]:
    """How telling each of the shopper's traits is among these items: what all of them have says nothing.

    Of a single item, which is explained and not compared, all are kept, and weigh nothing.
    """
    having = {node: sum(node in nodes for nodes in traits.values()) for node in own}
    return {node: 1.0 - number / count for node, number in having.items() if 0 < number < max(count, 2)}
