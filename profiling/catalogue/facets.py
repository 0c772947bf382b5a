"""What is inferred about an item when it is imported, so that constraints can be compared in bulk later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from profiling.catalogue.kinds import kind_of
from profiling.text.tokens import terms
from profiling.types import Item
from profiling.vocabulary import Taxonomy, Vocabulary

_OTHER_SPELLINGS = frozenset({"gray", "multicolor", "navy"})
_DENIALS = frozenset({"no", "not", "without", "non", "never", "zero"})


@dataclass(frozen=True, slots=True)
class Facets:
    """Nodes of the vocabulary.

    `colours` are families ("navy" is blue). `materials` is what the item is said to be made of; `contains` is every
    material that its texts mention without denying it: a wish for wool looks at the former, a refusal of wool at the
    latter.
    """

    node: str
    colours: tuple[str, ...]
    materials: tuple[str, ...]
    contains: tuple[str, ...]


def facets_of(item: Item, vocabulary: Vocabulary) -> Facets:
    """Infers the facets of an item; where the feed states no colour or material, its title does."""
    materials = _nodes(vocabulary.materials, item.materials or (item.title,))
    mentioned = _nodes(vocabulary.materials, (item.title, item.description, *item.attributes.values()))
    return Facets(
        node=kind_of(item, vocabulary),
        colours=_nodes(vocabulary.colours, item.colours) if item.colours else _plain_colours(item.title, vocabulary),
        materials=materials,
        contains=tuple(sorted({*materials, *mentioned})),
    )


def _plain_colours(title: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Families that a title names outright; mint tea and rose soap are not green and pink."""
    words = terms(title)
    found = {
        node
        for first, end, node in vocabulary.colours.scan(words)
        if " ".join(words[first:end]) in {node, *_OTHER_SPELLINGS}
    }
    return tuple(sorted(found))


def _nodes(taxonomy: Taxonomy, texts: Iterable[str]) -> tuple[str, ...]:
    found: set[str] = set()
    for text in texts:
        words = terms(text)
        for first, end, node in taxonomy.scan(words):
            denied = _DENIALS.intersection(words[max(0, first - 2) : first]) or words[end : end + 1] == ["free"]
            if not denied:
                found.add(node)
    return tuple(sorted(found))
