"""The catalogue's tables as they began; see migrations.py for what came later."""

from __future__ import annotations

from sqlite_utils import Database

from profiling.store.schema import migrations, run


@migrations()
def m001_catalogue(db: Database) -> None:
    """Items, their full text, their embeddings, and what each import did."""
    run(
        db,
        """
        CREATE TABLE items (
            item_id TEXT PRIMARY KEY,
            feed TEXT NOT NULL,
            group_id TEXT NOT NULL,
            title TEXT NOT NULL,
            description TEXT NOT NULL,
            brand TEXT NOT NULL,
            product_type TEXT NOT NULL,
            category TEXT NOT NULL,           -- JSON list, the widest first
            price_cents INTEGER CHECK (price_cents >= 0),
            list_price_cents INTEGER CHECK (list_price_cents >= 0),
            currency TEXT NOT NULL,
            colours TEXT NOT NULL,            -- JSON list
            size TEXT NOT NULL,
            materials TEXT NOT NULL,          -- JSON list
            availability TEXT NOT NULL CHECK (availability IN ('in_stock', 'out_of_stock', 'preorder', 'backorder')),
            stock_count INTEGER,
            url TEXT NOT NULL,
            image_url TEXT NOT NULL,
            attributes TEXT NOT NULL,         -- JSON object
            measures TEXT NOT NULL,           -- JSON object
            in_feed INTEGER NOT NULL DEFAULT 1,
            facets TEXT NOT NULL,             -- JSON: what was inferred, see catalogue/facets.py
            text_hash TEXT NOT NULL,          -- of what is embedded
            content_hash TEXT NOT NULL,
            changed_at TEXT NOT NULL
        )
        """,
        "CREATE INDEX items_group ON items (group_id)",
        "CREATE INDEX items_feed ON items (feed)",
        """
        CREATE VIRTUAL TABLE item_text USING fts5 (
            title, kind, brand, description, attributes, tokenize = 'unicode61'
        )
        """,
        """
        CREATE TABLE embeddings (
            text_hash TEXT NOT NULL,
            encoder TEXT NOT NULL,
            vector BLOB NOT NULL,             -- float32, unit length
            PRIMARY KEY (text_hash, encoder)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE imports (
            import_id INTEGER PRIMARY KEY,
            feed TEXT NOT NULL,
            source TEXT NOT NULL,
            at TEXT NOT NULL,
            added INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            unchanged INTEGER NOT NULL,
            left_feed INTEGER NOT NULL,
            rejected INTEGER NOT NULL
        )
        """,
        "CREATE TABLE catalogue_version (version INTEGER NOT NULL)",
        "INSERT INTO catalogue_version VALUES (0)",
    )
