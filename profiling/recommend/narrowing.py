"""Which items satisfy wishes, how many products those are, and which wish is the narrow one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from profiling.catalogue.snapshot import Mask, Snapshot
from profiling.recommend.wishes import Wish


def satisfying(snapshot: Snapshot, wishes: Sequence[Wish]) -> Mask:
    """Items that can be bought and satisfy every wish."""
    allowed = snapshot.available.copy()
    for wish in wishes:
        allowed &= wish.allowed
    return allowed


def product_count(snapshot: Snapshot, mask: Mask) -> int:
    """How many products the items belong to."""
    return len(np.unique(snapshot.groups.codes[mask]))


def variants_of(snapshot: Snapshot, item_ids: Collection[str]) -> Mask:
    """The items, and all variants of their products."""
    found = (snapshot.position_of(item_id) for item_id in item_ids)
    groups = sorted({int(snapshot.groups.codes[position]) for position in found if position is not None})
    mask: Mask = np.isin(snapshot.groups.codes, np.array(groups, dtype=np.int32))
    return mask


def narrows(snapshot: Snapshot, wish: Wish, wishes: Sequence[Wish]) -> bool:
    """Whether a lasting wish matters here: nobody wants to hear that headphones contain no wool."""
    if not wish.lasting:
        return True
    others = satisfying(snapshot, [other for other in wishes if other is not wish])
    return bool((others & ~wish.allowed).any())


def relaxations(snapshot: Snapshot, wishes: Sequence[Wish]) -> tuple[tuple[str, int], ...]:
    """Each wish without which there are products, and how many, the most first.

    Where no single wish helps, all that narrow the kind of thing are named together.
    """
    counts = [
        (wish.name, product_count(snapshot, satisfying(snapshot, [other for other in wishes if other is not wish])))
        for wish in wishes
    ]
    found = tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1]))
    if any(name != wishes[0].name for name, _ in found):
        return found
    return found + _essentials(snapshot, wishes)


def _essentials(snapshot: Snapshot, wishes: Sequence[Wish]) -> tuple[tuple[str, int], ...]:
    """The kind of thing that is wanted, with nothing else said about it."""
    narrow = [wish for wish in wishes[1:] if not wish.lasting]
    kind = [wish for wish in wishes if wish not in narrow]
    count = product_count(snapshot, satisfying(snapshot, kind)) if wishes and len(narrow) > 1 else 0
    return ((", ".join(wish.name for wish in narrow), count),) if count else ()
