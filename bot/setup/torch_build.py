"""torch: one version, several builds. Which one pip gets is the machine's business; the lock knows them all.

pip prefers a file that the index gives a hash for, so a build that lies on the machine would never win if torch were
installed by hash like the rest. It is downloaded as pip likes, checked against the lock's hashes here, then installed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from bot.setup.checks import CUDA_GB, check_space
from bot.setup.errors import StepFailed
from bot.setup.lock_files import Pin, normalise

TORCH = "torch"

_NEEDS = """
import importlib.metadata, json
from packaging.requirements import Requirement
needs = map(Requirement, importlib.metadata.requires("torch") or ())
print(json.dumps([need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]))
"""


class TorchBuild:
    """The torch of one environment. `run` runs a command and returns what it printed."""

    def __init__(self, python: Path, *, run: Callable[[Sequence[str | Path]], Awaitable[str]], scratch: Path) -> None:
        self._python = python
        self._run = run
        self._folder = scratch / TORCH

    async def install(self, pin: Pin) -> None:
        """Raises StepFailed when the file that pip gets is none of the pin's."""
        wanted = f"{TORCH}=={pin.version}"
        await self._pip("download", "--no-deps", "--only-binary", ":all:", "--dest", str(self._folder), wanted)
        (file,) = self._folder.glob("*.whl")
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest not in pin.hashes:
            raise StepFailed(f"The file {file.name} that pip got is none of the builds that the lock file allows.")
        await self._pip("install", "--no-deps", "--no-compile", str(file))
        file.unlink()

    async def cuda_pins(self, pins: Mapping[str, Pin]) -> dict[str, Pin]:
        """All of `pins` if the installed build says that it needs one of them, else none.

        Raises:
            MachineError: it does, and there is no room for them.
        """
        needs = json.loads((await self._run([self._python, "-c", _NEEDS])).splitlines()[-1])
        if not {normalise(name) for name in needs} & set(pins):
            return {}
        environment = self._python.parents[1]
        if not any(environment.glob("lib/python*/site-packages/nvidia*")):
            check_space(environment, CUDA_GB)
        return dict(pins)

    async def _pip(self, *arguments: str) -> None:
        await self._run([self._python, "-m", "pip", *arguments])
