"""`make lock`: resolves the dependencies anew with uv and writes the four lock files.

Versions that still fit are kept unless an upgrade is asked for. What only torch's CUDA build needs goes into a file of
its own, and the pin of torch also allows the CPU build of the same version: which one pip gets depends on the machine.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.setup import processes
from bot.setup.errors import StepFailed
from bot.setup.lock_files import Pin, read_pins, without, write_pins

RUN_TIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
CUDA = "requirements-cuda.lock"
RASA = "requirements-rasa.lock"

CPU_BUILDS = {"2.13.0": "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b"}
"""torch's version -> SHA-256 of its CPU build for Python 3.11 on x86-64."""

_CUDA_NAME = re.compile(r"(nvidia|cuda)-|triton$")
_PLATFORM = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28")
_OPTIONS = (*_PLATFORM, "--generate-hashes", "--no-header", "--quiet")


class Locker:
    """Writes the lock files of the repository at `root` with the command `uv`."""

    def __init__(
        self, root: Path, *, uv: Sequence[str | Path], env: Mapping[str, str], log: Path, upgrade: bool = False
    ) -> None:
        self._root = root
        self._uv = uv
        self._env = env
        self._log = log
        self._upgrade = upgrade

    async def write_all(self) -> None:
        """All four. The development file pins everything that the run-time file pins, alike."""
        await self.write_engine()
        await self.write_rasa()

    async def write_engine(self) -> None:
        """The engine's, the action server's and the gateway's.

        Raises:
            StepFailed: no versions fit together, or the tools need other versions than the program.
        """
        old, cuda = read_pins(self._root / RUN_TIME), read_pins(self._root / CUDA)
        run_time = await self._compile("pyproject.toml", preferred={**old, **cuda})
        old_development = read_pins(self._root / DEVELOPMENT)
        development = await self._compile(
            "pyproject.toml", "--group", "dev", preferred={**old_development, **run_time}, upgrade=False
        )
        if other := [name for name, pin in run_time.items() if development[name].version != pin.version]:
            raise StepFailed(f"The development tools need other versions of {', '.join(other)}.", log=self._log)
        cuda_names = {name for name in run_time if _CUDA_NAME.match(name)}
        write_pins(self._root / RUN_TIME, without(_with_cpu_build(run_time), cuda_names))
        write_pins(self._root / DEVELOPMENT, without(_with_cpu_build(development), cuda_names))
        write_pins(self._root / CUDA, [pin for name, pin in run_time.items() if name in cuda_names])

    async def write_rasa(self) -> None:
        """Rasa's, from requirements-rasa.in and requirements-rasa.override."""
        pins = await self._compile(
            "requirements-rasa.in",
            *("--override", "requirements-rasa.override"),
            preferred=read_pins(self._root / RASA),
        )
        write_pins(self._root / RASA, pins.values())

    async def _compile(
        self, source: str, *options: str, preferred: Mapping[str, Pin], upgrade: bool | None = None
    ) -> dict[str, Pin]:
        with tempfile.TemporaryDirectory() as folder:
            result = Path(folder) / "resolved.lock"
            if preferred and not (self._upgrade if upgrade is None else upgrade):
                write_pins(result, preferred.values())
            await processes.run(
                [*self._uv, "pip", "compile", source, *options, *_OPTIONS, "--output-file", result],
                cwd=self._root,
                env=self._env,
                log=self._log,
            )
            return read_pins(result)


def _with_cpu_build(pins: dict[str, Pin]) -> dict[str, Pin]:
    torch = pins.get("torch")
    if torch is None or torch.version not in CPU_BUILDS:
        return pins
    return {**pins, "torch": torch.allowing([CPU_BUILDS[torch.version]])}
