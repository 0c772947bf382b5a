"""Opening the database: WAL, one connection a thread, one transaction a write."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from profiling.errors import StoreError
from profiling.store.connection import connect, database_key, errors
from profiling.store.migrations import migrations

_DAMAGED = "If it is damaged, put a back-up in its place (`python -m profiling backup FILE` makes them)."


class Store:
    """The engine's database. Safe to share between threads; several processes may open the same file.

    With RAPPORT_DATABASE_KEY, a passphrase, in the environment the file is encrypted by SQLCipher (extra `encryption`).

    Raises:
        StoreError: the file is damaged, not a database, or written by a newer version of this program.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        self._key = database_key()
        self._errors = errors(self._key)
        self._threads = threading.local()
        self._memory: Database | None = None
        if self.path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        with self.writing() as db:
            _migrate(db, self.path)

    @property
    def db(self) -> Database:
        """This thread's connection."""
        if self.path == ":memory:":
            self._memory = self._memory or self._connect()
            return self._memory
        db: Database | None = getattr(self._threads, "db", None)
        if db is None:
            db = self._threads.db = self._connect()
        return db

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction: all of the block's writes are kept, or none. Other writers wait up to five seconds."""
        db = self.db
        if db.conn.in_transaction:
            yield db
            return
        try:
            db.conn.execute("BEGIN IMMEDIATE")
        except self._errors as error:
            raise self._unusable(error) from error
        try:
            yield db
            db.conn.execute("COMMIT")
        except BaseException as error:
            with suppress(*self._errors):  # SQLite has rolled back by itself, on a full disk for instance
                db.conn.execute("ROLLBACK")
            if isinstance(error, self._errors) and type(error).__name__ == "OperationalError":
                raise StoreError(f"{self.path}: {error}") from error
            raise

    def insert(self, table: str, row: Mapping[str, object]) -> bool:
        """Adds a row unless its key is there already; says whether it was added. Names are ours, never input."""
        columns, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        sql = f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})"
        return self.db.conn.execute(sql, list(row.values())).rowcount == 1

    def back_up(self, path: Path) -> None:
        """Writes a copy of the database, without anything that was deleted, while others go on writing.

        Raises:
            StoreError: the file is there already, or cannot be written.
        """
        if path.exists():
            raise StoreError(f"{path}: is there already")
        try:
            self.db.conn.execute("VACUUM INTO ?", [str(path)])
        except self._errors as error:
            raise StoreError(f"{path}: {error}") from error

    def close(self) -> None:
        """Closes this thread's connection."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        db: Database | None = getattr(self._threads, "db", None)
        if db is not None:
            db.close()
            self._threads.db = None

    def forget_deleted(self) -> None:
        """Takes deleted rows out of the write-ahead log too, as far as other processes let us."""
        self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _connect(self) -> Database:
        try:
            return Database(connect(self.path, self._key), recursive_triggers=False)
        except self._errors as error:
            raise self._unusable(error) from error

    def _unusable(self, error: BaseException) -> StoreError:
        other_key = ", or it was made with another RAPPORT_DATABASE_KEY" if "not a database" in str(error) else ""
        return StoreError(f"{self.path}: {error}{other_key}. {_DAMAGED}")

    @property
    def data_version(self) -> int:
        """A number that changes when another connection has committed to the file."""
        return int(self.db.conn.execute("PRAGMA data_version").fetchone()[0])


def _migrate(db: Database, path: str) -> None:
    known = {migration.name for migration in migrations._migrations}
    newer = {migration.name for migration in migrations.applied(db)} - known
    if newer:
        raise StoreError(f"{path}: written by a newer version of Rapport (it has {', '.join(sorted(newer))})")
    migrations.apply(db)
