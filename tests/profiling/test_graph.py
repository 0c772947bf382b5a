"""The graph over the known catalogue: triples, paths, rules, exports."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import networkx
import pytest
import rdflib

from profiling.engine import Engine
from profiling.errors import InputError
from profiling.graph.export import neighbourhood, write_graph
from profiling.graph.graph import Graph
from profiling.graph.predicates import load_predicates
from profiling.settings import Settings
from profiling.types import Item, Turn
from tests.known_catalogue import ITEMS, load_items

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
PRINTERS = (
    Item("p-20", "Quill 20 printer", product_type="printer", brand="Vellinko", price_cents=8900, currency="EUR"),
    Item(
        "ink-1",
        "Black ink cartridge",
        product_type="ink cartridge",
        brand="Inkstead",
        price_cents=1900,
        currency="EUR",
        attributes={"Compatible with": "Vellinko Quill 20; Vellinko Quill 45"},
    ),
)


@pytest.fixture
def graph_engine(settings: Settings) -> Engine:
    engine = Engine(settings, encoder=None)
    load_items(engine, [*ITEMS, *PRINTERS])
    engine.graph.refresh()
    return engine


@pytest.fixture
def graph(graph_engine: Engine) -> Graph:
    return graph_engine.graph


def buys(engine: Engine, shopper_id: str, item_id: str) -> None:
    engine.slates.record(f"{shopper_id}-{item_id}", "purchase", shopper_id=shopper_id, at=NOW, item_id=item_id)


def says(engine: Engine, shopper_id: str, utterance: str) -> None:
    engine.observe(Turn(f"{shopper_id}-{utterance}", shopper_id, utterance, NOW, intent="state_preference"))


def test_an_item_is_its_triples(graph: Graph) -> None:
    triples = {
        (edge.predicate, edge.object) for edge in graph.neighbours("item:m-logi") if edge.subject == "item:m-logi"
    }
    assert {
        ("has_brand", "brand:Logitech"),
        ("has_colour", "colour:black"),
        ("in_price_band", "price_band:10-25"),
    } <= triples


def test_a_changed_item_ends_a_triple_and_the_past_stays_known(graph_engine: Engine) -> None:
    before = datetime.now(UTC)
    logi = next(item for item in ITEMS if item.item_id == "m-logi")
    load_items(graph_engine, [replace(logi, colours=("red",))])
    begun, ended = graph_engine.graph.refresh()
    assert (begun, ended) == (1, 1)
    assert graph_engine.graph.refresh() == (0, 0)

    def colours(at: datetime | None) -> list[str]:
        edges = graph_engine.graph.neighbours("item:m-logi", at=at)
        return [edge.object for edge in edges if edge.predicate == "has_colour" and edge.subject == "item:m-logi"]

    assert colours(before) == ["colour:black"]
    assert colours(None) == ["colour:red"]
    assert colours(before - timedelta(days=1)) == []


def test_the_best_path_goes_through_what_is_liked_and_never_through_a_refusal(graph_engine: Engine) -> None:
    says(graph_engine, "s1", "i love Boulderworks")
    says(graph_engine, "s1", "i hate grey")
    best, *others = graph_engine.graph.best_paths("shopper:s1", "item:m-big")
    assert [(edge.predicate, edge.subject, edge.object) for edge in best.edges] == [
        ("likes", "shopper:s1", "brand:Boulderworks"),
        ("has_brand", "item:m-big", "brand:Boulderworks"),
    ]
    assert not any(edge.predicate == "dislikes" for path in others for edge in path.edges)
    assert best.edges[0].source.startswith("fact:")
    assert graph_engine.graph.best_paths("shopper:nobody", "item:m-big") == []


def test_a_path_climbs_the_hierarchy_of_kinds(graph_engine: Engine) -> None:
    paths = graph_engine.graph.best_paths("item:r-1", "item:f-1", k=5)
    assert any(edge.predicate == "narrower_than" for path in paths for edge in path.edges)


def test_who_owns_a_printer_could_use_ink_that_fits_it(graph_engine: Engine) -> None:
    buys(graph_engine, "s1", "p-20")
    (derived,) = graph_engine.graph.derive("shopper:s1")
    assert (derived.edge.predicate, derived.edge.object) == ("could_use", "item:ink-1")
    assert [edge.predicate for edge in derived.sources] == ["owns", "fits"]
    assert derived.sources[0].source == "interaction:s1-p-20"


def test_an_item_is_of_all_wider_kinds(graph: Graph) -> None:
    wider = {derived.edge.object for derived in graph.derive("item:r-1") if derived.edge.predicate == "has_type"}
    assert "product_type:jacket" in wider


def test_who_likes_things_like_this(graph_engine: Engine) -> None:
    says(graph_engine, "fan", "i love Boulderworks and grey")
    says(graph_engine, "other", "i love grey")
    buys(graph_engine, "owner", "m-big")
    assert graph_engine.graph.likers("item:m-big") == [("shopper:fan", 2), ("shopper:other", 1), ("shopper:owner", 1)]


def test_a_neighbourhood_is_written_for_other_tools(graph_engine: Engine, tmp_path: Path) -> None:
    says(graph_engine, "s1", "i love Boulderworks")
    buys(graph_engine, "s1", "p-20")
    edges = neighbourhood(graph_engine.graph, "shopper:s1", depth=2)
    for name in ("graph.ttl", "graph.jsonld", "graph.graphml", "graph.png"):
        write_graph(edges, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 100
    turtle = rdflib.Graph().parse(tmp_path / "graph.ttl")
    owns = rdflib.URIRef("https://schema.org/owns")
    assert (rdflib.URIRef("urn:rapport:shopper:s1"), owns, rdflib.URIRef("urn:rapport:item:p-20")) in turtle
    nodes = {node["@id"]: node for node in json.loads((tmp_path / "graph.jsonld").read_text())}
    assert nodes["urn:rapport:shopper:s1"]["https://schema.org/owns"] == [{"@id": "urn:rapport:item:p-20"}]
    assert networkx.read_graphml(tmp_path / "graph.graphml").number_of_edges() == len(edges)
    with pytest.raises(InputError, match=r"\.graphml"):
        write_graph(edges, tmp_path / "graph.doc")


def review(engine: Engine, number: int, product: str, **aspects: str) -> None:
    """A review that feels something about each of the aspects."""
    row = {
        "review_id": f"r{number}", "source": "shop", "product": product, "rating": 4.0, "text": "zip and warmth",
        "language": "en", "sentiment": "positive", "probability": 0.9, "model": "m", "content_hash": f"h{number}",
    }  # fmt: skip
    named = [
        {"review_id": f"r{number}", "aspect": aspect, "sentiment": sentiment, "probability": 0.9, "start": 0,
         "end": 3, "quote": "zip"} for aspect, sentiment in aspects.items()
    ]  # fmt: skip
    fact = {
        "review_id": f"r{number}", "predicate": "likes", "object": "colour:red", "label": "red", "confidence": 0.9,
        "start": 0, "end": 3, "quote": "zip", "extractor": "test",
    }  # fmt: skip
    with engine.store.writing():
        engine.reviews.add(row, named, [fact])


def test_what_reviews_agree_on_is_an_edge_of_the_product(graph_engine: Engine) -> None:
    review(graph_engine, 1, "m-big", zip="positive", warmth="negative")
    review(graph_engine, 2, "m-big", zip="positive", warmth="negative")
    review(graph_engine, 3, "m-big", zip="negative", colour="neutral")
    graph = graph_engine.graph
    opinions = {(e.predicate, e.object, e.source) for e in graph.neighbours("item:m-big") if "for" in e.predicate}
    assert opinions == {
        ("praised_for", "aspect:zip", "reviews:2/3"),
        ("criticised_for", "aspect:warmth", "reviews:2/2"),
    }
    about = {(edge.predicate, edge.object) for edge in graph.neighbours("review:r1") if edge.subject == "review:r1"}
    assert about == {
        ("is_about", "item:m-big"),
        ("praises", "aspect:zip"),
        ("criticises", "aspect:warmth"),
        ("likes", "colour:red"),
    }
    assert {edge.subject for edge in graph.triples.into("item:m-big")} >= {"review:r1", "review:r2", "review:r3"}
    assert {(e.subject, e.predicate) for e in graph.triples.into("aspect:zip")} == {
        ("review:r1", "praises"),
        ("review:r2", "praises"),
        ("review:r3", "criticises"),
    }


def test_a_need_lies_between_the_shopper_and_what_they_wish(graph_engine: Engine) -> None:
    graph_engine.observe(Turn("m1", "s1", "a wireless mouse", NOW, intent="recommend", probability=0.9))
    (need,) = [edge for edge in graph_engine.graph.neighbours("shopper:s1") if edge.predicate == "seeks"]
    wished = {(edge.predicate, edge.object) for edge in graph_engine.graph.neighbours(need.object)}
    assert ("wants", "product_type:mouse") in wished
    best = graph_engine.graph.best_paths("shopper:s1", "item:m-big")[0]
    assert [edge.predicate for edge in best.edges][:2] == ["seeks", "wants"]


def test_the_search_from_both_ends_finds_the_same_cost_as_the_whole_graph(graph_engine: Engine) -> None:
    """Beside networkx's Dijkstra on all edges of a catalogue that no hub of which is cut off."""
    says(graph_engine, "s1", "i love Boulderworks and grey")
    buys(graph_engine, "s1", "p-20")
    store = graph_engine.graph.triples
    network = networkx.Graph()
    nodes = ["shopper:s1", *(f"item:{item.item_id}" for item in (*ITEMS, *PRINTERS))]
    for node in nodes:
        for edge in store.out_of(node):
            network.add_edge(edge.subject, edge.object, weight=load_predicates()[edge.predicate].path_cost)
    for edge in (edge for kind in list(network) for edge in store.out_of(kind) if kind.startswith("product_type:")):
        network.add_edge(edge.subject, edge.object, weight=load_predicates()[edge.predicate].path_cost)
    for item in nodes[1:]:
        found = graph_engine.graph.best_paths("shopper:s1", item, k=1)
        if networkx.has_path(network, "shopper:s1", item):
            assert found[0].cost <= networkx.dijkstra_path_length(network, "shopper:s1", item) + 1e-6
