"""What the bot says by itself in Telegram, in four languages; what the dialogue says comes from Rasa."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

Words = Mapping[str, str]

LANGUAGES = {"en": "English", "de": "Deutsch", "zh": "中文", "ar": "العربية"}
COMMANDS = ("help", "orders", "profile", "human", "language", "privacy", "forget")
"""The menu, in its order; /start is Telegram's own."""


def words(language: str) -> Words:
    """The texts of a language; English where there is none."""
    return _all().get(nearest(language), _all()["en"])


def nearest(language: str) -> str:
    """The language that we speak for a tag such as de-AT."""
    short = language.lower().replace("_", "-").partition("-")[0]
    return short if short in LANGUAGES else "en"


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Words]:
    path = Path(__file__).with_name("words.yml")
    return {language: dict(texts) for language, texts in yaml.safe_load(path.read_text(encoding="utf-8")).items()}
