"""Real environments, made by pip from tiny packages in a folder."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.setup import torch_build
from bot.setup.environments import Environment, Installer
from bot.setup.errors import MachineError, StepFailed
from bot.setup.lock_files import Pin, parse_pins
from bot.setup.pip_errors import explain
from bot.setup.terminal import Terminal
from bot.setup.torch_build import TorchBuild


class Index:
    """A folder with packages, and a lock file over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "packages"
        self.folder.mkdir()
        self.lock = folder / "requirements.lock"
        self.cuda_lock = folder / "requirements-cuda.lock"
        self.cuda_lock.touch()
        self.environment = Environment(folder / ".venv", self.lock, cuda_lock=self.cuda_lock)
        self.hashes: dict[str, str] = {}

    def add(self, name: str, version: str, *, requires: str = "", files: dict[str, str] | None = None) -> None:
        """A wheel; the module has one line."""
        content = files or {f"{name}.py": f"version = {version!r}\n"}
        info = f"{name}-{version}.dist-info"
        content[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}"
        content[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        content[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*content, f"{info}/RECORD"])
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as wheel:
            for path, text in content.items():
                wheel.writestr(path, text)
        (self.folder / f"{name}-{version}-py3-none-any.whl").write_bytes(archive.getvalue())
        self.hashes[f"{name}=={version}"] = hashlib.sha256(archive.getvalue()).hexdigest()

    def pin(self, *names: str, lock: Path | None = None) -> None:
        blocks = [f"{name.partition('+')[0]} \\\n    --hash=sha256:{self.hashes[name]}\n" for name in names]
        (lock or self.lock).write_text("".join(blocks))

    def install(self) -> None:
        root = self.folder.parent
        env = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder), "PIP_CONFIG_FILE": os.devnull}
        installer = Installer(self.environment, root=root, env=env, log=root / "log", scratch=root / "tmp")
        with Terminal(io.StringIO(), live=False).step("Libraries") as activity:
            asyncio.run(installer.install(activity))

    def imports(self, script: str) -> str:
        result = subprocess.run([self.environment.python, "-c", script], capture_output=True, text=True, check=False)
        return result.stdout.strip() or result.stderr.splitlines()[-1]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path)
    index.add("teapot", "1.0", requires="Requires-Dist: never-installed\n")
    index.add("teapot", "2.0")
    index.add("kettle", "1.0")
    return index


def test_an_environment_holds_what_the_lock_says_and_follows_it(index: Index) -> None:
    environment = index.environment
    index.pin("teapot==1.0", "kettle==1.0")
    assert not environment.is_current()
    index.install()
    assert environment.is_current()
    assert index.imports("import teapot, kettle; print(teapot.version, kettle.version)") == "1.0 1.0"
    packages = next(environment.folder.glob("lib/python*/site-packages"))
    assert list(packages.glob("__pycache__/teapot.*.pyc"))
    assert not (index.folder.parent / "tmp" / ".venv").exists()

    (packages / "own.py").write_text("version = 'mine'")
    index.pin("teapot==2.0")
    assert not environment.is_current()
    index.install()
    assert environment.is_current()
    assert index.imports("import teapot, own; print(teapot.version, own.version)") == "2.0 mine"
    assert "No module named 'kettle'" in index.imports("import kettle")

    index.pin("teapot==1.0")
    index.add("teapot", "1.0", files={"teapot.py": "version = 'another file than the locked one'"})
    with pytest.raises(StepFailed, match=r"^Libraries: a package is not the one that the lock file names"):
        index.install()
    assert not environment.is_complete()
    (packages / "half-written.py").touch()
    index.pin("teapot==1.0")
    index.install()
    assert "another file" in index.imports("import teapot; print(teapot.version)")
    assert not (packages / "half-written.py").exists()


def test_a_moved_or_broken_environment_is_not_current(index: Index, tmp_path: Path) -> None:
    environment = index.environment
    index.pin()
    environment.python.parent.mkdir(parents=True)
    environment.python.touch()
    environment.mark([])
    assert environment.is_current()
    moved = Environment(tmp_path / "moved", index.lock, cuda_lock=index.cuda_lock)
    environment.folder.rename(moved.folder)
    assert not moved.is_complete()
    moved.mark([])
    assert moved.is_current()
    moved.python.unlink()
    assert not moved.is_current()


