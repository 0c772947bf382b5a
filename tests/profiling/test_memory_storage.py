"""The memory on a disk: several processes, a full disk, a damaged file, a hundred thousand facts."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from pathlib import Path

import pytest

from profiling.errors import StoreError
from profiling.profile.memory import Memory
from profiling.profile.telling import profile_json
from profiling.store import Store
from profiling.store.facts import FactStore
from profiling.store.log import Entry
from tests.bench.fill import fill_shoppers
from tests.profiling.histories import (
    BLUE,
    MOUSE,
    NO_RED,
    NO_WOOL,
    RED,
    START,
    WOOL,
    known,
    memory_at,
    tell,
)


def test_another_process_sees_a_change_at_once(tmp_path: Path) -> None:
    one, two = memory_at(tmp_path / "rapport.db"), memory_at(tmp_path / "rapport.db")
    tell(one, "m1", RED)
    assert len(two.profile("s1", at=START).facts) == 1
    tell(one, "m2", BLUE, minute=1)
    assert len(two.profile("s1", at=START).facts) == 2
    one.forget("s1")
    assert two.profile("s1", at=START).facts == ()


def fill(memory: Memory) -> None:
    for number in range(2_000):
        tell(memory, f"full-{number}", ("likes", f"brand:{number}" + "x" * 500), minute=number + 1)


def test_a_full_disk_fails_the_write_and_nothing_else(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "rapport.db")
    tell(memory, "m1", RED)
    conn = memory.store.db.conn
    conn.execute(f"PRAGMA max_page_count = {conn.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StoreError, match="full"):
        fill(memory)
    conn.execute("PRAGMA max_page_count = 1000000")
    assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert RED in known(memory)
    assert not memory.rebuild("s1")


def test_a_backup_is_a_whole_database(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "rapport.db")
    tell(memory, "m1", RED)
    memory.store.back_up(tmp_path / "backup.db")
    assert known(memory_at(tmp_path / "backup.db")) == {RED}
    with pytest.raises(StoreError, match="is there already"):
        memory.store.back_up(tmp_path / "backup.db")


TALKER = """
    import sys
    from tests.profiling.histories import memory_at, tell
    memory = memory_at(sys.argv[1])
    name, count = sys.argv[2], int(sys.argv[3])
    for number in range(count):
        tell(memory, f"{name}-{number}", ("likes", f"brand:{name}{number}"), ("shoe_size_is", f"size:{number}"),
             shopper_id=name, minute=number)
"""


def test_two_channels_of_one_shopper_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rapport.db"
    memory = memory_at(path)
    memory.merge("phone", "web", proof="signed_login")
    talkers = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(TALKER), str(path), name, "60"])
        for name in ("phone", "web")
    ]
    assert [talker.wait(timeout=120) for talker in talkers] == [0, 0]
    facts = FactStore(Store(path)).open_facts("web")
    assert sum(fact.predicate == "likes" for fact in facts) == 120
    assert sum(fact.predicate == "shoe_size_is" for fact in facts) == 1
    assert not memory.rebuild("web")


def test_a_hundred_thousand_facts_of_one_shopper_are_answered_and_added_to() -> None:
    memory = memory_at()
    fill_shoppers(memory, ["s1"], messages=10_000)
    at = START + timedelta(days=1)
    assert len(memory.profile("s1", at=at).facts) == 100_000
    started = time.process_time()
    for number in range(5):
        tell(memory, f"more-{number}", WOOL if number % 2 else NO_WOOL, at=at + timedelta(minutes=number))
    assert time.process_time() - started < 2.0  # seconds; all facts read anew would take longer for each turn
    assert len(memory.profile("s1", at=at + timedelta(minutes=5)).facts) == 100_001
    started = time.process_time()
    memory.retract("s1", ["s1-5-3"], at=at + timedelta(minutes=6), by="r1")
    assert memory.undo("s1", at=at + timedelta(minutes=7), by="u1") is not None
    assert memory.undo("s1", at=at + timedelta(minutes=8), by="u2") is not None
    tell(memory, "late", NO_RED, at=at - timedelta(minutes=5))
    assert time.process_time() - started < 4.0  # a third of one; all facts anew would take 5 to 8 each time
    assert len(memory.profile("s1", at=at + timedelta(minutes=9)).facts) == 100_002
    assert json.dumps(profile_json(memory.profile("s1", at=at)))


def test_a_wish_of_ten_thousand_words_does_not_slow_the_next_turn_down() -> None:
    memory = memory_at()
    for message in range(20):
        words = [("about", f"words:w{message}-{number}") for number in range(500)]
        tell(memory, f"m{message}", MOUSE, *words, minute=message)
    touched = memory._folding.apply("s1", Entry("m99", "turn", "s1", START + timedelta(hours=1), START, wishing=True))
    assert len(touched.facts) < 10
    tell(memory, "m100", ("budget_max", "price_max:3000"), minute=100)
    assert not memory.rebuild("s1")


def test_a_damaged_database_names_the_way_out_and_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "rapport.db"
    memory = memory_at(path)
    for number in range(50):
        tell(memory, f"m{number}", ("likes", f"brand:{number}"), minute=number)
    memory.store.forget_deleted()
    memory.store.close()
    for leftover in ("rapport.db-wal", "rapport.db-shm"):
        (tmp_path / leftover).unlink(missing_ok=True)
    whole = path.read_bytes()
    damaged = b"not a database at all" + whole[21:]
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match="python -m profiling backup"):
        memory_at(path)
    assert path.read_bytes() == damaged
