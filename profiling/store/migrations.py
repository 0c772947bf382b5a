"""The schema's history. A change is a new function at the end; old ones are never edited after a release."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("rapport")


def _run(db: Database, *statements: str) -> None:
    for statement in statements:
        db.conn.execute(statement)


@migrations()
def m001_catalogue(db: Database) -> None:
    """Items, their full text, their embeddings, and what each import did."""
    _run(
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


@migrations()
def m002_profile(db: Database) -> None:
    """Turns, the log of facts, slates and interactions."""
    _run(
        db,
        """
        CREATE TABLE turns (
            message_id TEXT PRIMARY KEY,
            shopper_id TEXT NOT NULL,
            sender_id TEXT NOT NULL,
            channel TEXT NOT NULL,
            at TEXT NOT NULL,
            utterance TEXT NOT NULL,
            intent TEXT NOT NULL,
            probability REAL NOT NULL,
            language TEXT NOT NULL,
            item_id TEXT,
            need TEXT NOT NULL                -- the need that was open after this turn, or ''
        )
        """,
        "CREATE INDEX turns_shopper ON turns (shopper_id, at)",
        """
        CREATE TABLE facts (
            fact_id TEXT PRIMARY KEY,
            shopper_id TEXT NOT NULL,
            subject TEXT NOT NULL,
            predicate TEXT NOT NULL,
            object TEXT NOT NULL,
            label TEXT NOT NULL,
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            message_id TEXT NOT NULL REFERENCES turns (message_id),
            start INTEGER NOT NULL CHECK (start >= 0),
            "end" INTEGER NOT NULL CHECK ("end" > start),
            quote TEXT NOT NULL CHECK (quote <> ''),
            extractor TEXT NOT NULL,
            valid_from TEXT NOT NULL,
            valid_to TEXT,
            closed_by TEXT
        )
        """,
        "CREATE INDEX facts_shopper ON facts (shopper_id, valid_to)",
        """
        CREATE TABLE slates (
            slate_id TEXT PRIMARY KEY,
            shopper_id TEXT NOT NULL,
            message_id TEXT NOT NULL,
            need TEXT NOT NULL,
            at TEXT NOT NULL,
            request TEXT NOT NULL             -- JSON: the wishes that were in force
        )
        """,
        "CREATE INDEX slates_shopper ON slates (shopper_id, at)",
        """
        CREATE TABLE impressions (
            slate_id TEXT NOT NULL REFERENCES slates (slate_id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            item_id TEXT NOT NULL,
            score REAL NOT NULL,
            propensity REAL NOT NULL,
            reasons TEXT NOT NULL,            -- JSON
            PRIMARY KEY (slate_id, position)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE interactions (
            interaction_id TEXT PRIMARY KEY,
            shopper_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            weight REAL NOT NULL,
            item_id TEXT,
            slate_id TEXT,
            message_id TEXT,
            at TEXT NOT NULL
        )
        """,
        "CREATE INDEX interactions_shopper ON interactions (shopper_id, at)",
    )


@migrations()
def service_desk(db: Database) -> None:
    """Tickets for the people at the shop, and one-time codes that prove who a shopper is."""
    _run(
        db,
        """
        CREATE TABLE tickets (
            ticket_id TEXT PRIMARY KEY,
            shopper_id TEXT NOT NULL,
            sender_id TEXT NOT NULL,
            channel TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('waiting', 'taken', 'closed')),
            mood TEXT NOT NULL,
            summary TEXT NOT NULL,
            details TEXT NOT NULL,            -- JSON object, see store/tickets.py
            agent TEXT NOT NULL DEFAULT '',
            opened_at TEXT NOT NULL,
            changed_at TEXT NOT NULL
        )
        """,
        "CREATE INDEX tickets_status ON tickets (status, opened_at)",
        "CREATE INDEX tickets_sender ON tickets (sender_id, opened_at)",
        """
        CREATE TABLE ticket_messages (
            message_id TEXT PRIMARY KEY,
            ticket_id TEXT NOT NULL REFERENCES tickets (ticket_id) ON DELETE CASCADE,
            author TEXT NOT NULL CHECK (author IN ('shopper', 'bot', 'agent')),
            text TEXT NOT NULL,
            at TEXT NOT NULL
        )
        """,
        "CREATE INDEX ticket_messages_ticket ON ticket_messages (ticket_id, at)",
        """
        CREATE TABLE one_time_codes (
            subject TEXT PRIMARY KEY,         -- SHA-256 of what the code is for
            code_hash TEXT NOT NULL,          -- '' where no code is out
            valid_to TEXT NOT NULL,
            wrong_tries INTEGER NOT NULL,
            locked_to TEXT NOT NULL           -- '' where nothing is locked
        )
        """,
    )
