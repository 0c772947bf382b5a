"""Clauses of an utterance: where a negation ends, and whose taste a clause tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BOUNDARY = re.compile(
    r"[.!?;\n]+(?=\s|$)|\s[-–—]\s|,|\band\s+(?=(?:i|my|we|our|he|she|they)\b)|(?<!anything )\b(?:but|however|"
    r"although|though|whereas|yet|because|since|so)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|without|except(?: for)?|anything but|other than|apart from|excluding|minus|instead of|rather than|"
    r"never|nothing|none|neither|nor|avoid(?:ing)?|w/o|(?:do|does|did|wo|ca|is|are|was|would|should|could)n['’]?t|"
    r"dont|doesnt|didnt|wont|cant|isnt|cannot|hate[sd]?|dislike[sd]?|loathe|detest|despise|allergic to|allergy to|"
    r"sick of|tired of|fed up with|stay away from|keep away from|away from|not a fan of|can['’]?t stand|no more)\b",
    re.IGNORECASE,
)
_NEGATION_ENDS = re.compile(
    r"\b(?:under|below|max|up to|over|above|want|need|prefer|please|pls|plz|only|just|rather(?! than)|in|for|"
    r"with|like|love|"
    r"looking|show|something|i|my)\b",
    re.IGNORECASE,
)
_NO_REFUSAL = re.compile(
    r"(?:(?:do|does|did|ca|could|is|are|wo|would)(?:n['’]?t| not)|cannot|cant|dont|doesnt|didnt|isnt|not|"
    r"no)\s+(?:i |we |you )?"
    r"(?:mind|find|see|have|know|decide|care|remember|get|you|there|need|only|sure|problem|issue|worries|matter|"
    r"exactly)\b|"
    r"nothing but|why not",
    re.IGNORECASE,
)
_FREE_AFTER = re.compile(r"^[\s-]*(?:free|less)\b", re.IGNORECASE)
_SAME_KIND_LINK = re.compile(r"^[\s,]*(?:and|or|nor|neither|&|/)?[\s,]*(?:from|in|by|made of)?\s*$", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:he|she|they|who|everyone|people|(?:my|our|his|her|their|the)\s+(?:\w+\s+)?(?:mum|mom|mother|dad|"
    r"father|sister|brother|"
    r"son|daughter|kids?|child(?:ren)?|wife|husband|partner|boyfriend|girlfriend|friend|colleague|boss|"
    r"neighbou?r|nephew|niece|"
    r"grand\w+|aunt|uncle|cousin|baby|dog|cat|mate|bestie))\b(?!['’]s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch [start, end) of the utterance."""

    text: str
    start: int
    end: int

    def covers(self, start: int) -> bool:
        """Whether the position lies in this clause."""
        return self.start <= start < self.end

    @property
    def about_others(self) -> bool:
        """Whether somebody else than the shopper does the liking: "my sister loves pink"."""
        return bool(_OTHERS.search(self.text)) and not re.search(
            r"\b(?:for|to)\s+(?:my|our|his|her|a|the)\b", self.text, re.IGNORECASE
        )


def split_clauses(utterance: str) -> list[Clause]:
    """The clauses in order; together they cover the utterance."""
    return list(_clauses(utterance))


def _clauses(utterance: str) -> Iterator[Clause]:
    start = 0
    for match in _BOUNDARY.finditer(utterance):
        if (
            re.fullmatch(r",", match[0])
            and re.search(r"\d$", utterance[: match.start()])
            and re.match(r"\d", utterance[match.end() :])
        ):
            continue
        end = match.start() if match[0][0].isalpha() else match.end()
        if end > start:
            yield Clause(utterance[start:end], start, end)
        start = end
    if start < len(utterance):
        yield Clause(utterance[start:], start, len(utterance))


def is_negated(utterance: str, clause: Clause, start: int, end: int) -> bool:
    """Whether the span [start, end) is something that the shopper does not want.

    A negation reaches from its cue to the end of its clause, or to a word that begins a new wish ("not from HP under
    30"); the idea is NegEx's (Chapman et al. 2001).
    """
    if _FREE_AFTER.match(utterance[end:]):
        return True
    before = utterance[clause.start : start]
    cues = [match for match in _NEGATION.finditer(before) if not _NO_REFUSAL.match(before[match.start() :])]
    if not cues:
        return False
    return not _NEGATION_ENDS.search(
        re.sub(r"^\s*(?:like|want|need|love|in|from)\b", "", before[cues[-1].end() :], flags=re.IGNORECASE)
    )


def links_to_previous(utterance: str, previous_end: int, start: int) -> bool:
    """Whether a mention only continues a list: "not from Logitech, HP or Trust"."""
    return bool(_SAME_KIND_LINK.match(utterance[previous_end:start]))
