from __future__ import annotations

import asyncio
import json
import os
import re
import stat
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bot.setup.errors import StepFailed
from bot.setup.lock_files import normalise, parse_pins, read_pins
from bot.setup.locking import CPU_BUILDS, CUDA, DEVELOPMENT, RASA, RUN_TIME, Locker

ROOT = Path(__file__).resolve().parents[2]
LOCKS = (RUN_TIME, DEVELOPMENT, CUDA, RASA)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

TEXT = f"""\
# a comment
Some_Thing.Else==1.2.3 \\
    --hash=sha256:{"a" * 64} \\
    --hash=sha256:{"b" * 64}
    # via
    #   rapport
other==2 ; python_version < "4" \\
    --hash=sha256:{"c" * 64}
"""


def test_pins_are_read_and_extended() -> None:
    pins = parse_pins(TEXT)
    assert [(pin.name, pin.version) for pin in pins.values()] == [("some-thing-else", "1.2.3"), ("other", "2")]
    assert pins["some-thing-else"].hashes == {"a" * 64, "b" * 64}
    extended = pins["some-thing-else"].allowing(["0" * 64])
    assert extended.text == (
        f"Some_Thing.Else==1.2.3 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'a' * 64} \\\n"
        f"    --hash=sha256:{'b' * 64}\n    # via\n    #   rapport\n"
    )
    assert pins["other"].allowing(["c" * 64]).text == pins["other"].text


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned_by_hash_and_nothing_tells_of_a_machine(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = parse_pins(text)
    assert pins
    assert all(pin.hashes for pin in pins.values())
    assert not re.search(r"://|\+cpu|--(find-links|index|extra-index)|/(home|root|tmp|usr|work)/", text)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) == len(pins)


@pytest.mark.parametrize(
    ("lock", "needs"),
    [
        (RUN_TIME, PROJECT["project"]["dependencies"]),
        (DEVELOPMENT, PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]),
        (
            RASA,
            [line for line in (ROOT / "requirements-rasa.in").read_text().splitlines() if line[:1] not in ("", "#")],
        ),
    ],
)
def test_the_locks_fit_what_is_declared(lock: str, needs: list[str]) -> None:
    pins = read_pins(ROOT / lock)
    for need in map(Requirement, needs):
        pin = pins.get(normalise(need.name))
        assert pin is not None, f"{need.name} is not in {lock}: make lock"
        assert need.specifier.contains(pin.version, prereleases=True), f"{pin.name}: make lock"


def test_development_holds_the_run_time_pins() -> None:
    run_time, development = read_pins(ROOT / RUN_TIME), read_pins(ROOT / DEVELOPMENT)
    assert {name: pin.version for name, pin in run_time.items()}.items() <= {
        name: pin.version for name, pin in development.items()
    }.items()


def test_torch_may_be_the_cpu_build_or_the_one_for_nvidia_cards() -> None:
    torch = read_pins(ROOT / RUN_TIME)["torch"]
    assert CPU_BUILDS[torch.version] in torch.hashes
    assert len(torch.hashes) > 1
    cuda = read_pins(ROOT / CUDA)
    assert "triton" in cuda
    assert not cuda.keys() & read_pins(ROOT / DEVELOPMENT).keys()


UV = (
    f"#!{sys.executable}"
    + """
import json, os, pathlib, sys
arguments = sys.argv[1:]
result = pathlib.Path(arguments[arguments.index("--output-file") + 1])
with open("calls", "a") as file:
    file.write(json.dumps([arguments, result.read_text() if result.exists() else ""]) + "\\n")
dev = os.environ.get("DEV_NUMPY", "2") if "--group" in arguments else "2"
pins = {"numpy": dev, "torch": "2.13.0", "nvidia-cublas": "13", "triton": "3"}
pins |= {"pytest": "9"} if "--group" in arguments else {}
pins = {"rasa": "3.6.21"} if "requirements-rasa.in" in arguments else pins
blocks = [f"{name}=={version} \\\\\\n    --hash=sha256:{'d' * 64}\\n" for name, version in pins.items()]
result.write_text("".join(blocks))
"""
)


@pytest.fixture
def uv(tmp_path: Path) -> Path:
    script = tmp_path / "uv"
    script.write_text(UV)
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def lock(uv: Path, *, upgrade: bool = False, **variables: str) -> list[tuple[list[str], str]]:
    locker = Locker(uv.parent, uv=[uv], env={**os.environ, **variables}, log=uv.parent / "log", upgrade=upgrade)
    asyncio.run(locker.write_all())
    calls = [json.loads(line) for line in (uv.parent / "calls").read_text().splitlines()]
    (uv.parent / "calls").unlink()
    return calls


def test_cuda_packages_go_into_a_file_of_their_own(uv: Path) -> None:
    lock(uv)
    names = {name: list(read_pins(uv.parent / name)) for name in LOCKS}
    assert names == {
        RUN_TIME: ["numpy", "torch"],
        DEVELOPMENT: ["numpy", "torch", "pytest"],
        CUDA: ["nvidia-cublas", "triton"],
        RASA: ["rasa"],
    }
    assert CPU_BUILDS["2.13.0"] in read_pins(uv.parent / DEVELOPMENT)["torch"].hashes


def test_versions_are_kept_unless_upgraded(uv: Path) -> None:
    assert lock(uv)[0][1] == ""
    kept = lock(uv)
    assert "nvidia-cublas==13" in kept[0][1]
    assert "pytest==9" in kept[1][1]
    assert "numpy==2" in kept[1][1]
    assert "rasa==3.6.21" in kept[2][1]
    upgraded = lock(uv, upgrade=True)
    assert upgraded[0][1] == "" == upgraded[2][1]
    assert "numpy==2" in upgraded[1][1]


def test_tools_that_need_other_versions_are_refused(uv: Path) -> None:
    with pytest.raises(StepFailed, match="The development tools need other versions of numpy"):
        lock(uv, DEV_NUMPY="1")
    assert not (uv.parent / RUN_TIME).exists()
