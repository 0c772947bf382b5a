"""What items have in common, and what fits what: the catalogue's triples, read for many items at once."""

from __future__ import annotations

from collections.abc import Sequence

from profiling.store.database import Store

TRAITS = ("has_colour", "has_material", "in_category")
"""What two things of different kinds may share and one may like in both."""


class TraitStore:
    """Reads catalogue triples that hold now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, item_ids: Sequence[str]) -> dict[str, set[str]]:
        """Nodes ("colour:red") of each item that has any."""
        rows = self._store.db.conn.execute(
            f"SELECT subject, object FROM triples WHERE held_to IS NULL AND predicate IN ({_marks(TRAITS)}) "
            f"AND subject IN ({_marks(item_ids)})",
            [*TRAITS, *(f"item:{item_id}" for item_id in item_ids)],
        )
        found: dict[str, set[str]] = {}
        for subject, node in rows:
            found.setdefault(subject.removeprefix("item:"), set()).add(node)
        return found

    def accessories(self, item_ids: Sequence[str]) -> dict[str, str]:
        """Items that are made for one of these, each with the first of these that it fits."""
        rows = self._store.db.conn.execute(
            f"SELECT object, subject FROM triples WHERE held_to IS NULL AND predicate = 'fits' "
            f"AND object IN ({_marks(item_ids)}) ORDER BY subject",
            [f"item:{item_id}" for item_id in item_ids],
        )
        order = {f"item:{item_id}": rank for rank, item_id in enumerate(item_ids)}
        found: dict[str, str] = {}
        for owned, accessory in sorted(rows, key=lambda row: order[row[0]]):
            found.setdefault(accessory.removeprefix("item:"), owned.removeprefix("item:"))
        return found


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
