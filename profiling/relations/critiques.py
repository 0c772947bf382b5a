"""Critiques: wishes that compare with what is on the table ("cheaper", "something smaller", "not that brand").

The idea is that of critiquing-based recommenders (Chen and Pu, "Critiquing-based recommenders: survey and emerging
trends", 2012).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from profiling.relations.ordinals import ORDINAL

_BRAND = r"(?:brand|make|maker|manufacturer|company|label|firm)"
_NTH = rf"(?:{ORDINAL})(?: one['’]?s)?"
_THAT = rf"(?:(?:this|that|the same|their|the {_NTH}) {_BRAND}|the {_BRAND} of (?:the {_NTH}|that|this|it)(?: one)?)"
_WORDS = {
    "cheaper_than": r"cheap+er|che+per|less (?:expensive|pric(?:e?y|ed)|dear|costly)|lower[- ](?:in )?pric(?:ed?|es)|"
    r"more affordable|(?:too|to|2|so|not (?:so|that|as)) (?:expen[sc]ive?|pric(?:e?y)|dear|costly)|too much money|"
    r"(?:costs?|asks?) too much|(?:bit )?less money|budget[- ]friendlier|cheapest|"
    r"(?:out of|above|over|beyond) (?:my|our) (?:price range|budget|means)|(?:can['’]?t|cannot|can not) afford",
    "dearer_than": r"more expensive|not (?:that|so|too) cheap|too cheap|less cheap|pricier|higher[- ]end|"
    r"more premium|better quality|fancier|more upmarket",
    "smaller_than": r"smal+er|tinier|more compact|less bulky|slimmer|shorter|narrower|too (?:big|large|bulky|"
    r"wide|tall)|less big",
    "larger_than": r"big+er|larger|taller|wider|roomier|more spacious|longer|too (?:small|tiny|narrow|short)",
    "lighter_than": r"lighter(?! (?:colou?r|shade|tone|blue|green|red|grey|gray|brown|pink))|less heavy|too heavy",
    "heavier_than": r"heavier|sturdier|more solid|too light(?!\s+in)",
    "not_brand": rf"(?:not|no|without|another|other|different|any other)\s+(?:this|that|the same)?\s*{_BRAND}|"
    r"(?:not|other than|any(?:thin?g?)? but|except|without|apart from|avoid|skip|leave out|never)(?: (?:from|by|of))? "
    rf"{_THAT}|(?:do not|don['’]?t|dont|didn['’]?t|can['’]?t|wo ?n['’]?t) "
    rf"(?:want|like|need|trust|buy|wear|stand|do|have) {_THAT}",
    "similar_to": r"(?:more|something|sth|smth|smthing|anything|stuff|ones?|others?) "
    r"(?:like|similar to|along the lines of) (?:the|this|that|it|number)\b|"
    r"similar (?:ones?|to (?:this|that|it|the))|(?:more|others) of (?:that|this) (?:kind|sort|type)|"
    r"in the (?:style|way) of (?:the|this|that)\b",
}
_MISSPELT = tuple("cheaper cheapest expensive affordable smaller bigger larger lighter heavier similar".split())
_PATTERNS = {predicate: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for predicate, words in _WORDS.items()}
_LONG_WORD = re.compile(r"[a-z]{5,}", re.IGNORECASE)
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


def find_critiques(utterance: str, known_words: Collection[str] = ()) -> list[Critique]:
    """Critiques in the order of the utterance; "not cheaper" is none, "cheaper than 30" is a price and none either.

    Args:
        known_words: what is no misspelling; without them nothing is taken for one.
    """
    found = []
    mended = _mended(utterance, known_words)
    for predicate, pattern in _PATTERNS.items():
        for match in pattern.finditer(mended.text):
            before, after = mended.text[: match.start()], mended.text[match.end() :]
            if predicate != "not_brand" and _NEGATED.search(before):
                continue
            if match[0].lower() == "cheapest" and _WHICH.search(before):
                continue
            if re.match(r"\s*than\s+\W?\d", after):
                continue
            start, end = mended.places[match.start()], mended.places[match.end()]
            found.append(Critique(predicate, utterance[start:end], start, end))
            break
    return sorted(found, key=lambda critique: critique.start)


@dataclass(frozen=True, slots=True)
class _Mended:
    """A text with misspelt critiques mended; `places` has where each character stood before, and the end."""

    text: str
    places: Sequence[int]


def _mended(utterance: str, known_words: Collection[str]) -> _Mended:
    """Words that nobody knows and that are one slip away from a critique: "cheapr", "to expnsive"."""
    if not known_words:
        return _Mended(utterance, range(len(utterance) + 1))
    text, places, last = "", [], 0
    for word in _LONG_WORD.finditer(utterance):
        small = word[0].lower()
        if small in known_words or small.removesuffix("s") in known_words:
            continue
        meant = process.extractOne(small, _MISSPELT, scorer=DamerauLevenshtein.distance, score_cutoff=1)
        if meant is None:
            continue
        text += utterance[last : word.start()] + meant[0]
        places += [*range(last, word.start()), *(min(word.start() + n, word.end()) for n in range(len(meant[0])))]
        last = word.end()
    return _Mended(text + utterance[last:], [*places, *range(last, len(utterance) + 1)])
