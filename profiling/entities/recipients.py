"""Who something is for: "for my 6 year old", "mens", "my nan needs"."""

from __future__ import annotations

import re

from profiling.types import Mention
from profiling.vocabulary.people import KIN

_AGE = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)[ -]?(?:years?|yrs?|yr|months?|mo)[ -]?olds?"
_OWNER = r"(?:my|our|his|her|their|an?|the|\d|two|three)"
_ADJECTIVES = (
    r"(?:(?!(?:and|or|with|from|to|of|in|on|at|by|my|our|his|her|their|the|an?|is|who|that|for)\b)[a-z]+\s+){0,2}"
)
_SOMEBODY = rf"(?:{_OWNER}\s+{_ADJECTIVES})?(?:{_AGE}(?:\s+{KIN})?|{KIN})"
_GIVEN = re.compile(
    rf"(?:(?<=\bfor )|(?<=\b4 )(?=(?:my|our|his|her|their|the|him|her|them|an?)\b))"
    rf"(?P<who>{_SOMEBODY}|(?:the )?(?:whole |entire )family|"
    r"(?:an?|any) (?:[a-z]+ ){0,2}(?:lover|fan|enthusiast|addict|geek|nerd|fanatic|collector|owner)|"
    r"(?:someone|somebody|people)(?: who [\w' ]+?(?=\s*(?:$|[,.?!]|and\b)))?|him|her|them|men|women|kids|children|"
    r"babies|toddlers|teens|beginners|ladies|girls|boys)(?!\w)(?!['’]s|\s+(?:food|bed|beds|toys?|lead|coat|treats?|"
    r"litter|tree|room|hair|birthday|bday|wedding|party|house|\d+(?:st|nd|rd|th)\b|new\b|first\b|old\b))",
    re.IGNORECASE,
)
_WHO_NEEDS = re.compile(
    rf"\b(?P<who>(?:my|our)\s+{_ADJECTIVES}(?:{_AGE}(?:\s+{KIN})?|{KIN}))(?=\s+(?:needs?|wants?|"
    r"is (?:turning|looking|starting)|turns|starts|wishes|would (?:like|love)(?! (?:this|it|that))|could use|"
    r"can (?!'t)))",
    re.IGNORECASE,
)
_AUDIENCE = re.compile(
    r"(?<![\w'’])(?P<who>men['’]?s|mens|women['’]?s|womens|ladies['’]?|gents['’]?|girls['’]?|boys['’]?|kids['’]?|"
    r"children['’]s|toddlers['’]?)(?![\w'’])(?! (?:and|or) (?:i|me)\b| (?:are|is|have|has|love|like|hate|say|were|"
    r"will|do|don't|can|never|always)\b)|(?<![\w'’])(?P<wearers>men|women|unisex adults)"
    r"(?=\s*(?:$|,|[smlx]{1,3}\b|size\b|\d))",
    re.IGNORECASE,
)
_OF_SOMEBODY = re.compile(r"\b(?:my|our|his|her|your|their|the|those|these|have|two|three|four|\d+)\s*$", re.IGNORECASE)


def find_recipients(text: str) -> list[Mention]:
    """In the order of the text. People who are only spoken of ("my kids love it") are none."""
    spans: list[tuple[int, int]] = []
    for pattern in (_GIVEN, _WHO_NEEDS, _AUDIENCE):
        for match in pattern.finditer(text):
            start, end = match.span("who" if match["who"] else "wearers")
            spoken_of = pattern is _AUDIENCE and _OF_SOMEBODY.search(text[:start])
            if not spoken_of and all(end <= other_start or other_end <= start for other_start, other_end in spans):
                spans.append((start, end))
    return [_recipient(text, start, end) for start, end in sorted(spans)]


def _recipient(text: str, start: int, end: int) -> Mention:
    words = text[start:end]
    return Mention("recipient", f"recipient:{' '.join(words.lower().split())}", words, words, start, end)
