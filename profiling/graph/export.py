"""A part of the graph for other tools: RDF with schema.org terms (Turtle, JSON-LD), GraphML, and a picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from profiling.errors import InputError
from profiling.graph.graph import Graph
from profiling.store.triples import Edge

FORMATS = {".ttl": "turtle", ".jsonld": "json-ld", ".graphml": "graphml", ".png": "picture", ".svg": "picture"}
_OWN = "urn:rapport:"
_SCHEMA = "https://schema.org/"
_TERMS = {
    "has_brand": "brand",
    "has_type": "category",
    "in_category": "category",
    "has_colour": "color",
    "has_material": "material",
    "has_size": "size",
    "fits": "isAccessoryOrSparePartFor",
    "variant_of": "isVariantOf",
    "owns": "owns",
    "likes": "knowsAbout",
}
"""Predicates that schema.org has a term for. It has none for a liking: interest stands in for it."""


def neighbourhood(graph: Graph, node: str, *, depth: int = 1) -> list[Edge]:
    """Edges within `depth` steps that lead out of a node, each once, with those that follow by rule."""
    edges: dict[tuple[str, str, str], Edge] = {}
    frontier, seen = [node], {node}
    for _ in range(depth):
        fresh = [edge for each in frontier for edge in graph.triples.out_of(each)]
        fresh += [derived.edge for each in frontier for derived in graph.derive(each)]
        edges |= {(edge.subject, edge.predicate, edge.object): edge for edge in fresh}
        frontier = sorted({edge.object for edge in fresh} - seen)
        seen |= set(frontier)
    return list(edges.values())


def write_graph(edges: Iterable[Edge], path: Path) -> None:
    """Writes edges in the format that the name's ending tells.

    Raises:
        InputError: the ending is none of FORMATS, or the file cannot be written.
    """
    kind = FORMATS.get(path.suffix)
    if kind is None:
        raise InputError(f"{path}: expected a name that ends in {', '.join(FORMATS)}")
    try:
        _write(edges, path, kind)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def _write(edges: Iterable[Edge], path: Path, kind: str) -> None:
    if kind == "picture":
        _draw(list(edges), path)
    elif kind == "graphml":
        import networkx

        networkx.write_graphml(_network(edges), path)
    else:
        _rdf(edges).serialize(destination=str(path), format=kind)


def _rdf(edges: Iterable[Edge]) -> Any:
    import rdflib

    graph = rdflib.Graph()
    graph.bind("schema", rdflib.Namespace(_SCHEMA))
    kinds = {"item": "Product", "shopper": "Person", "brand": "Brand"}
    for edge in edges:
        for node in (edge.subject, edge.object):
            kind, _, name = node.partition(":")
            graph.add((_uri(node), rdflib.RDFS.label, rdflib.Literal(name)))
            if kind in kinds:
                graph.add((_uri(node), rdflib.RDF.type, rdflib.URIRef(_SCHEMA + kinds[kind])))
        term = _SCHEMA + _TERMS[edge.predicate] if edge.predicate in _TERMS else _OWN + edge.predicate
        graph.add((_uri(edge.subject), rdflib.URIRef(term), _uri(edge.object)))
    return graph


def _uri(node: str) -> Any:
    import rdflib

    return rdflib.URIRef(_OWN + quote(node, safe=":"))


def _network(edges: Iterable[Edge]) -> Any:
    import networkx

    network = networkx.MultiDiGraph()
    for edge in edges:
        network.add_edge(edge.subject, edge.object, predicate=edge.predicate, source=edge.source)
    return network


def _draw(edges: list[Edge], path: Path) -> None:
    import networkx
    from matplotlib.figure import Figure

    network = networkx.DiGraph()
    network.add_edges_from((edge.subject, edge.object) for edge in edges)
    places = networkx.spring_layout(network, seed=1)
    figure = Figure(figsize=(12, 9))
    axes = figure.subplots()
    axes.set_axis_off()
    names = {node: node.partition(":")[2] for node in network}
    networkx.draw_networkx(network, places, ax=axes, labels=names, node_color="#cfe3d8", font_size=8, edge_color="#999")
    labels = {(edge.subject, edge.object): edge.predicate.replace("_", " ") for edge in edges}
    networkx.draw_networkx_edge_labels(network, places, edge_labels=labels, ax=axes, font_size=6)
    figure.savefig(path, bbox_inches="tight")
