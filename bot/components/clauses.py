"""The parts of a message that may each hold a wish of its own."""

from __future__ import annotations

import re

_BORDER = re.compile(
    r"(?<=[.!?;])\s+|\s*\n+\s*|\s*,\s+(?:(?:and|also|plus|but|then|so|or)\s+)*|"
    r"\s+(?:and|also|plus|but|then|&|\+|-)\s+(?:(?:also|then|by the way|btw)\s+)*|\s+(?:by the way|btw)\s+",
    re.IGNORECASE,
)
FEWEST_WORDS = 2
"""A shorter part ("yes", "red") is no wish by itself and stays with its neighbour."""


def clauses(text: str) -> list[str]:
    """The parts in order, without the borders between them; the text alone where there is no border.

    Borders are ends of sentences, commas and conjunctions. They are drawn too often ("under 30 and not from nike")
    rather than too seldom: whoever asks weighs the parts against the whole.
    """
    spans = clause_spans(text)
    return [without_borders(text[start:end]) for start, end in spans] if len(spans) > 1 else [text]


def clause_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each part; a short part's lies in its neighbour's, with the border between them."""
    spans: list[tuple[int, int]] = []
    ends = [*(border.span() for border in _BORDER.finditer(text)), (len(text), len(text))]
    start = 0
    for end, after in ends:
        part = text[start:end]
        begin, stop = start + len(part) - len(part.lstrip()), start + len(part.rstrip())
        start = after
        if begin >= stop:
            continue
        if spans and (_is_short(text[begin:stop]) or _is_short(without_borders(text[slice(*spans[-1])]))):
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((begin, stop))
    return spans


def without_borders(text: str) -> str:
    """The words of a part in one line: "yes, and red" -> "yes red"."""
    return " ".join(part.strip() for part in _BORDER.split(text) if part.strip())


def _is_short(part: str) -> bool:
    return len(part.split()) < FEWEST_WORDS
