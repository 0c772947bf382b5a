"""Chromium for the tests in a real browser, from the distribution's packages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.setup import processes
from bot.setup.errors import MachineError, StepFailed
from bot.setup.steps import Step
from bot.setup.terminal import Activity

NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser_step(*, root: Path, env: Mapping[str, str], log: Path) -> Step:
    """Installs Chromium where it is missing and may be installed."""
    apt_env = {**env, "DEBIAN_FRONTEND": "noninteractive"}

    async def apt(*arguments: str) -> None:
        await processes.run([*_administrator(), "apt-get", *arguments], cwd=root, env=apt_env, log=log)

    async def install(activity: Activity) -> None:
        if shutil.which("apt-get") is None or (os.geteuid() and shutil.which("sudo") is None):
            raise MachineError("The browser tests need Chromium; install it, then run this again.")
        try:
            activity.note = "reading the list of packages"
            await apt("update")
            activity.note = "installing"
            await apt("install", "--yes", "--no-install-recommends", "chromium")
        except StepFailed as error:
            raise StepFailed(
                "Chromium could not be installed; `apt-get install chromium` as administrator says why.",
                log=error.log,
                tail=error.tail,
            ) from error

    return Step("browser", "Chromium, for the tests", is_there, install)


def is_there() -> bool:
    """Whether some Chromium is on the path."""
    return any(shutil.which(name) for name in NAMES)


def _administrator() -> Sequence[str]:
    return () if os.geteuid() == 0 else ("sudo", "--non-interactive")
