"""What a shopper did in the shop lately: bought, looked at, put into the basket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from profiling.store.database import Store

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Owned:
    """An item that was bought, and when first."""

    item_id: str
    title: str
    bought_at: datetime


@dataclass(frozen=True, slots=True)
class Interest:
    """Things that a shopper bought, and the nodes ("product_type:tent") that they looked at lately with the summed
    weight of it, the heaviest first.
    """

    owned: tuple[Owned, ...] = ()
    recent: tuple[tuple[str, float], ...] = ()
    purchases: int = 0
    last_purchase_at: datetime | None = None


NOTHING_DONE = Interest()


def read_interest(store: Store, shopper_id: str, *, at: datetime) -> Interest:
    """From the shopper's interactions."""
    rows = store.db.conn.execute(
        "SELECT kind, weight, at, item_id, title, product_type, brand FROM interactions JOIN items USING (item_id) "
        "WHERE shopper_id = ? ORDER BY at, interaction_id",
        [shopper_id],
    ).fetchall()
    owned: dict[str, Owned] = {}
    weights: dict[str, float] = {}
    purchases = [datetime.fromisoformat(row[2]) for row in rows if row[0] == "purchase"]
    for kind, weight, when, item_id, title, product_type, brand in rows:
        moment = datetime.fromisoformat(when)
        if kind == "purchase":
            owned.setdefault(item_id, Owned(item_id, title, moment))
        if timedelta(0) <= at - moment < RECENT:
            for node in (f"product_type:{product_type}", f"brand:{brand}"):
                if not node.endswith(":"):
                    weights[node] = round(weights.get(node, 0.0) + weight, 3)
    recent = sorted(
        ((node, total) for node, total in weights.items() if total > 0), key=lambda pair: (-pair[1], pair[0])
    )
    return Interest(tuple(owned.values()), tuple(recent), len(purchases), purchases[-1] if purchases else None)
