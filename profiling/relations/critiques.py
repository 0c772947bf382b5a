"""Critiques: wishes that compare with what is on the table ("cheaper", "something smaller", "not that brand").

The idea is that of critiquing-based recommenders (Chen and Pu, "Critiquing-based recommenders: survey and emerging
trends", 2012).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = {
    "cheaper_than": r"cheap+er|che+per|less expensive|lower[- ]price[d]?|less costly|more affordable|"
    r"too (?:expen[sc]ive?|pricey|dear|much money)|"
    r"(?:bit )?less money|budget[- ]friendlier|cheapest",
    "dearer_than": r"more expensive|pricier|higher[- ]end|more premium|better quality|fancier|more upmarket",
    "smaller_than": r"smal+er|tinier|more compact|less bulky|slimmer|shorter|narrower|too (?:big|large|bulky|"
    r"wide|tall)|less big",
    "larger_than": r"big+er|larger|taller|wider|roomier|more spacious|longer|too (?:small|tiny|narrow|short)",
    "lighter_than": r"lighter(?! (?:colou?r|shade|tone|blue|green|red|grey|gray|brown|pink))|less heavy|too heavy",
    "heavier_than": r"heavier|sturdier|more solid|too light(?!\s+in)",
    "not_brand": r"(?:not|no|without|another|other|different|any other)\s+(?:this|that|the same)?\s*(?:brand|"
    r"make|manufacturer)|"
    r"not (?:from )?(?:this|that|the same) (?:brand|make|manufacturer|company)",
    "similar_to": r"(?:more|something|anything|stuff|ones?) (?:like|similar to) (?:the|this|that|it)\b|"
    r"similar (?:ones?|to (?:this|that|it|the))",
}
_PATTERNS = {predicate: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for predicate, words in _WORDS.items()}
_WHICH = re.compile(r"\b(?:which|what)\b", re.IGNORECASE)
"""A question for the cheapest of the items shown is no wish for cheaper ones."""
_NEGATED = re.compile(r"\b(?:not|no|isn['’]?t|don['’]?t need)\s+(?:any\s+|too\s+|much\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Critique:
    """A comparison without the thing compared with: the engine fills in the item."""

    predicate: str
    text: str
    start: int
    end: int


def find_critiques(utterance: str) -> list[Critique]:
    """Critiques in the order of the utterance; "not cheaper" is none, "cheaper than 30" is a price and none either."""
    found = []
    for predicate, pattern in _PATTERNS.items():
        for match in pattern.finditer(utterance):
            if predicate != "not_brand" and _NEGATED.search(utterance[: match.start()]):
                continue
            if match[0].lower() == "cheapest" and _WHICH.search(utterance[: match.start()]):
                continue
            if re.match(r"\s*than\s+\W?\d", utterance[match.end() :]):
                continue
            found.append(Critique(predicate, match[0], match.start(), match.end()))
            break
    return sorted(found, key=lambda critique: critique.start)
