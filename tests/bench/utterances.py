"""Labelled utterances of a Rasa training file, without Rasa."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Utterance:
    """What was said, as it was typed, and its intent."""

    text: str
    intent: str


def read_utterances(path: Path) -> list[Utterance]:
    """The examples of a file or of all files of a folder, in order."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    return [utterance for file in files for utterance in _read(file)]


def _read(file: Path) -> Iterator[Utterance]:
    for group in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
        if "intent" not in group:
            continue
        examples = group["examples"]
        texts = examples.splitlines() if isinstance(examples, str) else [example["text"] for example in examples]
        for text in texts:
            plain = _ANNOTATION.sub(r"\1", text.strip().removeprefix("- ")).strip()
            if plain:
                yield Utterance(plain, group["intent"])
