"""The tables of turns, facts and slates as they began, and the log that facts are made of."""

from __future__ import annotations

from sqlite_utils import Database

from profiling.store.schema import migrations, run


@migrations()
def m002_profile(db: Database) -> None:
    """Turns, the log of facts, slates and interactions."""
    run(
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
def m003_memory(db: Database) -> None:
    """The log that facts are made of: assertions with their span, changes by the shopper, who is whom, consent."""
    run(
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
def turn_mood(db: Database) -> None:
    """What each utterance feels."""
    run(
        db,
        "ALTER TABLE turns ADD COLUMN mood TEXT CHECK (mood IN ('negative', 'neutral', 'positive'))",
        "ALTER TABLE turns ADD COLUMN mood_probability REAL CHECK (mood_probability BETWEEN 0 AND 1)",
    )
