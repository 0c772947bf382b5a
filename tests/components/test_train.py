"""Training by our own command: few words, a clear reason when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.components.conftest import HERE, ROOT


def train(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RAPPORT_ENCODER_DIR": str(HERE / "tiny_encoder"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot.components.train", "--data", "data.yml", *more]
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "tiny_bot", tmp_path / "bot")
    return tmp_path / "bot"


def test_a_good_project_gives_one_line_and_a_model(project: Path) -> None:
    done = train(project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Trained models/")
    assert len(done.stdout.splitlines()) == 1
    assert all(line.startswith("Warning: ") for line in done.stderr.splitlines()), done.stderr
    assert len(done.stderr.splitlines()) <= 3
    assert len(list((project / "models").glob("*.tar.gz"))) == 1


def test_a_rule_with_an_unknown_action_is_named(project: Path) -> None:
    data = (project / "data.yml").read_text()
    (project / "data.yml").write_text(data.replace("utter_goodbye", "utter_farewell"))
    done = train(project)
    assert done.returncode == 1
    assert "utter_farewell" in done.stderr


def test_contradicting_rules_are_refused(project: Path) -> None:
    rule = "  - rule: Another greeting\n    steps:\n      - intent: goodbye\n      - action: utter_greet\n"
    (project / "data.yml").write_text((project / "data.yml").read_text() + rule)
    done = train(project)
    assert done.returncode == 1
    assert "Contradicting rules" in done.stderr


def test_missing_files_are_named(tmp_path: Path) -> None:
    done = train(tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == "There is no config.yml and no domain.yml."
