"""Opening SQLite files: write-ahead log, foreign keys, deleted rows overwritten; encrypted with a passphrase."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from profiling.errors import ArtefactError

BUSY_TIMEOUT_MS = 5_000
LOG_PAGES = 8_000
"""Pages of the write-ahead log after which a commit writes them back: fewer than one commit in a hundred."""
_PRAGMAS = (
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = ON",
    f"wal_autocheckpoint = {LOG_PAGES}",
    "cache_size = -16000",
)


def database_key() -> str:
    """The passphrase RAPPORT_DATABASE_KEY; "" means that nothing is encrypted."""
    return os.environ.get("RAPPORT_DATABASE_KEY", "")


def connect(path: str, key: str, *, named_rows: bool = False) -> sqlite3.Connection:
    """A connection that any thread may use, one at a time.

    Args:
        key: a passphrase; the file is encrypted by SQLCipher (extra `encryption`).
        named_rows: rows know the names of their columns.

    Raises:
        ArtefactError: there is a passphrase and no SQLCipher.
        Exception: one of `errors(key)`; the file is no database, or has another passphrase.
    """
    conn = open_file(path, key)
    try:
        _use_log(conn, key)
        for pragma in _PRAGMAS:
            conn.execute(f"PRAGMA {pragma}")
    except errors(key):
        conn.close()
        raise
    if named_rows:
        conn.row_factory = _driver(key).Row
    return conn


def _use_log(conn: sqlite3.Connection, key: str) -> None:
    """Turns the write-ahead log on. SQLite does not wait where others do the same to a new file: it is asked again."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
            return
        except errors(key) as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def open_file(path: str, key: str, *, must_exist: bool = False) -> sqlite3.Connection:
    """The same without a write-ahead log, for a file that may be replaced as a whole. Raises as `connect` does."""
    where = f"{Path(path).absolute().as_uri()}?mode=rw" if must_exist else path
    conn: sqlite3.Connection = _driver(key).connect(
        where, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False, isolation_level=None, uri=must_exist
    )
    if key:
        conn.execute("PRAGMA key = '{}'".format(key.replace("'", "''")))
    return conn


def errors(key: str) -> tuple[type[Exception], ...]:
    """What a database raises: SQLCipher's driver has exceptions of its own."""
    return (sqlite3.DatabaseError, _sqlcipher().DatabaseError) if key else (sqlite3.DatabaseError,)


def _driver(key: str) -> Any:
    return _sqlcipher() if key else sqlite3


def _sqlcipher() -> Any:
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise ArtefactError("RAPPORT_DATABASE_KEY needs SQLCipher: pip install 'rapport[encryption]'") from error
    return dbapi2
