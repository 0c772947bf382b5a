"""Allergies and diets: their objects need be no word of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LIST = r"(?:[\w-]+(?:\s+(?:milk|oil|extract|dyes?))?)(?:(?:\s*,\s*|\s*,?\s+(?:and|or|&)\s+)[\w-]+)*"
_OWN_ALLERGY = re.compile(
    rf"\b(?:i['’]?m|i am|im|ive been|and)\s+(?:\w+ly\s+|so\s+|also\s+)*all?ergic to (?P<list>{_LIST})|"
    rf"^\W*all?ergic to (?P<list2>{_LIST})",
    re.IGNORECASE,
)
_HAVE_ALLERGY = re.compile(
    r"\b(?:i have|i['’]ve got|i got|ive got|^\W*(?:mild|severe|bad)?)\s*(?:an?\s+)?(?:mild\s+|severe\s+|"
    r"bad\s+)?(?P<list>[\w-]+) allergy\b(?! (?:season|tablets))",
    re.IGNORECASE,
)
_RULE = re.compile(
    rf"\b(?:i|we)\s+(?:always\s+|really\s+|try to\s+|have to\s+)*(?:avoid|(?:don['’]?t|do not|dont|never) (?:eat|"
    rf"drink|use)|(?:can['’]?t|cant|cannot) (?:eat|wear|tolerate|drink))\s+(?:any\s+)?(?P<list>{_LIST})|"
    r"\b(?:i['’]?m|i am|im)\s+(?P<diet>[\w]+)[ -](?:free|intolerant)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[\w-]+(?:\s+(?:milk|oil|extract|dyes?|fish))?")
_NOTHING = frozenset(
    "and or anything everything something it them this that nothing any the my a an to so all basically most me you "
    "many much more at in on for from when because but if with what which buying going being paying".split()
)


def find_substances(utterance: str) -> Iterator[tuple[str, int, int]]:
    """Predicate and span of each thing that the shopper says to be allergic to, or to avoid."""
    for pattern, predicate in ((_OWN_ALLERGY, "is_allergic_to"), (_HAVE_ALLERGY, "is_allergic_to"), (_RULE, "avoids")):
        for match in pattern.finditer(utterance):
            group = next(name for name in match.groupdict() if match[name] is not None)
            for item in _ITEM.finditer(utterance, *match.span(group)):
                if item[0].lower() in _NOTHING - {"and", "or"}:
                    break
                if item[0].lower() not in _NOTHING:
                    yield predicate, *item.span()
