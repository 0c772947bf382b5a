"""Candidates of one utterance that speak of the same words or of each other: which of them stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from profiling.relations.candidate import Candidate
from profiling.text.stretches import meets


def in_order(candidates: Sequence[Candidate], folded: str) -> list[Candidate]:
    """In the order of the utterance, critiques last; of two statements about the same words the linked one."""
    kept: list[Candidate] = []
    for candidate in candidates:
        met = meets(candidate, (c for c in kept if _same_side(c, candidate)))
        said_twice = any(c.object and _same_words(c, candidate, folded) for c in kept)
        if not met and not said_twice:
            kept.append(candidate)
    return sorted(kept, key=lambda candidate: (not candidate.object, candidate.start))


def _same_words(one: Candidate, other: Candidate, folded: str) -> bool:
    """ "black. not navy. black." asks for black once."""
    same = one.predicate == other.predicate and one.object == other.object
    return same and folded[one.start : one.end] == folded[other.start : other.end]


def _same_side(one: Candidate, other: Candidate) -> bool:
    """Whether one of two statements about the same words makes the other superfluous; both bounds of a price stay."""
    return one.lasting or (one.predicate == other.predicate and one.object == other.object)


def without_shadows(candidates: Sequence[Candidate], folded: str) -> list[Candidate]:
    """ "I don't want a mouse from Logitech" refuses Logitech, not mice."""
    refused = [c for c in candidates if c.predicate == "excludes"]
    kept = []
    for candidate in candidates:
        thing = candidate.predicate == "excludes" and candidate.object.startswith("product_type:")
        told_of = [other for other in refused if _tells_of(other, candidate, folded)] if thing else []
        if not told_of:
            kept.append(candidate)
        elif not any(folded[: other.start].endswith("no ") for other in told_of):  # "no leather bags" asks for no bags
            kept.append(replace(candidate, predicate="wants"))
    return kept


def _tells_of(other: Candidate, thing: Candidate, folded: str) -> bool:
    """Whether a refused property is one of the refused thing: "a red mouse", "a mouse from Logitech"."""
    if other.object.startswith("product_type:"):
        return False
    if other.end <= thing.start:
        return not folded[other.end : thing.start].strip()
    return bool(re.match(r"\s+(?:from|by|in|with|made|that|which)\b", folded[thing.end : other.start]))
