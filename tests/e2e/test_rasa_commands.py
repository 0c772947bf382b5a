"""Rasa's own commands work on this bot as they do on any other, without our launcher."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import Self

import pytest

from tests.e2e.system import System, load_demo_shop, running_system

USUAL_PORT = 5055

pytestmark = [pytest.mark.slow, pytest.mark.system, pytest.mark.timeout(900)]


def rasa(system: System, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs `rasa ...` in the repository."""
    settings = system.settings
    return subprocess.run(
        [settings.rasa_python.with_name("rasa"), *arguments],
        cwd=settings.root,
        env=system.environment,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )


def test_rasa_shell_talks(tmp_path: Path) -> None:
    """The plain command in a terminal: with endpoints.yml as it is, and so with an action server on its usual port."""
    with running_system(tmp_path, actions_port=USUAL_PORT) as system:
        load_demo_shop(system)
        system.start("actions")
        with Terminal(system, "shell") as shell:
            shell.type("where is my order?")
            shell.wait_for("your order number and the e-mail address")
            shell.type("a green mug under 20")
            shell.wait_for("mug, €")


class Terminal:
    """A command of Rasa's in a terminal of its own."""

    def __init__(self, system: System, *arguments: str) -> None:
        self.screen = ""
        self._host, guest = pty.openpty()
        fcntl.ioctl(guest, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 400, 0, 0))  # so wide that nothing is cut
        self._process = subprocess.Popen(
            [system.settings.rasa_python.with_name("rasa"), *arguments],
            cwd=system.settings.root,
            env=system.environment | {"TERM": "xterm"},
            stdin=guest,
            stdout=guest,
            stderr=guest,
        )
        os.close(guest)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._host)

    def type(self, text: str) -> None:
        """A line, as soon as one is asked for and the prompt stands still."""
        self.wait_for("Your input")
        while self._read(1.0):
            pass
        os.write(self._host, f"{text}\r".encode())

    def wait_for(self, text: str, *, limit_s: float = 240.0) -> None:
        """Reads the screen up to the text."""
        deadline = time.monotonic() + limit_s
        while text not in self.screen:
            assert time.monotonic() < deadline, self.screen
            self._read(1.0)
        self.screen = self.screen.partition(text)[2]

    def _read(self, limit_s: float) -> bool:
        if not select.select([self._host], [], [], limit_s)[0]:
            return False
        raw = os.read(self._host, 65_536).decode(errors="replace")
        if "\x1b[6n" in raw:  # where the cursor is
            os.write(self._host, b"\x1b[1;1R")
        self.screen += re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", raw)
        return True


def test_rasa_test_measures_the_held_out_utterances(system: System, tmp_path: Path) -> None:
    done = rasa(system, "test", "nlu", "--nlu", "tests/dialogue/nlu_test.yml", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr[-2_000:]
    report = json.loads((tmp_path / "intent_report.json").read_text(encoding="utf-8"))
    assert report["accuracy"] > 0.75
