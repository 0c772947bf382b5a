"""Mentions that belong together: a shade and its colour, a thing and the thing that it is a kind of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from profiling.text.tokens import Token
from profiling.types import Mention

_SHADES = frozenset(
    "sage dark light pale bright deep pastel matt matte neon soft off jet royal baby sky bottle forest dusty hot burnt "
    "olive mint navy warm cool electric racing ash rose ice denim wine cherry mustard emerald".split()
)


def with_shades(mentions: Sequence[Mention], utterance: str, tokens: Sequence[Token]) -> list[Mention]:
    """ "forest green" and "dark blue" are one colour each, the last word's."""
    starts = {token.end: token for token in tokens}
    shaded: list[Mention] = []
    for mention in mentions:
        before = starts.get(len(utterance[: mention.start].rstrip(" -")))
        if mention.kind == "colour" and before is not None and before.term in _SHADES:
            shaded = [other for other in shaded if other.end <= before.start]
            words = utterance[before.start : mention.end]
            mention = replace(mention, text=words, start=before.start)  # noqa: PLW2901
        shaded.append(mention)
    return shaded


def heads_only(mentions: Sequence[Mention], utterance: str) -> list[Mention]:
    """Of two things side by side the last one is meant: "light jacket" is a jacket, not a lamp."""
    ordered = sorted(mentions, key=lambda mention: mention.start)
    dropped = {
        first
        for first, second in pairwise(ordered)
        if first.kind == second.kind == "product_type" and not utterance[first.end : second.start].strip(" -")
    }
    return [mention for mention in ordered if mention not in dropped]
