"""The schema's history. A change is a new function at the end; old ones are never edited after a release."""

from __future__ import annotations

from sqlite_utils import Database

from profiling.store import schema_catalogue, schema_profile, schema_reviews  # noqa: F401  # changed below
from profiling.store.schema import migrations, run

__all__ = ["migrations"]


@migrations()
def service_desk(db: Database) -> None:
    """Tickets for the people at the shop, and one-time codes that prove who a shopper is."""
    run(
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
    run(
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
    run(
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
def graph_triples(db: Database) -> None:
    """The catalogue as triples: when each held, when we learnt it and from where."""
    run(
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
def reply_manner(db: Database) -> None:
    """How the reply to each turn followed the shopper, and why."""
    run(db, "ALTER TABLE turns ADD COLUMN manner TEXT NOT NULL DEFAULT '[]'")  # JSON: [trait, value, why] each


@migrations()
def shop_deliveries(db: Database) -> None:
    """What a shop system has reported, so that each report counts once and never an older one over a newer."""
    run(
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
    run(db, "ALTER TABLE items ADD COLUMN first_seen_at TEXT NOT NULL DEFAULT ''")


@migrations()
def said_so(db: Database) -> None:
    """A shopper may say themselves that two identities on one device are both theirs."""
    run(
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
        "INSERT INTO identities_new SELECT source, target, proof, at FROM identities ORDER BY rowid",
        "DROP TABLE identities",
        "ALTER TABLE identities_new RENAME TO identities",
        "CREATE INDEX identities_target ON identities (target)",
    )


@migrations()
def wide_indexes(db: Database) -> None:
    """What a search for paths reads comes from indexes alone; owners, needs and a message's facts are found at once."""
    run(
        db,
        "DROP INDEX triples_object",
        "CREATE INDEX triples_into ON triples (object, predicate, subject, source) WHERE held_to IS NULL",
        "DROP INDEX facts_object",
        "CREATE INDEX facts_into ON facts (object, predicate, shopper_id, fact_id) "
        "WHERE valid_to IS NULL AND subject = 'shopper'",
        "CREATE INDEX facts_predicate ON facts (shopper_id, subject, predicate) WHERE valid_to IS NULL",
        "CREATE INDEX facts_need ON facts (subject) WHERE subject <> 'shopper' AND valid_to IS NULL",
        "CREATE INDEX facts_message ON facts (message_id)",  # a deleted turn is looked for in them
        "CREATE INDEX interactions_owners ON interactions (item_id, shopper_id, interaction_id) "
        "WHERE kind = 'purchase'",
        "CREATE INDEX review_aspects_aspect ON review_aspects (aspect, sentiment)",
    )


@migrations()
def chores(db: Database) -> None:
    """What is done once in a while, by whichever process comes first."""
    run(db, "CREATE TABLE chores (name TEXT PRIMARY KEY, taken_at TEXT, done_at TEXT) WITHOUT ROWID")


@migrations()
def tickets_follow(db: Database) -> None:
    """Tickets go with the shopper in a merge, and back in a split."""
    run(
        db,
        "ALTER TABLE tickets ADD COLUMN origin TEXT",  # the shopper_id before a merge
        "CREATE INDEX tickets_shopper ON tickets (shopper_id)",
        "CREATE INDEX tickets_origin ON tickets (origin)",
    )


@migrations()
def count_models(db: Database) -> None:
    """The count model's versions, as those of the ranker; each is a file beside the database."""
    run(
        db,
        """
        CREATE TABLE count_models (
            version INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            known_to TEXT NOT NULL,           -- moment of the latest interaction that it was fitted to
            figures TEXT NOT NULL,            -- JSON: what was measured before it went live
            live INTEGER NOT NULL DEFAULT 0   -- 1 ranks now, 0 was replaced, -1 was rolled back
        )
        """,
    )


@migrations()
def slate_occasion(db: Database) -> None:
    """What made the shop show a slate, see `types.Occasion`; '' where it was shown before this was kept."""
    run(db, "ALTER TABLE slates ADD COLUMN occasion TEXT NOT NULL DEFAULT ''")


@migrations()
def notices(db: Database) -> None:
    """What shoppers want to be told when it is back in stock, see store/notices.py."""
    run(
        db,
        """
        CREATE TABLE notices (
            notice_id TEXT PRIMARY KEY,
            shopper_id TEXT NOT NULL,
            origin TEXT,                      -- the shopper_id before a merge
            sender_id TEXT NOT NULL,          -- the conversation in which it was asked for
            item_id TEXT NOT NULL,
            way TEXT NOT NULL CHECK (way IN ('chat', 'mail')),
            account TEXT NOT NULL,
            message_id TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            taken_at TEXT                     -- a process is about to send it since then
        ) WITHOUT ROWID
        """,
        "CREATE INDEX notices_item ON notices (item_id)",
        "CREATE INDEX notices_shopper ON notices (shopper_id)",
        "CREATE INDEX notices_origin ON notices (origin)",
    )


@migrations()
def found_at_once(db: Database) -> None:
    """A conversation's latest turn, and the reports of a shop system that have become old."""
    run(
        db,
        "CREATE INDEX turns_sender ON turns (sender_id, at, message_id)",
        "CREATE INDEX deliveries_received ON deliveries (received_at)",
    )
