from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.setup import processes
from bot.setup.errors import AlreadyRunning, StepFailed
from bot.setup.instance import only_setup, only_shop
from bot.setup.rotating_log import RotatingLog
from bot.setup.terminal import Terminal

ENV = dict(os.environ)


async def run_python(script: str, folder: Path, **options: processes.OnLine) -> str:
    return await processes.run([sys.executable, "-c", script], cwd=folder, env=ENV, log=folder / "log", **options)


async def test_lines_arrive_and_the_log_keeps_everything(tmp_path: Path) -> None:
    lines: list[str] = []
    script = "import sys; print('one'); print('two', file=sys.stderr); print('x' * 200_000); print('end', end='')"
    said = await run_python(script, tmp_path, on_line=lines.append)
    assert [line for line in lines if len(line) < 10] in (["one", "two"], ["two", "one"])
    assert "end" in said
    assert (tmp_path / "log").read_text().endswith("end")


async def test_a_failure_carries_the_last_lines(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match=r"ended with exit code 3\.") as caught:
        await run_python("print('\\n'.join(map(str, range(100)))); raise SystemExit(3)", tmp_path)
    assert caught.value.tail.splitlines() == [str(number) for number in range(80, 100)]
    assert caught.value.log == tmp_path / "log"


async def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="nothing-here ended with exit code 127") as caught:
        await processes.run([tmp_path / "nothing-here"], cwd=tmp_path, env=ENV, log=tmp_path / "log")
    assert "No such file" in caught.value.tail


async def test_a_cancelled_command_is_stopped(tmp_path: Path) -> None:
    said = asyncio.Queue[str]()
    script = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    task = asyncio.create_task(run_python(script, tmp_path, on_line=said.put_nowait))
    pid = int(await said.get())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_log_keeps_its_size(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "rasa.log", max_bytes=100)
    for number in range(40):
        log.write(b"line %02d ............\n" % number)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rasa.log", "rasa.log.1", "rasa.log.2"]
    assert all(path.stat().st_size <= 100 for path in tmp_path.iterdir())
    assert log.tail(lines=1).startswith("line 39")
    RotatingLog(tmp_path / "gone" / "x.log").write(b"lost, but no failure")


def test_a_second_shop_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    first, second = only_shop(tmp_path, "http://127.0.0.1:8000"), only_shop(tmp_path, "http://127.0.0.1:8010")
    with first, pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}, http://127\.0\.0\.1:8000\."):
        second.__enter__()
    with only_shop(tmp_path, "http://127.0.0.1:8010"):
        pass


async def test_a_second_setup_waits_for_the_first_one(tmp_path: Path) -> None:
    terminal = Terminal(sys.stdout, live=False)
    order: list[str] = []

    async def second() -> None:
        async with only_setup(tmp_path, terminal):
            order.append("second")

    async with only_setup(tmp_path, terminal):
        task = asyncio.create_task(second())
        await asyncio.sleep(0.4)
        order.append("first")
    await task
    assert order == ["first", "second"]
