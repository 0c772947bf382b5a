"""Which kind of thing an item is: the head noun of its type or title, as a node of the vocabulary.

Feeds say it in many ways or not at all. "Keyboard Mouse Console Adapter" is an adapter, "mouse RF Wireless Laser" a
mouse, "Sleeve for iPad" is no tablet: in an English noun phrase the last noun is the head, and what follows "for" is
not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from profiling.text.tokens import Token, terms, tokenize
from profiling.types import Item
from profiling.vocabulary import Vocabulary

_FOR = re.compile(r"\s(?:for|f/|fits|compatible|to fit|suits)\s", re.IGNORECASE)
_SPECIFICATION = r"\b(?!\d{4,}a\b)\d+(?:[.,]\d+)?\s?(?:[kmgt]b|[cm]?m|ft|in|[mg]hz|[vwag]|kg|ml|l|mah|dpi|pixels)\b"
_BREAK = re.compile(rf"\s[-–—|]\s|[,;(|]|\swith\s|\sw/\s|{_SPECIFICATION}", re.IGNORECASE)
_PIECES = re.compile(r"\b\d+\s*(?:pc\(s\)|pcs?\b|pieces\b)", re.IGNORECASE)


def kind_of(item: Item, vocabulary: Vocabulary) -> str:
    """The product type of an item: a node of the vocabulary where one fits, else the feed's own words, else ''."""
    feed_type = item.product_type or (item.category[-1] if item.category else "")
    return _head(feed_type, vocabulary) or _title_head(item, vocabulary) or " ".join(terms(feed_type))


def _head(phrase: str, vocabulary: Vocabulary) -> str:
    """The longest node that ends the phrase:

    `tablet security enclosure` is none, `mobile phone case` is a phone case.
    """
    words = terms(phrase)
    nodes = (vocabulary.product_types.find(words[start:]) for start in range(len(words)))
    return next((node for node in nodes if node), "")


def _title_head(item: Item, vocabulary: Vocabulary) -> str:
    title = _PIECES.sub(" ", item.title)
    if item.brand and title.casefold().startswith(item.brand.casefold()):
        title = title[len(item.brand) :]
    for part in _BREAK.split(_FOR.split(f" {title} ")[0]):
        tokens = tokenize(part)
        matches = list(vocabulary.product_types.scan([token.term for token in tokens]))
        for _, end, node in reversed(matches):
            if _may_follow(tokens[end : end + 1], vocabulary):
                return node
    return ""


def _may_follow(following: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """A head noun is followed by nothing, or by what is no noun: a number, a model name, a colour, a feature."""
    if not following:
        return True
    token = following[0]
    known = vocabulary.colours.find([token.term]) or vocabulary.features.find([token.term])
    return bool(known) or not token.text.isalpha() or not (token.text.islower() or token.text.istitle())
