"""Which sentence of an item's own text answers a question about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from profiling.encoder import Encoder
from profiling.search.lexical import content_terms
from profiling.types import Item

THRESHOLD = 0.35
OVERLAP_WEIGHT = 0.5
MAX_REVIEW_SENTENCES = 40
TAGS = "Tags"
"""What a shop files an item under is no text for shoppers."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|;\s+")


def best_passage(item: Item, question: str, *, encoder: Encoder | None) -> str | None:
    """The sentence or attribute that is nearest to the question; None where none is near enough."""
    return _nearest(passages_of(item), _words(item, question), question, encoder=encoder)


def best_review(
    item: Item, question: str, reviews: Sequence[tuple[str, float | None]], *, encoder: Encoder | None
) -> tuple[str, float | None] | None:
    """The sentence of a review that answers a question about an item, with the review's rating.

    Only sentences that share a word with the question count: a review speaks of much.

    Args:
        item: what is asked about.
        question: in the shopper's words.
        reviews: (text, rating) of the item's product.
        encoder: None: words alone decide.
    """
    words = _words(item, question)
    rated = {
        sentence.strip(): rating
        for text, rating in reviews
        for sentence in _SENTENCE.split(text)
        if words & set(content_terms(sentence))
    }
    found = _nearest(list(rated)[:MAX_REVIEW_SENTENCES], words, question, encoder=encoder)
    return (found, rated[found]) if found else None


def _words(item: Item, question: str) -> set[str]:
    """What the question asks for beside the item."""
    return set(content_terms(question)) - set(content_terms(item.title))


def _nearest(passages: Sequence[str], words: set[str], question: str, *, encoder: Encoder | None) -> str | None:
    if not passages or not question.strip():
        return None
    overlap = np.array([len(words & set(content_terms(passage))) / max(1, len(words)) for passage in passages])
    scores = OVERLAP_WEIGHT * overlap
    if encoder is not None:
        vectors = encoder.encode([question, *passages])
        scores = scores + vectors[1:] @ vectors[0]
    best = int(np.argmax(scores))
    return passages[best] if scores[best] >= THRESHOLD and (encoder or overlap[best] > 0) else None


def passages_of(item: Item) -> list[str]:
    """The sentences of the description and the attributes as "name: value"."""
    sentences = [sentence.strip() for sentence in _SENTENCE.split(item.description) if sentence.strip()]
    attributes = (f"{name}: {value}" for name, value in item.attributes.items() if value and name != TAGS)
    return [*sentences, *attributes]
