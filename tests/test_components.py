"""Runs the tests of what Rasa loads, tests/components, inside Rasa's own environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUITE = ROOT / "tests" / "components"


def rasa_python() -> Path:
    """RAPPORT_RASA_PYTHON, or the interpreter of .venv-rasa."""
    return Path(os.environ.get("RAPPORT_RASA_PYTHON", ROOT / ".venv-rasa" / "bin" / "python"))


@pytest.mark.timeout(900)
def test_what_rasa_loads() -> None:
    python = rasa_python()
    if not python.exists():
        pytest.skip(f"no Rasa environment at {python}: run `make up`, or set RAPPORT_RASA_PYTHON")
    command = [str(python), "-m", "pytest", "-c", str(SUITE / "pytest.ini"), "--rootdir", str(SUITE), str(SUITE)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "RAPPORT_"))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    summary = "\n".join(done.stdout.splitlines()[-60:])
    assert done.returncode == 0, f"{summary}\n{done.stderr[-2_000:]}"
