"""What actions say, in the languages that replies exist in. Sentences about orders and items are in English alone."""

from __future__ import annotations

from pathlib import Path

from profiling.text.translation import load_translations

SENTENCES = Path(__file__).with_name("sentences.yml")


def say(sentence: str, language: str, /, **values: object) -> str:
    """One of our English sentences in a language, its places filled."""
    return load_translations(SENTENCES).say(sentence, language, **values)


def in_language(words: str, language: str) -> str:
    """What a button shows, in a language; words that are not ours stay as they are."""
    return load_translations(SENTENCES).get(words, language)
