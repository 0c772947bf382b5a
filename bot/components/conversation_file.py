"""One SQLite file with one row a conversation. Without Rasa: whoever may erase a shopper's traces can import it."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.components.conversation_seal import SALT_BYTES, ConversationSeal

BUSY_TIMEOUT_S = 5.0
PRAGMAS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA secure_delete = ON")
SALT = """
CREATE TABLE IF NOT EXISTS sealing (only INTEGER PRIMARY KEY CHECK (only = 1), salt BLOB NOT NULL)
"""
SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    sender_id TEXT PRIMARY KEY,
    events TEXT NOT NULL,
    saved_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) WITHOUT ROWID
"""


def default_path() -> Path:
    """`rasa.db` under RAPPORT_HOME."""
    return Path(os.environ.get("RAPPORT_HOME", ".rapport")) / "rasa.db"


class ConversationFile:
    """Keeps a JSON text for each sender. Several threads and processes may share the file.

    A row that was written is on the disk as soon as `save` returns, and survives the end of the process. With the
    passphrase RAPPORT_DATABASE_KEY in the environment the texts are encrypted; the senders' random ids are not.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise sqlite3.DatabaseError(f"{path} cannot be used ({error}); move it away to start afresh") from error
        self._seal = ConversationSeal(os.environ.get("RAPPORT_DATABASE_KEY", ""), self._salt())

    def load(self, sender_id: str) -> str | None:
        """What was saved last, or None.

        Raises:
            WrongPassphrase: it was saved under another passphrase.
        """
        with self._cursor() as cursor:
            row = cursor.execute("SELECT events FROM conversations WHERE sender_id = ?", (sender_id,)).fetchone()
        return self._seal.open(sender_id, str(row[0])) if row else None

    def save(self, sender_id: str, events: str) -> None:
        """Replaces the sender's row."""
        with self._cursor() as cursor:
            cursor.execute(
                "INSERT INTO conversations (sender_id, events) VALUES (?, ?) ON CONFLICT (sender_id) DO UPDATE "
                "SET events = excluded.events, saved_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
                (sender_id, self._seal.seal(sender_id, events)),
            )

    def contains(self, sender_id: str) -> bool:
        """Whether there is a row."""
        with self._cursor() as cursor:
            found = cursor.execute("SELECT 1 FROM conversations WHERE sender_id = ?", (sender_id,)).fetchone()
        return found is not None

    def sender_ids(self) -> list[str]:
        """All senders, in order."""
        with self._cursor() as cursor:
            return [row[0] for row in cursor.execute("SELECT sender_id FROM conversations ORDER BY sender_id")]

    def erase(self, sender_id: str) -> bool:
        """Deletes the row and overwrites what the files still hold of it.

        Returns:
            False when a reader in another process keeps the write-ahead log open, so that old pages wait there for
            the next checkpoint; a later call, for any sender, removes them.
        """
        with self._cursor() as cursor:
            cursor.execute("DELETE FROM conversations WHERE sender_id = ?", (sender_id,))
            busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        """Sets the file up. The change to a write-ahead log ignores the time-out while another process makes it too."""
        give_up_at = time.monotonic() + BUSY_TIMEOUT_S
        while True:
            try:
                for statement in (*PRAGMAS, SCHEMA, SALT):
                    self._connection.execute(statement)
            except sqlite3.OperationalError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.02)
            else:
                return

    def _salt(self) -> bytes:
        """The file's salt; made by the first process that asks."""
        with self._cursor() as cursor:
            cursor.execute("INSERT OR IGNORE INTO sealing VALUES (1, ?)", (os.urandom(SALT_BYTES),))
            return bytes(cursor.execute("SELECT salt FROM sealing").fetchone()[0])

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        with self._lock, closing(self._connection.cursor()) as cursor:
            yield cursor
