from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from profiling.errors import StoreError
from profiling.store import Store
from profiling.store.log import Entry, Log
from profiling.store.migrations import migrations
from profiling.types import Turn

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def turn(message_id: str, shopper_id: str = "s1") -> Turn:
    return Turn(message_id, shopper_id, "hello", AT)


def add_turn(store: Store, message_id: str, *, language: str = "en") -> bool:
    entry = Entry(message_id, "turn", "s1", AT, AT)
    return Log(store).add_turn(turn(message_id), entry, shopper_id="s1", language=language, need="")


def test_a_second_opening_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rapport.db"
    Store(path).close()
    store = Store(path)
    applied = [row["name"] for row in store.db.query("SELECT name FROM _sqlite_migrations ORDER BY id")]
    assert applied == [migration.name for migration in migrations._migrations]
    assert store.db.journal_mode == "wal"


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "rapport.db")
    store.insert("_sqlite_migrations", {"migration_set": "rapport", "name": "m999_future", "applied_at": "2030-01-01"})
    with pytest.raises(StoreError, match=r"newer version.*m999_future"):
        Store(tmp_path / "rapport.db")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rapport.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"rapport\.db"):
        Store(path)


def test_a_failed_block_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "rapport.db")
    log = Log(store)

    def write_half() -> None:
        with store.writing():
            add_turn(store, "m1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert log.turn("m1") is None


def test_a_turn_is_recorded_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "rapport.db")
    with store.writing():
        assert add_turn(store, "m1")
        assert not add_turn(store, "m1", language="de")
    row = Log(store).turn("m1")
    assert row is not None
    assert row["language"] == "en"


@pytest.mark.parametrize(
    ("start", "end", "quote"), [(3, 3, "l"), (-1, 2, "hel"), (0, 1, ""), (0, 2, "ha"), (0, 99, "hello!"), (4, 5, "l")]
)
def test_what_is_not_a_span_of_the_message_is_refused_by_the_database(
    tmp_path: Path, start: int, end: int, quote: str
) -> None:
    store = Store(tmp_path / "rapport.db")
    add_turn(store, "m1")
    with pytest.raises(sqlite3.IntegrityError):
        store.db.conn.execute(
            "INSERT INTO assertions VALUES ('a1', 'm1', 'likes', 'colour:red', 'red', 1, 0.5, ?, ?, ?, 'x', NULL)",
            [start, end, quote],
        )


def test_a_fact_without_an_assertion_is_refused_by_the_database(tmp_path: Path) -> None:
    store = Store(tmp_path / "rapport.db")
    add_turn(store, "m1")
    with pytest.raises(sqlite3.IntegrityError, match="no such assertion"):
        store.db.conn.execute(
            "INSERT INTO facts (fact_id, shopper_id, subject, predicate, object, label, confidence, message_id, start, "
            '"end", quote, extractor, valid_from) '
            "VALUES ('f1', 's1', 'shopper', 'likes', 'colour:red', 'red', 0.5, 'm1', 0, 2, 'he', 'x', '2026')"
        )


WRITER = """
    import sys
    from datetime import datetime, UTC
    from pathlib import Path
    from profiling.store import Store
    from profiling.store.log import Entry, Log
    from profiling.types import Turn
    path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    store = Store(path)
    log = Log(store)
    for number in range(count):
        turn = Turn(f"{name}-{number}", name, "x" * 200, datetime.now(UTC))
        entry = Entry(turn.message_id, "turn", name, turn.at, turn.at)
        with store.writing():
            log.add_turn(turn, entry, shopper_id=name, language="en", need="")
        print(number, flush=True)
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    code = textwrap.dedent(WRITER)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rapport.db"
    processes = [writer(path, name, 200) for name in ("a", "b", "c")]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert Store(path).db.execute("SELECT count(*) FROM turns").fetchone()[0] == 600


def test_kill_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "rapport.db"
    with writer(path, "a", 100_000) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGKILL)
        reported = [int(line) for line in process.stdout.read().split()]
    kept = Store(path).db.execute("SELECT count(*) FROM turns").fetchone()[0]
    assert kept >= max(reported) + 1


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    for place in range(12):
        file = tmp_path / f"{place}.db"
        with ThreadPoolExecutor(4) as pool:
            for opened in [pool.submit(lambda path: Store(path).close(), file) for _ in range(4)]:
                opened.result()
