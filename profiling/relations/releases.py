"""Wishes that an utterance takes back: "any colour", "drop the size", "it need not be leather"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from profiling.types import Mention

_FACET = r"colou?r|brand|size|prices?|material|budget|money"
_DO_NOT = r"(?:do not|don['’]?t|dont)"
_NO_MATTER = (
    r"(?:does\s?n['’]?t|does not|doesnt|is not|isn['’]?t|isnt|no)\s+(?:really |so |that |an? )?"
    r"(?:matter|important|object|issue|problem|concern|priority|must)"
)
_END = r"(?=\s*(?:$|[,.;!?)]|\b(?:and|but|then|please|pls|for now|again|altogether|entirely|completely|instead)\b))"
_DROPPED = (
    r"\b(?:(?:drop|skip|scrap|remove|ignore|disregard|lift|relax|never ?mind|nvm|leave out|leave off|take off|screw|"
    rf"{_DO_NOT} worry)(?: about)?\s+(?:(?:the|that|my|this|any|what)\s+)?|forget(?: about)?\s+(?:the|that)\s+)"
)
"""What is dropped of a search; "forget my size" is about the notes."""
_WISHED = (
    r"(?:\s+(?:limit|cap|range|wish|requirement|restriction|condition|filter|preference|constraint|criterion|thing|"
    r"part|bit))?"
)
_OF_FACET = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:any|whatever|every|all)\s+(?P<facet>{_FACET})s?\b",
        rf"\b(?P<facet>{_FACET})s?\s+{_NO_MATTER}\b",
        rf"\b{_DO_NOT} (?:mind|care)(?: about)?(?: the| which| what)?\s+(?P<facet>{_FACET})\b",
        rf"{_DROPPED}(?P<facet>{_FACET})s?{_WISHED}{_END}",
    )
)
_BEFORE_VALUE = re.compile(
    r"(?:\b(?:does ?n['’]?t|does not|doesnt|need ?n['’]?t|need not|do ?n['’]?t|do not)\s+"
    r"(?:really |actually |necessarily )*(?:(?:have|need) to be|be|have to have)|\bno need (?:for|to be)|"
    r"\b(?:drop|never ?mind)(?: about)?\s+(?:the\s+)?)\s*(?:an?\s+|in\s+|from\s+|of\s+|made of\s+|size\s+)*$",
    re.IGNORECASE,
)
_AFTER_VALUE = re.compile(
    r"(?:\s+or\s+[\w-]+)?\s+(?:(?:(?:is|are)(?: not|n['’]?t)|isnt|arent)\s+(?:really |actually |so |that )*(?:an? )?"
    r"(?:must(?:[- ]have)?|necessary|needed|essential|required|requirement|compulsory|important)|"
    r"(?:does ?n['’]?t|does not|doesnt|don['’]?t|do not|dont) matter)\b",
    re.IGNORECASE,
)
_HELD = frozenset({"colour", "material", "feature", "size", "brand"})
_RELEASED = {
    "colour": ("in_colour",),
    "brand": ("by_brand",),
    "size": ("in_size",),
    "material": ("of_material",),
    "price": ("budget_max", "budget_min", "cheaper_than", "dearer_than"),
    "money": ("budget_max", "cheaper_than"),
    "budget": ("budget_max", "budget_min", "cheaper_than"),
}


@dataclass(frozen=True, slots=True)
class Release:
    """What is taken back: a predicate ("in_size") or a node ("material:leather"), and the words that say so."""

    wish: str
    start: int
    end: int


def find_releases(utterance: str, mentions: Sequence[Mention]) -> list[Release]:
    """In no order; a facet may take back several predicates."""
    return [*_of_facets(utterance), *_of_values(utterance, mentions)]


def _of_facets(utterance: str) -> Iterator[Release]:
    for pattern in _OF_FACET:
        for match in pattern.finditer(utterance):
            facet = match["facet"].lower().replace("color", "colour").removesuffix("s")
            for predicate in _RELEASED[facet]:
                yield Release(predicate, *match.span())


def _of_values(utterance: str, mentions: Sequence[Mention]) -> Iterator[Release]:
    """What is named, and need not be: it is not refused either."""
    for mention in mentions:
        if mention.kind not in _HELD:
            continue
        before, after = _BEFORE_VALUE.search(utterance[: mention.start]), _AFTER_VALUE.match(utterance[mention.end :])
        if before or after:
            start = before.start() if before else mention.start
            yield Release(mention.value, start, mention.end + (after.end() if after else 0))
