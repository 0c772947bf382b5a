"""Whom a thing is made for: a grown-up who asks for a jacket is shown no children's jackets."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Mask, Snapshot
from profiling.search.lexical import LexicalSearch

CHILD_WEIGHT = 0.35
_CHILD_TITLES = ("children", "child", "kid", "baby", "toddler", "junior", "youth")
_AGE_GROUPS = (*_CHILD_TITLES, "kids", "infant", "newborn")
_CHILD_WORDS = re.compile(
    r"\b(?:child(?:ren)?|kids?|bab(?:y|ies)|toddlers?|sons?|daughters?|nephews?|nieces?|grand(?:son|daughter|child|kid)\w*|"
    r"god(?:son|daughter|child|kid)s?|newborns?|infants?|twins?|"
    r"boys?|girls?|(?:[1-9]|1[0-4])\s*-?\s*(?:years?|yrs?|y/?o)\b)",
    re.IGNORECASE,
)
_YOUNG_PERHAPS = re.compile(
    r"\b(?:little (?:one|man|lady|brother|sister)s?|small hands|(?:pre)?school|nursery|kindergarten|playground|pupils?|"
    r"teen(?:ager)?s?|famil(?:y|ies)|(?:[1-9]|1[0-4])(?:st|nd|rd|th) (?:birthday|bday))\b",
    re.IGNORECASE,
)
"""What may be for a child or not: nothing is left out then."""
_FOR_CHILDREN = frozenset({"toy", "soft toy", "night light"})
"""Kinds of things that are mostly children's, so that nobody says so."""


def speaks_of_child(request: str) -> bool:
    """Whether the request is for a child."""
    return bool(_CHILD_WORDS.search(request))


@dataclass(frozen=True)
class Childrens:
    """Which items of a snapshot are made for children: by their title alone, and by the feed's age group too."""

    titled: Mask
    all: Mask

    @classmethod
    def of(cls, snapshot: Snapshot, lexical: LexicalSearch) -> Childrens:
        """Looks the titles up."""
        titled = np.zeros(len(snapshot), dtype=bool)
        titled[snapshot.positions(lexical.matching(_CHILD_TITLES, columns=("title",)))] = True
        return cls(titled, titled | snapshot.age_groups.equals(_AGE_GROUPS))


def audience_scores(request: str, childrens: Childrens) -> NDArray[np.float64]:
    """What an item's audience adds to its score: children's things gain if the request speaks of a child, else lose."""
    weight = CHILD_WEIGHT if speaks_of_child(request) else -CHILD_WEIGHT
    return weight * childrens.titled.astype(np.float64)


def suitable(allowed: Mask, of_kind: Mask, request: str, childrens: Childrens, *, kinds: Collection[str]) -> Mask:
    """The items without children's, unless the request may be for a child, or the shop has nothing else of the kind.

    Args:
        of_kind: all of the kinds that are wanted, whatever else is wished.
        kinds: the kinds of thing that are wanted, and those above them.
    """
    if speaks_of_child(request) or _YOUNG_PERHAPS.search(request) or not _FOR_CHILDREN.isdisjoint(kinds):
        return allowed
    others: Mask = allowed & ~childrens.all
    return others if (of_kind & ~childrens.all).any() else allowed
