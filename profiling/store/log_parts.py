"""Parts of a shopper's log: what came after a moment, what taught something, what speaks for a fact."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from heapq import merge

from profiling.store.database import Store
from profiling.store.log import CORRECTION, Entry, change_entry, turn_entry
from profiling.types import Row


class LogParts:
    """Reads from the log what a change may touch, so that nobody has to read all of a long one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def turns_from(self, shopper_id: str, order: tuple[datetime, str], *, limit: int) -> list[Row]:
        """The shopper's turns from a place in the log on, the first so many in order."""
        sql = (
            "SELECT * FROM turns WHERE shopper_id = ? AND at >= ? AND (at, message_id) >= (?, ?) "
            "ORDER BY at, message_id LIMIT ?"
        )
        at, entry_id = order[0].isoformat(), order[1]
        return list(self._store.db.query(sql, [shopper_id, at, at, entry_id, limit]))

    def turn_before(self, shopper_id: str, order: tuple[datetime, str]) -> Row | None:
        """The shopper's latest turn before a place in the log, or None."""
        sql = (
            "SELECT * FROM turns WHERE shopper_id = ? AND at <= ? AND (at, message_id) < (?, ?) "
            "ORDER BY at DESC, message_id DESC LIMIT 1"
        )
        at, entry_id = order[0].isoformat(), order[1]
        return next(iter(self._store.db.query(sql, [shopper_id, at, at, entry_id])), None)

    def last_change(self, shopper_id: str) -> list[Entry]:
        """The entries of the last change that still stands: one, or two of a correction; none where nothing does. Turns
        come without their assertions.
        """
        rows = self._store.db.query("SELECT * FROM changes WHERE shopper_id = ?", [shopper_id])
        changes = sorted(map(change_entry, rows), key=lambda entry: entry.order, reverse=True)
        taken_back = {target for entry in changes if entry.kind == "undo" for target in entry.targets}
        taught = merge(self._taught(shopper_id), changes, key=lambda entry: entry.order, reverse=True)
        last = next((each for each in taught if each.kind != "undo" and each.entry_id not in taken_back), None)
        if last is None:
            return []
        corrects = last.entry_id.startswith(CORRECTION)
        return [last, *(each for each in changes if corrects and each.entry_id == f"retract:{last.entry_id}")]

    def _taught(self, shopper_id: str) -> Iterator[Entry]:
        """Turns that taught something, the latest first."""
        rows = self._store.db.query(
            "SELECT * FROM turns WHERE shopper_id = ? AND (released <> '[]' OR EXISTS "
            "(SELECT 1 FROM assertions WHERE assertions.message_id = turns.message_id)) "
            "ORDER BY at DESC, message_id DESC",
            [shopper_id],
        )
        return (turn_entry(row, ()) for row in rows)

    def about_needs(self, shopper_id: str, needs: Collection[str]) -> set[str]:
        """Ids of the turns after which one of the needs was open."""
        sql = "SELECT message_id FROM turns WHERE shopper_id = ? AND need IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._store.db.conn.execute(sql, [shopper_id, json.dumps(sorted(needs))])}

    def behind(self, fact_ids: Collection[str]) -> set[str]:
        """Ids of the turns that speak for one of the facts."""
        sql = "SELECT message_id FROM assertions WHERE fact_id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._store.db.conn.execute(sql, [json.dumps(sorted(fact_ids))])}

    def supported(self, assertion_ids: Collection[str]) -> dict[str, str]:
        """The fact that each of the assertions speaks for; those that speak for none are left out."""
        sql = (
            "SELECT assertion_id, fact_id FROM assertions WHERE fact_id IS NOT NULL "
            "AND assertion_id IN (SELECT value FROM json_each(?))"
        )
        return dict(self._store.db.conn.execute(sql, [json.dumps(sorted(assertion_ids))]).fetchall())
