"""Things whose name begins with a noun: "winter boots", "gel pens", "bath toys" are kinds of boots, pens and toys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from profiling.text.tokens import term
from profiling.types import Mention
from profiling.vocabulary.taxonomy import load_names

_ABSORBED = frozenset({"use", "feature", "product_type", "material"})
_BEFORE = re.compile(r"(?P<word>[^\W\d_]+(?:['’]s)?)(?P<gap>[ -])$")


def with_modifiers(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions with each thing extended to the nouns before it that make it a kind of its own."""
    modifiers = _modifiers()
    extended: list[Mention] = []
    for mention in mentions:
        current = mention
        while (
            mention.kind == "product_type"
            and (start := _modifier_start(text, current, extended, modifiers)) is not None
        ):
            extended = [other for other in extended if other.end <= start]
            current = replace(current, start=start, text=text[start : current.end])
        extended.append(current)
    return extended


def head_of(thing: str) -> str | None:
    """What a name is a kind of by itself: "winter coat" is a coat; None where it is no such name."""
    first, _, rest = thing.partition(" ")
    return rest if rest and term(first) in _modifiers() else None


@lru_cache(maxsize=1)
def _modifiers() -> frozenset[str]:
    return frozenset(load_names("modifiers"))


def _modifier_start(text: str, thing: Mention, before: Sequence[Mention], modifiers: frozenset[str]) -> int | None:
    match = _BEFORE.search(text, 0, thing.start)
    if match is None or term(match["word"]) not in modifiers:
        return None
    meets = [mention for mention in before if match.start() < mention.end and mention.start < thing.start]
    exact = all(mention.kind in _ABSORBED and mention.start == match.start() for mention in meets)
    return match.start() if exact else None
