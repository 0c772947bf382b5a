"""Clauses of an utterance: the stretches within which a negation, a subject and a stance hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SUBJECT = r"(?:i|im|i'm|id|ive|my|we|our|he|she|they|it|its|it's|he's|she's|there|you)\b"
_BOUNDARY = re.compile(
    r"[.!?;\n…]+(?=\s|$)|:(?=\s)|\s[-–—]+\s|[()]|,|"
    rf"\band\s+(?=(?:(?:now|then|still|so) )?{_SUBJECT})|"
    r"\band\s+(?=(?:also |now |still |then |just )*(?:(?:don'?t |do not )?need|"
    r"want|would like|looking for|no\b|not\b|please|under\b))|"
    r"(?<!anything )(?<!everything )(?<!nothing )(?<!any colour )(?<!any color )(?<!anyone )(?<!all )"
    r"\b(?:but|however|although|though|whereas|because|cos|cuz|coz|unless)\b|"
    rf"\b(?:so|yet|since|while|when|if)\s+(?={_SUBJECT}|no\b|nothing|something|anything|not\b|need|want|look|"
    r"please|what\b|"
    r"can\b|could\b|do\b|which\b|the\b|an?\b|any\b|another\b|maybe\b|possible)",
)
_ALL_BUT = re.compile(r"\b(?:any|every|all|no) \w+ $")
_SENTENCE_END = re.compile(r"[.!?;\n…]")
_QUOTED = re.compile(r"[\"“„«](?P<words>[^\"“”„«»]{3,})[\"”«»]")
_FOLDED = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "\u00a0": " ", "\t": " "})


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch [start, end) of the folded utterance. `sentence` counts the sentences, from 0."""

    text: str
    start: int
    end: int
    sentence: int

    def covers(self, start: int) -> bool:
        """Whether the position lies in this clause."""
        return self.start <= start < self.end


def fold(utterance: str) -> str:
    """The utterance in lower case with straight quotes, every character at its place."""
    lowered = utterance.lower()
    if len(lowered) != len(utterance):  # "İ" is two characters in lower case
        lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in utterance)
    return lowered.translate(_FOLDED)


def split_clauses(folded: str) -> list[Clause]:
    """The clauses in order; together they cover the utterance."""
    return list(_clauses(folded))


def _clauses(folded: str) -> Iterator[Clause]:
    start = sentence = 0
    for match in _BOUNDARY.finditer(folded):
        if match[0] == "," and re.search(r"\d,$", folded[: match.end()]) and re.match(r"\d", folded[match.end() :]):
            continue
        if match[0] == "but" and _ALL_BUT.search(folded, max(0, match.start() - 30), match.start()):
            continue
        end = match.start() if match[0][0].isalpha() else match.end()
        if end > start:
            yield Clause(folded[start:end], start, end, sentence)
        start = end
        sentence += bool(_SENTENCE_END.match(match[0]))
    if start < len(folded):
        yield Clause(folded[start:], start, len(folded), sentence)


def is_quoted(folded: str, start: int) -> bool:
    """Whether the position lies between quotation marks: the words are somebody else's."""
    return any(match.start() < start < match.end() for match in _QUOTED.finditer(folded))
