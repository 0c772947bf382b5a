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


@migrations()
def behaviour_counts(db: Database) -> None:
    """What was taken after what and how often, under forward decay; no shopper stands in these tables."""
    _run(
        db,
        """
        CREATE TABLE item_pairs (
            item_id TEXT NOT NULL,
            other_id TEXT NOT NULL,
            after REAL NOT NULL,              -- other was taken after item
            PRIMARY KEY (item_id, other_id)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE item_popularity (item_id TEXT PRIMARY KEY, taken REAL NOT NULL) WITHOUT ROWID",
        "CREATE INDEX interactions_slate ON interactions (slate_id)",
    )


@migrations()
def rankers(db: Database) -> None:
    """The ranker's versions; at most one is live, and none means the weights that came with the program."""
    _run(
        db,
        """
        CREATE TABLE rankers (
            version INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            weights TEXT NOT NULL,            -- JSON: signal -> weight
            figures TEXT NOT NULL,            -- JSON: what was measured before it went live, or did not
            live INTEGER NOT NULL DEFAULT 0
        )
        """,
    )


@migrations()
def m003_memory(db: Database) -> None:
    """The log that facts are made of: assertions with their span, changes by the shopper, who is whom, consent."""
    _run(
        db,
        "ALTER TABLE turns ADD COLUMN origin TEXT NOT NULL DEFAULT ''",  # the shopper_id that it came in with
        "ALTER TABLE turns ADD COLUMN learnt_at TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE turns ADD COLUMN wishing INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE turns ADD COLUMN released TEXT NOT NULL DEFAULT '[]'",  # JSON: wishes taken back ("any colour")
        "ALTER TABLE turns ADD COLUMN need_kept INTEGER NOT NULL DEFAULT 0",  # what it followed from is gone
        "UPDATE turns SET origin = shopper_id, learnt_at = at, "
        "wishing = intent IN ('recommend', 'refine', 'correct', 'show_more', 'compare')",
        "ALTER TABLE facts ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE facts ADD COLUMN learnt_at TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE facts ADD COLUMN retracted_at TEXT",
        "ALTER TABLE facts ADD COLUMN confirmed_at TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE facts ADD COLUMN evidence_count INTEGER NOT NULL DEFAULT 1",
        "UPDATE facts SET origin = shopper_id, learnt_at = valid_from, confirmed_at = valid_from",
        "CREATE INDEX facts_open ON facts (shopper_id, subject, object) WHERE valid_to IS NULL",
        """
        CREATE TABLE assertions (
            assertion_id TEXT PRIMARY KEY,
            message_id TEXT NOT NULL REFERENCES turns (message_id) ON DELETE CASCADE,
            predicate TEXT NOT NULL,
            object TEXT NOT NULL,
            label TEXT NOT NULL,
            lasting INTEGER NOT NULL,         -- about the shopper, not about what is being looked for
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            start INTEGER NOT NULL CHECK (start >= 0),
            "end" INTEGER NOT NULL CHECK ("end" > start),
            quote TEXT NOT NULL CHECK (quote <> ''),
            extractor TEXT NOT NULL,
            fact_id TEXT                      -- the fact that it supports, as the log stands now
        ) WITHOUT ROWID
        """,
        "CREATE INDEX assertions_message ON assertions (message_id)",
        "CREATE INDEX assertions_fact ON assertions (fact_id)",
        """
        INSERT INTO assertions
        SELECT fact_id, message_id, predicate, object, label, subject = 'shopper', confidence, start, "end", quote,
               extractor, fact_id
        FROM facts
        """,
        """
        CREATE TRIGGER assertions_have_a_span BEFORE INSERT ON assertions
        WHEN NOT EXISTS (SELECT 1 FROM turns WHERE message_id = NEW.message_id
                         AND substr(utterance, NEW.start + 1, NEW."end" - NEW.start) = NEW.quote)
        BEGIN SELECT RAISE(ABORT, 'the quote is not in the message'); END
        """,
        """
        CREATE TRIGGER facts_have_an_assertion BEFORE INSERT ON facts
        WHEN NOT EXISTS (SELECT 1 FROM assertions WHERE assertion_id = NEW.fact_id AND predicate = NEW.predicate
                         AND object = NEW.object AND quote = NEW.quote)
        BEGIN SELECT RAISE(ABORT, 'no such assertion'); END
        """,
        """
        CREATE TABLE changes (
            change_id TEXT PRIMARY KEY,
            shopper_id TEXT NOT NULL,
            origin TEXT NOT NULL,
            at TEXT NOT NULL,
            learnt_at TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('retract', 'undo')),
            targets TEXT NOT NULL             -- JSON list: assertions, or the message or change that is undone
        )
        """,
        "CREATE INDEX changes_shopper ON changes (shopper_id, at)",
        "CREATE INDEX turns_origin ON turns (origin)",
        """
        CREATE TABLE shoppers (
            shopper_id TEXT PRIMARY KEY,
            version INTEGER NOT NULL,         -- another number after every change to what is known
            consent TEXT NOT NULL DEFAULT 'unasked' CHECK (consent IN ('unasked', 'asked', 'given', 'refused')),
            consent_at TEXT
        )
        """,
        """
        CREATE TABLE identities (
            source TEXT PRIMARY KEY,
            target TEXT NOT NULL,
            proof TEXT NOT NULL CHECK (proof IN ('signed_login', 'one_time_code', 'owner')),
            at TEXT NOT NULL,
            CHECK (source <> target)
        )
        """,
        "CREATE INDEX identities_target ON identities (target)",
        """
        CREATE TABLE link_codes (
            code_hash TEXT PRIMARY KEY,
            shopper_id TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            used_at TEXT
        )
        """,
        "ALTER TABLE slates ADD COLUMN origin TEXT",  # the shopper_id before a merge
        "ALTER TABLE interactions ADD COLUMN origin TEXT",
        "CREATE INDEX slates_origin ON slates (origin)",
        "CREATE INDEX interactions_origin ON interactions (origin)",
        *(_touch(table) for table in ("turns", "changes", "interactions")),
    )


def _touch(table: str) -> str:
    """A trigger that gives the shopper another version, so that every process reads the profile anew."""
    return f"""
        CREATE TRIGGER {table}_touch AFTER INSERT ON {table} BEGIN
            INSERT INTO shoppers (shopper_id, version) VALUES (NEW.shopper_id, random())
            ON CONFLICT (shopper_id) DO UPDATE SET version = excluded.version;
        END
        """


@migrations()
def graph_triples(db: Database) -> None:
    """The catalogue as triples: when each held, when we learnt it and from where."""
    _run(
        db,
        """
        CREATE TABLE triples (
            subject TEXT NOT NULL,
            predicate TEXT NOT NULL,
            object TEXT NOT NULL,
            held_from TEXT NOT NULL,
            held_to TEXT,
            source TEXT NOT NULL,
            PRIMARY KEY (subject, predicate, object, held_from)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX triples_object ON triples (object, predicate) WHERE held_to IS NULL",
        "CREATE INDEX facts_object ON facts (object, predicate) WHERE valid_to IS NULL AND subject = 'shopper'",
        "CREATE TABLE graph_version (version INTEGER NOT NULL)",  # of the catalogue that the triples were made from
        "INSERT INTO graph_version VALUES (-1)",
    )


@migrations()
def turn_mood(db: Database) -> None:
    """What each utterance feels."""
    _run(
        db,
        "ALTER TABLE turns ADD COLUMN mood TEXT CHECK (mood IN ('negative', 'neutral', 'positive'))",
        "ALTER TABLE turns ADD COLUMN mood_probability REAL CHECK (mood_probability BETWEEN 0 AND 1)",
    )


@migrations()
def reviews(db: Database) -> None:
    """Reviews as they were read, and what each says about an item's aspects."""
    _run(
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


@migrations()
def reply_manner(db: Database) -> None:
    """How the reply to each turn followed the shopper, and why."""
    _run(db, "ALTER TABLE turns ADD COLUMN manner TEXT NOT NULL DEFAULT '[]'")  # JSON: [trait, value, why] each


@migrations()
def shop_deliveries(db: Database) -> None:
    """What a shop system has reported, so that each report counts once and never an older one over a newer."""
    _run(
        db,
        """
        CREATE TABLE deliveries (
            delivery_id TEXT PRIMARY KEY,
            subject TEXT NOT NULL,            -- such as "shopify products 5"
            changed_at TEXT NOT NULL,
            received_at TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX deliveries_subject ON deliveries (subject)",
    )


@migrations()
def item_arrival(db: Database) -> None:
    """When an item first came with a feed; '' for those that were there before this was kept."""
    _run(db, "ALTER TABLE items ADD COLUMN first_seen_at TEXT NOT NULL DEFAULT ''")


@migrations()
def said_so(db: Database) -> None:
    """A shopper may say themselves that two identities on one device are both theirs."""
    _run(
        db,
        """
        CREATE TABLE identities_new (
            source TEXT PRIMARY KEY,
            target TEXT NOT NULL,
            proof TEXT NOT NULL CHECK (proof IN ('signed_login', 'one_time_code', 'owner', 'said_so')),
            at TEXT NOT NULL,
            CHECK (source <> target)
        )
        """,
        "INSERT INTO identities_new SELECT source, target, proof, at FROM identities",
        "DROP TABLE identities",
        "ALTER TABLE identities_new RENAME TO identities",
        "CREATE INDEX identities_target ON identities (target)",
    )
