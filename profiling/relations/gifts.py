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
_POSSESSIVE = re.compile(rf"\bfor (?:my|our|his|her|their|a) (?P<who>(?:\w+ )?(?:{KIN})'?s?) (?:\w+ )?{_OCCASION}\b")
_GIFT = re.compile(r"\b(?:gift|present|surprise|(?:some|any)thing for (?:him|her|them)|give (?:him|her|them))s?\b")
_TOLD_OF = re.compile(
    r"(?:^|[.!,;]\s*|\b(?:so|and|but|its|it's|because)\s+)(?:hi |hey |hello )?(?:my|our) (?P<who>(?:(?:best|"
    rf"little|big|older|younger|old|dear) )?{KIN})(?:'s)?\b(?! (?:loves?|likes?) (?:it|this))"
)
_WANTS = re.compile(
    rf"\b(?:my|our) (?P<who>{KIN})\b(?:(?! i\b| we\b)[^.?!,;]){{0,60}}\b(?:wants?|needs?|"
    r"is looking for|would like)\b(?! (?:to|it|this|"
    r"that|me)\b)"
)
_GIVEN = re.compile(
    r"\b(?:buy|get|give|surprise|find|order|treat)(?:ing)? (?P<who>(?:my|our) (?:(?:best|little|big|older|younger|"
    rf"old|dear) )?{KIN}) (?:with )?(?:an?|some|the|something|new)\b"
)
_KIN = re.compile(rf"\b(?:my|our) (?:(?:best|little|big|older|younger|old|dear) )?{KIN}\b")
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
        start, end = match.span("who")
        yield (
            start,
            end
            - len(match["who"])
            + len(re.sub(r"'?s?$" if match["who"].endswith(("'s", "s'")) else r"$", "", match["who"])),
        )
    if _GIFT.search(folded):
        for match in _TOLD_OF.finditer(folded):
            yield match.span("who")
    for match in _WANTS.finditer(folded):
        yield match.span("who")
    for match in _GIVEN.finditer(folded):
        yield match.span("who")
    for match in _ROLE.finditer(folded):
        yield match.span("who")
