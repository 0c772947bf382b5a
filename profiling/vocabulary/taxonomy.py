"""A tree of terms with synonyms, looked up by the words of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from profiling.errors import VocabularyError
from profiling.text.tokens import terms

Terms = tuple[str, ...]
KINDS = ("product_types", "colours", "materials", "features", "uses")
OWN_LABELS = "labels"
CONSUMABLES, DURABLES = "consumables", "durables"


@dataclass(frozen=True)
class Taxonomy:
    """Nodes, their parents, and every wording that leads to a node."""

    parents: Mapping[str, str | None]
    wordings: Mapping[str, tuple[str, ...]]
    lookup: Mapping[Terms, str]
    longest: int

    def find(self, words: Sequence[str]) -> str | None:
        """The node that a sequence of terms names exactly, or None."""
        return self.lookup.get(tuple(words))

    def scan(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Longest matches from left to right, as (first, end, node) over the positions of `words`."""
        position = 0
        while position < len(words):
            for length in range(min(self.longest, len(words) - position), 0, -1):
                node = self.lookup.get(tuple(words[position : position + length]))
                if node is not None:
                    yield position, position + length, node
                    position += length
                    break
            else:
                position += 1

    def ancestors(self, node: str) -> list[str]:
        """The node and everything above it, the nearest first; of an unknown node itself alone."""
        path: list[str] = []
        current: str | None = node
        while current is not None:
            path.append(current)
            current = self.parents.get(current)
        return path

    def narrower(self, node: str) -> frozenset[str]:
        """The node and everything below it."""
        return frozenset(other for other in self.parents if node in self.ancestors(other))


@dataclass(frozen=True)
class Vocabulary:
    """The taxonomies that the engine knows, the brands known everywhere, and the labels that a shop has added.

    `consumables` are the product types that are used up and bought again.
    """

    product_types: Taxonomy
    colours: Taxonomy
    materials: Taxonomy
    features: Taxonomy
    uses: Taxonomy
    brands: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    own_labels: Mapping[str, Taxonomy] = field(default_factory=dict)
    colour_hex: Mapping[str, str] = field(default_factory=dict)
    consumables: frozenset[str] = frozenset()


@lru_cache(maxsize=4)
def load_vocabulary(extra: Path | None = None) -> Vocabulary:
    """Reads the built-in vocabulary, with the shop's own file on top.

    Args:
        extra: a YAML file whose top-level keys are `product_types`, `colours`, `materials`, `features`, `uses`, each
            with terms of the form of the built-in files, and `labels`: new labels, each with such terms; `consumables`
            and `durables`: lists of product types that are used up at this shop, or are not.

    Raises:
        VocabularyError: the file is missing, is no YAML, or has another form.
    """
    own = _read(extra) if extra else {}
    known = [*KINDS, OWN_LABELS, CONSUMABLES, DURABLES]
    if unknown := set(own) - set(known):
        raise VocabularyError(f"{extra}: unknown sections {sorted(unknown)}; known are {known}")
    data = {kind: {**_read(Path(__file__).with_name(f"{kind}.yml")), **(own.get(kind) or {})} for kind in KINDS}
    taxonomies = {kind: build_taxonomy(nodes) for kind, nodes in data.items()}
    return Vocabulary(
        **taxonomies,
        brands=load_names("brands"),
        things=load_names("things"),
        own_labels={str(label): build_taxonomy(nodes or {}) for label, nodes in (own.get(OWN_LABELS) or {}).items()},
        colour_hex={name: body["hex"] for name, body in data["colours"].items() if "hex" in (body or {})},
        consumables=_consumables(taxonomies["product_types"], own),
    )


def _consumables(product_types: Taxonomy, own: Mapping[str, Any]) -> frozenset[str]:
    """The kinds that are used up, with all that is narrower; the shop's own lists add and take away."""

    def kinds(names: Iterable[object]) -> frozenset[str]:
        found = [product_types.narrower(str(name)) or frozenset({str(name)}) for name in names]
        return frozenset().union(*found)

    lists = {name: own.get(name) or [] for name in (CONSUMABLES, DURABLES)}
    for name, values in lists.items():
        if not isinstance(values, list):
            raise VocabularyError(f"{name}: expected a list of product types, found {values!r}")
    return (kinds(load_names(CONSUMABLES)) | kinds(lists[CONSUMABLES])) - kinds(lists[DURABLES])


@lru_cache(maxsize=3)
def load_names(kind: str) -> tuple[str, ...]:
    """Names without synonyms that shoppers use, whatever a shop sells: of "brands", "things" or "consumables"."""
    groups = _read(Path(__file__).with_name(f"{kind}.yml"))
    return tuple(name.strip() for group in groups.values() for name in group.split(","))


@lru_cache(maxsize=2)
def load_lines(group: str) -> Mapping[str, tuple[str, ...]]:
    """Names of product lines by their maker: "known" ones stand for themselves, others only "under" their maker."""
    makers: Mapping[str, str] = _read(Path(__file__).with_name("models.yml"))[group]
    return {maker: tuple(str(names).split(", ")) for maker, names in makers.items()}


def build_taxonomy(tree: Mapping[str, Any]) -> Taxonomy:
    """A taxonomy from nested mappings `{name:

    {also: [wording], said: [wording], kinds: {...}}}`. The first node to claim a wording keeps it. What is `said` leads
    shoppers to the node and is not looked for in the catalogue.
    """
    parents: dict[str, str | None] = {}
    wordings: dict[str, tuple[str, ...]] = {}
    said: dict[str, tuple[str, ...]] = {}

    def add(nodes: Mapping[str, Any], parent: str | None) -> None:
        for name, body in nodes.items():
            if body is None:
                body = {}  # noqa: PLW2901  # "name:" alone is a node without synonyms
            if not isinstance(body, Mapping):
                raise VocabularyError(f"{name}: expected a mapping with `also` and `kinds`, found {body!r}")
            parents[name] = parent
            wordings[name] = (name, *map(str, body.get("also", ())))
            said[name] = tuple(map(str, body.get("said", ())))
            add(body.get("kinds") or {}, name)

    add(tree, None)
    lookup: dict[Terms, str] = {tuple(terms(name)): name for name in parents}
    for name, words in wordings.items():
        for wording in (*words, *said[name]):
            lookup.setdefault(tuple(terms(wording)), name)
    return Taxonomy(parents, wordings, lookup, max((len(key) for key in lookup), default=0))


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise VocabularyError(f"{path}: {error}") from error
    if not isinstance(data, dict):
        raise VocabularyError(f"{path}: expected a mapping at the top")
    return data
