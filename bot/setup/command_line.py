"""The commands. Nothing that goes wrong ends in a traceback, except a mistake in this program."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence

from bot.setup import checks
from bot.setup.browser import browser_step
from bot.setup.errors import SetupError
from bot.setup.instance import only_setup, only_shop
from bot.setup.locking import Locker
from bot.setup.recipe import Recipe
from bot.setup.services import shop_services
from bot.setup.settings import Settings
from bot.setup.steps import Step, run_steps
from bot.setup.supervisor import Supervisor
from bot.setup.terminal import Terminal

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 1 after an error that has been told, 130 when the set-up was interrupted."""
    options = _parser().parse_args(arguments)
    terminal = Terminal(sys.stdout)
    try:
        settings = Settings.from_environment()
        return asyncio.run(interruptible(options.command(settings, terminal, options), terminal))
    except SetupError as error:
        _tell(error, terminal)
    except OSError as error:
        _tell(checks.describe(error), terminal)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3.11 -m bot.setup", description="Set Rapport up and run it.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: object, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=command, dev=False, browser=False, upgrade=False)
        return added

    add("up", up, "Set up whatever is missing, then run the shop until Ctrl-C.")
    for name, command, text in (
        ("install", install, "Make the Python environments."),
        ("build", build, "Install, build the models, load the shop's catalogue and orders."),
        ("train", train, "Install, build the models, train the dialogue."),
    ):
        added = add(name, command, text)
        added.add_argument("--dev", action="store_true", help="with the tools for tests and checks")
        added.add_argument("--browser", action="store_true", help="with Chromium, for the tests")
    lock = add("lock", lock_dependencies, "Resolve the dependencies and write the lock files.")
    lock.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    add("check-environment", check_environment, "Say what is there and what is missing.")
    return parser


async def up(settings: Settings, terminal: Terminal, options: argparse.Namespace) -> int:
    """Sets up and runs."""
    terminal.line("Rapport\n")
    _check_machine(settings)
    with only_shop(settings.home, settings.url):
        checks.check_ports(settings)
        recipe = Recipe(settings)
        await _set_up(settings, terminal, _all_steps(recipe))
        checks.check_ports(settings)  # minutes may have passed
        supervisor = Supervisor(
            shop_services(settings),
            root=settings.root,
            env=settings.environment(),
            logs=settings.logs,
            terminal=terminal,
        )
        try:
            await supervisor.run(lambda: _tell_open(settings, terminal))
        except asyncio.CancelledError:  # Ctrl-C is how one stops it
            return 0
    return 0


async def install(settings: Settings, terminal: Terminal, options: argparse.Namespace) -> int:
    """Environments only."""
    recipe = Recipe(settings, development=options.dev)
    return await _prepare(settings, terminal, options, recipe.environments())


async def build(settings: Settings, terminal: Terminal, options: argparse.Namespace) -> int:
    """Environments, models, shop."""
    recipe = Recipe(settings, development=options.dev)
    steps = [*recipe.environments(), *recipe.models(), *recipe.shop()]
    return await _prepare(settings, terminal, options, steps)


async def train(settings: Settings, terminal: Terminal, options: argparse.Namespace) -> int:
    """Environments, models, dialogue."""
    recipe = Recipe(settings, development=options.dev)
    steps = [*recipe.environments(), *recipe.models(), *recipe.dialogue()]
    return await _prepare(settings, terminal, options, steps)


async def lock_dependencies(settings: Settings, terminal: Terminal, options: argparse.Namespace) -> int:
    """Writes the lock files with the uv of the development environment."""
    _check_machine(settings)
    log = settings.logs / "setup-lock.log"
    locker = Locker(
        settings.root,
        uv=[settings.python, "-m", "uv"],
        env=settings.environment(),
        log=log,
        upgrade=options.upgrade,
    )
    with terminal.step("Locking the dependencies of the engine and the shop"):
        await locker.write_engine()
    with terminal.step("Locking the dependencies of Rasa"):
        await locker.write_rasa()
    return 0


