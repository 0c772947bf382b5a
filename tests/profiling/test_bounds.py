"""Bounds of a measure in an utterance."""

from __future__ import annotations

import pytest

from profiling.engine import Engine
from profiling.entities.bounds import find_bounds
from profiling.relations import extract_candidates


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("max 40cm wide", ["at_most:width_mm=400"]),
        ("no wider than 25 cm", ["at_most:width_mm=250"]),
        ("narrower than 1 m please", ["at_most:width_mm=1000"]),
        ("i need a shelf at least 1.2 m tall", ["at_least:height_mm=1200"]),
        ("a rug, 140 cm wide max", ["at_most:width_mm=1400"]),
        ("depth of at most 30cm", ["at_most:depth_mm=300"]),
        ("longer than 2m", ["at_least:depth_mm=2000"]),
        ("i want a suitcase under 3 kg", ["at_most:weight_g=3000"]),
        ("less than 200 g", ["at_most:weight_g=200"]),
        ("not heavier than 2 kilos", ["at_most:weight_g=2000"]),
        ("max 40 cm", []),
        ("a bag for dogs under 10 kg", []),
        ("i am under 170 cm tall", []),
        ("it holds up to 5 kg", []),
        ("under 30 euros", []),
        ("2 kg of coffee", []),
    ],
)
def test_bounds_are_read(said: str, values: list[str]) -> None:
    assert [mention.value for mention in find_bounds(said)] == values


def test_a_bound_is_no_size_and_nothing_refused(engine: Engine) -> None:
    said = "not more than 30 cm wide"
    mentions = engine.catalogue.view.extractor.mentions(said, by_form=True)
    found = extract_candidates(said, mentions, wishing=True)
    assert [(each.predicate, each.label) for each in found] == [("measures", "at most 30 cm wide")]
