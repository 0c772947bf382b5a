"""Whether an utterance by itself, without the dialogue's intent, describes what is looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from profiling.relations.acts import ASKING, read_acts
from profiling.relations.clauses import Clause, fold
from profiling.relations.gifts import find_gifts, people_of
from profiling.relations.substances import find_refused
from profiling.relations.utterance import mask
from profiling.text.tokens import MAX_CHARACTERS
from profiling.types import Mention

_ASKED = re.compile(
    r"\b(?:gi(?:ve|mme)(?: me)?|(?:show|get|find) me|i(?:['’]?m| am)? (?:just |only |really )*(?:want|need|looking for|"
    r"searching for|after)|i (?:asked for|wanted))\b(?! to\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.?!;]|\b(?:for|with|from|like|match|instead of)\b", re.IGNORECASE)
"""What stands between the asking and a thing that is not asked for itself."""


def is_request(utterance: str, mentions: Sequence[Mention]) -> bool:
    """Whether the utterance asks for something to buy, or adds a wish to such a request."""
    if any(mention.kind == "order_number" for mention in mentions):
        return False
    folded = fold(utterance[:MAX_CHARACTERS])
    reading = read_acts(folded, mask(folded, mentions), people=people_of(folded, mentions))
    asking = [clause for clause, act in zip(reading.clauses, reading.acts, strict=True) if act in ASKING]
    if any(clause.covers(mention.start) for clause in asking for mention in mentions) or any(map(_refuses, asking)):
        return True
    return not mentions and "wish" in reading.acts and any(find_gifts(folded))


def asks_for_thing(utterance: str, mentions: Sequence[Mention]) -> bool:
    """Whether a thing is asked for in so many words, whatever stands beside it: "why so dear? I want a mug"."""
    return any(
        not _ENDS.search(utterance[match.end() : mention.start])
        for match in _ASKED.finditer(utterance)
        for mention in mentions
        if mention.kind == "product_type" and mention.start >= match.end()
    )


def _refuses(clause: Clause) -> bool:
    return any(find_refused(clause.text))
