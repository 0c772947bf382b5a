"""Sentences of a text, by their places."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+|[。！？]+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|ca|nr|no|vs|mr|mrs|ms|dr|st|inc|ltd|max|min|incl|excl|z\.b)|\b[A-Za-z]|\d)\.$",
    re.IGNORECASE,
)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Places [start, end) of the sentences in order, without the space around them.

    "max. 30 €", "1.299,00 €" and "e.g." end none.
    """
    return list(_sentences(text))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if (
            match[0] == "."
            and _ABBREVIATED.search(text, max(0, match.start() - 8), match.end())
            and match.end() < len(text)
        ):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    first = start + len(words) - len(words.lstrip())
    last = start + len(words.rstrip())
    if first < last:
        yield first, last
