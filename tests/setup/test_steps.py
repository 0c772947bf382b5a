from __future__ import annotations

import asyncio
import errno
import io
import time

import pytest

from bot.setup.errors import MachineError, SetupError, StepFailed
from bot.setup.steps import Step, run_steps
from bot.setup.terminal import Activity, Terminal


class Log:
    """Steps that note when they begin and end."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def step(
        self, name: str, *after: str, current: bool = False, takes_s: float = 0.0, error: Exception | None = None
    ) -> Step:
        async def run(activity: Activity) -> None:
            self.events.append(f"+{name}")
            try:
                await asyncio.sleep(takes_s)
            except asyncio.CancelledError:
                self.events.append(f"!{name}")
                raise
            if error:
                raise error
            self.events.append(f"-{name}")

        return Step(name, name.title(), lambda: current, run, after)


@pytest.fixture
def log() -> Log:
    return Log()


async def run(*steps: Step) -> tuple[list[str], str]:
    stream = io.StringIO()
    return list(await run_steps(steps, Terminal(stream, live=False))), stream.getvalue()


async def test_order_holds_and_the_rest_runs_side_by_side(log: Log) -> None:
    started = time.monotonic()
    ran, _ = await run(
        log.step("index", "encoder", "import"),
        log.step("encoder", "engine", takes_s=0.3),
        log.step("import", "engine", takes_s=0.3),
        log.step("engine"),
        log.step("rasa", takes_s=0.3),
    )
    assert time.monotonic() - started < 0.8
    assert sorted(ran) == ["encoder", "engine", "import", "index", "rasa"]
    assert log.events.index("-engine") < log.events.index("+encoder")
    assert max(log.events.index("-encoder"), log.events.index("-import")) < log.events.index("+index")


async def test_what_is_current_does_not_run_and_counts_as_done(log: Log) -> None:
    ran, said = await run(log.step("engine", current=True), log.step("encoder", "engine"))
    assert ran == ["encoder"]
    assert "Engine" not in said
    assert "Encoder" in said


async def test_nothing_due_says_nothing(log: Log) -> None:
    assert await run(log.step("engine", current=True)) == ([], "")


async def test_whether_a_step_is_due_is_asked_after_the_ones_before(log: Log) -> None:
    manifest: list[str] = []

    async def build(activity: Activity) -> None:
        manifest.append("new")

    encoder = Step("encoder", "Encoder", lambda: False, build)
    index = Step("index", "Index", lambda: not manifest, log.step("index").run, ("encoder",))
    assert (await run(index, encoder))[0] == ["encoder", "index"]


async def test_a_failure_stops_the_others(log: Log) -> None:
    with pytest.raises(StepFailed, match="disk"):
        await run(
            log.step("engine", takes_s=0.05, error=StepFailed("no room on the disk")),
            log.step("rasa", takes_s=5),
            log.step("encoder", "engine"),
        )
    assert "!rasa" in log.events
    assert "+encoder" not in log.events


async def test_what_the_system_refuses_becomes_a_sentence(log: Log) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/data/x")
    with pytest.raises(SetupError, match=r"^Engine: There is no space left on the disk of /data/x\.$"):
        await run(log.step("engine", error=full))
    with pytest.raises(MachineError):
        await run(log.step("engine", error=MachineError("no venv")))
