"""Bounds of a measure in an utterance: "max 40cm wide", "no taller than 1.2 m", "under 3 kg"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from profiling.catalogue.measures import length_mm, weight_g
from profiling.types import Mention

_SIDES = {
    **dict.fromkeys(("wide", "width", "across", "wider", "narrower"), ("width_mm", "wide")),
    **dict.fromkeys(("deep", "depth", "long", "length", "deeper", "longer"), ("depth_mm", "deep")),
    **dict.fromkeys(("tall", "high", "height", "taller", "higher"), ("height_mm", "high")),
}
_LESS = r"max(?:imum|\.)?(?: of)?|at most|up to|below|less than|(?:no|not) (?:more|over)(?: than)?|within"
_MORE = r"min(?:imum|\.)?(?: of)?|at least|more than|(?:no|not) less than"
_LIMIT = rf"(?P<less>{_LESS}|under)|(?P<more>{_MORE}|over)"
_LIMIT_BEHIND = rf"(?P<less>{_LESS})|(?P<more>{_MORE})"
_NUMBER = r"(?P<amount>\d{1,4}(?:[.,]\d{1,2})?)\s?"
_LENGTH = rf"{_NUMBER}(?P<unit>cm|mm|m|metres?|meters?|inch(?:es)?|in|ft|feet)"
_WEIGHT = rf"{_NUMBER}(?P<unit>kg|kilos?|g|grams?|lbs?|oz)"
_SIDE = r"(?:in )?(?P<side>wide|width|across|deep|depth|long|length|tall|high|height)"
_PATTERNS = tuple(
    re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE)
    for pattern in (
        rf"(?:{_LIMIT})\s*{_LENGTH}\s+{_SIDE}",
        rf"{_LENGTH}\s+{_SIDE}\s+(?:{_LIMIT_BEHIND})",
        rf"(?P<side>width|depth|length|height)\s*(?:of |is |:\s?)?(?:{_LIMIT})\s*{_LENGTH}",
        rf"(?P<less>(?:no|not)(?: any)?) (?P<side>wider|deeper|longer|taller|higher) than\s+{_LENGTH}",
        rf"(?P<less>(?P<side>narrower)) than\s+{_LENGTH}",
        rf"(?<!no )(?<!not )(?<!any )(?P<more>(?P<side>wider|deeper|longer|taller|higher)) than\s+{_LENGTH}",
        rf"(?:{_LIMIT})\s*{_WEIGHT}",
        rf"(?P<less>(?:no|not) heavier|lighter) than\s+{_WEIGHT}",
        rf"(?<!no )(?<!not )(?<!any )(?P<more>heavier) than\s+{_WEIGHT}",
    )
)
_OF_SOMEBODY = re.compile(
    r"\b(?:(?:i|he|she|we|they|who|\w+)(?:['’]m|['’]re| am| are| weighs?| weighing)|(?:he|she)(?:['’]s| is)|im|"
    r"dogs?|cats?|pupp(?:y|ies)|bab(?:y|ies)|pets?|kids?|child(?:ren)?|people|holds?|carr(?:y|ies)|loads?(?: of)?)\s*$",
    re.IGNORECASE,
)
"""Who weighs so much, or what a thing holds, is no measure of the thing."""


def find_bounds(text: str) -> Iterator[Mention]:
    """Sizes with values like "at_most:width_mm=400" and "at_least:weight_g=3000"; a length needs its side.

    As with prices, the mention is the amount and its unit alone.
    """
    for match in _matches(text):
        found = match.groupdict()
        measure, side = _side(found)
        amount, unit = found["amount"], found["unit"].lower()
        value = weight_g(amount, unit.removesuffix("s")) if measure == "weight_g" else length_mm(amount, unit)
        if value is None:
            continue
        bound, words = ("at_most", "at most") if found.get("less") else ("at_least", "at least")
        start, end = match.start("amount"), match.end("unit")
        label = f"{words} {amount} {unit} {side}"
        yield Mention("size", f"{bound}:{measure}={value:g}", label, text[start:end], start, end)


def bounded_stretches(text: str) -> list[tuple[int, int]]:
    """The stretches [start, end) that bounds take up with all their words: "no wider than 25 cm"."""
    return [match.span() for match in _matches(text)]


def _matches(text: str) -> Iterator[re.Match[str]]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not _OF_SOMEBODY.search(text[: match.start()]):
                yield match


def _side(found: Mapping[str, str | None]) -> tuple[str, str]:
    return _SIDES[side.lower()] if (side := found.get("side")) else ("weight_g", "heavy")
