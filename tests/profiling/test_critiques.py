"""Critiques in the words, and with the slips, of people who type in a hurry."""

from __future__ import annotations

import pytest

from profiling.relations.critiques import find_critiques

WORDS = frozenset("can i get something a bit one fighter jet lighter please they are too to show me the blue".split())


def predicates(utterance: str, words: frozenset[str] = WORDS) -> list[str]:
    return [critique.predicate for critique in find_critiques(utterance, words)]


@pytest.mark.parametrize(
    "utterance",
    [
        "2 expensive",
        "still too dear",
        "somthing less pricey",
        "at a lower price",
        "cheapr",
        "to expnsive for me",
        "i cannot afford that",
        "that is out of my price range",
        "costs too much",
        "not so expensive",
    ],
)
def test_something_cheaper(utterance: str) -> None:
    assert predicates(utterance) == ["cheaper_than"]


@pytest.mark.parametrize(
    "utterance",
    [
        "no i dont want that brand",
        "anything but that make",
        "not from that company please",
        "other than this manufacturer",
        "i don't trust their brand",
        "skip that label",
        "another maker",
    ],
)
def test_not_that_brand(utterance: str) -> None:
    assert predicates(utterance) == ["not_brand"]


@pytest.mark.parametrize("utterance", ["smth similar to the 2nd", "more of that kind", "others like this one"])
def test_more_like_it(utterance: str) -> None:
    assert predicates(utterance) == ["similar_to"]


@pytest.mark.parametrize("utterance", ["a fighter jet", "not too expensive", "i like that brand", "cheaper than 30"])
def test_no_critique(utterance: str) -> None:
    assert predicates(utterance) == []


def test_the_span_is_in_the_shoppers_own_words() -> None:
    utterance = "can i get a cheapr and lightr one pls"
    found = find_critiques(utterance, WORDS)
    assert [utterance[critique.start : critique.end] for critique in found] == ["cheapr", "lightr"]
    assert [critique.text for critique in found] == ["cheapr", "lightr"]


def test_without_a_list_of_words_nothing_is_taken_for_a_slip() -> None:
    assert predicates("cheapr", frozenset()) == []
