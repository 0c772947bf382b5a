from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **variables}
    return subprocess.run(arguments, cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False)


def setup(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "bot.setup", *arguments, **variables)


def test_another_python_is_told_which_one_is_needed() -> None:
    script = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_module('bot.setup', run_name='__main__')"
    result = run(sys.executable, "-c", script)
    assert result.returncode == 1
    assert result.stderr.startswith("Rapport needs Python 3.11; this is 3.9.2 (")
    assert "Traceback" not in result.stderr


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    result = setup("up", RAPPORT_PORT="shop", RAPPORT_HOME=str(tmp_path))
    assert result.returncode == 1
    assert result.stdout.strip() == "RAPPORT_PORT is 'shop'; it must be a port number from 1 to 65535."


def test_a_port_in_use_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        result = setup("up", RAPPORT_PORT=str(port), RAPPORT_HOME=str(tmp_path))
    assert result.returncode == 1
    assert f"Port {port} is in use by another program" in result.stdout
    assert list((tmp_path / "logs").iterdir()) == []


def test_a_home_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = setup("up", RAPPORT_HOME=str(tmp_path / "file"))
    assert result.returncode == 1
    assert "cannot be written to: Not a directory." in result.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("Makefile", "bot/__init__.py", "bot/setup"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    return tmp_path


def test_make_without_a_suitable_python_says_so(copy: Path) -> None:
    tools = copy / "tools"
    tools.mkdir()
    for tool in ("sh", "awk", "make"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    result = run("make", "up", cwd=copy, PATH=str(tools))
    assert result.returncode != 0
    assert result.stderr.startswith("Rapport needs Python 3.11 (Debian and Ubuntu: apt-get install python3.11")
    assert "make up" in run("make", "help", cwd=copy, PATH=str(tools)).stdout


def test_make_finds_python_under_another_name(copy: Path) -> None:
    tools = copy / "tools"
    tools.mkdir()
    (tools / "python3.11").write_text("#!/bin/sh\nexit 127\n")
    (tools / "python3.11").chmod(0o755)
    (tools / "python3").symlink_to(sys.executable)
    result = run("make", "-n", "install", cwd=copy, PATH=f"{tools}:{os.environ['PATH']}")
    assert "exec python3 -m bot.setup install" in result.stdout


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    targets = set(phony[1].split()) - {"python"}
    assert targets == set(re.findall(r"^  make (\S+)  ", run("make").stdout, re.MULTILINE))
    assert targets == set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) - {"python"}
