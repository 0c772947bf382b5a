"""Whom something is for, where no mention says so: "for my best friend's birthday", "my son turned 5, need a gift"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from profiling.types import Mention
from profiling.vocabulary.people import KIN

_OCCASION = (
    r"(?:birthday|bday|b-day|wedding|anniversary|graduation|christening|retirement|housewarming|baby shower|party|"
    r"name day|first day|room|bedroom|bath)"
)
_RELATIVE = rf"(?:(?:best|little|big|older|younger|old|dear) )?{KIN}"
_POSSESSIVE = re.compile(
    rf"\b(?:for|4) (?:my|our|his|her|their|a) (?P<who>(?:\w+ )?(?:{KIN})'?s?) (?:\w+ )?{_OCCASION}\b"
)
_FEAST = re.compile(
    rf"(?:^|[.!,;]\s*|\b(?:my|our|his|her|their|the|its|it's|and|so|for|4|because) )(?P<who>(?:\w+ )?{KIN})(?:'s|')? "
    r"(?:\d+(?:st|nd|rd|th) |next |upcoming |big )?(?:birthday|bday|b-day|name day)\b"
)
"""A day on which somebody is given something, whether or not "for" stands before it: "moms bday is coming up"."""
_GIFT = re.compile(r"\b(?:gift|present|surprise|(?:some|any)thing for (?:him|her|them)|give (?:him|her|them))s?\b")
_TOLD_OF = re.compile(
    r"(?:^|[.!,;]\s*|\b(?:so|and|but|its|it's|because)\s+)(?:hi |hey |hello )?(?:my|our) "
    rf"(?P<who>{_RELATIVE})(?:'s)?\b(?! (?:loves?|likes?) (?:it|this))"
)
_WANTS = re.compile(
    rf"\b(?:my|our) (?P<who>{KIN})\b(?:(?! i\b| we\b)[^.?!,;]){{0,60}}\b(?:wants?|needs?|"
    r"is looking for|would like)\b(?! (?:to|it|this|"
    r"that|me)\b)"
)
_GIVEN = re.compile(
    r"\b(?:buy|get|give|surprise|find|order|treat)(?:ing)? "
    rf"(?P<who>(?:my|our) {_RELATIVE}) (?:with )?(?:an?|some|the|something|new)\b"
)
_KIN = re.compile(rf"\b(?:my|our) {_RELATIVE}\b")
_ROLE = re.compile(
    r"\b(?:it's|its|it is|this is|that's|gift|present|something|one) for (?:the|my|our|a|an) (?P<who>(?!(?:money|"
    r"price|office|gym|kitchen|garden|beach|house|car|trip|first|time|same)\b)[a-z]+)\s*(?:$|[,.!?])"
)


def people_of(folded: str, mentions: Sequence[Mention]) -> list[str]:
    """The words for those whom something is for."""
    named = [folded[mention.start : mention.end] for mention in mentions if mention.kind == "recipient"]
    named += [folded[slice(*span)] for pronoun in named if (span := named_instead(folded, pronoun)) is not None]
    return named + [folded[start:end] for start, end in find_gifts(folded)]


def named_instead(folded: str, pronoun: str) -> tuple[int, int] | None:
    """Where "him", "her" or "them" is named in the utterance: "my boyfriend loves yellow, it's for him"."""
    match = _KIN.search(folded) if pronoun in {"him", "her", "them"} else None
    return match.span() if match else None


def find_gifts(folded: str) -> Iterator[tuple[int, int]]:
    """Places of the people; a possessive is left out."""
    for match in _POSSESSIVE.finditer(folded):
        start = match.start("who")
        yield start, start + len(_person(match["who"]))
    if _GIFT.search(folded):
        for match in _TOLD_OF.finditer(folded):
            yield match.span("who")
    for match in _FEAST.finditer(folded):
        yield match.start("who"), match.start("who") + len(_person(match["who"]))
    for pattern in (_WANTS, _GIVEN, _ROLE):
        yield from (match.span("who") for match in pattern.finditer(folded))


def _person(words: str) -> str:
    """Without the possessive: "my bros birthday" is for a "bro"."""
    bare = re.sub(r"'?s?'?$", "", words)
    return bare if re.fullmatch(rf"(?:\w+ )?{KIN}", bare) and not words.endswith("ss") else words
