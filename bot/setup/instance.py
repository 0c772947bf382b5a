"""One at a time: who runs the shop, and who sets it up."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.setup.errors import AlreadyRunning
from bot.setup.terminal import Terminal


@contextlib.contextmanager
def only_shop(home: Path, url: str) -> Iterator[None]:
    """Holds `home` for the process that runs the shop. The kernel lets go of it whatever happens to the process.

    Raises:
        AlreadyRunning: another process has it; the message says where its shop is.
    """
    with (home / "up.lock").open("a+", encoding="utf-8") as file:
        if not _try_lock(file.fileno()):
            file.seek(0)
            raise AlreadyRunning(_who(file.read()))
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "url": url}))
        file.flush()
        yield
        file.truncate(0)


@contextlib.asynccontextmanager
async def only_setup(root: Path, terminal: Terminal) -> AsyncIterator[None]:
    """Holds the repository for the process that changes its environments; waits for another one."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if not _try_lock(folder):
            with terminal.step("Waiting for another set-up in this folder"):
                while not _try_lock(folder):  # noqa: ASYNC110  # the other one is another process
                    await asyncio.sleep(0.3)
        yield
    finally:
        os.close(folder)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _who(content: str) -> str:
    try:
        other = json.loads(content)
        return (
            f"Rapport is already running here, or about to: process {other['pid']}, {other['url']}."
            " Ctrl-C in its terminal stops it."
        )
    except (ValueError, KeyError, TypeError):
        return "Rapport is already running here; Ctrl-C in its terminal stops it."
