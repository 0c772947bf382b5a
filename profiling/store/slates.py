"""What was shown, and what the shopper did with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from profiling.store.behaviour import BehaviourStore
from profiling.store.database import Store
from profiling.store.shoppers import ShopperStore
from profiling.types import Impression, Occasion

KINDS: Mapping[str, float] = {
    "view": 0.1,
    "click": 0.3,
    "add_to_cart": 0.7,
    "purchase": 1.0,
    "thumb_up": 0.8,
    "thumb_down": -0.8,
}
"""Kinds of interaction and their weights."""


class SlateStore:
    """Reads and writes slates, impressions and interactions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        slate_id: str,
        impressions: Sequence[Impression],
        *,
        shopper_id: str,
        message_id: str,
        need: str,
        at: datetime,
        request: Mapping[str, object],
        propensities: Sequence[float] = (),
        occasion: Occasion = "request",
    ) -> None:
        """Logs a slate; the same slate twice is logged once.

        Args:
            request: what the slate answers and was chosen from.
            propensities: probability with which each item was shown in its place; 1 where nothing was explored.
            occasion: what made the shop show it.
        """
        slate = {
            "slate_id": slate_id,
            "shopper_id": shopper_id,
            "message_id": message_id,
            "need": need,
            "at": at.isoformat(),
            "request": json.dumps(request, ensure_ascii=False),
            "occasion": occasion,
        }
        with self._store.writing():
            if not self._store.insert("slates", slate):
                return
            for position, shown in enumerate(impressions):
                impression = {
                    "slate_id": slate_id,
                    "position": position,
                    "item_id": shown.item.item_id,
                    "score": shown.score,
                    "propensity": propensities[position] if propensities else 1.0,
                    "reasons": json.dumps([reason.text for reason in shown.reasons], ensure_ascii=False),
                }
                self._store.insert("impressions", impression)

    def last(self, shopper_id: str, *, need: str | None = None) -> list[str]:
        """Item ids of the shopper's latest slate with items, in the order shown.

        What was named beside a picked item is none: "the second" is still the second of those to pick from.
        """
        rows = self._store.db.conn.execute(
            "SELECT item_id FROM impressions WHERE slate_id = (SELECT slate_id FROM slates WHERE shopper_id = ? "
            "AND (? IS NULL OR need = ?) AND occasion <> 'complement' "
            "AND slate_id IN (SELECT slate_id FROM impressions) "
            "ORDER BY at DESC, rowid DESC LIMIT 1) ORDER BY position",
            [shopper_id, need, need],
        )
        return [row[0] for row in rows]

    def signals(self, shopper_id: str, item_id: str) -> dict[str, float] | None:
        """The signals with which an item was last shown to a shopper, None if it never was."""
        row = self._store.db.conn.execute(
            "SELECT request FROM slates JOIN impressions USING (slate_id) WHERE shopper_id = ? AND item_id = ? "
            "ORDER BY at DESC, slates.rowid DESC LIMIT 1",
            [shopper_id, item_id],
        ).fetchone()
        return json.loads(row[0]).get("signals", {}).get(item_id) if row else None

    def shown(self, shopper_id: str, need: str) -> set[str]:
        """Items shown for this need so far."""
        rows = self._store.db.conn.execute(
            "SELECT item_id FROM impressions JOIN slates USING (slate_id) WHERE shopper_id = ? AND need = ?",
            [shopper_id, need],
        )
        return {row[0] for row in rows}

    def record(
        self,
        interaction_id: str,
        kind: str,
        *,
        shopper_id: str,
        at: datetime,
        item_id: str | None = None,
        slate_id: str | None = None,
        message_id: str | None = None,
    ) -> bool:
        """Logs an interaction and counts it at once; False if this interaction is known already.

        It is the shopper's that the identity was merged into, and goes with the identity when that is split off again.

        Raises:
            KeyError: no such kind, see KINDS.
        """
        root, at = ShopperStore(self._store).root(shopper_id), at.astimezone(UTC)  # moments are compared as text
        row = {
            "interaction_id": interaction_id,
            "shopper_id": root,
            "origin": shopper_id,
            "kind": kind,
            "weight": KINDS[kind],
            "item_id": item_id,
            "slate_id": slate_id,
            "message_id": message_id,
            "at": at.isoformat(),
        }
        with self._store.writing():
            if not self._store.insert("interactions", row):
                return False
            if item_id is not None:
                BehaviourStore(self._store).count(root, item_id, KINDS[kind], at=at)
            return True
