"""Child processes: none outlives this one, and what they say goes to a log."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

from bot.setup.errors import StepFailed

Process = asyncio.subprocess.Process
OnLine = Callable[[str], None]

LEASH = Path(__file__).with_name("leash.py")
CHUNK_BYTES = 65_536
TAIL_LINES = 20
STOP_LIMIT_S = 5.0


def ignore(line: str) -> None:
    """What happens to a line that nobody waits for."""


async def start(argv: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]) -> Process:
    """Starts a process in a session of its own, its output and errors in one pipe. It dies with this process."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(LEASH), str(os.getpid())),
        *map(str, argv),
        cwd=cwd,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )


async def stop(process: Process, *, limit_s: float = STOP_LIMIT_S) -> None:
    """Asks the process and its children to end, and after `limit_s` makes them."""
    signal_group(process, signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limit_s):
            await process.wait()
    signal_group(process, signal.SIGKILL)  # also whatever the process itself has left behind
    await process.wait()


def signal_group(process: Process, number: signal.Signals) -> None:
    """Reaches the process and its children; nothing happens when they have gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


async def chunks(process: Process) -> AsyncIterator[bytes]:
    """What the process says, as it comes."""
    assert process.stdout is not None  # noqa: S101
    while chunk := await process.stdout.read(CHUNK_BYTES):
        yield chunk


async def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    on_line: OnLine = ignore,
) -> str:
    """Runs a command to its end, its output appended to `log` and given line by line to `on_line`.

    Returns:
        The whole output.

    Raises:
        StepFailed: the exit code is not 0; message and tail are meant to be replaced by who knows what failed.
    """
    process = await start(argv, cwd=cwd, env=env)
    said = bytearray()
    try:
        with log.open("ab") as file:
            file.write(f"$ {' '.join(map(str, argv))}\n".encode())
            line_start = 0
            async for chunk in chunks(process):
                said += chunk
                file.write(chunk)
                file.flush()
                while (end := said.find(b"\n", line_start)) >= 0:
                    on_line(said[line_start:end].decode(errors="replace"))
                    line_start = end + 1
        code = await process.wait()
    finally:
        if process.returncode is None:
            await stop(process)
    text = said.decode(errors="replace")
    if code:
        message = f"{Path(argv[0]).name} ended with {describe_exit(code)}."
        raise StepFailed(message, log=log, tail=tail(text), output=text)
    return text


def describe_exit(code: int) -> str:
    """ "exit code 1", "signal SIGKILL"."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


def tail(text: str) -> str:
    """The last lines."""
    return "\n".join(text.rstrip().splitlines()[-TAIL_LINES:])
