"""The versions of the ranker and of the count model, kept so that one can go back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Literal

from profiling.store.database import Store

Versioned = Literal["rankers", "count_models"]
MODELS_KEPT = 5
"""A count model of a large shop takes a hundred megabytes."""


@dataclass(frozen=True)
class RankerVersion:
    """Weights of the signals; version 0 are those that came with the program."""

    version: int
    weights: Mapping[str, float]


@dataclass(frozen=True)
class CountModelVersion:
    """A fitted count model, and the moment of the latest interaction that it knows."""

    version: int
    known_to: datetime


class RankerStore:
    """Reads and writes versions of the ranker, promoted or not."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def live(self) -> RankerVersion:
        """The version that ranks now."""
        row = self._store.db.conn.execute("SELECT version, weights FROM rankers WHERE live = 1").fetchone()
        return RankerVersion(row[0], json.loads(row[1])) if row else RankerVersion(0, {})

    def add(
        self, weights: Mapping[str, float], figures: Mapping[str, object], *, at: datetime, promote: bool
    ) -> RankerVersion:
        """Keeps a version; with `promote` it ranks from now on."""
        with self._store.writing() as db:
            version = _next(db.conn, "rankers")
            if promote:
                _replace_live(db.conn, "rankers")
            db.conn.execute(
                "INSERT INTO rankers VALUES (?, ?, ?, ?, ?)",
                [version, at.isoformat(), json.dumps(weights), json.dumps(figures), int(promote)],
            )
        return RankerVersion(version, weights)

    def roll_back(self) -> RankerVersion:
        """Makes the promoted version before the live one rank again; before the first there is version 0.

        A version that was rolled back is kept, and does not come back by rolling back.
        """
        with self._store.writing() as db:
            _roll_back(db.conn, "rankers")
        return self.live()


class CountModelStore:
    """Reads and writes which versions of the count model were promoted; the models themselves are files."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def live(self) -> CountModelVersion | None:
        """The version that foretells now, if any does."""
        row = self._store.db.conn.execute("SELECT version, known_to FROM count_models WHERE live = 1").fetchone()
        return CountModelVersion(row[0], datetime.fromisoformat(row[1])) if row else None

    def next_version(self) -> int:
        """The number that the next version is to have: its file is written first."""
        return _next(self._store.db.conn, "count_models")

    def promote(self, version: int, figures: Mapping[str, object], *, at: datetime, known_to: datetime) -> list[int]:
        """Keeps a version, which foretells from now on, and drops the oldest; returns those that are kept."""
        promoted = json.dumps({"promoted": True, **figures})
        row = [version, at.isoformat(), known_to.astimezone(UTC).isoformat(), promoted]
        with self._store.writing() as db:
            _replace_live(db.conn, "count_models")
            db.conn.execute("INSERT INTO count_models VALUES (?, ?, ?, ?, 1)", row)
            db.conn.execute(
                "DELETE FROM count_models WHERE version NOT IN "
                "(SELECT version FROM count_models ORDER BY version DESC LIMIT ?)",
                [MODELS_KEPT],
            )
            return [row[0] for row in db.conn.execute("SELECT version FROM count_models")]

    def roll_back(self) -> CountModelVersion | None:
        """Makes the version before the live one foretell again; before the first there is none."""
        with self._store.writing() as db:
            _roll_back(db.conn, "count_models")
        return self.live()


def _next(conn: Connection, table: Versioned) -> int:
    version: int = conn.execute(f"SELECT coalesce(max(version), 0) + 1 FROM {table}").fetchone()[0]
    return version


def _replace_live(conn: Connection, table: Versioned) -> None:
    conn.execute(f"UPDATE {table} SET live = 0 WHERE live = 1")


def _roll_back(conn: Connection, table: Versioned) -> None:
    """The live version is marked as rolled back, and the last promoted one before it is live again."""
    live = conn.execute(f"SELECT version FROM {table} WHERE live = 1").fetchone()
    if live is None:
        return
    conn.execute(f"UPDATE {table} SET live = -1 WHERE version = ?", live)
    conn.execute(
        f"UPDATE {table} SET live = 1 WHERE version = (SELECT max(version) FROM {table} WHERE version < ? "
        "AND live = 0 AND json_extract(figures, '$.promoted') = 1)",
        live,
    )
