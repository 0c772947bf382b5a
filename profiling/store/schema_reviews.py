"""The tables of reviews as they began; see migrations.py for what came later."""

from __future__ import annotations

from sqlite_utils import Database

from profiling.store.schema import migrations, run


@migrations()
def reviews(db: Database) -> None:
    """Reviews as they were read, and what each says about an item's aspects."""
    run(
        db,
        """
        CREATE TABLE reviews (
            review_id TEXT PRIMARY KEY,       -- the file's own, or a hash of item and text
            source TEXT NOT NULL,
            product TEXT NOT NULL,            -- the group of items that it is about, or what the file calls it
            rating REAL,
            text TEXT NOT NULL,
            language TEXT NOT NULL,
            sentiment TEXT NOT NULL CHECK (sentiment IN ('negative', 'neutral', 'positive')),
            probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
            model TEXT NOT NULL,              -- fingerprint of the model that judged it
            content_hash TEXT NOT NULL
        )
        """,
        "CREATE INDEX reviews_product ON reviews (product)",
        """
        CREATE TABLE review_aspects (
            review_id TEXT NOT NULL REFERENCES reviews (review_id) ON DELETE CASCADE,
            aspect TEXT NOT NULL,
            sentiment TEXT NOT NULL CHECK (sentiment IN ('negative', 'neutral', 'positive')),
            probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
            start INTEGER NOT NULL,           -- span of the aspect in the text
            "end" INTEGER NOT NULL CHECK ("end" > start),
            quote TEXT NOT NULL,              -- the sentence that was judged
            PRIMARY KEY (review_id, aspect)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE review_facts (
            review_id TEXT NOT NULL REFERENCES reviews (review_id) ON DELETE CASCADE,
            predicate TEXT NOT NULL,
            object TEXT NOT NULL,
            label TEXT NOT NULL,
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            start INTEGER NOT NULL CHECK (start >= 0),
            "end" INTEGER NOT NULL CHECK ("end" > start),
            quote TEXT NOT NULL CHECK (quote <> ''),
            extractor TEXT NOT NULL,
            PRIMARY KEY (review_id, predicate, object, start)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE review_files (
            source TEXT PRIMARY KEY,
            digest TEXT NOT NULL,             -- of the file and the models
            bytes_done INTEGER NOT NULL,
            lines_done INTEGER NOT NULL
        )
        """,
    )
