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
