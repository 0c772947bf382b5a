"""Sizes in an utterance: "size 42", "us 9", "in XL", "32/34", "27 inch", "500 ml"."""

from __future__ import annotations

import re

from profiling.catalogue.measures import INCH_MM
from profiling.catalogue.snapshot import size_key
from profiling.types import Mention

_LETTERS = r"x{0,4}s|x{0,4}l|[2-6]xl|[sml]|small|medium|large|extra[ -]large|extra[ -]small"
_NUMBER = r"\d{1,3}(?:[.,]\d)?(?:\s?[12]/[23])?"
_SYSTEM = r"(?:eu|eur|us|uk)"
_UNIT = (
    r"(?:cm|mm|m|metres?|meters?|inch(?:es)?|in(?=\s*$|[,.?!])|\"|”|ft|ml|l|litres?|liters?|kg|g|gb|tb|oz|"
    r"seater|persons?|people)(?![\w/])"
)
_NO_SIZE_AFTER = (
    r"(?![\w%]|[.,]\d|\s*(?:of\b|more\b|days?|weeks?|years?|yrs?|months?|€|\$|£|euros?|eur\b|quid|bucks|pounds|"
    r"dollars))"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\w.])(?P<size>w\s?\d{2}\s?/?\s?l\s?\d{2}|\d{2}\s?/\s?\d{2}(?=\s*(?:$|[,.?!)]|jeans|chinos|"
        r"trousers|and|or|but|please|pls|in\b)))(?![\w/])",
        r"(?<![\w.])(?P<size>\d+(?:[.,]\d+)?\s?(?:cm)?\s?[x×]\s?\d+(?:[.,]\d+)?(?:\s?(?:cm|mm|m))?)(?!\w)",
        rf"\b(?:size|sized|sizes|sz|gr(?:ö|oe)(?:ß|ss)e|taille)\b\s*(?:is|are|isn['’]?t|:|of|=|an?)?\s*"
        rf"(?P<size>{_SYSTEM}\s?{_NUMBER}|{_NUMBER}\s?{_SYSTEM}\b|\d{{2}}\s?[-/]\s?\d{{2}}|{_NUMBER}|"
        rf"{_LETTERS}){_NO_SIZE_AFTER}",
        rf"\b(?P<size>{_SYSTEM}\s?{_NUMBER}){_NO_SIZE_AFTER}",
        rf"(?<![\w.,€$£])(?P<size>{_NUMBER}\s?(?:eu|uk|us))(?![\w])",
        rf"\b(?:wear|take|need)\s+(?:an?\s+)?(?P<size>{_NUMBER}|{_LETTERS})(?![\w%]|\s*(?:of|more|new|cm|mm|kg|"
        rf"days?|weeks?|€|\$|£|euros?|\w+s\b|\d))",
        r"\b(?:in|an?)\s+(?P<size>xs|xl|xxl|xxs|[2-6]xl)\b",
        r"\b(?P<size>xxs|xxl|xxxl|[2-6]xl|xs|xl)\b",
        r"\b(?:shoes?|boots?|trainers?|sneakers?|sandals?|loafers?|slippers?|heels|wellingtons?|wellies|clogs?)\s+"
        r"(?P<size>(?:3[4-9]|4\d|50)(?:[.,]5)?)(?![\w%]|\s*(?:€|\$|£|euros?\b|eur\b|bucks\b|pounds?\b|dollars?\b))",
        r"\bin\s+(?:an?\s+)?(?P<size>[sml]|small|medium|large|\d{2}(?:[.,]5)?)\b(?!\s+(?:amount|number|part|box|"
        r"quantit|days?|weeks?|"
        r"minutes?|hours?|months?|stock)|[.,]\d|%|\s*(?:€|euros?))",
        r"(?:^|,|\bor|\band|\bin)\s*(?:a\s+)?(?P<size>small|medium|large|extra large)\b(?=\s*(?:$|[,.?!]|or\b|"
        r"and\b|please|pls|if\b|in\b))",
        r"(?<![\w'’])(?-i:(?P<size>XS|S|M|L|XL))(?![\w'’&-])",
        r"(?<![\w.,€$£])(?P<size>(?:\d{2}(?:[.,]5)?|\d{2})[A-DF-H]{1,2})\b(?=\s*(?:$|[,.?!]|bra|please|in\b|and\b))",
        r"(?<![\w.,€$£])(?-i:(?P<size>[345]\d[RLS]))(?!\w)",
        rf"(?<![\w.,€$£-])(?P<size>\d{{1,4}}(?:[.,]\d{{1,2}})?(?:\s?-\s?\d+)?[\s-]?{_UNIT})(?!\s+ram\b)",
        r"\b(?P<size>one size|king size|queen size|A[3-6]\b)",
    )
)

_SCREEN = re.compile(
    r"(?<![\d.,-])(?P<inches>\d{1,2}(?:[.,]\d)?)\s*-?\s*(?:inch(?:es)?\b|in\b(?=\s|$)|\"|″|zoll\b)", re.IGNORECASE
)


_SYSTEM_WORD = re.compile(r"(?<![a-z])(?:us|uk)(?![a-z])", re.IGNORECASE)


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
            found[start] = size_mention(text, start, end)
    return [found[start] for start in sorted(found)]


def size_mention(text: str, start: int, end: int) -> Mention:
    """The stretch [start, end) as a size; a British or American one keeps its system: "size:uk 8"."""
    words = text[start:end]
    system = _SYSTEM_WORD.search(words)
    key = size_key(_SYSTEM_WORD.sub("", words))
    key = f"{system[0].lower()} {key}" if system else key
    label = key.upper() if key.isalpha() and len(key) <= 4 else words
    return Mention(kind="size", value=f"size:{key}", label=label, text=words, start=start, end=end)


def find_screens(text: str) -> list[Mention]:
    """Diagonals of screens in the order of the text, as sizes with values like "screen:610", in millimetres."""
    return [
        Mention(
            kind="size",
            value=f"screen:{round(float(match['inches'].replace(',', '.')) * INCH_MM)}",
            label=f"{match['inches']}-inch screen",
            text=match[0],
            start=match.start(),
            end=match.end(),
        )
        for match in _SCREEN.finditer(text)
    ]
