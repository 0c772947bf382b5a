"""Questions for what goes with a thing, and what only looks like one."""

from __future__ import annotations

import pytest

from profiling.relations.companions import asks_for_companions


@pytest.mark.parametrize(
    "utterance",
    [
        "what goes with it",
        "got any acessories for the first one",
        "anything that matches the second one?",
        "which things go with number 2",
        "What would I need with that",
        "something to go with the last one pls",
        "any add-ons for this?",
        "what could i combine with the 3rd",
        "what else goes with those",
        "whats a good match for that, anything that goes with it",
    ],
)
def test_what_goes_with_an_item_on_the_table(utterance: str) -> None:
    assert asks_for_companions(utterance) == "item"


@pytest.mark.parametrize(
    "utterance",
    [
        "what matches the things i bought",
        "anything i need with my last order",
        "accessories for what I ordered",
        "extras for the stuff I got",
        "show me what fits with my purchases",
        "recommend something to go with my order",
    ],
)
def test_what_goes_with_an_order(utterance: str) -> None:
    assert asks_for_companions(utterance) == "order"


@pytest.mark.parametrize(
    "utterance",
    [
        "a scarf that goes with my coat",
        "does it go with blue jeans",
        "will it fit me",
        "what size do i need for the first",
        "what colour would go with it",
        "what do I need to return it",
        "i'll go with the first one",
        "i want to return my order",
        "what can i do with my order",
        "something that works with alexa",
        "i need something like the first",
        "what do i need for it to work",
    ],
)
def test_what_only_looks_like_it(utterance: str) -> None:
    assert asks_for_companions(utterance) is None
