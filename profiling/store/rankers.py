"""The ranker's versions, kept so that one can go back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from profiling.store.database import Store


@dataclass(frozen=True)
class RankerVersion:
    """Weights of the signals; version 0 are those that came with the program."""

    version: int
    weights: Mapping[str, float]


class RankerStore:
    """Reads and writes versions of the ranker."""

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
            version = db.conn.execute("SELECT coalesce(max(version), 0) + 1 FROM rankers").fetchone()[0]
            if promote:
                db.conn.execute("UPDATE rankers SET live = 0")
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
            live = self.live().version
            db.conn.execute("UPDATE rankers SET live = -1 WHERE version = ?", [live])
            db.conn.execute(
                "UPDATE rankers SET live = 1 WHERE version = (SELECT max(version) FROM rankers WHERE version < ? "
                "AND json_extract(figures, '$.promoted') = 1 AND live = 0)",
                [live],
            )
        return self.live()
