"""What bears on a shopper's next slate, read from the store: their own doings, other shoppers', the graph, reviews."""

from __future__ import annotations

from datetime import timedelta

from profiling.learn.foretelling import LiveForetelling
from profiling.profile.profile import Profile
from profiling.recommend.knowledge import Knowledge
from profiling.recommend.signals import Behaviour
from profiling.sentiment.aspects import find_aspects
from profiling.store.behaviour import LOOK_BACK, BehaviourStore
from profiling.store.database import Store
from profiling.store.reviews import ReviewStore
from profiling.store.traits import TraitStore

ASKED_WITHIN = timedelta(days=60)
MOST_TURNS = 30
SERVICE = frozenset({"price", "delivery", "packaging"})
"""Aspects that reviews speak of and an item does not have."""


def read_behaviour(store: Store, profile: Profile, foretelling: LiveForetelling) -> Behaviour:
    """What the shopper did lately, and what others took after it; for a gift only what others like."""
    counts, at = BehaviourStore(store), profile.at
    recent = [] if profile.is_gift else counts.recent(profile.shopper_id, at=at)
    owned = [] if profile.is_gift else [owned.item_id for owned in profile.interest.owned]
    liked = list(dict.fromkeys(taken.item_id for taken in recent if taken.weight > 0))[:LOOK_BACK]
    return Behaviour(
        recent,
        counts.after(liked),
        lambda item_ids: counts.popularity(item_ids, at=at),
        owned,
        foretelling.after([taken.item_id for taken in recent if taken.weight > 0]),
    )


def read_knowledge(store: Store, profile: Profile, behaviour: Behaviour) -> Knowledge:
    """What graph and reviews say with regard to this shopper; for a gift only the aspects asked about this time."""
    traits = TraitStore(store)
    liked = list(dict.fromkeys(taken.item_id for taken in behaviour.recent if taken.weight > 0))[:LOOK_BACK]
    nodes = traits.of(liked)
    said = [] if profile.is_gift else profile.objects("owns", kind="item")
    return Knowledge(
        aspects=_asked_aspects(store, profile),
        opinions=ReviewStore(store).on_aspects,
        accessories=traits.accessories(list(dict.fromkeys([*behaviour.owned, *said]))),
        own_traits={node: item_id for item_id in reversed(liked) for node in nodes.get(item_id, ())},
        traits=traits.of,
    )


def _asked_aspects(store: Store, profile: Profile) -> list[str]:
    """Aspects named in the shopper's wishes of late, in alphabetical order."""
    rows = store.db.conn.execute(
        "SELECT utterance FROM turns WHERE shopper_id = ? AND wishing AND at > ? AND at <= ? AND (need = ? OR NOT ?) "
        "ORDER BY at DESC LIMIT ?",
        [
            profile.shopper_id,
            (profile.at - ASKED_WITHIN).isoformat(),
            profile.at.isoformat(),
            profile.need,
            profile.is_gift,
            MOST_TURNS,
        ],
    )
    return sorted({found.aspect for row in rows for found in find_aspects(row[0])} - SERVICE)
