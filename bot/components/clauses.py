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
    """The parts in order; the text alone where there is no border.

    Borders are ends of sentences, commas and conjunctions. They are drawn too often ("under 30 and not from nike")
    rather than too seldom: whoever asks weighs the parts against the whole.
    """
    parts: list[str] = []
    for part in (part.strip() for part in _BORDER.split(text)):
        if not part:
            continue
        if parts and (len(part.split()) < FEWEST_WORDS or len(parts[-1].split()) < FEWEST_WORDS):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts if len(parts) > 1 else [text]
