"""Counts of what shoppers take, kept up to date with every interaction in constant time.

Old counts fade by forward decay (Cormode et al., "Forward decay: a practical time decay model for streaming systems",
2009): a new one is added with a weight that grows with time, so that none of the others has to be touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from profiling.store.database import Store

HALF_LIFE_DAYS = 60.0
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LOOK_BACK = 5
STEP_DECAY = 0.7
WINDOW = timedelta(days=60)
MOST_PER_DAY = 100
"""Interactions of one shopper in a day that count: a bot that clicks ten thousand times moves no more than this."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a shopper did with an item, its weight in [-1, 1]."""

    item_id: str
    kind: str
    weight: float
    at: datetime


class BehaviourStore:
    """Reads and writes the counts. Writes belong into a `store.writing()` block of the caller."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, shopper_id: str, item_id: str, weight: float, *, at: datetime) -> None:
        """Counts an interaction that has just been logged; the same item counts once a day for a shopper."""
        if weight <= 0 or not self._counts(shopper_id, item_id, at):
            return
        grown = weight * growth(at)
        conn = self._store.db.conn
        conn.execute(
            "INSERT INTO item_popularity VALUES (?, ?) ON CONFLICT DO UPDATE SET taken = taken + excluded.taken",
            [item_id, grown],
        )
        earlier = [taken.item_id for taken in self.recent(shopper_id, at=at) if taken.weight > 0]
        others = [other for other in dict.fromkeys(earlier) if other != item_id][:LOOK_BACK]
        conn.executemany(
            "INSERT INTO item_pairs VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET after = after + excluded.after",
            [(other, item_id, grown * STEP_DECAY**step) for step, other in enumerate(others)],
        )

    def recent(self, shopper_id: str, *, at: datetime, k: int = 40) -> list[Taken]:
        """What the shopper did lately, the latest first; what they did with proposals for a gift is left out."""
        rows = self._store.db.conn.execute(
            "SELECT item_id, kind, weight, at FROM interactions WHERE shopper_id = ? AND item_id IS NOT NULL "
            "AND at > ? AND at <= ? AND coalesce(slate_id, '') NOT IN "
            "(SELECT slate_id FROM slates WHERE shopper_id = ? AND json_extract(request, '$.gift')) "
            "ORDER BY at DESC, rowid DESC LIMIT ?",
            [shopper_id, (at - WINDOW).isoformat(), at.isoformat(), shopper_id, k],
        )
        return [Taken(item, kind, weight, datetime.fromisoformat(when)) for item, kind, weight, when in rows]

    def after(self, item_ids: Sequence[str], *, k: int = 200) -> dict[str, dict[str, float]]:
        """For each item what was taken after it, as shares of all that was; the k most frequent."""
        found: dict[str, dict[str, float]] = {}
        for item_id in item_ids:
            rows = self._store.db.conn.execute(
                "SELECT other_id, after FROM item_pairs WHERE item_id = ? ORDER BY after DESC, other_id LIMIT ?",
                [item_id, k],
            ).fetchall()
            total = sum(after for _, after in rows)
            found[item_id] = {other: after / total for other, after in rows}
        return found

    def popularity(self, item_ids: Sequence[str], *, at: datetime) -> Mapping[str, float]:
        """How much each of the items is taken, faded to this moment."""
        marks = ", ".join("?" * len(item_ids))
        rows = self._store.db.conn.execute(
            f"SELECT item_id, taken FROM item_popularity WHERE item_id IN ({marks})", list(item_ids)
        )
        now = growth(at)
        return {item_id: taken / now for item_id, taken in rows}

    def _counts(self, shopper_id: str, item_id: str, at: datetime) -> bool:
        since = (at - timedelta(days=1)).isoformat()
        same, all_ = self._store.db.conn.execute(
            "SELECT coalesce(sum(item_id = ? AND weight > 0), 0), count(*) FROM "
            "(SELECT item_id, weight FROM interactions WHERE shopper_id = ? AND at > ? LIMIT ?)",
            [item_id, shopper_id, since, MOST_PER_DAY + 1],
        ).fetchone()
        return bool(same <= 1 and all_ <= MOST_PER_DAY)


def growth(at: datetime) -> float:
    """What a count of this moment weighs beside one of the epoch."""
    return float(2.0 ** ((at - EPOCH).total_seconds() / 86_400 / HALF_LIFE_DAYS))
