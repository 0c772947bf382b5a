"""A chore is done once, whoever is there to do it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

from profiling.profile.retention import UNREMEMBERED, expire_daily
from profiling.store import Store
from profiling.store.chores import LEASE, finish_chore, take_chore
from tests.profiling.histories import START, memory_at, tell

DAY = timedelta(days=1)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_a_chore_that_was_done_is_not_due_before_its_time() -> None:
    store = Store(":memory:")
    assert take_chore(store, "tidy", every=DAY, at=NOW)
    finish_chore(store, "tidy", at=NOW)
    assert not take_chore(store, "tidy", every=DAY, at=NOW + timedelta(hours=23))
    assert take_chore(store, "tidy", every=DAY, at=NOW + timedelta(hours=25))


def test_a_chore_of_a_dead_process_is_taken_up_and_a_clock_that_jumped_back_holds_nothing_up() -> None:
    store = Store(":memory:")
    assert take_chore(store, "tidy", every=DAY, at=NOW)
    assert not take_chore(store, "tidy", every=DAY, at=NOW + LEASE / 2)
    assert take_chore(store, "tidy", every=DAY, at=NOW + LEASE)
    finish_chore(store, "tidy", at=NOW + LEASE)
    assert take_chore(store, "tidy", every=DAY, at=NOW - DAY)


TAKER = """
    import sys
    from datetime import UTC, datetime, timedelta
    from profiling.store import Store
    from profiling.store.chores import take_chore
    store = Store(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    print(take_chore(store, "tidy", every=timedelta(days=1), at=datetime.now(UTC)))
"""


def test_of_two_processes_one_takes_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(TAKER), str(tmp_path / "rapport.db")]
    takers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for taker in takers:
        assert taker.stdout is not None
        assert taker.stdout.readline() == "ready\n"
    answers = [taker.communicate("go\n", timeout=60)[0].strip() for taker in takers]
    assert sorted(answers) == ["False", "False", "True"]


def test_what_is_kept_for_its_time_goes_once_a_day() -> None:
    memory = memory_at()
    tell(memory, "m1", ("likes", "colour:red"), shopper_id=f"{UNREMEMBERED}c1")
    assert expire_daily(memory, None, at=START + timedelta(hours=1))["unremembered"] == 0  # type: ignore[index]
    assert expire_daily(memory, None, at=START + timedelta(hours=20)) is None
    assert expire_daily(memory, None, at=START + timedelta(days=3))["unremembered"] == 1  # type: ignore[index]
    assert memory.facts.open_facts(f"{UNREMEMBERED}c1") == []
