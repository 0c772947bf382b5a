"""Reviews, what they say about aspects, and how far each file has been read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from profiling.store.database import Store
from profiling.types import Row


@dataclass(frozen=True, slots=True)
class AspectCount:
    """How many reviews of a product feel what about one aspect; the rest is neutral."""

    aspect: str
    reviews: int
    positive: int
    negative: int


class ReviewStore:
    """Reads and writes reviews. Writes belong into a `store.writing()` block of the caller."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def progress(self, source: str, digest: str) -> tuple[int, int] | None:
        """Bytes and lines of the file that are done; None if it, or what reads it, has changed or is new."""
        row = self._store.db.conn.execute(
            "SELECT bytes_done, lines_done FROM review_files WHERE source = ? AND digest = ?", [source, digest]
        ).fetchone()
        return (int(row[0]), int(row[1])) if row else None

    def set_progress(self, source: str, digest: str, *, bytes_done: int, lines_done: int) -> None:
        """Notes how far the file is done."""
        self._store.db.conn.execute(
            "INSERT OR REPLACE INTO review_files VALUES (?, ?, ?, ?)", [source, digest, bytes_done, lines_done]
        )

    def known(self, review_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Content hash and model of those that are stored."""
        ids = list(review_ids)
        marks = ", ".join("?" * len(ids))
        rows = self._store.db.conn.execute(
            f"SELECT review_id, content_hash, model FROM reviews WHERE review_id IN ({marks})", ids
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def add(self, review: Row, aspects: Iterable[Row], facts: Iterable[Row]) -> None:
        """Adds a review, or puts it in place of its earlier version."""
        self._store.db.conn.execute("DELETE FROM reviews WHERE review_id = ?", [review["review_id"]])
        self._store.insert("reviews", review)
        for table, rows in (("review_aspects", aspects), ("review_facts", facts)):
            for row in rows:
                self._store.insert(table, row)

    def texts(self, product: str, *, at_most: int = 200) -> list[tuple[str, float | None]]:
        """(text, rating) of a product's reviews."""
        rows = self._store.db.conn.execute(
            "SELECT text, rating FROM reviews WHERE product = ? ORDER BY review_id LIMIT ?", [product, at_most]
        )
        return [(text, rating) for text, rating in rows]

    def aspects(self, product: str) -> list[AspectCount]:
        """What reviews of a product say about its aspects, the most often named first."""
        rows = self._store.db.conn.execute(
            """
            SELECT aspect, count(*), sum(a.sentiment = 'positive'), sum(a.sentiment = 'negative')
            FROM review_aspects a JOIN reviews USING (review_id)
            WHERE product = ? GROUP BY aspect ORDER BY count(*) DESC, aspect
            """,
            [product],
        )
        return [AspectCount(*row) for row in rows]

    def on_aspects(self, products: Sequence[str], aspects: Sequence[str]) -> dict[str, list[AspectCount]]:
        """What reviews of several products say about some aspects; products and aspects without any are left out."""
        marks = (", ".join("?" * len(values)) for values in (products, aspects))
        rows = self._store.db.conn.execute(
            """
            SELECT product, aspect, count(*), sum(a.sentiment = 'positive'), sum(a.sentiment = 'negative')
            FROM reviews JOIN review_aspects a USING (review_id)
            WHERE product IN ({}) AND aspect IN ({}) GROUP BY product, aspect ORDER BY product, aspect
            """.format(*marks),
            [*products, *aspects],
        )
        found: dict[str, list[AspectCount]] = {}
        for product, *count in rows:
            found.setdefault(product, []).append(AspectCount(*count))
        return found

    def sentiments(self, product: str) -> Mapping[str, int]:
        """How many reviews of a product are negative, neutral, positive as a whole."""
        rows = self._store.db.conn.execute(
            "SELECT sentiment, count(*) FROM reviews WHERE product = ? GROUP BY sentiment", [product]
        )
        return dict(rows.fetchall())
