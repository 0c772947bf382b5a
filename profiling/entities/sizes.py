"""Sizes of clothes and shoes in an utterance: "size 42", "us 9", "in XL"."""

from __future__ import annotations

import re

from profiling.catalogue.snapshot import size_key
from profiling.types import Mention

_LETTERS = r"x{0,4}s|x{0,4}l|[2-6]xl|[sml]|small|medium|large|extra[ -]large|extra[ -]small"
_NUMBER = r"\d{1,3}(?:[.,]5)?(?:\s?1/2)?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:size|sized|sz|gr(?:ö|oe)(?:ß|ss)e|taille|eu|eur|us|uk)\s*(?:is|:|of|=|an?|eu|us|"
        rf"uk)?\s*(?P<size>{_NUMBER}|{_LETTERS})(?![\w%])",
        rf"\b(?:wear|take|need)\s+(?:an?\s+)?(?P<size>{_NUMBER}|{_LETTERS})(?![\w%]|\s*(?:of|more|cm|mm|kg|"
        rf"days?|weeks?|€|\$|£|euros?))",
        r"\b(?P<size>\d{2}(?:[.,]5)?)\s*(?:eu|eur)\b(?!o)",
        r"\b(?:in|an?)\s+(?P<size>xs|xl|xxl|xxs|[2-6]xl)\b",
        r"\b(?P<size>xxs|xxl|xxxl|[2-6]xl)\b",
        r"\b(?:shoes?|boots?|trainers?|sneakers?|sandals?|loafers?|slippers?|heels|wellingtons?|clogs?)\s+"
        r"(?P<size>(?:3[4-9]|4\d|50)(?:[.,]5)?)(?![\w%]|\s*(?:€|\$|£|euros?\b|eur\b|bucks\b|pounds?\b|dollars?\b))",
        r"\bin\s+(?:an?\s+)?(?P<size>[sml]|small|medium|large)\b(?!\s+(?:amount|number|part|box|quantit))",
    )
)


def find_sizes(text: str) -> list[Mention]:
    """Sizes in the order of the text, as mentions with values like "size:42" and "size:xl".

    A bare number is no size, unless it follows a shoe.
    """
    found: dict[int, Mention] = {}
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("size")
            if any(start < other.end and other.start < end for other in found.values()):
                continue
            key = size_key(match["size"])
            label = key.upper() if key.isalpha() else match["size"]
            found[start] = Mention(
                kind="size", value=f"size:{key}", label=label, text=match["size"], start=start, end=end
            )
    return [found[start] for start in sorted(found)]
