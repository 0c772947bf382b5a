"""The simple ways that our figures stand beside: a gazetteer alone, and key words before a mention."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from profiling.entities.gazetteer import Gazetteer
from profiling.entities.spans import Span
from profiling.evaluate.entities import span_of
from profiling.relations.candidate import Candidate, of_mention
from profiling.relations.wishes import PREDICATES
from profiling.types import Mention

_REACH = 25
_KEY_WORDS = {
    "is_allergic_to": re.compile(r"\ballergic to\b", re.IGNORECASE),
    "dislikes": re.compile(r"\b(?:hate|don'?t like|dislike)\b", re.IGNORECASE),
    "likes": re.compile(r"\b(?:love|like|favou?rite)\b", re.IGNORECASE),
    "avoids": re.compile(r"\b(?:avoid|never)\b", re.IGNORECASE),
    "owns": re.compile(r"\b(?:i have|i own|my)\b", re.IGNORECASE),
    "bought": re.compile(r"\b(?:bought|ordered)\b", re.IGNORECASE),
    "returned": re.compile(r"\b(?:returned|sent back)\b", re.IGNORECASE),
    "excludes": re.compile(r"\b(?:no|not|without|except)\b", re.IGNORECASE),
}


def gazetteer_alone(gazetteer: Gazetteer) -> Callable[[str], set[Span]]:
    """Names of the catalogue and the vocabulary, each exactly or misspelt, and nothing else."""
    return lambda text: {span_of(mention) for mention in gazetteer.mentions(text, [])}


def key_words_alone(utterance: str, mentions: Sequence[Mention]) -> list[Candidate]:
    """One fact a mention: by the first key word in the few words before it, else a wish."""
    return list(_by_key_words(utterance, mentions))


def _by_key_words(utterance: str, mentions: Sequence[Mention]) -> Iterator[Candidate]:
    for mention in mentions:
        before = utterance[max(0, mention.start - _REACH) : mention.start]
        said = next((predicate for predicate, words in _KEY_WORDS.items() if words.search(before)), None)
        if mention.kind == "price":
            said = f"budget_{mention.value.partition(':')[0].removeprefix('price_')}"
        predicate = said or {**PREDICATES, "recipient": "gift_for"}.get(mention.kind)
        if predicate is not None:
            yield of_mention(predicate, mention, 1.0)
