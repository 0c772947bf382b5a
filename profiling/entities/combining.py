"""What patterns and gazetteer know of an utterance, and what the token classifier makes of it, together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from profiling.entities.gazetteer import Gazetteer
from profiling.entities.labels import LABELS
from profiling.entities.prices import read_amount
from profiling.entities.sizes import size_mention
from profiling.entities.spans import Span
from profiling.entities.tagger import Tagged
from profiling.entities.tagger.decode import best_spans, probability
from profiling.text.stretches import meets
from profiling.text.tokens import terms
from profiling.types import Mention, MentionKind

TRUST: Mapping[str, float] = {
    **dict.fromkeys(LABELS, 5.0),
    "brand": 6.0,
    **dict.fromkeys(("material", "feature"), 4.0),
    "colour": 3.0,  # "charcoal", "lavender" and "cream" are colours only in some company
    "O": 2.0,
}
"""How much likelier a tag is for being known from patterns or gazetteer, or "O" for being unknown: natural logarithms,
chosen on texts that the classifier had not learnt, our own and the development half.
"""
SURE = 0.8
"""Below this probability a span that nothing is known of is none, and what is known in its place stays."""
_EMPTY = frozenset("our your his her their the who for and with".split())
_NUMBERED = frozenset({"model", "order_number", "date", "size"})
_IN_OWN_WORDS = frozenset({"colour", "material", "feature", "use"})
"""Kinds that are searched for in the shopper's words where no vocabulary knows them."""


def combine(
    text: str, known: Sequence[Mention], tagged: Tagged, gazetteer: Gazetteer, *, currency: str
) -> list[Mention]:
    """Mentions in the order of the text: the likeliest reading of its words, where what is known speaks for itself as
    strongly as TRUST says.

    A span that is no mention already is looked up; what the gazetteer does not know stays in the shopper's words,
    with the classifier's probability as its score. Kinds that the classifier was never taught are kept as they are.
    """
    taught = {tag[2:] for tag in tagged.tags if tag != "O"}
    end = tagged.places[-1][1] if tagged.places else 0
    kept = [mention for mention in known if mention.kind not in taught or mention.start >= end]
    judged = [mention for mention in known if mention not in kept]
    places = [_span(mention) for mention in judged]
    spans = best_spans(tagged, places, TRUST)
    sure = [span for span in spans if span in places or _is_name(text, span, tagged)]
    unsure = [span for span in spans if span not in sure]
    kept += [m for m in judged if meets(m, unsure) and not meets(m, sure)]
    free = [span for span in sure if not meets(span, kept)]
    read = [
        mention
        for span in free
        for mention in _mentions(text, span, judged, tagged=tagged, gazetteer=gazetteer, currency=currency)
    ]
    return sorted([*kept, *read], key=lambda mention: (mention.start, mention.value))


def _is_name(text: str, span: Span, tagged: Tagged) -> bool:
    """Whether the classifier is sure enough of a span that nothing is known of, and it says something by itself."""
    if span.label == "price":
        return True
    words = re.findall(r"[^\W\d_]{3,}", text[span.start : span.end].lower())
    return probability(tagged, span) >= SURE and (span.label in _NUMBERED or not _EMPTY.issuperset(words))


def _mentions(
    text: str, span: Span, known: Sequence[Mention], *, tagged: Tagged, gazetteer: Gazetteer, currency: str
) -> Sequence[Mention]:
    """A span as mentions: two for the bounds of one price, none for a price without an amount."""
    same = [mention for mention in known if _span(mention) == span]
    if same:
        return same
    words = text[span.start : span.end]
    if span.label == "price":
        bounds = [mention for mention in known if mention.kind == "price" and meets(mention, [span])]
        bounds = bounds or read_amount(words, currency=currency)
        return [replace(bound, start=span.start, end=span.end, text=words) for bound in bounds]
    if span.label == "size":
        return [size_mention(text, span.start, span.end)]
    linked = gazetteer.link(span.label, words)
    if linked is not None:
        return [replace(linked, start=span.start, end=span.end, text=words)]
    return [_unlinked(span.label, words, span.start, round(probability(tagged, span), 3))]


def _unlinked(kind: MentionKind, words: str, start: int, score: float) -> Mention:
    plain = " ".join(words.lower().split())
    node = f"words:{' '.join(terms(words))}" if kind in _IN_OWN_WORDS else f"{kind}:{plain}"
    return Mention(kind, node, words, words, start, start + len(words), score)


def _span(mention: Mention) -> Span:
    return Span(mention.start, mention.end, mention.kind)
