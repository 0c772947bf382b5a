"""Whom a thing is made for: a grown-up who asks for a jacket is not shown children's jackets first."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from profiling.catalogue.snapshot import Snapshot
from profiling.search.lexical import LexicalSearch

CHILD_WEIGHT = 0.35
_CHILD_TITLES = ("children", "child", "kid", "baby", "toddler", "junior", "youth")
_CHILD_WORDS = re.compile(
    r"\b(?:child(?:ren)?|kids?|bab(?:y|ies)|toddlers?|sons?|daughters?|nephews?|nieces?|grand(?:son|daughter|child|kid)\w*|"
    r"boys?|girls?|(?:[1-9]|1[0-4])\s*-?\s*(?:years?|yrs?|y/?o)\b)",
    re.IGNORECASE,
)


def speaks_of_child(request: str) -> bool:
    """Whether the request is for a child."""
    return bool(_CHILD_WORDS.search(request))


def audience_scores(request: str, snapshot: Snapshot, lexical: LexicalSearch) -> NDArray[np.float64]:
    """What an item's audience adds to its score: children's things gain if the request speaks of a child, else lose."""
    scores = np.zeros(len(snapshot))
    childrens = snapshot.positions(lexical.matching(_CHILD_TITLES, columns=("title",)))
    scores[childrens] = CHILD_WEIGHT if speaks_of_child(request) else -CHILD_WEIGHT
    return scores
