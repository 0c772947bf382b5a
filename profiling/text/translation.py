"""Sentences in the languages that replies exist in: the English one is the key, and said where there is no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml
from babel.dates import format_date

_LOCALES = {"en": "en_GB", "de": "de", "zh": "zh"}


class Translations:
    """A YAML file of English sentences, each with the same sentence by language."""

    def __init__(self, path: Path) -> None:
        self._sentences: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))

    def get(self, sentence: str, language: str) -> str:
        """The sentence in a language (ISO 639-1)."""
        return self._sentences.get(sentence, {}).get(language, sentence)

    def say(self, sentence: str, language: str, /, **values: object) -> str:
        """The same with its places filled: say("You like {label}.", "de", label="wool")."""
        return self.get(sentence, language).format(**values)


@lru_cache(maxsize=8)
def load_translations(path: Path) -> Translations:
    """The sentences of a file, read once."""
    return Translations(path)


def day(moment: datetime, language: str) -> str:
    """The date as it is spoken of: "3 May 2026"."""
    return format_date(moment, "long", locale=_LOCALES.get(language, "en_GB"))


def weekday(moment: datetime, language: str) -> str:
    """The name of the day of the week."""
    return format_date(moment, "EEEE", locale=_LOCALES.get(language, "en_GB"))
