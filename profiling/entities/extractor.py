"""Finds mentions by a gazetteer of the live catalogue and of the trade's vocabulary, corrected for misspelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from profiling.entities.prices import find_prices
from profiling.entities.sizes import find_sizes
from profiling.text.tokens import Token, terms, tokenize
from profiling.text.words import WordList
from profiling.types import Mention, MentionKind
from profiling.vocabulary import Taxonomy, Vocabulary

_BRAND_CUES = frozenset({"from", "by", "brand", "not", "no", "avoid", "hate", "love", "like", "prefer", "except"})
_OWNERS = frozenset({"my", "your", "his", "her", "their", "our"})
_NAMING = frozenset({"from", "by", "brand"})
_NO_THING_AFTER = frozenset({"to", "i", "you", "we", "they"})
_MATERIAL_CUES = frozenset({"of", "from", "in", "made"})
_EXACT_FIRST: tuple[MentionKind, ...] = ("brand", "product_type", "feature", "material", "colour")


class EntityExtractor:
    """Mentions of an utterance. Built from one version of the catalogue; building takes milliseconds.

    Args:
        brands: as the catalogue writes them.
        nodes: product types of the catalogue, nodes of the vocabulary and others.
        words: ordinary words, which are never taken for a misspelling.
        currency: the shop's.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        *,
        brands: Iterable[str],
        nodes: Iterable[str],
        words: WordList,
        currency: str,
    ) -> None:
        self._words = words
        self._currency = currency
        self._types = vocabulary.product_types
        self._tables: dict[MentionKind, Mapping[tuple[str, ...], str]] = {
            "brand": self._brand_names([brand for brand in brands if terms(brand)]),
            "product_type": dict(vocabulary.product_types.lookup) | self._other_types(nodes),
            "feature": vocabulary.features.lookup,
            "material": vocabulary.materials.lookup,
            "colour": vocabulary.colours.lookup,
        }
        self._longest = max(len(key) for table in self._tables.values() for key in table)
        self._single = {
            key[0]: (kind, value)
            for kind in reversed(_EXACT_FIRST)
            for key, value in self._tables[kind].items()
            if len(key) == 1 and len(key[0]) >= 4
        }
        self._spellings = list(self._single)

    @property
    def known_words(self) -> frozenset[str]:
        """Words that are no misspelling; empty where no word list was built."""
        return self._words.known

    def mentions(self, utterance: str) -> list[Mention]:
        """Mentions in the order of the utterance; spans do not overlap, except for the two bounds of one price
        range.
        """
        fixed = [*find_prices(utterance, currency=self._currency), *find_sizes(utterance)]
        tokens = [token for token in tokenize(utterance) if not _covered(token, fixed)]
        found = [*fixed, *self._scan(utterance, tokens)]
        return sorted(_heads_only(found, utterance), key=lambda mention: (mention.start, mention.value))

    def _scan(self, utterance: str, tokens: Sequence[Token]) -> list[Mention]:
        found: list[Mention] = []
        position = 0
        while position < len(tokens):
            mention, length = self._exact(utterance, tokens, position) or self._corrected(tokens, position) or (None, 1)
            if mention is not None:
                found.append(mention)
            position += length
        return found

    def _exact(self, utterance: str, tokens: Sequence[Token], position: int) -> tuple[Mention, int] | None:
        for length in range(min(self._longest, len(tokens) - position), 0, -1):
            span = tokens[position : position + length]
            key = tuple(token.term for token in span)
            for kind in self._order(tokens, position):
                value = self._tables[kind].get(key)
                if value is not None and self._plausible(kind, tokens, position, length):
                    return _mention(kind, value, utterance[span[0].start : span[-1].end], span[0].start, 1.0), length
        return None

    @staticmethod
    def _order(tokens: Sequence[Token], position: int) -> Sequence[MentionKind]:
        """Some words are a thing and a material; "of glass" is the material."""
        if position and tokens[position - 1].term in _MATERIAL_CUES:
            return ("brand", "material", "colour", "feature", "product_type")
        return _EXACT_FIRST

    def _plausible(self, kind: MentionKind, tokens: Sequence[Token], position: int, length: int) -> bool:
        token, before = tokens[position], tokens[position - 1].term if position else ""
        if kind == "brand" and length == 1 and token.term in self._words.common:
            return before in _BRAND_CUES or (position > 0 and token.text[:1].isupper())
        if kind == "product_type":
            after = tokens[position + length].term if position + length < len(tokens) else ""
            about_size = after == "size" and before in _OWNERS
            return not about_size and not (length == 1 and before in _NO_THING_AFTER)
        return True

    def _corrected(self, tokens: Sequence[Token], position: int) -> tuple[Mention, int] | None:
        """A word that is in no word list, but a slip or two away from a brand or another term of the catalogue."""
        token = tokens[position]
        named = (
            position > 0 and tokens[position - 1].term in _NAMING
        )  # "from phillips" names a brand, whatever a Phillips is
        ordinary = self._words.common if named else self._words.known
        if len(token.term) < 4 or not token.term.isalpha() or not ordinary or token.term in ordinary:
            return None
        slips = 1 if len(token.term) < 7 else 2
        best = process.extractOne(
            token.term,
            self._spellings,
            scorer=DamerauLevenshtein.distance,
            score_cutoff=slips,
            processor=None,
        )
        if best is None or best[0][0] != token.term[0]:
            return None
        kind, value = self._single[best[0]]
        return _mention(kind, value, token.text, token.start, 1.0 - best[1] / len(token.term)), 1

    def _brand_names(self, brands: Sequence[str]) -> dict[tuple[str, ...], str]:
        """Brands by their names, and by a first word that no other brand and no ordinary word is: "Kingston"."""
        full = {tuple(terms(brand)): brand for brand in brands}
        firsts = Counter(name[0] for name in full)
        short = {
            name[:1]: brand
            for name, brand in full.items()
            if firsts[name[0]] == 1 and len(name[0]) >= 4 and name[0].isalpha() and name[0] not in self._words.common
        }
        return short | full

    def _other_types(self, nodes: Iterable[str]) -> dict[tuple[str, ...], str]:
        """Product types of the feed that the vocabulary does not know, where they are no ordinary word."""
        keys = {tuple(terms(node)): node for node in nodes if node and node not in self._types.parents}
        return {
            key: node
            for key, node in keys.items()
            if key not in self._types.lookup
            and 1 <= len(key) <= 4
            and (len(key) > 1 or key[0] not in self._words.common)
        }


def _mention(kind: MentionKind, value: str, text: str, start: int, score: float) -> Mention:
    return Mention(kind, f"{kind}:{value}", value, text, start, start + len(text), round(score, 3))


def _covered(token: Token, mentions: Sequence[Mention]) -> bool:
    return any(token.start < mention.end and mention.start < token.end for mention in mentions)


def _heads_only(mentions: Sequence[Mention], utterance: str) -> list[Mention]:
    """Of two things side by side the last one is meant: "light jacket" is a jacket, not a lamp."""
    ordered = sorted(mentions, key=lambda mention: mention.start)
    dropped = {
        first
        for first, second in pairwise(ordered)
        if first.kind == second.kind == "product_type" and not utterance[first.end : second.start].strip(" -")
    }
    return [mention for mention in ordered if mention not in dropped]


def taxonomy_of(kind: MentionKind, vocabulary: Vocabulary) -> Taxonomy | None:
    """The taxonomy that a kind of mention is linked to, if any."""
    return {
        "product_type": vocabulary.product_types,
        "colour": vocabulary.colours,
        "material": vocabulary.materials,
        "feature": vocabulary.features,
    }.get(kind)
