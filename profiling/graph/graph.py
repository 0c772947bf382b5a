"""Questions to the graph: neighbours, best paths, who likes such things, and what follows by rule."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from profiling.graph.catalogue import catalogue_triples
from profiling.graph.predicates import load_predicates, load_rules
from profiling.store.database import Store
from profiling.store.items import ItemStore
from profiling.store.triples import Edge, TripleStore
from profiling.vocabulary import Vocabulary

MOST_VISITED = 80
"""Nodes that a search for paths opens from each end."""
MOST_LIKE_IT = 20
"""Items and shoppers that it goes on to from a node such as a brand, which may have thousands."""
DEPTH = 3


@dataclass(frozen=True, slots=True)
class Path:
    """Edges from one node to another; `cost` is small for a short and telling one."""

    edges: tuple[Edge, ...]
    cost: float


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

        Both ends are opened node by node, the nearest first (bidirectional uniform-cost search); a refusal ("dislikes")
        is no step of a path.
        """
        ahead, back = self._spread(source, target), self._spread(target, source)
        meetings = sorted((ahead[node][0] + back[node][0], node) for node in ahead.keys() & back.keys())
        paths: list[Path] = []
        used: set[str] = {source, target}
        for cost, node in meetings:
            edges = (*_trace(ahead, node), *reversed(_trace(back, node)))
            between = {end for edge in edges for end in (edge.subject, edge.object)} - {source, target}
            if edges and not between & used and len(paths) < k:
                paths.append(Path(edges, round(cost, 3)))
                used |= between
        return paths

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

    def _spread(self, start: str, goal: str) -> dict[str, tuple[float, Edge | None, str]]:
        """Nodes near to `start`: what it costs to get there, the last edge, and the node before."""
        best: dict[str, tuple[float, Edge | None, str]] = {start: (0.0, None, "")}
        queue = [(0.0, start)]
        opened: set[str] = set()
        while queue and len(opened) < MOST_VISITED:
            cost, node = heapq.heappop(queue)
            if node in opened or node == goal:
                continue
            opened.add(node)
            edges = self.triples.out_of(node) + self.triples.into(node, limit=MOST_LIKE_IT)
            for edge in edges:
                other = edge.object if edge.subject == node else edge.subject
                step = _cost(edge.predicate)
                if step is not None and cost + step < best.get(other, (float("inf"), None, ""))[0]:
                    best[other] = (cost + step, edge, node)
                    heapq.heappush(queue, (cost + step, other))
        return best


_FOND = frozenset({"likes", "owns", "prefers_brand"})
_REFUSALS = frozenset({"dislikes", "avoids", "is_allergic_to", "excludes"})


def _cost(predicate: str) -> float | None:
    """What a step along a predicate costs; None where it is none."""
    if predicate in _REFUSALS:
        return None
    declared = load_predicates().get(predicate)
    return declared.path_cost if declared else 1.0


def _trace(reached: dict[str, tuple[float, Edge | None, str]], node: str) -> Sequence[Edge]:
    edges: list[Edge] = []
    while True:
        _, edge, before = reached[node]
        if edge is None:
            return list(reversed(edges))
        edges.append(edge)
        node = before
