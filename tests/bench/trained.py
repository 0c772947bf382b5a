"""Rasa models for the benchmarks: trained once for the same files, kept under RAPPORT_HOME."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.setup.settings import Settings
from bot.setup.stamps import digest_of

PIPELINES = Path(__file__).parent / "pipelines"


def trained(config: Path, *, domain: Path, data: Sequence[Path], name: str) -> Path:
    """The archive of a model trained from these files."""
    settings = Settings.from_environment()
    key = digest_of([config, domain, *data, settings.root / "bot/components"], root=settings.root)[:16]
    archive = settings.home / "bench" / "models" / f"{name}-{key}.tar.gz"
    if archive.exists():
        return archive
    fresh = archive.parent / f".{name}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    command = [settings.rasa_python, "-m", "bot.components.train", "--config", config, "--domain", domain]
    command += ["--data", *data, "--out", fresh]
    subprocess.run(command, cwd=settings.root, env=settings.environment(), check=True)
    (made,) = fresh.glob("*.tar.gz")
    made.replace(archive)
    shutil.rmtree(fresh)
    return archive


def dialogue_data(root: Path) -> list[Path]:
    """Training files of the dialogue."""
    return [path for path in (root / "data/nlu", root / "data/rules", root / "data/stories") if path.exists()]


def plain_bot(settings: Settings) -> Path:
    """The archive of Rasa's default bot on our training data."""
    domain = settings.home / "bench" / "plain_domain.yml"
    domain.parent.mkdir(parents=True, exist_ok=True)
    write_plain_domain(settings.root / "domain.yml", domain)
    return trained(PIPELINES / "plain.yml", domain=domain, data=dialogue_data(settings.root), name="plain")


def write_plain_domain(ours: Path, path: Path) -> None:
    """Our domain for a Rasa that calls no action after each message: the same intents, forms, answers and actions."""
    domain: dict[str, Any] = yaml.safe_load(ours.read_text(encoding="utf-8"))
    del domain["slots"]["language"]
    domain["actions"].remove("action_observe_turn")
    path.write_text(yaml.safe_dump(domain, allow_unicode=True, sort_keys=False), encoding="utf-8")
