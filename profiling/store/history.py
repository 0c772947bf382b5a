"""Items that a shopper has met in the shop: what they did with them, what they chose in the talk, what was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from profiling.store.database import Store

How = Literal["bought", "liked", "shown"]
_ROWS = """
    SELECT item_id, CASE kind WHEN 'purchase' THEN 'bought' ELSE 'liked' END AS how, at FROM interactions
    WHERE shopper_id = :shopper AND item_id IS NOT NULL AND weight > 0 AND kind <> 'view'
    AND at BETWEEN :since AND :until
    UNION ALL
    SELECT item_id, 'liked', at FROM turns
    WHERE shopper_id = :shopper AND intent = 'choose_item' AND item_id IS NOT NULL AND at BETWEEN :since AND :until
    UNION ALL
    SELECT impressions.item_id, 'shown', at FROM slates JOIN impressions USING (slate_id)
    WHERE shopper_id = :shopper AND at BETWEEN :since AND :until
    ORDER BY at DESC
"""


@dataclass(frozen=True, slots=True)
class Met:
    """An item, what the shopper had to do with it, and when last."""

    item_id: str
    how: How
    at: datetime


def items_met(store: Store, shopper_id: str, *, since: datetime, until: datetime) -> list[Met]:
    """Each item once for each sort of meeting, the latest first."""
    values = {"shopper": shopper_id, "since": since.isoformat(), "until": until.isoformat()}
    found: dict[tuple[str, str], Met] = {}
    for item_id, how, at in store.db.conn.execute(_ROWS, values):
        found.setdefault((item_id, how), Met(item_id, how, datetime.fromisoformat(at)))
    return list(found.values())
