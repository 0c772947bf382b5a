"""The change journal between real processes: two that make the same change at once, and one that is killed in the middle."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.shop import ChangeRefused, OutcomeUnknown, Receipt
from actions.shop.changes import CancelOrder
from actions.shop.journal import ChangeJournal
from tests.bot.servers import ROOT

CHANGE = CancelOrder("501", "no longer needed")
PROCESS = """
import sys, time
from pathlib import Path
from tests.contract.test_journal import CHANGE, SlowWay
from actions.shop import OutcomeUnknown
from actions.shop.changes import CancelOrder
from actions.shop.journal import ChangeJournal

folder, pause_s = Path(sys.argv[1]), float(sys.argv[2])
journal = ChangeJournal(folder / "journal.db", {CancelOrder: SlowWay(folder, pause_s)}, lease_s=float(sys.argv[3]))
(folder / f"ready-{sys.argv[4]}").touch()
while not (folder / "go").exists():
    time.sleep(0.005)
try:
    print(journal.apply(CHANGE, key="k").refund_cents)
except OutcomeUnknown:
    print("unknown")
"""


class SlowWay:
    """A shop that takes its time. Every payment back is a line in a file; the order counts as done after the pause."""

    def __init__(self, folder: Path, pause_s: float) -> None:
        self._paid, self._done, self._pause_s = folder / "paid", folder / "done", pause_s

    def plan(self, change: CancelOrder) -> int:
        return 5270

    def make(self, change: CancelOrder) -> None:
        with self._paid.open("a", encoding="utf-8") as file:
            file.write(f"{change.order_number}\n")
        time.sleep(self._pause_s)
        self._done.touch()

    def is_made(self, change: CancelOrder) -> bool:
        return self._done.exists()


def journal(folder: Path, *, lease_s: float = 60.0) -> ChangeJournal:
    return ChangeJournal(folder / "journal.db", {CancelOrder: SlowWay(folder, 0)}, lease_s=lease_s)


def paid(folder: Path) -> list[str]:
    path = folder / "paid"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


class Tries:
    """Processes that apply the same change under the same key, all at once when told to go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, count: int, *, pause_s: float, lease_s: float) -> None:
        for number in range(count):
            arguments = [str(self.folder), str(pause_s), str(lease_s), str(number)]
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-c", PROCESS, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
                )
            )
        wait_for(lambda: len(list(self.folder.glob("ready-*"))) == count)
        (self.folder / "go").touch()

    def answers(self) -> list[str]:
        return sorted(process.communicate(timeout=120)[0].strip() for process in self.processes)


def wait_for(holds: object) -> None:
    deadline = time.monotonic() + 120
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def tries(tmp_path: Path) -> Iterator[Tries]:
    started = Tries(tmp_path)
    yield started
    for process in started.processes:
        process.kill()
        process.communicate()


def test_of_several_processes_at_once_one_makes_the_change(tries: Tries, tmp_path: Path) -> None:
    tries.start(3, pause_s=2.0, lease_s=60)
    answers = tries.answers()
    assert "5270" in answers
    assert set(answers) <= {"5270", "unknown"}
    assert paid(tmp_path) == ["501"]
    assert journal(tmp_path).apply(CHANGE, key="k") == Receipt("k", 5270)
    assert paid(tmp_path) == ["501"]


def test_what_a_killed_process_began_waits_for_its_lease_and_is_then_finished(tries: Tries, tmp_path: Path) -> None:
    tries.start(1, pause_s=300, lease_s=4)
    wait_for(lambda: paid(tmp_path))
    tries.processes[0].kill()
    tries.processes[0].wait()
    with pytest.raises(OutcomeUnknown, match="just now"):
        journal(tmp_path).apply(CHANGE, key="k")
    with pytest.raises(OutcomeUnknown, match="just now"):  # not "it was not made": it is being made, for all one knows
        journal(tmp_path).receipt("k")
    time.sleep(4)
    assert journal(tmp_path).receipt("k") is None
    assert journal(tmp_path).apply(CHANGE, key="k") == Receipt("k", 5270)
    assert journal(tmp_path).receipt("k") == Receipt("k", 5270)


def test_what_a_killed_process_had_done_is_seen_at_once(tries: Tries, tmp_path: Path) -> None:
    tries.start(1, pause_s=300, lease_s=60)
    wait_for(lambda: paid(tmp_path))
    tries.processes[0].kill()
    (tmp_path / "done").touch()
    assert journal(tmp_path).apply(CHANGE, key="k") == Receipt("k", 5270)
    assert paid(tmp_path) == ["501"]


def test_a_refused_change_leaves_nothing_and_an_unknown_one_can_be_tried_again(tmp_path: Path) -> None:
    class Failing(SlowWay):
        error: Exception = ChangeRefused("no")

        def make(self, change: CancelOrder) -> None:
            raise self.error

    way = Failing(tmp_path, 0)
    book = ChangeJournal(tmp_path / "journal.db", {CancelOrder: way})
    with pytest.raises(ChangeRefused):
        book.apply(CHANGE, key="k")
    assert book.receipt("k") is None
    way.error = OutcomeUnknown("broken off")
    with pytest.raises(OutcomeUnknown, match="broken off"):
        book.apply(CHANGE, key="k")
    with pytest.raises(OutcomeUnknown, match="broken off"):  # the lease has ended with the try
        book.apply(CHANGE, key="k")


def test_a_journal_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "journal.db") as conn:
        conn.execute(
            "CREATE TABLE changes (key TEXT PRIMARY KEY, change TEXT NOT NULL, refund_cents INTEGER NOT NULL, made INTEGER NOT NULL)"
        )
        change = '{"kind": "CancelOrder", "change": {"order_number": "501", "reason": "x"}}'
        conn.execute("INSERT INTO changes VALUES ('old', ?, 100, 1)", [change])
    assert journal(tmp_path).receipt("old") == Receipt("old", 100)
    assert journal(tmp_path).apply(CHANGE, key="new") == Receipt("new", 5270)
