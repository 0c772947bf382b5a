"""Whether an utterance by itself, without the dialogue's intent, describes what is looked for."""

from __future__ import annotations

from collections.abc import Sequence

from profiling.relations.acts import ASKING, read_acts
from profiling.relations.clauses import fold
from profiling.relations.gifts import find_gifts, people_of
from profiling.relations.substances import find_refused
from profiling.text.tokens import MAX_CHARACTERS
from profiling.types import Mention


def is_request(utterance: str, mentions: Sequence[Mention]) -> bool:
    """Whether the utterance asks for something to buy, or adds a wish to such a request."""
    if any(mention.kind == "order_number" for mention in mentions):
        return False
    folded = fold(utterance[:MAX_CHARACTERS])
    reading = read_acts(folded, people=people_of(folded, mentions))
    if not mentions:
        asking = [clause.text for clause, act in zip(reading.clauses, reading.acts, strict=True) if act in ASKING]
        return any(map(_refuses, asking)) or ("wish" in reading.acts and any(find_gifts(folded)))
    return any(reading.at(mention.start)[1] in ASKING for mention in mentions if mention.start < MAX_CHARACTERS)


def _refuses(clause: str) -> bool:
    return any(find_refused(clause))
