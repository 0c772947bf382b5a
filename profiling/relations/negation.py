"""Negation: which of the things that are named in a clause are refused.

A negation reaches from its cue to the end of its clause, or to a word that begins a new wish ("not from HP under 30");
the idea is NegEx's (Chapman et al. 2001). It goes on through a list ("no leather, fur or wool").
"""

from __future__ import annotations

import re

from profiling.relations.clauses import Clause
from profiling.relations.words import NOT_CAN, NOT_DO, NOT_WILL

_CUE = re.compile(
    r"\b(?:rather not(?: have| get| buy)?|not|no|without|except(?: for)?|(?:any|every|no)(?:thing|one|body)? but|"
    r"all but|(?:any|every) \w+ but|"
    r"other than|apart from|"
    r"aside from|besides|excluding|minus|instead of|rather than|never|nothing|none|neither|nor|avoid(?:ing|s)?|skip|"
    r"forget|ditch|"
    rf"leave out|w/o|{NOT_DO}|{NOT_WILL}|{NOT_CAN}|(?:does|did|is|are|was|were|should|could|ai)(?:n'?t)|"
    r"hate[sd]?|dislike[sd]?|loathes?|detests?|despises?|allergic to|allergy to|intolerant to|sick of|tired of|"
    r"fed up with|"
    r"(?:stay|keep|steer)(?:ing)? (?:away|clear)|away from|clear of|no more|free from|free of|anti)\b",
)
_NO_REFUSAL = re.compile(
    rf"(?:(?:{NOT_DO}|{NOT_CAN}|(?:does|did|could|is|are|wo|would)(?:n'?t| not)|not|no)\s+(?:i |we |you |really |"
    r"even |just )*"
    r"(?:mind|find|see|have|know|decide|care|remember|get|you|there|only|sure|problem|issue|worries|matter|"
    r"exactly|anymore|fussed|bothered|picky|preference|idea|rush|hurry|budget|limit|too|so|that (?:i|it|we|he|she|they|"
    r"big|much|many|bad|important)|very|quite|"
    r"a problem|one of|"
    r"both|all|yet)\b)|no (?:one|body|thing)?\s*but\b|nothing but|why not|if not|no doubt|(?:not|never) (?:just|only)|"
    r"no (?:wait|sorry|actually|i meant|thanks|thank)|^\W*no[,.]",
)
_OPENING = re.compile(
    r"^\s*(?:(?:like|likes|want|wants|need|needs|love|wear|in|from|by|with|for|of|a|an|the|any|anything|something|"
    r"stuff|things?|made|out|"
    r"show me|looking for|interested in|really|ever|too|buy|show|have|has|to|be|is|are|at all|another|more|please|"
    r"those|these|"
    r"that|this)\b\s*)+",
)
_SCOPE_ENDS = re.compile(
    r"\b(?:under|below|max|up to|over|above|want|wants|need|needs|prefer|please|pls|plz|only|just|rather(?! than)|"
    r"in|for|on|"
    r"with|like|love|looking|show|something|actually|make it|i|my|maybe|perhaps|how about|what about|it|must|"
    r"should|is|are|"
    r"has to|to fit|that|which|who|size)\b",
)
_FREE_AFTER = re.compile(r"^[\s-]*(?:free|less)\b(?!\s+(?:delivery|shipping|returns?|gift))")
_NO_AFTER = re.compile(r"^\s+(?:no(?:\s+(?:way|thanks|thank you|go))?|is out|are out|is a no(?: go)?)\s*[.!,;]*$")
_THAN = re.compile(
    r"\b(?:rather|better|prefer|instead|more|over)\b.*\bthan(?:\s+(?:an?|the|from|in))?\s+$|"
    r"\bprefers?\b.*\b(?:over|to)\s+$"
)
_INSTEAD = re.compile(r"^\s+(?:is|are)\s+too\s+\w+\W*$")
_SAME_KIND_LINK = re.compile(r"^[\s,]*(?:and|or|nor|neither|&|/|\+)?[\s,]*(?:no|not|from|in|by|made of|the|any)?\s*$")
_CONTRAST = re.compile(r"\bnot(?:\s+(?:from|in|the|an?|by|with))?\s+$")


def is_negated(folded: str, clause: Clause, start: int, end: int) -> bool:
    """Whether the span [start, end) is something that the shopper does not want."""
    rest = folded[end : clause.end]
    if _FREE_AFTER.match(folded[end:]) or _NO_AFTER.match(rest):
        return True
    before = folded[clause.start : start]
    if _THAN.search(before):
        return True
    cues = [match for match in _CUE.finditer(before) if not _NO_REFUSAL.match(before[match.start() :])]
    if not cues:
        return False
    return not _SCOPE_ENDS.search(_OPENING.sub("", before[cues[-1].end() :]))


def links_to_previous(utterance: str, previous_end: int, start: int) -> bool:
    """Whether a mention only continues a list: "not from Logitech, HP or Trust"."""
    return bool(_SAME_KIND_LINK.match(utterance[previous_end:start].lower()))


def is_contrast(folded: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether "not X, Y" puts Y in the place of X; in "not from X, Y or Z" the refusal goes on."""
    before, between, after = folded[: first[0]], folded[first[1] : second[0]], folded[second[1] :]
    return (
        bool(_CONTRAST.search(before)) and between.strip() == "," and not re.match(r"\s*(?:,|or|nor|and|either)", after)
    )
