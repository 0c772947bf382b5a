"""Starts the processes, watches them, starts again what dies, and stops all of them."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.setup import processes
from bot.setup.errors import ServiceFailed
from bot.setup.health import answers
from bot.setup.processes import Process
from bot.setup.rotating_log import RotatingLog
from bot.setup.services import Service
from bot.setup.steps import first_of
from bot.setup.terminal import Terminal

POLL_S = 0.2


@dataclass(frozen=True)
class RestartLimits:
    """A process may die `count` times within `window_s`; each pause before a new start is twice the one before."""

    count: int = 5
    window_s: float = 600.0
    first_pause_s: float = 0.5
    longest_pause_s: float = 15.0


class Supervisor:
    """Runs the services until it is cancelled or one of them cannot be kept alive; leaves no process behind."""

    def __init__(
        self,
        services: Sequence[Service],
        *,
        root: Path,
        env: Mapping[str, str],
        logs: Path,
        terminal: Terminal,
        limits: RestartLimits | None = None,
    ) -> None:
        self._services = services
        self._root = root
        self._env = env
        self._terminal = terminal
        self._limits = limits or RestartLimits()
        self._logs = {service.name: RotatingLog(logs / f"{service.name}.log") for service in services}
        self._healthy = {service.name: asyncio.Event() for service in services}
        self._processes: dict[str, Process] = {}
        self._pumps: set[asyncio.Task[None]] = set()

    async def run(self, on_open: Callable[[], None]) -> None:
        """Calls `on_open` once all services answer, then goes on until cancelled.

        Raises:
            ServiceFailed: a service does not start, or dies too often.
        """
        failure = None
        try:
            async with asyncio.TaskGroup() as group:
                for service in self._services:
                    group.create_task(self._keep(service))
                for healthy in self._healthy.values():
                    await healthy.wait()
                on_open()
        except* ServiceFailed as errors:
            failure = first_of(errors)
        finally:
            with self._terminal.step("Stopping"):
                await self._stop_all()
        if failure:
            raise failure

    async def _keep(self, service: Service) -> None:
        for name in service.after:
            await self._healthy[name].wait()
        with self._terminal.step(service.title):
            process = await self._start(service)
        self._healthy[service.name].set()
        deaths: deque[float] = deque()
        while True:
            code = await process.wait()
            processes.signal_group(process, signal.SIGKILL)  # what it may have left behind would hold the port
            deaths.append(time.monotonic())
            self._say_death(service, code, self._count_recent(deaths))
            process = await self._restart(service, deaths)

    async def _restart(self, service: Service, deaths: deque[float]) -> Process:
        while True:
            count = self._count_recent(deaths)
            if count > self._limits.count:
                raise self._failure(service, f"stopped {count} times in {self._limits.window_s / 60:.0f} min")
            pause_s = min(self._limits.first_pause_s * 2 ** (count - 1), self._limits.longest_pause_s)
            await asyncio.sleep(pause_s)
            try:
                process = await self._start(service)
            except ServiceFailed as error:
                deaths.append(time.monotonic())
                self._say(f"{error} Trying again.")
                continue
            self._say(f"{service.title} answers again.")
            return process

    async def _start(self, service: Service) -> Process:
        log = self._logs[service.name]
        log.write(f"--- {datetime.now().astimezone():%Y-%m-%d %H:%M:%S%z} starting {service.title}\n".encode())
        process = await processes.start(service.argv, cwd=self._root, env=self._env)
        self._processes[service.name] = process
        pump = asyncio.create_task(_pump(process, log))
        self._pumps.add(pump)
        pump.add_done_callback(self._pumps.discard)
        process_ended = asyncio.create_task(process.wait())
        deadline = time.monotonic() + service.start_limit_s
        try:
            while not await answers(service.host, service.port, service.health_path):
                if time.monotonic() > deadline:
                    await processes.stop(process, limit_s=service.stop_limit_s)
                    raise self._failure(service, f"did not answer within {service.start_limit_s:.0f} s")
                await asyncio.wait([process_ended], timeout=POLL_S)
                if process_ended.done():
                    await asyncio.wait([pump], timeout=1.0)
                    how = processes.describe_exit(process_ended.result())
                    raise self._failure(service, f"did not start ({how})")
        finally:
            process_ended.cancel()
        return process

    def _count_recent(self, deaths: deque[float]) -> int:
        while deaths and time.monotonic() - deaths[0] > self._limits.window_s:
            deaths.popleft()
        return len(deaths)

    def _failure(self, service: Service, what: str) -> ServiceFailed:
        log = self._logs[service.name]
        return ServiceFailed(f"{service.title} {what}.", log=log.path, tail=log.tail(lines=processes.TAIL_LINES))

    def _say_death(self, service: Service, code: int, count: int) -> None:
        again = f"; starting it again ({count} of {self._limits.count})" if count <= self._limits.count else ""
        self._say(f"{service.title} stopped unexpectedly ({processes.describe_exit(code)}){again}.")

    def _say(self, text: str) -> None:
        self._terminal.line(f"  {datetime.now().astimezone():%H:%M:%S} {text}")

    async def _stop_all(self) -> None:
        """The services that others were waited for go last: what is under way can still be answered."""
        waited_for = {name for service in self._services for name in service.after}
        for early in (True, False):
            await asyncio.gather(
                *(
                    processes.stop(self._processes[service.name], limit_s=service.stop_limit_s)
                    for service in self._services
                    if (service.name not in waited_for) is early and service.name in self._processes
                )
            )


async def _pump(process: Process, log: RotatingLog) -> None:
    async for chunk in processes.chunks(process):
        log.write(chunk)
