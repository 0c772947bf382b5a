"""What the person sees: a list of steps with ticks and times. Without a terminal it becomes plain lines."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
FRAME_S = 0.1
FIRST_LINE_S = 5.0
"""Without a terminal a step that takes longer than this says so once ..."""
NEXT_LINE_S = 30.0
"""... and then this often."""
TITLE_WIDTH = 44


@dataclass
class Activity:
    """A step that is going on. `note` is what it is busy with; set it freely."""

    title: str
    started: float
    note: str = ""
    said_at: float = 0.0


class Terminal:
    """Writes to one stream. `live` means that lines can be drawn again; by default if the stream is a terminal."""

    def __init__(
        self,
        stream: TextIO,
        *,
        live: bool | None = None,
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        values = os.environ if environment is None else environment
        able = stream.isatty() and values.get("TERM") != "dumb"
        self._stream = stream
        self._live = able if live is None else live
        self._colour = self._live and not values.get("NO_COLOR")
        self._plain = "utf" not in (getattr(stream, "encoding", None) or "").lower()
        self._clock = clock
        self._active: list[Activity] = []
        self._drawn = 0
        self._frame = 0

    def line(self, text: str = "") -> None:
        """A line of its own, above whatever is going on."""
        self._erase()
        self._write(f"{text}\n")
        self._draw()

    def done(self, title: str, *, elapsed_s: float | None = None) -> None:
        """A tick."""
        self._result("ok" if self._plain else "✓", "32", title, elapsed_s)

    def failed(self, title: str, *, elapsed_s: float | None = None) -> None:
        """A cross."""
        self._result("failed:" if self._plain else "✗", "31", title, elapsed_s)

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Activity]:
        """Shows the step as going on, then with a tick, or with a cross if it raised an error."""
        activity = Activity(title, self._clock(), said_at=self._clock() - NEXT_LINE_S + FIRST_LINE_S)
        self._active.append(activity)
        try:
            yield activity
        except Exception:
            self._active.remove(activity)
            self.failed(title, elapsed_s=self._clock() - activity.started)
            raise
        except BaseException:  # stopped: neither done nor failed
            self._active.remove(activity)
            self.refresh()
            raise
        self._active.remove(activity)
        self.done(title, elapsed_s=self._clock() - activity.started)

    @contextlib.asynccontextmanager
    async def animated(self) -> AsyncIterator[None]:
        """Keeps the display moving."""
        task = asyncio.create_task(self._animate())
        try:
            yield
        finally:
            task.cancel()
            self._erase()

    def refresh(self) -> None:
        """Draws the steps that are going on once more, or says that they still are."""
        if self._live:
            self._erase()
            self._draw()
            return
        for activity in self._active:
            if self._clock() - activity.said_at >= NEXT_LINE_S:
                activity.said_at = self._clock()
                note = f" ({activity.note})" if activity.note else ""
                self._write(f"  ... {activity.title}{note}, {duration(self._clock() - activity.started)}\n")

    async def _animate(self) -> None:
        while True:
            self.refresh()
            await asyncio.sleep(FRAME_S)
            self._frame += 1

    def _result(self, sign: str, colour: str, title: str, elapsed_s: float | None) -> None:
        time_text = "" if elapsed_s is None else duration(elapsed_s)
        line = f"{title:<{TITLE_WIDTH}} {self._paint('2', f'{time_text:>7}')}" if time_text else title
        self.line(f"  {self._paint(colour, sign)} {line}")

    def _draw(self) -> None:
        if not self._live:
            return
        width = shutil.get_terminal_size().columns - 1
        sign = "*" if self._plain else SPINNER[self._frame % len(SPINNER)]
        for activity in self._active:
            elapsed = duration(self._clock() - activity.started)
            text = f"  {sign} {activity.title:<{TITLE_WIDTH}} {elapsed:>7}  {activity.note}"
            self._write(f"{text[:width].rstrip()}\n")
        self._drawn = len(self._active)

    def _erase(self) -> None:
        if self._drawn:
            self._write(f"\x1b[{self._drawn}A\r\x1b[J")
            self._drawn = 0

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # the terminal may have been closed
            if self._plain:
                text = text.encode("ascii", "replace").decode()
            self._stream.write(text)
            self._stream.flush()


def duration(seconds: float) -> str:
    """ "0.4 s", "12 s", "2:05"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 99.5 else f"{int(seconds) // 60}:{int(seconds) % 60:02}"
