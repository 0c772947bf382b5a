"""Mentions of an utterance: what has a form of its own, what the gazetteer knows, what the token classifier sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from profiling.entities.agreement import is_misread
from profiling.entities.bare_sizes import find_bare_sizes
from profiling.entities.bounds import find_bounds
from profiling.entities.combining import combine
from profiling.entities.compounds import with_modifiers
from profiling.entities.gazetteer import Gazetteer
from profiling.entities.models import find_known_models, find_models_of_brands
from profiling.entities.patterns import find_patterns
from profiling.entities.phrases import (
    find_companions,
    find_properties,
    find_purposes,
    find_qualities,
    find_specifications,
)
from profiling.entities.prices import find_prices
from profiling.entities.sizes import find_screens, find_sizes
from profiling.entities.spans import Span
from profiling.entities.tagger import Tagger
from profiling.entities.worn import is_bedding
from profiling.text.cleaning import CleanText, clean
from profiling.text.stretches import meets
from profiling.text.tokens import MAX_CHARACTERS
from profiling.text.words import WordList
from profiling.types import Mention
from profiling.vocabulary import Vocabulary


class EntityExtractor:
    """Mentions of an utterance. Built from one version of the catalogue; building takes milliseconds.

    Args:
        brands: as the catalogue writes them.
        nodes: product types of the catalogue, nodes of the vocabulary and others.
        words: ordinary words, which are never taken for a misspelling.
        currency: the shop's.
        tagger: None means patterns and gazetteer alone.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        *,
        brands: Iterable[str],
        nodes: Iterable[str],
        words: WordList,
        currency: str,
        tagger: Tagger | None = None,
    ) -> None:
        self._currency = currency
        self._tagger = tagger
        self._words = words
        self._gazetteer = Gazetteer(vocabulary, brands=brands, nodes=nodes, words=words)

    @property
    def gazetteer(self) -> Gazetteer:
        """What it looks names up in."""
        return self._gazetteer

    @property
    def known_words(self) -> frozenset[str]:
        """Words that are no misspelling; empty where no word list was built."""
        return self._words.known

    def mentions(self, utterance: str, *, by_form: bool = False) -> list[Mention]:
        """Mentions in the order of the utterance; spans do not overlap, except for the two bounds of one price
        range.

        Args:
            by_form: only what is known by its form or its name, without the token classifier: what facts may be
                learnt from, and what reviews are read by.
        """
        text = clean(utterance[:MAX_CHARACTERS])
        found = self._known(text.text)
        return _as_written(found if by_form else self._combined(text.text, found), text)

    def reread(self, utterance: str) -> tuple[list[Mention], frozenset[tuple[int, int]]]:
        """Mentions with the token classifier, and the stretches [start, end) of mentions by form in which it reads
        something else.
        """
        text = clean(utterance[:MAX_CHARACTERS])
        known = self._known(text.text)
        if self._tagger is None:
            return _as_written(known, text), frozenset()
        tagged = self._tagger.tag(text.text)
        misread = [
            mention
            for mention in known
            if (mention.kind != "brand" or mention.score < 1)  # a shop's brand, spelt as the shop does, is that brand
            and is_misread(tagged, Span(mention.start, mention.end, mention.kind))
            and not self._is_slip(text.text, mention)
        ]
        stretches = frozenset((mention.start, mention.end) for mention in _as_written(misread, text))
        return _as_written(self._combined(text.text, known), text), stretches

    def _combined(self, text: str, known: list[Mention]) -> list[Mention]:
        if self._tagger is None:
            return known
        return combine(text, known, self._tagger.tag(text), self._gazetteer, currency=self._currency)

    def _is_slip(self, text: str, mention: Mention) -> bool:
        """Whether a thing is misspelt, and the token classifier reads it as one in its right spelling."""
        if self._tagger is None or mention.kind != "product_type" or mention.score == 1:
            return False
        mended = f"{text[: mention.start]}{mention.label}{text[mention.end :]}"
        span = Span(mention.start, mention.start + len(mention.label), mention.kind)
        return not is_misread(self._tagger.tag(mended), span)

    def _known(self, text: str) -> list[Mention]:
        """What patterns, gazetteer and the neighbours of both say."""
        formed = _without_overlaps(self._formed(text))
        found = [*formed, *self._gazetteer.mentions(text, formed)]
        if any(self._gazetteer.has_screen(mention) for mention in found):
            screens = find_screens(text)
            found = [*screens, *(mention for mention in found if not meets(mention, screens))]
        return _ordered(self._by_context(text, _ordered(found)))

    def _formed(self, text: str) -> Iterator[Mention]:
        bounds = list(find_bounds(text))
        yield from bounds
        yield from find_prices(text, currency=self._currency)
        yield from find_patterns(text)
        yield from find_specifications(text)
        yield from (size for size in find_sizes(text) if not meets(size, bounds))
        yield from find_known_models(text)

    def _by_context(self, text: str, found: list[Mention]) -> list[Mention]:
        """What is known only by what stands beside it, each step on the mentions of those before."""
        found = with_modifiers(text, found)
        for model in find_models_of_brands(text, found, self._words):
            found = _with([m for m in found if m.kind != "model" or not meets(m, [model])], [model])
        for formed in find_properties(text):
            inside = [
                m for m in found if formed.start <= m.start and m.end <= formed.end and m.kind in {"model", "brand"}
            ]
            found = _with([mention for mention in found if mention not in inside], [formed])  # "ps5 compatible"
        for companion in find_companions(text, found):
            found = [mention for mention in found if not meets(mention, [companion])]
            found = _ordered([*found, companion])
        for purpose in find_purposes(text, found):
            found = _with([m for m in found if m.kind != "use" or not meets(m, [purpose])], [purpose])
        found = _with(found, find_qualities(text, found))
        sizes = find_bare_sizes(text, found, worn=self._gazetteer.is_worn, bedding=is_bedding)
        return _with(found, sizes)


def _as_written(mentions: list[Mention], text: CleanText) -> list[Mention]:
    """The mentions with their places and their words in the raw utterance."""
    if text.text == text.raw:
        return mentions
    spans = [text.raw_span(mention.start, mention.end) for mention in mentions]
    return [
        replace(mention, start=start, end=end, text=text.raw[start:end])
        for mention, (start, end) in zip(mentions, spans, strict=True)
    ]


def _without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """The first of each set that overlaps; two bounds of one span stay."""
    kept: list[Mention] = []
    for mention in mentions:
        same = any((m.start, m.end, m.kind) == (mention.start, mention.end, mention.kind) for m in kept)
        if same or not meets(mention, kept):
            kept.append(mention)
    return kept


def _with(mentions: list[Mention], more: Iterable[Mention]) -> list[Mention]:
    """The mentions with those of the others that meet none of them."""
    for mention in more:
        if not meets(mention, mentions):
            mentions = _ordered([*mentions, mention])
    return mentions


def _ordered(mentions: Iterable[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda mention: (mention.start, mention.value))
