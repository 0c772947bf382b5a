"""Whom a search is for, as the talk goes on: "she hates grey" tells of the gift; "now a jacket for me" leaves it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

_FOR_SELF = re.compile(r"\b(?:for|4) (?P<who>me|myself|my self|us|ourselves)\b(?! (?:and|to|or)\b)")
_THIS_FOR_SELF = re.compile(
    r"\b(?:it|this|that|they|these|those)(?:'?s| is|'?re| are| was| were)?(?: actually| really| all| just| only)* "
    r"(?:for|4) (?:me|myself|us|ourselves)\b|^\W*(?:no|actually|sorry)\b[\w, ]{0,12}\b(?:for|4) (?:me|myself)\W*$"
)
_SERVED = re.compile(
    r"\b(?:pick|choose|find|show|get|check|compare|line|put|look|recommend|suggest|wrap|do|sort|search|see)\b[^.?!]*$"
)
_ALSO_NEEDED = re.compile(
    r"\b(?:(?:now|next|also|besides|separately|then)\b[^.?!]{0,20}\b(?:i|we)(?:'m| am|'d)? (?:also |now |myself )*"
    r"(?:need|want|like|fancy|looking|after)|"
    r"(?:i|we)(?:'m| am)? (?:also|now|myself) (?:need|want|looking|after|fancy)|"
    r"(?:i|we) (?:need|want|could use)\b[^.?!]{0,40}\b(?:too|as well|also))\b"
)


def own_search(folded: str, *, names_thing: bool) -> Literal["thing", "whom"] | None:
    """Whether the shopper comes to something of their own: a "thing" of its own, or only for "whom" it is is put right.

    Args:
        names_thing: whether the utterance names a kind of thing. "pick one for me" asks for a service.
    """
    if _THIS_FOR_SELF.search(folded):
        return "whom"
    for match in _FOR_SELF.finditer(folded):
        if names_thing or match["who"] != "me" or not _SERVED.search(folded[: match.start()]):
            return "thing"
    return "thing" if names_thing and _ALSO_NEEDED.search(folded) else None


def tells_of(utterance: str, people: Sequence[str]) -> bool:
    """Whether an utterance speaks of one of these people, by a word for them or a pronoun."""
    folded = utterance.lower()
    named = any(re.search(rf"\b{re.escape(person)}\b", folded) for person in people)
    return named or bool(people and re.search(r"\b(?:he|she|they|him|her|them)\b", folded))
