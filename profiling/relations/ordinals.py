"""Which of the items shown an utterance points at by their place, and whether it wants some of them side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PLACES = {
    **dict.fromkeys(("first", "1st", "one", "1"), "1"),
    **dict.fromkeys(("second", "2nd", "two", "2"), "2"),
    **dict.fromkeys(("third", "3rd", "three", "3"), "3"),
    **dict.fromkeys(("fourth", "4th", "4"), "4"),
    **dict.fromkeys(("fifth", "5th", "5"), "5"),
    "last": "last",
}
ORDINAL = r"first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th"
"""Pattern for a word that says which of several."""
_NUMBER = r"(?:number|num|no\.?|nr\.?|item|option|#)\s?(?P<number>[1-5]|one|two|three)\b(?![.,]?\d)"
_NO_ITEM = (
    r"(?!\s+(?:time|order|parcel|package|week|month|year|day|night|hand|birthday|name|thing|question|point|try|place|"
    r"floor|class|half|of\b|two|three|2\b|3\b))"
)
_POINTED = re.compile(
    rf"\b(?:the|this|that|your) (?P<word>{ORDINAL})\b{_NO_ITEM}|\b(?P<alone>{ORDINAL})(?= (?:one|pair|item)\b)|"
    rf"(?<!\w){_NUMBER}",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\b(?:not|no|without|except|instead of|rather than|than)\s+(?:like\s+|as\s+)?$", re.IGNORECASE)
_DIGITS = re.compile(
    r"(?<![\w.,€$£#-])#?(?P<one>[1-5])(?:\s*,\s*|\s+)(?:(?:and|vs\.?|versus|against|or|with|to|from|&|up against|\+|"
    r"(?:stack(?:s)? up|compare(?:s|d)?|differ(?:s|ent)?) (?:to|with|against|from))\s+)(?:(?:number|no\.?)\s+)?"
    r"#?(?P<other>[1-5])(?![\w,€$£]|\.\d|\s*(?:euros?|bucks|quid|pounds|dollars|€|years?|cm|mm|kg|g|l|litres?)\b)",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\b(?:first|top|1st) (?P<count>two|three|2|3)\b|\bboth\b", re.IGNORECASE)
_AGAINST = re.compile(
    r"\bcompar(?:e|es|ed|ing|ison)\b|\bside[- ]by[- ]side\b|\b(?:next to|against|beside) (?:each|one an)\s?other\b|"
    r"\b(?:vs\.?|versus)(?!\w)|\bdiffer(?:s|en\w+)?\b|\b(?:sets?|tells?|telling)\b[^.?!]*\bapart\b|"
    r"\bline\b[^.?!]*\bup\b|\bstacks? up\b|"
    r"\bhead[- ]to[- ]head\b|\bin a table\b|\bagainst\b",
    re.IGNORECASE,
)
_OR = re.compile(r"\bor\b|\b(?:better|nicer|worse|rather) than\b|\bbetween\b.*\band\b", re.IGNORECASE)


def weighs_up(utterance: str) -> bool:
    """Whether things are weighed against each other, without a word on what they are: "this or that", "which of"."""
    return bool(_AGAINST.search(utterance) or _OR.search(utterance))


def pointed_places(utterance: str) -> list[str]:
    """The places, "1", "2", ... or "last", in the order in which they are named; what is refused is left out."""
    found: dict[str, None] = {}
    for match in _POINTED.finditer(utterance):
        if not _REFUSED.search(utterance[: match.start()]):
            found.setdefault(_place(match["word"] or match["alone"] or match["number"]))
    return list(found)


def compared_places(utterance: str) -> list[str]:
    """The places of those that are to be put side by side, two at least; empty where nobody asks for that."""
    either = len(pointed_places(utterance)) > 1 and _OR.search(utterance)
    if not either and not _AGAINST.search(utterance):
        return []
    places = list(dict.fromkeys([*_first_ones(utterance), *pointed_places(utterance), *_digits(utterance)]))
    return places if len(places) > 1 else []


def _first_ones(utterance: str) -> Iterator[str]:
    match = _PAIR.search(utterance)
    if match:
        count = int(_PLACES[(match["count"] or "two").lower()])
        yield from (str(place) for place in range(1, count + 1))


def _digits(utterance: str) -> Iterator[str]:
    for match in _DIGITS.finditer(utterance):
        yield from (match["one"], match["other"])


def _place(words: str) -> str:
    return _PLACES[words.lower()]