async def check_environment(settings: Settings, terminal: Terminal, options: argparse.Namespace) -> int:
    """Goes through what the set-up needs and what is already there."""
    recipe = Recipe(settings)
    need_gb = sum(
        checks.ENVIRONMENT_GB[environment.folder.name]
        for environment in (recipe.engine, recipe.rasa)
        if not environment.is_complete()
    )
    wanted: list[tuple[str, Callable[[], None]]] = [
        (f"Python {platform.python_version()} with venv", checks.check_venv),
        (f"{platform.system()} on {platform.machine()}", checks.check_platform),
        (f"{settings.root} can be written to", lambda: checks.check_writable(settings.root)),
        (f"{settings.home} can be written to", lambda: checks.check_writable(settings.home)),
        ("room on the disk", lambda: checks.check_space(settings.root, need_gb)),
        (f"ports {settings.port}, {settings.rasa_port}, {settings.actions_port}", lambda: checks.check_ports(settings)),
    ]
    code = 0
    for title, check in wanted:
        try:
            check()
            terminal.done(title)
        except SetupError as error:
            terminal.failed(str(error))
            code = 1
    for step in _all_steps(recipe):
        terminal.line(f"    {step.title}: {'up to date' if step.is_current() else 'due at the next `make up`'}")
    return code


def _all_steps(recipe: Recipe) -> list[Step]:
    return [*recipe.environments(), *recipe.models(), *recipe.shop(), *recipe.dialogue()]


async def _prepare(settings: Settings, terminal: Terminal, options: argparse.Namespace, steps: list[Step]) -> int:
    _check_machine(settings)
    if options.browser:
        log = settings.logs / "setup-browser.log"
        steps.append(browser_step(root=settings.root, env=settings.environment(), log=log))
    await _set_up(settings, terminal, steps)
    return 0


async def _set_up(settings: Settings, terminal: Terminal, steps: Sequence[Step]) -> None:
    async with only_setup(settings.root, terminal):
        if not await run_steps(steps, terminal):
            terminal.done("Set up already; nothing has changed")


def _check_machine(settings: Settings) -> None:
    checks.check_platform()
    checks.check_venv()
    checks.check_writable(settings.root)
    checks.check_writable(settings.logs)


async def interruptible(command: Coroutine[object, object, int], terminal: Terminal) -> int:
    """Ctrl-C, SIGTERM and a closed terminal cancel the command; a second one does not wait for anything."""
    task = asyncio.ensure_future(command)

    def interrupt() -> None:
        if task.cancelling():
            os._exit(INTERRUPTED)  # the kernel ends the children
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup wants it
            asyncio.get_running_loop().add_signal_handler(number, interrupt)
    try:
        async with terminal.animated():
            return await task
    except asyncio.CancelledError:
        terminal.line("\nStopped. The next run goes on from here.")
        return INTERRUPTED


def _tell_open(settings: Settings, terminal: Terminal) -> None:
    where = f" --url {settings.url}" if settings.port != 8000 or "127.0.0.1" not in settings.url else ""
    chat = f".venv/bin/python -m bot chat{where}" if where else "make chat"
    logs = settings.logs
    terminal.line(f"\n  The shop is open:     {settings.url}")
    terminal.line(f"  Chat in a terminal:   {chat}")
    terminal.line(
        f"  Logs:                 {logs.relative_to(settings.root) if logs.is_relative_to(settings.root) else logs}"
    )
    terminal.line("  Stop:                 Ctrl-C\n")


def _tell(error: SetupError, terminal: Terminal) -> None:
    terminal.line(f"\n{error}")
    if error.tail:
        terminal.line("\n" + "\n".join(f"    {line}" for line in error.tail.splitlines()))
    if error.log:
        terminal.line(f"\nThe whole log: {error.log}")
