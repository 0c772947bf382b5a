"""Runs a supervisor over stand-ins, as `bot.setup up` does over the shop's processes. Run as a script.

    python small_shop.py FOLDER SERVICES

SERVICES is JSON: a list of [name, port, [names that come before], [options of the stand-in]].
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.setup.command_line import interruptible
from bot.setup.errors import SetupError
from bot.setup.services import Service
from bot.setup.supervisor import RestartLimits, Supervisor
from bot.setup.terminal import Terminal

STAND_IN = Path(__file__).with_name("stand_in.py")


async def run(folder: Path, services: list[Service], terminal: Terminal) -> int:
    supervisor = Supervisor(
        services,
        root=folder,
        env=dict(os.environ),
        logs=folder,
        terminal=terminal,
        limits=RestartLimits(count=2, window_s=60, first_pause_s=0.05),
    )
    try:
        await supervisor.run(lambda: terminal.line("open"))
    except asyncio.CancelledError:
        return 0
    return 0


def main() -> int:
    folder = Path(sys.argv[1])
    terminal = Terminal(sys.stdout)
    services = [
        Service(
            name=name,
            title=name,
            argv=(sys.executable, STAND_IN, name, str(port), str(folder), *options),
            port=port,
            health_path="/health",
            after=tuple(after),
            start_limit_s=4.0,
            stop_limit_s=1.0,
        )
        for name, port, after, options in json.loads(sys.argv[2])
    ]
    try:
        return asyncio.run(interruptible(run(folder, services, terminal), terminal))
    except SetupError as error:
        terminal.line(f"{error}\n{error.tail}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
