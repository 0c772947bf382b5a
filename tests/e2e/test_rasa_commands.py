"""Rasa's own commands work on this bot as they do on any other, without our launcher."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.system import System, free_ports

pytestmark = [pytest.mark.slow, pytest.mark.system, pytest.mark.timeout(900)]


def rasa(system: System, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Runs `rasa ...` in the repository."""
    settings = system.settings
    return subprocess.run(
        [settings.rasa_python.with_name("rasa"), *arguments],
        cwd=settings.root,
        env=system.environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )


def test_rasa_shell_talks(system: System, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(f"action_endpoint:\n  url: {system.settings.actions_url}/webhook\n", encoding="utf-8")
    typed = "hello\na green mug under 20\n/stop\n"
    done = rasa(system, "shell", "--port", str(port), "--endpoints", str(endpoints), typed=typed)
    assert "I am the shop's assistant" in done.stdout, done.stderr[-2_000:]
    assert "mug, €" in done.stdout


def test_rasa_test_measures_the_held_out_utterances(system: System, tmp_path: Path) -> None:
    done = rasa(system, "test", "nlu", "--nlu", "tests/dialogue/nlu_test.yml", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr[-2_000:]
    report = json.loads((tmp_path / "intent_report.json").read_text(encoding="utf-8"))
    assert report["accuracy"] > 0.75
