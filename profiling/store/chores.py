"""Chores that some process does once in a while: whoever comes first takes one, and the others leave it."""

from __future__ import annotations

from datetime import datetime, timedelta

from profiling.store.database import Store

LEASE = timedelta(hours=1)
"""After this a chore that was taken and not finished may be taken by another process: the first one has died."""


def take_chore(store: Store, name: str, *, every: timedelta, at: datetime) -> bool:
    """Takes a chore that is due; False while it is not, or another process has it.

    A clock that jumped back makes no chore wait for longer than `every`.
    """
    with store.writing() as db:
        row = db.conn.execute("SELECT taken_at, done_at FROM chores WHERE name = ?", [name]).fetchone()
        taken, done = (datetime.fromisoformat(value) if value else None for value in (row or (None, None)))
        if _within(taken, LEASE, at) or _within(done, every, at):
            return False
        db.conn.execute(
            "INSERT INTO chores (name, taken_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET "
            "taken_at = excluded.taken_at",
            [name, at.isoformat()],
        )
    return True


def finish_chore(store: Store, name: str, *, at: datetime) -> None:
    """Notes that a chore is done, and lets go of it."""
    with store.writing() as db:
        db.conn.execute("UPDATE chores SET taken_at = NULL, done_at = ? WHERE name = ?", [at.isoformat(), name])


def _within(since: datetime | None, span: timedelta, at: datetime) -> bool:
    return since is not None and timedelta(0) <= at - since < span
