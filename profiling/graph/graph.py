"""Questions to the graph: neighbours, best paths, who likes such things, and what follows by rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from profiling.graph.catalogue import catalogue_triples
from profiling.graph.paths import Path, best_paths
from profiling.graph.predicates import load_predicates, load_rules
from profiling.store.database import Store
from profiling.store.items import ItemStore
from profiling.store.triples import Edge, TripleStore
from profiling.vocabulary import Vocabulary

DEPTH = 3


@dataclass(frozen=True, slots=True)
class Derived:
    """A triple that follows by rule, and the two that it follows from."""

    edge: Edge
    sources: tuple[Edge, ...]


class Graph:
    """Catalogue, shoppers and what both have to do with each other. Safe to share between threads."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._items = ItemStore(store, vocabulary)
        self._vocabulary = vocabulary
        self.triples = TripleStore(store)

    def refresh(self) -> tuple[int, int]:
        """Brings the triples up to date with the catalogue; returns how many began and ended to hold."""
        version = self._items.version
        if self.triples.version == version:
            return 0, 0
        rows = (row for row in self._items.rows() if row["in_feed"])
        return self.triples.sync(catalogue_triples(rows, self._vocabulary), version=version, at=datetime.now(UTC))

    def neighbours(self, node: str, *, at: datetime | None = None) -> list[Edge]:
        """Edges at a node: those that begin there, then those that end there; at a past moment the former only."""
        return self.triples.out_of(node, at=at) + (self.triples.into(node) if at is None else [])

    def best_paths(self, source: str, target: str, *, k: int = 3) -> list[Path]:
        """The k cheapest paths between two nodes that share no node in between, the cheapest first.

        A refusal ("dislikes") is no step of a path.
        """
        return best_paths(self.triples, source, target, k=k)

    def likers(self, node: str, *, k: int = 10) -> list[tuple[str, int]]:
        """Shoppers who like or own what is like this node, with how many of its traits they share, most first."""
        traits = {edge.object for edge in self.triples.out_of(node) if edge.predicate != "in_price_band"} | {node}
        counts: dict[str, int] = {}
        for trait in sorted(traits):
            fond = {edge.subject for edge in self.triples.into(trait) if edge.predicate in _FOND}
            for shopper in fond:
                counts[shopper] = counts.get(shopper, 0) + 1
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:k]

    def derive(self, node: str) -> list[Derived]:
        """What follows about a node from the rules, each with what it follows from."""
        known = self.triples.out_of(node)
        stated = {(edge.predicate, edge.object) for edge in known}
        found: list[Derived] = []
        frontier = list(known)
        for _ in range(DEPTH):
            fresh = [derived for edge in frontier for derived in self._step(edge)]
            fresh = [one for one in fresh if (one.edge.predicate, one.edge.object) not in stated]
            fresh = list({(one.edge.predicate, one.edge.object): one for one in fresh}.values())
            stated |= {(one.edge.predicate, one.edge.object) for one in fresh}
            found += fresh
            frontier = [one.edge for one in fresh]
        return found

    def _step(self, edge: Edge) -> list[Derived]:
        results = []
        for rule in load_rules():
            if edge.predicate != rule.first:
                continue
            for then in self._following(edge.object, rule.then):
                source = f"rule:{rule.first}+{rule.then}"
                target = then.object if then.subject == edge.object else then.subject
                results.append(Derived(Edge(edge.subject, rule.gives, target, source), (edge, then)))
        return results

    def _following(self, node: str, predicate: str) -> list[Edge]:
        """Edges of a predicate that begin at a node; of an inverse one, those that end there."""
        inverse = next((name for name, each in load_predicates().items() if each.inverse == predicate), None)
        edges = self.triples.into(node) if inverse else self.triples.out_of(node)
        return [edge for edge in edges if edge.predicate == (inverse or predicate)]


_FOND = frozenset({"likes", "owns", "prefers_brand"})
