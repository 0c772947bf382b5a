"""Cleaning keeps the way back to the raw text; sentences are places in it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.text.cleaning import clean
from profiling.text.sentences import split_sentences


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("red shoes", "red shoes"),
        ("<b>red</b> shoes &amp; boots", " red shoes & boots"),
        ("see https://shop.example/x?y=1 or mail jo@example.org now", "see or mail now"),
        ("sooooo nice!!!", "soo nice!"),
        ("i’d like “this”", 'i\'d like "this"'),
        ("ｒｅｄ №5", "red No5"),
        ("pls show me smth w/o wool", "please show me something without wool"),
        ("U got balck snikers?", "you got black sneakers?"),
        ("a\u200bb\x07c", "a b c"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("", ""),
    ],
)
def test_known_texts(raw: str, text: str) -> None:
    assert clean(raw).text == text


def test_a_span_leads_back_to_what_was_written() -> None:
    text = clean("pls, <i>smth</i> in bllllack 😍")
    place = text.text.index("bllack")
    start, end = text.raw_span(place, place + len("bllack"))
    assert text.raw[start:end] == "bllllack"
    place = text.text.index("something")
    start, end = text.raw_span(place + 2, place + 5)
    assert text.raw[start:end] == "smth"


def test_emoji_stay_and_are_named() -> None:
    text = clean("love it 😍 👍🏽")
    assert [emoji.name for emoji in text.emoji] == ["smiling face with heart-eyes", "thumbs up medium skin tone"]
    assert all(text.raw[emoji.start : emoji.end] in "😍👍🏽" for emoji in text.emoji)
    assert "😍" in text.text


PIECES = st.lists(
    st.sampled_from(["pls", "<b>", "&amp;", "soooo", "w/o", " ", "é", "ﬁ", "😍", "!!!", "www.a.b", "\n", "x"]),
    max_size=12,
).map("".join)


@given(st.text(max_size=200) | PIECES)
def test_every_character_comes_from_a_place_in_the_raw_text(raw: str) -> None:
    text = clean(raw)
    assert len(text.text) == len(text.starts) == len(text.ends)
    assert all(0 <= start < end <= len(raw) for start, end in zip(text.starts, text.ends, strict=True))
    assert list(text.starts) == sorted(text.starts)
    for start in range(len(text.text)):
        first, last = text.raw_span(start, len(text.text))
        assert 0 <= first < last <= len(raw)


@given(st.text(alphabet="abc .!?\n1,", max_size=120))
def test_sentences_cover_all_that_is_no_space(raw: str) -> None:
    places = split_sentences(raw)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert "".join(raw[start:end] for start, end in places).split() == raw.split() or "".join(
        "".join(raw[start:end].split()) for start, end in places
    ) == "".join(raw.split())


@pytest.mark.parametrize(
    ("raw", "sentences"),
    [
        ("Nice. Too dear!", ["Nice.", "Too dear!"]),
        ("max. 30 € please. Thanks", ["max. 30 € please.", "Thanks"]),
        ("it cost 1.299,00 € e.g. in May\nok", ["it cost 1.299,00 € e.g. in May", "ok"]),
        ("  ", []),
    ],
)
def test_known_sentences(raw: str, sentences: list[str]) -> None:
    assert [raw[start:end] for start, end in split_sentences(raw)] == sentences
