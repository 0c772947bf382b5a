"""Edges of the graph in SQLite: catalogue triples, shoppers' facts and purchases, read from one node at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from profiling.store.database import Store

MOST_EDGES = 500
"""Edges that are read from one node; a brand with 10,000 items tells no more than its first 500."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A triple, and where we have it from: a fact, an interaction, a feed, a vocabulary, or the edges behind it."""

    subject: str
    predicate: str
    object: str
    source: str


class TripleStore:
    """Reads edges by their ends. A node is named by kind and id: "shopper:guest:1", "item:m-1", "colour:red"."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sync(self, triples: Iterable[tuple[str, str, str, str]], *, version: int, at: datetime) -> tuple[int, int]:
        """Brings the catalogue's triples (subject, predicate, object, source) up to date; returns (begun, ended).

        What is no longer among them is closed, not deleted.
        """
        moment = at.isoformat()
        with self._store.writing() as db:
            conn = db.conn
            conn.execute("CREATE TEMP TABLE now_held (s TEXT, p TEXT, o TEXT, source TEXT, PRIMARY KEY (s, p, o))")
            conn.executemany("INSERT OR IGNORE INTO now_held VALUES (?, ?, ?, ?)", triples)
            ended = conn.execute(
                "UPDATE triples SET held_to = ? WHERE held_to IS NULL AND NOT EXISTS "
                "(SELECT 1 FROM now_held WHERE s = subject AND p = predicate AND o = object)",
                [moment],
            ).rowcount
            begun = conn.execute(
                "INSERT INTO triples SELECT s, p, o, ?, NULL, source FROM now_held WHERE NOT EXISTS (SELECT 1 FROM "
                "triples WHERE subject = s AND predicate = p AND object = o AND held_to IS NULL)",
                [moment],
            ).rowcount
            conn.execute("DROP TABLE now_held")
            conn.execute("UPDATE graph_version SET version = ?", [version])
        return begun, ended

    @property
    def version(self) -> int:
        """The version of the catalogue that the triples were made from."""
        return int(self._store.db.conn.execute("SELECT version FROM graph_version").fetchone()[0])

    def count(self) -> int:
        """Catalogue triples that hold."""
        return int(self._store.db.conn.execute("SELECT count(*) FROM triples WHERE held_to IS NULL").fetchone()[0])

    def out_of(self, node: str, *, at: datetime | None = None) -> list[Edge]:
        """Edges that begin at a node, now or as they were at a moment."""
        if node.startswith("shopper:"):
            return self._of_shopper(node, at)
        held, values = _held(at)
        rows = self._store.db.conn.execute(
            f"SELECT subject, predicate, object, source FROM triples WHERE subject = ? AND {held} LIMIT ?",
            [node, *values, MOST_EDGES],
        )
        return [Edge(*row) for row in rows]

    def into(self, node: str, *, limit: int = MOST_EDGES) -> list[Edge]:
        """Edges that end at a node now, at most `limit` of each sort."""
        rows = self._store.db.conn.execute(
            "SELECT subject, predicate, object, source FROM triples WHERE object = ? AND held_to IS NULL LIMIT ?",
            [node, limit],
        ).fetchall()
        rows += self._store.db.conn.execute(
            "SELECT 'shopper:' || shopper_id, predicate, object, 'fact:' || fact_id FROM facts "
            "WHERE object = ? AND valid_to IS NULL AND subject = 'shopper' LIMIT ?",
            [node, limit],
        ).fetchall()
        if node.startswith("item:"):
            rows += self._store.db.conn.execute(
                "SELECT DISTINCT 'shopper:' || shopper_id, 'owns', 'item:' || item_id, 'interaction:' || "
                "min(interaction_id) FROM interactions WHERE item_id = ? AND kind = 'purchase' "
                "GROUP BY shopper_id LIMIT ?",
                [node.removeprefix("item:"), limit],
            ).fetchall()
        return [Edge(*row) for row in rows]

    def _of_shopper(self, node: str, at: datetime | None) -> list[Edge]:
        shopper_id = node.removeprefix("shopper:")
        held, values = "valid_to IS NULL", []
        if at is not None:
            held, values = "valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", [at.isoformat()] * 2
        rows = self._store.db.conn.execute(
            f"SELECT ?, predicate, object, 'fact:' || fact_id FROM facts WHERE shopper_id = ? AND subject = 'shopper' "
            f"AND retracted_at IS NULL AND {held} ORDER BY confirmed_at DESC LIMIT ?",
            [node, shopper_id, *values, MOST_EDGES],
        ).fetchall()
        rows += self._store.db.conn.execute(
            "SELECT ?, 'owns', 'item:' || item_id, 'interaction:' || min(interaction_id) FROM interactions "
            "WHERE shopper_id = ? AND kind = 'purchase' AND item_id IS NOT NULL AND at <= ? GROUP BY item_id LIMIT ?",
            [node, shopper_id, at.isoformat() if at else "9", MOST_EDGES],
        ).fetchall()
        return [Edge(*row) for row in rows]


def _held(at: datetime | None) -> tuple[str, list[str]]:
    if at is None:
        return "held_to IS NULL", []
    return "held_from <= ? AND (held_to IS NULL OR held_to > ?)", [at.isoformat()] * 2
