"""Names of the live catalogue and of the trade's vocabulary in an utterance, corrected for misspelling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from profiling.entities.joined import heads_only, with_shades
from profiling.entities.misspelt import SHORTEST, Phrases, Spellings, is_odd
from profiling.entities.models import names_a_line
from profiling.entities.pets import for_pets
from profiling.entities.worn import worn_by_name
from profiling.text.stretches import meets
from profiling.text.tokens import Token, terms, tokenize
from profiling.text.words import WordList
from profiling.types import Mention, MentionKind
from profiling.vocabulary import Vocabulary

_BRAND_CUES = frozenset({"from", "by", "brand", "not", "no", "avoid", "hate", "love", "like", "prefer", "except"})
_OWNERS = frozenset({"my", "your", "his", "her", "their", "our"})
_MEASURED = frozenset({"ring", "shoe", "collar", "bra", "hat"})
_ADJECTIVES = frozenset({"light", "smart"})
_ARTICLES = frozenset({"a", "the", "that", "this", "my", "bike", "any"})
_SCREENED = frozenset({"monitor", "laptop", "tablet", "television"})
_WORN = frozenset({"clothing", "shoe"})
_NO_NAMES = frozenset({"can", "got", "tight", "short", "brief", "throw", "saw"})
"""Ordinary words that look like the singular of a name: cans, GOTS."""
_ADJECTIVE_BRANDS = frozenset(
    "sharp sage keen crucial smart gap singer polar kong rituals emma felix dove mango shark".split()
)
"""Brands whose names tell of the thing that they stand before: "a sharp knife"."""
_NO_FEATURE = re.compile(
    r"\b(?:i'?m|i am|im|we're|we are|"
    r"(?:s?he|they|who|my \w+|daughter|son|wife|husband|friend|mum)(?: is|'s| are))(?: a)? "
    r"(?:vegan|vegetarian)|\bused to?\b|\b(?:get|got|be) used\b",
    re.IGNORECASE,
)
_NAMING = frozenset({"from", "by", "brand"})
_NO_THING_AFTER = frozenset({"to", "i", "you", "we", "they", "he", "she", "too", "very"})
_MATERIAL_CUES = frozenset({"of", "from", "in", "made"})
_KNOWN: Mapping[MentionKind, MentionKind] = {"known_brand": "brand", "known_thing": "product_type"}
"""Names that everybody knows, and what they are names of."""
_EXACT_FIRST: tuple[MentionKind, ...] = ("brand", "product_type", "feature", "material", "colour", "use", *_KNOWN)
_USE_CUES = frozenset("for the to go during and a an my as his her our this like likes into".split())
_OCCASIONS = frozenset(
    {
        "wedding",
        "birthday",
        "christmas",
        "easter",
        "valentine's day",
        "mother's day",
        "father's day",
        "housewarming",
        "retirement",
        "graduation",
        "baby shower",
    }
)
Key = tuple[str, ...]


class Gazetteer:
    """Looks names up. Built from one version of the catalogue; building takes milliseconds.

    Args:
        brands: as the catalogue writes them.
        nodes: product types of the catalogue, nodes of the vocabulary and others.
        words: ordinary words, which are never taken for a misspelling.
    """

    def __init__(self, vocabulary: Vocabulary, *, brands: Iterable[str], nodes: Iterable[str], words: WordList) -> None:
        self._words = words
        self._types = vocabulary.product_types
        own = self._brand_names(brands)
        things = {key: thing for thing in vocabulary.things if (key := tuple(terms(thing)))}
        known = {key: brand for brand in vocabulary.brands for key in _brand_keys(brand) if key not in own}
        self._tables: dict[MentionKind, Mapping[Key, str]] = {
            **{label: taxonomy.lookup for label, taxonomy in vocabulary.own_labels.items()},
            "brand": own,
            "product_type": dict(vocabulary.product_types.lookup) | self._other_types(nodes),
            "feature": vocabulary.features.lookup,
            "material": vocabulary.materials.lookup,
            "colour": vocabulary.colours.lookup,
            "use": vocabulary.uses.lookup,
            "known_brand": known,
            "known_thing": things,
        }
        self._order: tuple[MentionKind, ...] = (*vocabulary.own_labels, *_EXACT_FIRST)
        self._longest = max(len(key) for table in self._tables.values() for key in table)
        self._single = {
            key[0]: (kind, value)
            for kind in reversed(self._order)
            for key, value in self._tables[kind].items()
            if len(key) == 1 and len(key[0]) >= SHORTEST and kind != "use"
        }
        self._spellings = Spellings(self._single)
        self._phrases = Phrases(self._tables["product_type"])

    def mentions(self, utterance: str, taken: Sequence[Mention]) -> list[Mention]:
        """Mentions outside the spans already taken, in the order of the utterance."""
        tokens = [token for token in tokenize(utterance) if not meets(token, taken)]
        shaded = with_shades(self._scan(utterance, tokens), utterance, tokens)
        made = [self._made_of(mention, shaded) or mention for mention in shaded]
        things = for_pets(made, utterance, self._tables["product_type"])
        return heads_only(self._described(things, utterance), utterance)

    def link(self, kind: MentionKind, words: str) -> Mention | None:
        """The mention of this kind that words are as a whole, or that a compound noun ends in: "clog sandals" are
        sandals. None if nothing of it is known.
        """
        found = [mention for mention in self.mentions(words, []) if mention.kind == kind and mention.end == len(words)]
        whole = [mention for mention in found if mention.start == 0 or kind == "product_type"]
        return whole[0] if whole else None

    def has_screen(self, mention: Mention) -> bool:
        """Whether it names a thing that is sold by the inches of its screen."""
        return self._is_kind(mention, _SCREENED)

    def is_worn(self, mention: Mention) -> bool:
        """Whether it names clothes or shoes, which come in sizes that are bare numbers."""
        return self._is_kind(mention, _WORN) or worn_by_name(mention.text)

    def _is_kind(self, mention: Mention, tops: frozenset[str]) -> bool:
        node = mention.value.partition(":")[2]
        return mention.kind == "product_type" and not tops.isdisjoint(self._types.ancestors(node))

    def _made_of(self, mention: Mention, others: Sequence[Mention]) -> Mention | None:
        """What names a colour and a material is the material beside another colour, or of a thing that is not worn."""
        node = self._tables["material"].get(tuple(terms(mention.text)))
        if mention.kind != "colour" or node is None:
            return None
        things = [other for other in others if other.kind == "product_type"]
        coloured = any(other.kind == "colour" and other is not mention for other in others)
        if not coloured and (not things or any(map(self.is_worn, things)) or node == "ceramic"):
            return None
        return replace(mention, kind="material", value=f"material:{node}", label=node)

    def _described(self, mentions: Sequence[Mention], utterance: str) -> list[Mention]:
        """Beside another thing, what names a thing and a colour or material tells of it: "toaster, cream"."""
        things = [mention for mention in mentions if mention.kind == "product_type"]
        return [self._quality(mention, things, utterance) or mention for mention in mentions]

    def _quality(self, mention: Mention, things: Sequence[Mention], utterance: str) -> Mention | None:
        others = [thing for thing in things if thing is not mention]
        key = tuple(terms(mention.text))
        follows = re.search(r"(?:^|[,\w])\s*(?:and |or |in |the )?$", utterance[: mention.start])
        if mention.kind != "product_type" or not others or not follows or key not in self._tables["product_type"]:
            return None
        for kind in ("colour", "material"):
            node = self._tables[kind].get(key)
            if node is not None and others[0].start < mention.start:
                return replace(mention, kind=kind, value=f"{kind}:{node}", label=node)
        return None

    def _scan(self, utterance: str, tokens: Sequence[Token]) -> list[Mention]:
        found: list[Mention] = []
        position = 0
        while position < len(tokens):
            mention, length = (
                self._exact(utterance, tokens, position)
                or self._misspelt_phrase(utterance, tokens, position)
                or self._corrected(tokens, position)
                or (None, 1)
            )
            if mention is not None:
                found.append(mention)
            position += length
        return found

    def _exact(self, utterance: str, tokens: Sequence[Token], position: int) -> tuple[Mention, int] | None:
        for length in range(min(self._longest, len(tokens) - position), 0, -1):
            span = tokens[position : position + length]
            key = tuple(token.term for token in span)
            for kind in self._order_at(tokens, position):
                value = self._tables[kind].get(key)
                if value is not None and self._plausible(kind, utterance, tokens, position, length):
                    words = utterance[span[0].start : span[-1].end]
                    if kind == "use":
                        value = _use(value, key, words)
                    return _mention(kind, value, words, span[0].start, 1.0), length
        return None

    def _order_at(self, tokens: Sequence[Token], position: int) -> Sequence[MentionKind]:
        """Some words are a thing and a material; "of glass" is the material."""
        before = tokens[position - 1].term if position else ""
        if before == "for":
            return ("use", *(kind for kind in self._order if kind != "use"))
        if before in _MATERIAL_CUES:
            return sorted(self._order, key=lambda kind: kind not in {"brand", "material", "colour"} or 0)
        return self._order

    def _plausible(
        self, kind: MentionKind, utterance: str, tokens: Sequence[Token], position: int, length: int
    ) -> bool:
        token, before = tokens[position], tokens[position - 1].term if position else ""
        if length == 1 and token.text.lower() in _NO_NAMES:
            return False
        if kind in {"brand", "known_brand"} and length == 1 and self._is_ordinary(kind, token.term):
            return (
                len(tokens) == 1
                or before in _BRAND_CUES
                or (token.term not in _ADJECTIVE_BRANDS and self._names_thing(tokens, position + 1))
                or names_a_line(token.text, utterance, token.end + 1)
                or (position > 0 and token.text[:1].isupper() and not token.text.isupper())
            )
        if kind == "feature":
            last = tokens[position + length - 1].end
            return _NO_FEATURE.search(utterance, max(0, token.start - 12), last + 3) is None
        if kind == "use":
            key = tuple(token.term for token in tokens[position : position + length])
            cued = before in _USE_CUES or length > 1 or self._tables[kind][key] in _OCCASIONS
            return cued and before not in {"merry", "happy"}
        if kind in {"product_type", "known_thing"}:
            after = tokens[position + length].term if position + length < len(tokens) else ""
            about_size = after == "size" and (before in _OWNERS or token.term in _MEASURED)
            adjective = token.text.lower() in _ADJECTIVES and length == 1 and before not in _ARTICLES
            idiom = (token.term == "fan" and after == "of") or (token.term == "collar" and before.isdigit())
            return not (about_size or adjective or idiom) and not (length == 1 and before in _NO_THING_AFTER)
        return True

    def _names_thing(self, tokens: Sequence[Token], position: int) -> bool:
        """Whether a product type stands at this token: "brother printer"."""
        following = [token.term for token in tokens[position : position + 3]]
        return any(tuple(following[:length]) in self._tables["product_type"] for length in range(1, len(following) + 1))

    def _is_ordinary(self, kind: MentionKind, term: str) -> bool:
        if term in self._words.common:
            return True
        return kind == "known_brand" and any((term,) in self._tables[k] for k in ("product_type", "colour", "material"))

    def _misspelt_phrase(self, utterance: str, tokens: Sequence[Token], position: int) -> tuple[Mention, int] | None:
        """A name of several words, some of which are in no word list: "coffe mashine"."""
        found = self._words.known and self._phrases.nearest(tokens[position:], self._words.known)
        if not found:
            return None
        value, length, score = found
        first, last = tokens[position], tokens[position + length - 1]
        return _mention("product_type", value, utterance[first.start : last.end], first.start, score), length

    def _corrected(self, tokens: Sequence[Token], position: int) -> tuple[Mention, int] | None:
        """A word that is in no word list, but a slip or two away from a brand or another term of the catalogue."""
        token = tokens[position]
        # "from phillips" names a brand, whatever a Phillips is
        named = position > 0 and tokens[position - 1].term in _NAMING
        ordinary = self._words.common if named else self._words.known
        if not ordinary or not is_odd(token.term, ordinary):
            return None
        meant = self._spellings.nearest(token.term, token.text.lower())
        if meant is None:
            return None
        kind, value = self._single[meant[0]]
        return _mention(kind, value, token.text, token.start, 1.0 - meant[1] / len(token.term)), 1

    def _brand_names(self, brands: Iterable[str]) -> dict[Key, str]:
        """Brands by their names, and by a first word that no other brand and no ordinary word is: "Kingston"."""
        full = {key: brand for brand in brands for key in _brand_keys(brand)}
        firsts = Counter({name[0]: len({brand for key, brand in full.items() if key[0] == name[0]}) for name in full})
        short = {
            name[:1]: brand
            for name, brand in full.items()
            if firsts[name[0]] == 1 and len(name[0]) >= 4 and name[0].isalpha() and name[0] not in self._words.common
        }
        return short | full

    def _other_types(self, nodes: Iterable[str]) -> dict[Key, str]:
        """Product types of the feed that the vocabulary does not know, where they are no ordinary word."""
        keys = {tuple(terms(node)): node for node in nodes if node and node not in self._types.parents}
        return {
            key: node
            for key, node in keys.items()
            if key not in self._types.lookup
            and 1 <= len(key) <= 4
            and (len(key) > 1 or key[0] not in self._words.common)
        }


def _brand_keys(brand: str) -> list[Key]:
    """ "Larch & Loom" is also written with "and"."""
    return [key for name in {brand, brand.replace("&", " and ")} if (key := tuple(terms(name)))]


def _use(node: str, key: Key, words: str) -> str:
    """A use by the shopper's own word: what a summer dress is for is no rain, though both are seasons of use."""
    return node if key == tuple(terms(node)) else words.lower()


def _mention(kind: MentionKind, value: str, text: str, start: int, score: float) -> Mention:
    kind = _KNOWN.get(kind, kind)
    return Mention(kind, f"{kind}:{value}", value, text, start, start + len(text), round(score, 3))
