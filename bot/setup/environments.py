"""Python environments made from lock files: exactly what the file pins, checked by hash, compiled to bytecode.

An environment carries a marker with its lock's digest, written last. Without the marker it was interrupted and is made
anew; with another digest it is brought up to date.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.setup import processes
from bot.setup.checks import ENVIRONMENT_GB, check_space
from bot.setup.errors import MachineError, StepFailed
from bot.setup.lock_files import Pin, normalise, read_pins, write_pins
from bot.setup.pip_errors import explain
from bot.setup.terminal import Activity
from bot.setup.torch_build import TORCH, TorchBuild

MARKER = "rapport.json"
PIP_OPTIONS = ("--no-deps", "--require-hashes", "--no-compile", "--no-build-isolation")
BUILD_TOOLS = ("setuptools", "wheel")
"""A few packages come as source only. They are built with the locked tools, not with what pip would fetch for it."""


@dataclass(frozen=True)
class Environment:
    """A folder with a Python environment, and what it is made from.

    `cuda_lock` is what torch needs beside it if the build that pip got is the one for NVIDIA cards.
    """

    folder: Path
    lock: Path
    cuda_lock: Path | None = None
    pip_options: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def is_current(self) -> bool:
        """Whether it is complete and made from the lock as it is now."""
        return self.is_complete() and self._marker().get("digest") == self.digest()

    def is_complete(self) -> bool:
        """Whether it was finished, here, and its interpreter still exists."""
        return self._marker().get("folder") == str(self.folder.resolve()) and self.python.exists()

    def installed_lock(self) -> str:
        """The name of the lock file that it was made from; empty if it is not complete."""
        return str(self._marker().get("lock", "")) if self.is_complete() else ""

    def digest(self) -> str:
        """SHA-256 of the lock files' contents."""
        whole = hashlib.sha256()
        for path in (self.lock, self.cuda_lock):
            whole.update(path.read_bytes() if path else b"")
        return whole.hexdigest()

    def installed_names(self) -> set[str]:
        """What the marker says was put into it."""
        names = self._marker().get("names")
        return {str(name) for name in names} if isinstance(names, list) else set()

    def installed_versions(self) -> dict[str, str]:
        """Name -> version of what lies in it, without a build's local part."""
        found: dict[str, str] = {}
        for path in self.folder.glob("lib/python*/site-packages/*.dist-info"):
            name, _, version = path.name.removesuffix(".dist-info").partition("-")
            found[normalise(name)] = version.partition("+")[0]
        return found

    def mark(self, names: Iterable[str]) -> None:
        """Notes that it is complete."""
        content = {
            "folder": str(self.folder.resolve()),
            "lock": self.lock.name,
            "digest": self.digest(),
            "names": sorted(names),
        }
        fresh = self.folder / f".{MARKER}.new"
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(self.folder / MARKER)

    def unmark(self) -> None:
        """Notes that somebody is at work on it."""
        (self.folder / MARKER).unlink(missing_ok=True)

    def _marker(self) -> dict[str, object]:
        try:
            content = json.loads((self.folder / MARKER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}


class Installer:
    """Makes one environment, or brings it up to date."""

    def __init__(
        self, environment: Environment, *, root: Path, env: Mapping[str, str], log: Path, scratch: Path
    ) -> None:
        self._environment = environment
        self._root = root
        self._scratch = scratch / environment.folder.name
        self._env = {**env, "TMPDIR": str(self._scratch)}  # /tmp may be small, and archives are large
        self._log = log

    async def install(self, activity: Activity) -> None:
        """Raises StepFailed when the packages cannot be had, MachineError where there is no room, or a link."""
        environment = self._environment
        names = environment.installed_names() if environment.is_complete() else set()
        pins = read_pins(environment.lock)
        self._log.unlink(missing_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        try:
            if not environment.is_complete():
                check_space(environment.folder.parent, ENVIRONMENT_GB.get(environment.folder.name, 1.0))
                if environment.folder.is_symlink():
                    raise MachineError(
                        f"{environment.folder} is a link to {environment.folder.resolve()}, which would be emptied. "
                        "Remove the link, and an environment is made in its place."
                    )
                activity.note = "a new environment"
                await self._run([sys.executable, "-m", "venv", "--clear", environment.folder])
            environment.unmark()
            cuda = await self._fill(pins, activity)
            if obsolete := sorted(names - set(pins) - set(cuda)):
                await self._pip("uninstall", "--yes", *obsolete)
            activity.note = "compiling"
            await self._compile()
            environment.mark([*pins, *cuda])
        except StepFailed as error:
            raise explain(error, activity.title) from error
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    async def _fill(self, pins: Mapping[str, Pin], activity: Activity) -> Sequence[str]:
        installed = self._environment.installed_versions()
        missing = {name: pin for name, pin in pins.items() if installed.get(name) != pin.version}
        torch = missing.pop(TORCH, None)
        await self._install([pin for name, pin in missing.items() if name in BUILD_TOOLS], activity)
        await self._install([pin for name, pin in missing.items() if name not in BUILD_TOOLS], activity)
        if TORCH not in pins or self._environment.cuda_lock is None:
            return ()
        build = TorchBuild(self._environment.python, run=self._run, scratch=self._scratch)
        if torch:
            activity.note = f"{TORCH} {torch.version}"
            await build.install(torch)
        cuda = await build.cuda_pins(read_pins(self._environment.cuda_lock))
        await self._install([pin for name, pin in cuda.items() if installed.get(name) != pin.version], activity)
        return list(cuda)

    async def _install(self, pins: Sequence[Pin], activity: Activity) -> None:
        if not pins:
            return
        wanted = self._scratch / "wanted.lock"
        write_pins(wanted, pins)
        seen = 0

        def on_line(line: str) -> None:
            nonlocal seen
            if line.startswith("Collecting "):
                seen += 1
                activity.note = f"{line.split()[1].partition('==')[0]} ({seen} of {len(pins)})"
            elif line.startswith("Installing collected"):
                activity.note = f"unpacking {len(pins)} packages"

        options = (*PIP_OPTIONS, *self._environment.pip_options)
        await self._pip("install", *options, "--requirement", str(wanted), on_line=on_line)

    async def _pip(self, *arguments: str, on_line: processes.OnLine = processes.ignore) -> None:
        await self._run([self._environment.python, "-m", "pip", *arguments], on_line=on_line)

    async def _compile(self) -> None:
        packages = [str(path) for path in self._environment.folder.glob("lib/python*/site-packages")]
        script = "import compileall, sys; [compileall.compile_dir(p, quiet=2, workers=0) for p in sys.argv[1:]]"
        await self._run([self._environment.python, "-c", script, *packages])  # a template that is no Python is no error

    async def _run(self, argv: Sequence[str | Path], *, on_line: processes.OnLine = processes.ignore) -> str:
        return await processes.run(argv, cwd=self._root, env=self._env, log=self._log, on_line=on_line)
