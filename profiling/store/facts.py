"""The log of facts and turns. Facts are added and closed, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from profiling.store.database import Store
from profiling.types import Fact, Row, Turn


class FactStore:
    """Reads and writes turns and facts. Writes belong into a `store.writing()` block of the caller."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_turn(self, turn: Turn, *, language: str, need: str) -> bool:
        """Records a turn; False if this message is known already."""
        row = {**asdict(turn), "at": turn.at.isoformat(), "language": language, "need": need}
        return self._store.insert("turns", row)

    def turn(self, message_id: str) -> Row | None:
        """The row of a turn, or None."""
        return next(iter(self._store.db.query("SELECT * FROM turns WHERE message_id = ?", [message_id])), None)

    def last_turn(self, shopper_id: str) -> Row | None:
        """The shopper's latest turn, or None."""
        rows = self._store.db.query(
            "SELECT * FROM turns WHERE shopper_id = ? ORDER BY at DESC, rowid DESC LIMIT 1", [shopper_id]
        )
        return next(iter(rows), None)

    def add(self, facts: Iterable[Fact]) -> list[Fact]:
        """Adds facts; returns those that were new."""
        return [fact for fact in facts if self._store.insert("facts", _row(fact))]

    def close(self, fact_ids: Iterable[str], *, at: datetime, by: str) -> None:
        """Closes open facts. `by` is the message or the fact that ended them."""
        self._store.db.conn.executemany(
            "UPDATE facts SET valid_to = ?, closed_by = ? WHERE fact_id = ? AND valid_to IS NULL",
            [[at.isoformat(), by, fact_id] for fact_id in fact_ids],
        )

    def open_facts(self, shopper_id: str) -> list[Fact]:
        """Facts that hold, in the order in which they were said."""
        rows = self._store.db.query(
            "SELECT * FROM facts WHERE shopper_id = ? AND valid_to IS NULL "
            "ORDER BY valid_from, message_id, start, predicate",
            [shopper_id],
        )
        return [_fact(row) for row in rows]

    def of_message(self, message_id: str) -> list[Fact]:
        """Facts that a message gave rise to, closed ones too."""
        rows = self._store.db.query("SELECT * FROM facts WHERE message_id = ? ORDER BY start, predicate", [message_id])
        return [_fact(row) for row in rows]

    def erase(self, shopper_id: str) -> int:
        """Deletes every row about the shopper; returns the number of facts that were open."""
        conn = self._store.db.conn
        count = conn.execute(
            "SELECT count(*) FROM facts WHERE shopper_id = ? AND valid_to IS NULL", [shopper_id]
        ).fetchone()[0]
        for table in ("facts", "turns", "slates", "interactions"):  # impressions go with their slates
            conn.execute(f"DELETE FROM {table} WHERE shopper_id = ?", [shopper_id])
        return int(count)


def fact_id(message_id: str, subject: str, predicate: str, object_: str, start: int) -> str:
    """The same evidence always gives the same id, so that a repeated delivery adds nothing."""
    return hashlib.sha256("\x1f".join((message_id, subject, predicate, object_, str(start))).encode()).hexdigest()[:16]


def _row(fact: Fact) -> dict[str, object]:
    return {
        **asdict(fact),
        "valid_from": fact.valid_from.isoformat(),
        "valid_to": fact.valid_to.isoformat() if fact.valid_to else None,
    }


def _fact(row: Row) -> Fact:
    return Fact(
        **{
            **row,
            "valid_from": datetime.fromisoformat(row["valid_from"]),
            "valid_to": datetime.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        }
    )
