"""Edges of the graph in SQLite: catalogue triples, shoppers' facts and purchases, needs, and what reviews say.

Only the catalogue's triples are stored as such; the others are read from the tables that they come from, so that they
are never out of date and forgotten with the shopper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from profiling.store.database import Store

MOST_EDGES = 500
"""Edges that are read from one node; a brand with 10,000 items tells no more than its first 500."""
BATCH = 16
"""Nodes that one statement asks about."""
FEW_REVIEWS = 2
"""A product is praised for something from this number of reviews on, if fewer of them say the contrary."""
_OUT = "SELECT subject, predicate, object, source FROM triples WHERE subject = ? AND held_to IS NULL"
_INTO = "SELECT subject, predicate, object, source FROM triples WHERE object = ? AND held_to IS NULL"
_FANS = (
    "SELECT 'shopper:' || shopper_id, predicate, object, 'fact:' || fact_id FROM facts "
    "WHERE object = ? AND valid_to IS NULL AND subject = 'shopper'"
)
_OWNERS = (
    "SELECT 'shopper:' || shopper_id, 'owns', 'item:' || item_id, 'interaction:' || min(interaction_id) "
    "FROM interactions WHERE item_id = substr(?, 6) AND kind = 'purchase' GROUP BY shopper_id"
)
_REVIEWERS = (
    "SELECT 'review:' || review_id, 'is_about', ?1, 'reviews:' || source FROM reviews "
    "WHERE product = substr(?1, instr(?1, ':') + 1)"
)
_WHO_NAMES_IT = (
    "SELECT 'review:' || review_id, CASE sentiment WHEN 'positive' THEN 'praises' ELSE 'criticises' END, ?1, 'reviews' "
    "FROM review_aspects WHERE aspect = substr(?1, 8) AND sentiment <> 'neutral'"
)


@dataclass(frozen=True, slots=True)
class Edge:
    """A triple, and where we have it from: a fact, an interaction, a feed, reviews, a vocabulary, or other edges."""

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
        """Edges that begin at a node, now or as they were at a moment. Reviews and needs are known as of now only."""
        kind = node.partition(":")[0]
        if kind == "shopper":
            return self._of_shopper(node, at)
        if kind == "need":
            return self._read(
                "SELECT subject, predicate, object, 'fact:' || fact_id FROM facts WHERE subject = ? "
                "AND subject <> 'shopper' AND valid_to IS NULL",
                node,
            )
        if kind == "review":
            return self._of_review(node)
        held, values = _held(at)
        edges = self._read(f"SELECT subject, predicate, object, source FROM triples WHERE subject = ? AND {held}", node,
                           *values)  # fmt: skip
        return edges + (self._opinions(node) if at is None and kind in {"item", "group"} else [])

    def into(self, node: str, *, limit: int = MOST_EDGES) -> list[Edge]:
        """Edges that end at a node now, at most `limit` of each sort."""
        kind = node.partition(":")[0]
        edges = self._read(_INTO, node, limit=limit) + self._read(_FANS, node, limit=limit)
        if kind == "item":
            edges += self._read(_OWNERS, node, limit=limit)
        if kind in {"item", "group"}:
            edges += self._read(_REVIEWERS, node, limit=limit)
        return edges + (self._read(_WHO_NAMES_IT, node, limit=limit) if kind == "aspect" else [])

    def around(self, nodes: Sequence[str], *, limit: int) -> dict[str, list[Edge]]:
        """Edges at each of the nodes, for the search for paths: few questions for many nodes; reviews are left out.

        Args:
            limit: of the edges of each sort that end at a node.
        """
        found: dict[str, list[Edge]] = {node: [] for node in nodes}
        plain = [node for node in nodes if not node.startswith(("shopper:", "need:"))]
        for node in set(nodes) - set(plain):
            found[node] += self.out_of(node)
        for start in range(0, len(plain), BATCH):
            batch = plain[start : start + BATCH]
            for edge in self._batch(_OUT, batch, MOST_EDGES):
                found[edge.subject].append(edge)
            for edge in self._batch(_INTO, batch, limit) + self._batch(_FANS, batch, limit):
                found[edge.object].append(edge)
            for edge in self._batch(_OWNERS, [node for node in batch if node.startswith("item:")], limit):
                found[edge.object].append(edge)
        return found

    def _batch(self, select: str, nodes: Sequence[str], limit: int) -> list[Edge]:
        """One statement, always with the same text, so that it is prepared once."""
        if not nodes:
            return []
        padded = [*nodes, *[""] * (BATCH - len(nodes))]
        values = [value for node in padded for value in (node, limit)]
        return [Edge(*row) for row in self._store.db.conn.execute(_batched(select), values)]

    def _read(self, select: str, *values: str, limit: int = MOST_EDGES) -> list[Edge]:
        rows = self._store.db.conn.execute(f"{select} LIMIT {int(limit)}", values)
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
        rows += self._store.db.conn.execute(
            f"SELECT ?, 'seeks', subject, 'fact:' || min(fact_id) FROM facts WHERE shopper_id = ? "
            f"AND subject <> 'shopper' AND retracted_at IS NULL AND {held} GROUP BY subject LIMIT ?",
            [node, shopper_id, *values, MOST_EDGES],
        ).fetchall()
        return [Edge(*row) for row in rows]

    def _of_review(self, node: str) -> list[Edge]:
        """What a review is about, what it praises and criticises, and what its author says of themselves."""
        return (
            self._read(
                "SELECT ?1, 'is_about', CASE WHEN EXISTS (SELECT 1 FROM items WHERE item_id = product) "
                "THEN 'item:' ELSE 'group:' END || product, 'reviews:' || source FROM reviews "
                "WHERE review_id = substr(?1, 8)",
                node,
            )
            + self._read(
                "SELECT ?1, CASE sentiment WHEN 'positive' THEN 'praises' ELSE 'criticises' END, 'aspect:' || aspect, "
                "'reviews' FROM review_aspects WHERE review_id = substr(?1, 8) AND sentiment <> 'neutral'",
                node,
            )
            + self._read(
                "SELECT ?1, predicate, object, 'reviews' FROM review_facts WHERE review_id = substr(?1, 8)", node
            )
        )

    def _opinions(self, node: str) -> list[Edge]:
        """What the reviews of a product agree on; the source says how many of how many."""
        rows = self._store.db.conn.execute(
            """
            SELECT aspect, count(*), sum(a.sentiment = 'positive'), sum(a.sentiment = 'negative')
            FROM review_aspects a JOIN reviews USING (review_id) WHERE product = ? GROUP BY aspect ORDER BY aspect
            """,
            [node.partition(":")[2]],
        )
        edges = []
        for aspect, named, good, bad in rows:
            if max(good, bad) >= FEW_REVIEWS and good != bad:
                predicate = "praised_for" if good > bad else "criticised_for"
                edges.append(Edge(node, predicate, f"aspect:{aspect}", f"reviews:{max(good, bad)}/{named}"))
        return edges


@lru_cache
def _batched(select: str) -> str:
    return " UNION ALL ".join([f"SELECT * FROM ({select} LIMIT ?)"] * BATCH)


def _held(at: datetime | None) -> tuple[str, list[str]]:
    if at is None:
        return "held_to IS NULL", []
    return "held_from <= ? AND (held_to IS NULL OR held_to > ?)", [at.isoformat()] * 2
