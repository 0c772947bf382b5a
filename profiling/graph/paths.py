"""The cheapest paths between two nodes, found from both ends at once.

Bidirectional uniform-cost search (Pohl, 1971), in waves: the nodes nearest to an end are opened together, with a few
questions to the database and not a few a node. Hubs, such as a brand of ten thousand items, are cut off.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

from profiling.graph.predicates import load_predicates
from profiling.store.triples import Edge, TripleStore

MOST_OPENED = 80
"""Nodes that are opened from each end."""
WAVE = 16
MOST_LIKE_IT = 20
"""Items and shoppers that the search goes on to from a node such as a brand, which may have thousands."""
_REFUSALS = frozenset({"dislikes", "avoids", "is_allergic_to", "excludes"})
_FAR = float("inf")


@dataclass(frozen=True, slots=True)
class Path:
    """Edges from one node to another; `cost` is small for a short and telling one."""

    edges: tuple[Edge, ...]
    cost: float


@dataclass
class _End:
    """What has been reached from one end: for each node its cost, the last edge to it, and the node before."""

    start: str
    goal: str
    reached: dict[str, tuple[float, Edge | None, str]] = field(default_factory=dict)
    queue: list[tuple[float, str]] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reached[self.start] = (0.0, None, "")
        self.queue.append((0.0, self.start))

    @property
    def next_cost(self) -> float:
        """What the nearest node costs that is not opened yet; infinite where the search from this end is over."""
        while self.queue and (self.queue[0][1] in self.opened or self.queue[0][1] == self.goal):
            heapq.heappop(self.queue)
        return self.queue[0][0] if self.queue and len(self.opened) < MOST_OPENED else _FAR

    def open_wave(self, triples: TripleStore) -> None:
        """Opens the nearest nodes."""
        wave: list[tuple[float, str]] = []
        while self.next_cost < _FAR and len(wave) < WAVE:
            cost, node = heapq.heappop(self.queue)
            self.opened.add(node)
            wave.append((cost, node))
        around = triples.around([node for _, node in wave], limit=MOST_LIKE_IT)
        for cost, node in wave:
            for edge in around[node]:
                other = edge.object if edge.subject == node else edge.subject
                step = _cost(edge.predicate)
                if step is not None and cost + step < self.reached.get(other, (_FAR, None, ""))[0]:
                    self.reached[other] = (cost + step, edge, node)
                    heapq.heappush(self.queue, (cost + step, other))

    def trace(self, node: str) -> list[Edge]:
        """The edges from the end to a node."""
        edges: list[Edge] = []
        while (step := self.reached[node])[1] is not None:
            edges.append(step[1])
            node = step[2]
        return edges[::-1]


def best_paths(triples: TripleStore, source: str, target: str, *, k: int) -> list[Path]:
    """The k cheapest paths that share no node in between, the cheapest first; a refusal is no step of a path."""
    ahead, back = _End(source, target), _End(target, source)
    paths: list[Path] = []
    while (bound := min(ahead.next_cost, back.next_cost)) < _FAR:
        end = ahead if ahead.next_cost == bound else back
        end.open_wave(triples)
        paths = _meetings(ahead, back, k)
        if len(paths) == k and paths[-1].cost <= ahead.next_cost + back.next_cost:
            break  # whatever is found later costs more
    return paths


def _meetings(ahead: _End, back: _End, k: int) -> list[Path]:
    common = ahead.reached.keys() & back.reached.keys()
    found = sorted((ahead.reached[node][0] + back.reached[node][0], node) for node in common)
    paths: list[Path] = []
    ends = {ahead.start, back.start}
    used: set[str] = set()
    for cost, node in found:
        if len(paths) == k:
            break
        edges = (*ahead.trace(node), *reversed(back.trace(node)))
        between = _between(edges) - ends
        if edges and not between & used and (between or not any(path.edges == edges for path in paths)):
            paths.append(Path(edges, round(cost, 3)))
            used |= between
    return paths


def _between(edges: Sequence[Edge]) -> set[str]:
    return {end for edge in edges for end in (edge.subject, edge.object)}


def _cost(predicate: str) -> float | None:
    """What a step along a predicate costs; None where it is none."""
    if predicate in _REFUSALS:
        return None
    declared = load_predicates().get(predicate)
    return declared.path_cost if declared else 1.0
