"""Whether a message is read as a whole or by its clauses, and how the training file decides it."""

from __future__ import annotations

import pytest

from bot.components.clauses import clauses
from bot.components.wishes import HEAD_START, Customs, Line, Part, compose_pairs, learn_head_start

CUSTOMS = Customs(("greet",), ("send_back",))
TRACK, PRICE = Part("track", 0.8), Part("ask_price", 0.7)


def choice(whole: Part, *parts: Part, head_start: float = 0.1) -> int | None:
    return CUSTOMS.choose(whole, parts, head_start)


def test_two_wishes_are_read_apart_where_neither_is_much_less_sure_than_the_whole() -> None:
    assert choice(Part("ask_product", 0.75), TRACK, PRICE) == 0
    assert choice(Part("ask_product", 0.85), TRACK, PRICE) is None
    assert choice(Part("ask_product", 0.85), TRACK, PRICE, head_start=0.2) == 0


def test_sentences_about_one_thing_are_read_as_a_whole() -> None:
    assert choice(Part("ask_price", 0.6), TRACK, Part("track", 0.9)) is None


def test_a_wish_stands_behind_its_opening() -> None:
    assert choice(Part("greet", 0.75), Part("greet", 0.9), TRACK) == 1
    assert choice(Part("greet", 0.95), Part("greet", 0.9), TRACK) is None
    assert choice(Part("greet", 0.95), Part("greet", 0.9), Part("greet", 0.9)) is None


def test_an_errand_goes_first() -> None:
    assert choice(Part("track", 0.5), TRACK, Part("send_back", 0.6)) == 1


def line(truth: str, whole: str, *parts: Part) -> Line:
    return Line(truth, Part(whole, 0.75), parts)


def test_a_file_of_long_messages_is_read_as_a_whole() -> None:
    long_ones = [line("refund", "refund", TRACK, PRICE)] * 30
    pairs = [line("track", "refund", TRACK, PRICE)] * 10
    assert learn_head_start(long_ones, pairs, CUSTOMS, count=100, two_wishes=0.03) < HEAD_START
    assert learn_head_start([], pairs, CUSTOMS, count=100, two_wishes=0.03) == HEAD_START


def test_a_file_of_messages_with_two_wishes_is_read_by_clauses() -> None:
    double = [Line("track", Part("refund", 0.9), (TRACK, PRICE))] * 5
    assert learn_head_start(double, [], CUSTOMS, count=100, two_wishes=0.03) > 0.15


def test_more_messages_with_two_wishes_are_expected_where_errands_are_named() -> None:
    assert CUSTOMS.two_wishes(["track", "send_back"]) > CUSTOMS.two_wishes(["track"]) > 0
    once = [line("refund", "refund", TRACK, PRICE)]
    pairs = [line("track", "refund", TRACK, PRICE)]
    rare = learn_head_start(once, pairs, CUSTOMS, count=20, two_wishes=0.03)
    common = learn_head_start(once, pairs, CUSTOMS, count=20, two_wishes=0.1)
    assert rare < common


def test_without_examples_nothing_is_learnt() -> None:
    assert learn_head_start([], [], CUSTOMS, count=0, two_wishes=0.03) == HEAD_START


def test_pairs_have_two_wishes_and_the_intent_that_goes_first() -> None:
    examples = [
        ("where is it?", "track"),
        ("send it back", "send_back"),
        ("hello you", "greet"),
        ("is it red, and is it big", "x"),
    ]
    pairs = list(compose_pairs(examples, CUSTOMS, count=40))
    assert {label for _, label in pairs} == {"send_back"}
    assert {tuple(sorted(part.strip("?.") for part in clauses(text))) for text, _ in pairs} == {
        ("send it back", "where is it")
    }
    assert pairs == list(compose_pairs(examples, CUSTOMS, count=40))


@pytest.mark.parametrize("examples", [[], [("one", "a")], [("one", "a"), ("two", "a")]])
def test_a_single_intent_gives_no_pairs(examples: list[tuple[str, str]]) -> None:
    assert list(compose_pairs(examples, CUSTOMS, count=5)) == []
