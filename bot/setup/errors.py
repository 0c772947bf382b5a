"""What can go wrong while Rapport is set up or run; each message is one sentence for the person at the terminal.

SetupError
├── SettingsError     a variable of the environment has an impossible value
├── MachineError      the machine lacks something: Python's venv module, disk space, a free port, a permission
├── AlreadyRunning    another process has this folder in its hands
├── StepFailed        a command of the set-up failed
└── ServiceFailed     a process of the shop does not start, or keeps stopping
"""

from __future__ import annotations

from pathlib import Path


class SetupError(Exception):
    """Base of all errors of this package. `log` is where more can be read, `tail` its last lines."""

    def __init__(self, message: str, *, log: Path | None = None, tail: str = "") -> None:
        super().__init__(message)
        self.log = log
        self.tail = tail


class SettingsError(SetupError):
    """A variable of the environment has an impossible value."""


class MachineError(SetupError):
    """The machine lacks something."""


class AlreadyRunning(SetupError):
    """Another process has this folder in its hands."""


class StepFailed(SetupError):
    """A command of the set-up failed. `output` is all that it said."""

    def __init__(self, message: str, *, log: Path | None = None, tail: str = "", output: str = "") -> None:
        super().__init__(message, log=log, tail=tail)
        self.output = output


class ServiceFailed(SetupError):
    """A process of the shop does not start, or keeps stopping."""
