"""kill -9 while facts are written: nothing that was committed is lost, nothing is there by half."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.profiling.histories import known, memory_at

WRITER = """
    import sys
    from tests.profiling.histories import memory_at, tell
    memory = memory_at(sys.argv[1])
    start = int(sys.argv[2])
    for number in range(start, start + 100_000):
        tell(memory, f"m{number}", ("likes", f"brand:{number}"), ("shoe_size_is", f"size:{number % 50}"), minute=number)
        print(number, flush=True)
"""


def write_and_kill(path: Path, start: int, chance: random.Random) -> int:
    """Runs a writer from `start` on, kills it at a random moment; returns the last number it reported."""
    code = textwrap.dedent(WRITER)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(start)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(chance.uniform(0.0, 0.08))
        except subprocess.TimeoutExpired:
            process.kill()
        reported = [int(line) for line in process.stdout.read().split("\n") if line]
    return max(reported, default=start)


def check(kills: int, path: Path) -> None:
    chance, start = random.Random(4), 0
    for _ in range(kills):
        last = write_and_kill(path, start, chance)
        memory = memory_at(path)
        assert memory.store.db.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        said = {int(row["message_id"][1:]) for row in memory.log.turns("s1")}
        assert set(range(last + 1)) <= said
        likes = {node for predicate, node in known(memory) if predicate == "likes"}
        assert likes == {f"brand:{number}" for number in said}
        assert sum(predicate == "shoe_size_is" for predicate, _ in known(memory)) == 1
        memory.store.close()
        start = max(said) + 1
    assert not memory_at(path).rebuild("s1")


def test_kill_at_random_moments(tmp_path: Path) -> None:
    check(5, tmp_path / "rapport.db")


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_kill_at_200_random_moments(tmp_path: Path) -> None:
    check(200, tmp_path / "rapport.db")
