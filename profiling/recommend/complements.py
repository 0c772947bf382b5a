"""What goes with a thing: what is made for it, and what shoppers took after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from profiling.profile.profile import Profile
from profiling.store.behaviour import BehaviourStore
from profiling.store.database import Store
from profiling.store.items import ItemStore
from profiling.store.traits import TraitStore
from profiling.types import Item

BOUGHT_WITHIN = timedelta(days=60)


@dataclass(frozen=True)
class Complement:
    """An item that goes with another, and how to say so."""

    item: Item
    source_id: str
    reason: str


def complements(
    store: Store, items: ItemStore, sources: Sequence[Item], *, k: int, owned: Sequence[str] = ()
) -> list[Complement]:
    """Things of another kind than the sources, to be had and not owned: accessories first, then what was taken after.

    Args:
        sources: what they are to go with, the most important first.
    """
    titles = {source.item_id: source.title for source in sources}
    made_for = TraitStore(store).accessories(list(titles))
    after = BehaviourStore(store).after(list(titles))
    reasons = {other: (source, f"fits your {titles[source]}") for other, source in made_for.items()}
    for source, shares in after.items():
        for other in sorted(shares, key=lambda item_id: -shares[item_id]):
            reasons.setdefault(other, (source, f"others took it after {titles[source]}"))
    kinds = {source.product_type for source in sources} | {""}
    found: dict[str, Complement] = {}  # one variant a product
    for item in items.get(list(reasons)):
        if item.availability != "out_of_stock" and item.product_type not in kinds and item.item_id not in owned:
            found.setdefault(item.group_id or item.item_id, Complement(item, *reasons[item.item_id]))
    return list(found.values())[:k]


def complements_of_orders(store: Store, items: ItemStore, profile: Profile, *, k: int) -> list[Complement]:
    """What goes with the shopper's purchases of late, the latest first."""
    bought = [owned for owned in profile.interest.owned if profile.at - owned.bought_at <= BOUGHT_WITHIN]
    latest = [owned.item_id for owned in sorted(bought, key=lambda owned: owned.bought_at, reverse=True)]
    owned = [owned.item_id for owned in profile.interest.owned]
    return complements(store, items, items.get(latest), k=k, owned=owned) if latest else []
