from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.text.tokens import singular, terms, tokenize


@given(st.text(max_size=200))
def test_every_token_is_a_span_of_the_text(text: str) -> None:
    previous_end = 0
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text != ""
        assert token.start >= previous_end
        previous_end = token.end


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("headphones", "headphone"), ("batteries", "battery"), ("boxes", "box"), ("watches", "watch"), ("glasses", "glass"),
        ("brushes", "brush"), ("mice", "mouse"), ("shelves", "shelf"), ("ties", "tie"), ("gaming", "gaming"), ("wireless", "wireless"),
        ("canvas", "canva"), ("bus", "bus"), ("ios", "ios"), ("yes", "yes"), ("shoes", "shoe"), ("movies", "movy"), ("movie", "movy"), ("hoody", "hoody"),
    ],
)  # fmt: skip
def test_singular_takes_off_plurals_only(plural: str, expected: str) -> None:
    assert singular(plural) == expected


def test_terms_are_folded() -> None:
    assert terms("KÜCHE: the kids' T-Shirts, 2.4GHz & Mum's 1.299,00 €!") == [
        "kuche", "the", "kid", "t", "shirt", "2.4ghz", "mum", "1.299,00",
    ]  # fmt: skip


def test_emoji_and_punctuation_yield_nothing() -> None:
    assert tokenize("🎉🎉 !!! … ---") == []
