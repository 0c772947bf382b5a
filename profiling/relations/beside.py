"""A thing that is named beside the clause that asks for it: "his slippers fall apart. what have you got?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from profiling.relations.candidate import Candidate
from profiling.relations.negation import is_negated
from profiling.relations.utterance import Utterance
from profiling.relations.wishes import wish_of

UNSURE = 0.55
"""Confidence in a thing that the shopper names, but not where they ask."""
_ASKS_FOR_IT = re.compile(
    r"\b(?:what|which|any(?:thing)?|something)\b[^.?!]{0,20}\b(?:have you got|do you have|you got|recommend|"
    r"suggest)\b|\b(?:need|want|looking for|after) (?:an?|some|the|one|ones|something|new ones|another)\b|"
    r"\bgot any\b|\bany ideas\b|\bwhat(?:'?s| is| are)? (?:an? |the |some )?(?:good|best|decent)\b|"
    r"\bi (?:asked for|wanted|said|meant)\b"
)


def named_beside(said: Utterance, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """The wish for the one thing that is named, if what was `found` tells nothing of it and something is asked for."""
    things = [
        mention
        for mention in said.mentions
        if mention.kind == "product_type"
        and not is_negated(said.folded, said.reading.at(mention.start)[0], mention.start, mention.end)
    ]
    nodes = {thing.value for thing in things}
    told = any(candidate.object in nodes or candidate.predicate == "wants" for candidate in found)
    if len(nodes) != 1 or told or not _ASKS_FOR_IT.search(said.folded):
        return
    thing = things[0]
    clause, _ = said.reading.at(thing.start)
    before, after = said.before(clause, thing, masked=False), said.folded[thing.end :]
    wish = wish_of(thing, before, after, negated=False, told_of=False, confidence=UNSURE)
    if wish is not None and wish.predicate == "wants":
        yield wish
