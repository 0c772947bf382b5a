"""Running the steps of the set-up: those that are due, each as soon as the ones before it are done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from bot.setup.checks import describe
from bot.setup.errors import SetupError, StepFailed
from bot.setup.terminal import Activity, Terminal


@dataclass(frozen=True)
class Step:
    """Something that is made once and again when what it is made from changes.

    `is_current` is asked, and `run` called, when the steps in `after` are done; steps that are not run count as done.
    """

    name: str
    title: str
    is_current: Callable[[], bool]
    run: Callable[[Activity], Awaitable[None]]
    after: tuple[str, ...] = ()


async def run_steps(steps: Sequence[Step], terminal: Terminal) -> Collection[str]:
    """Runs what is due, side by side where the order allows it.

    Returns:
        The names of the steps that ran.

    Raises:
        SetupError: the first failure; the other steps are stopped.
    """
    done = {step.name: asyncio.Event() for step in steps}
    ran: list[str] = []

    async def run_one(step: Step) -> None:
        for name in step.after:
            if name in done:
                await done[name].wait()
        if not step.is_current():
            with terminal.step(step.title) as activity:
                await _run(step, activity)
            ran.append(step.name)
        done[step.name].set()

    failure = None
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(run_one(step))
    except* SetupError as errors:
        failure = first_of(errors)
    if failure:
        raise failure
    return ran


async def _run(step: Step, activity: Activity) -> None:
    try:
        await step.run(activity)
    except OSError as error:
        raise StepFailed(f"{step.title}: {describe(error)}") from error


def first_of(errors: BaseExceptionGroup[SetupError]) -> SetupError:
    """The first plain error of a group of groups."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, SetupError)  # noqa: S101
    return error
