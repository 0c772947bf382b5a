"""Texts as a model reads them best, with the way back to every character of what was written.

Each step replaces stretches of the text; the offsets follow. Nothing is lost that may count as a signal: emoji stay in
the text and are listed, and no stop word is removed.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

Edit = tuple[int, int, str]
"""The stretch [start, end) is replaced by a text."""

_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]{0,500}>", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_REPEATED = re.compile(r"([^\W\d_])\1{2,}|([!?.,])\2{1,}")
_WORD = re.compile(r"(?<![\w/@.-])(?:w/o|w/|[^\W\d_]+(?:-[^\W\d_]+)?)(?![\w@]|['’]\w)")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_QUOTES = str.maketrans("‘’‚‛´`“”„«»–—−…", "''''''\"\"\"\"\"---.")


@dataclass(frozen=True, slots=True)
class Emoji:
    """An emoji with its name in words ("smiling face with heart eyes") and its place in the raw text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class CleanText:
    """A text and where it comes from: character i of `text` stands for raw[starts[i]:ends[i]]."""

    raw: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    emoji: tuple[Emoji, ...] = field(default=())

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the raw text that [start, end) of the clean text stands for; never empty for a full one."""
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else len(self.raw)
            return place, place
        return self.starts[start], max(self.ends[start:end])


def clean(raw: str) -> CleanText:
    """Markup, links, odd characters, lengthened words and abbreviations are taken off; see the module."""
    text = CleanText(raw, raw, tuple(range(len(raw))), tuple(range(1, len(raw) + 1)), tuple(find_emoji(raw)))
    for step in STEPS:
        edits = list(step(text.text))
        text = _edited(text, edits) if edits else text
    return text


def find_emoji(text: str) -> Iterator[Emoji]:
    """Every emoji of a text, in order."""
    if text.isascii():
        return
    import emoji

    for found in emoji.emoji_list(text):
        name = emoji.demojize(found["emoji"], delimiters=("", "")).replace("_", " ")
        yield Emoji(name, found["match_start"], found["match_end"])


def _markup(text: str) -> Iterator[Edit]:
    for match in _TAG.finditer(text) if "<" in text else ():
        yield *match.span(), " "


def _entities(text: str) -> Iterator[Edit]:
    for match in _ENTITY.finditer(text) if "&" in text else ():
        plain = html.unescape(match[0])
        if plain != match[0]:
            yield *match.span(), plain


def _links(text: str) -> Iterator[Edit]:
    for match in _LINK.finditer(text) if "www." in text.lower() or "://" in text or "@" in text else ():
        yield *match.span(), " "


def _characters(text: str) -> Iterator[Edit]:
    """NFKC for each character by itself, plain quotes and dashes; control and invisible characters become a space."""
    if text.isascii() and text.isprintable():
        return
    for place, char in enumerate(text):
        if char == "\n":
            continue
        category = unicodedata.category(char)
        joiner = char in "\u200d\ufe0f"  # these hold an emoji together
        plain = " " if category in {"Cc", "Cf", "Zs"} and not joiner else unicodedata.normalize("NFKC", char)
        plain = plain.translate(_QUOTES)
        if plain != char:
            yield place, place + 1, plain


def _repetitions(text: str) -> Iterator[Edit]:
    """ "sooo" and "!!!" say no more than "soo" and "!"; two letters stay, since many words have them."""
    for match in _REPEATED.finditer(text):
        kept = match[1] * 2 if match[1] else match[2]
        yield *match.span(), kept


def _abbreviations(text: str) -> Iterator[Edit]:
    known = load_abbreviations()
    for match in _WORD.finditer(text):
        plain = known.get(match[0].lower())
        if plain is not None:
            yield *match.span(), plain


def _spaces(text: str) -> Iterator[Edit]:
    for match in _SPACES.finditer(text):
        yield *match.span(), " "


STEPS: tuple[Callable[[str], Iterable[Edit]], ...] = (
    _markup,
    _entities,
    _links,
    _characters,
    _repetitions,
    _abbreviations,
    _spaces,
)


@lru_cache(maxsize=1)
def load_abbreviations() -> dict[str, str]:
    """What words stand for, as declared in abbreviations.yml."""
    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("abbreviations.yml").read_text(encoding="utf-8"))
    return {str(short): str(full) for group in data.values() for short, full in group.items()}


def _edited(text: CleanText, edits: Iterable[Edit]) -> CleanText:
    """The text with the edits made, which are in order and do not overlap."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for start, end, replacement in edits:
        pieces += [text.text[position:start], replacement]
        raw_start, raw_end = text.raw_span(start, end)
        starts += [*text.starts[position:start], *[raw_start] * len(replacement)]
        ends += [*text.ends[position:start], *[raw_end] * len(replacement)]
        position = end
    return CleanText(
        text.raw,
        "".join([*pieces, text.text[position:]]),
        (*starts, *text.starts[position:]),
        (*ends, *text.ends[position:]),
        text.emoji,
    )
