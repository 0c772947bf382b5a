"""gateway.db: sessions, transcript and the messages that wait for an answer, in one SQLite file.

With RAPPORT_DATABASE_KEY, a passphrase, in the environment it is encrypted as the engine's database is.

Several gateway processes may share the file; within a process all threads share one connection, one at a time.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database, Migrations

from bot.errors import TranscriptError
from profiling.errors import ArtefactError
from profiling.store.connection import connect, database_key, errors

migrations = Migrations("gateway")


class GatewayDatabase:
    """The connection and its transactions.

    Raises:
        TranscriptError: the file is damaged, not a database, or written by a newer version of this program.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        key = database_key()
        try:
            self._conn = connect(str(path), key, named_rows=True)
            with self.writing():
                self._migrate()
        except errors(key) as error:
            known = " (or it was made with another RAPPORT_DATABASE_KEY)" if "not a database" in str(error) else ""
            raise TranscriptError(f"{path}: {error}{known}") from error
        except ArtefactError as error:
            raise TranscriptError(str(error)) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone."""
        with self._lock:
            yield self._conn

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block's writes are kept, or none. Nested blocks join the outer one."""
        with self._lock:
            if self._conn.in_transaction:
                yield self._conn
                return
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield self._conn
            except BaseException:
                self._conn.execute("ROLLBACK")
                raise
            self._conn.execute("COMMIT")

    @property
    def data_version(self) -> int:
        """A number that changes when another process has written to the file."""
        with self._lock:
            return int(self._conn.execute("PRAGMA data_version").fetchone()[0])

    def forget_deleted(self) -> None:
        """Takes deleted rows out of the write-ahead log too, as far as other processes let us."""
        with self._lock:
            self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes the connection."""
        with self._lock:
            self._conn.close()

    def _migrate(self) -> None:
        db = Database(self._conn, recursive_triggers=False)
        known = {migration.name for migration in migrations._migrations}
        newer = {migration.name for migration in migrations.applied(db)} - known
        if newer:
            raise TranscriptError(f"{self._path}: written by a newer version of Rapport ({', '.join(sorted(newer))})")
        migrations.apply(db)


@migrations()
def m001_sessions_and_events(db: Database) -> None:
    """Sessions, the transcript, and the messages that wait for an answer."""
    db.conn.execute(
        """
        CREATE TABLE sessions (
            session_id TEXT PRIMARY KEY,
            token_hash TEXT NOT NULL UNIQUE,    -- SHA-256 of the token; the token itself is not stored
            shopper_id TEXT NOT NULL,
            sender_id TEXT NOT NULL UNIQUE,
            channel TEXT NOT NULL,
            locale TEXT NOT NULL,
            created_at TEXT NOT NULL
        )
        """
    )
    db.conn.execute("CREATE INDEX sessions_shopper ON sessions (shopper_id)")
    db.conn.execute(
        """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('message', 'reply', 'turn_end', 'erased')),
            at TEXT NOT NULL,
            message_id TEXT,
            body TEXT NOT NULL,                 -- JSON: what the shopper sees
            payloads TEXT NOT NULL DEFAULT '[]' -- JSON list: what the quick replies send
        )
        """
    )
    db.conn.execute("CREATE INDEX events_session ON events (session_id, id)")
    db.conn.execute("CREATE INDEX events_at ON events (at)")
    db.conn.execute(
        """
        CREATE TABLE messages (
            message_id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
            event_id INTEGER NOT NULL,
            utterance TEXT NOT NULL,            -- what Rasa gets; '' once answered
            item_id TEXT,
            accepted_at TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done')),
            owner TEXT NOT NULL DEFAULT '',     -- the process that answers it
            lease_until REAL NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0
        )
        """
    )
    db.conn.execute("CREATE INDEX messages_open ON messages (session_id, event_id) WHERE state <> 'done'")


@migrations()
def m002_identity(db: Database) -> None:
    """Accounts: until when a session is signed in, whose dialogue it goes on with, and more than one token for it."""
    db.conn.execute("ALTER TABLE sessions ADD COLUMN signed_until REAL NOT NULL DEFAULT 0")
    db.conn.execute("ALTER TABLE sessions ADD COLUMN dialogue TEXT NOT NULL DEFAULT ''")
    db.conn.execute("ALTER TABLE sessions ADD COLUMN guest_id TEXT NOT NULL DEFAULT ''")  # whom the account may take in
    db.conn.execute(
        """
        CREATE TABLE session_tokens (
            token_hash TEXT PRIMARY KEY,        -- of a further device on which the account's conversation goes on
            session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE
        )
        """
    )
    db.conn.execute("CREATE INDEX session_tokens_session ON session_tokens (session_id)")


@migrations()
def m003_images(db: Database) -> None:
    """Pictures that shoppers sent; the files lie in the folder `images`."""
    db.conn.execute(
        """
        CREATE TABLE images (
            image_id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
            at TEXT NOT NULL
        )
        """
    )
    db.conn.execute("CREATE INDEX images_session ON images (session_id)")
    db.conn.execute("ALTER TABLE messages ADD COLUMN image_id TEXT")


@migrations()
def m004_telegram(db: Database) -> None:
    """Telegram's chats, the updates that were seen, what buttons mean, and tokens that link a chat to a session."""
    db.conn.execute(
        """
        CREATE TABLE telegram_chats (
            chat_id INTEGER PRIMARY KEY,
            session_id TEXT NOT NULL UNIQUE REFERENCES sessions (session_id) ON DELETE CASCADE,
            language TEXT NOT NULL,
            sent_id INTEGER NOT NULL DEFAULT 0, -- events up to this one are in the chat
            sender TEXT NOT NULL DEFAULT '',    -- the process that sends to it
            lease_until REAL NOT NULL DEFAULT 0
        )
        """
    )
    db.conn.execute("CREATE TABLE telegram_updates (update_id INTEGER PRIMARY KEY, at TEXT NOT NULL)")
    db.conn.execute(
        """
        CREATE TABLE telegram_buttons (
            key TEXT PRIMARY KEY,
            chat_id INTEGER NOT NULL REFERENCES telegram_chats (chat_id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            action TEXT NOT NULL                -- JSON
        )
        """
    )
    db.conn.execute("CREATE INDEX telegram_buttons_chat ON telegram_buttons (chat_id)")
    db.conn.execute(
        """
        CREATE TABLE link_tokens (
            token_hash TEXT PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
            expires_at REAL NOT NULL
        )
        """
    )


@migrations()
def m005_chatwoot(db: Database) -> None:
    """Tickets that are conversations in Chatwoot."""
    db.conn.execute(
        """
        CREATE TABLE chatwoot (
            ticket_id TEXT PRIMARY KEY,
            conversation INTEGER UNIQUE,        -- Chatwoot's number, once there is one
            sent_count INTEGER NOT NULL DEFAULT 0, -- so many of the ticket's messages are there
            owner TEXT NOT NULL,                -- the process that carries it over
            lease_until REAL NOT NULL DEFAULT 0
        )
        """
    )