class FakePip:
    """What TorchBuild runs: a download leaves one file, a look at torch's needs prints them."""

    def __init__(self, folder: Path, *, file: str, needs: list[str]) -> None:
        self.build = TorchBuild(folder / ".venv" / "bin" / "python", run=self.run, scratch=folder)
        self.installed: list[str] = []
        self._file = file
        self._needs = needs

    async def run(self, argv: Sequence[str | Path]) -> str:
        arguments = [str(argument) for argument in argv]
        if "download" in arguments:
            folder = Path(arguments[arguments.index("--dest") + 1])
            folder.mkdir()
            (folder / self._file).write_bytes(self._file.encode())
        if "install" in arguments:
            self.installed.append(Path(arguments[-1]).name)
        return f"a warning\n{json.dumps(self._needs)}\n"


def torch_pin(*files: str) -> Pin:
    hashes = "".join(f" \\\n    --hash=sha256:{hashlib.sha256(file.encode()).hexdigest()}" for file in files)
    return parse_pins(f"torch==2.13.0{hashes}\n")["torch"]


CPU_FILE, CUDA_FILE = "torch-2.13.0+cpu-cp311.whl", "torch-2.13.0-cp311.whl"


@pytest.mark.parametrize("file", [CPU_FILE, CUDA_FILE])
def test_torch_may_be_any_build_that_the_lock_knows(tmp_path: Path, file: str) -> None:
    pip = FakePip(tmp_path, file=file, needs=[])
    asyncio.run(pip.build.install(torch_pin(CPU_FILE, CUDA_FILE)))
    assert pip.installed == [file]


def test_another_build_of_torch_is_refused(tmp_path: Path) -> None:
    pip = FakePip(tmp_path, file="torch-2.13.0+mine-cp311.whl", needs=[])
    with pytest.raises(StepFailed, match=r"torch-2\.13\.0\+mine-cp311\.whl .* none of the builds"):
        asyncio.run(pip.build.install(torch_pin(CPU_FILE, CUDA_FILE)))
    assert pip.installed == []


def test_the_libraries_for_nvidia_cards_come_only_with_a_build_that_needs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".venv").mkdir()
    pins = parse_pins("nvidia-cublas==13\ntriton==3\n")
    cpu, cuda = (
        FakePip(tmp_path, file="", needs=needs).build for needs in (["filelock"], ["filelock", "nvidia_cublas"])
    )
    assert asyncio.run(cpu.cuda_pins(pins)) == {}
    monkeypatch.setattr(torch_build, "CUDA_GB", 0.0)
    assert asyncio.run(cuda.cuda_pins(pins)) == pins
    monkeypatch.setattr(torch_build, "CUDA_GB", 1e9)
    with pytest.raises(MachineError, match="this needs about"):
        asyncio.run(cuda.cuda_pins(pins))


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "no space left"),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<x>: Failed to"
            " establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/x/\n"
            "ERROR: No matching distribution found for x==1",
            "cannot be reached; setting up needs the network",
        ),
        ("ERROR: No matching distribution found for teapot==9", "does not have teapot==9"),
        ("ERROR: something new", "pip ended with exit code 1"),
    ],
)
def test_pips_pages_become_a_sentence(output: str, sentence: str) -> None:
    error = StepFailed("pip ended with exit code 1.", output=output, tail="the tail")
    assert sentence in str(explain(error, "Libraries"))
    assert explain(error, "Libraries").tail == "the tail"


def test_a_link_to_another_environment_is_not_emptied(index: Index) -> None:
    elsewhere = index.folder.parent / "shared"
    (elsewhere / "lib").mkdir(parents=True)
    (elsewhere / "lib" / "package.py").write_text("")
    index.environment.folder.symlink_to(elsewhere, target_is_directory=True)
    index.pin()
    with pytest.raises(MachineError, match="is a link to"):
        index.install()
    assert (elsewhere / "lib" / "package.py").exists()
