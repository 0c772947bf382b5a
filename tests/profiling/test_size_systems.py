from __future__ import annotations

import pytest

from profiling.catalogue.size_systems import size_equivalents


@pytest.mark.parametrize(
    ("key", "family", "same"),
    [
        ("uk 8", "shoe", {"42", "8"}),
        ("us 9", "shoe", {"42", "41", "40.5", "9"}),
        ("42", "shoe", {"uk 8", "us 9", "us 10"}),
        ("uk 10", "clothing", {"38", "s", "m", "us 6", "uk 10", "10"}),
        ("us 6", "clothing", {"38", "s", "m", "us 6", "uk 10", "6"}),
        ("38", "clothing", {"uk 10", "us 6"}),
    ],
)
def test_the_same_size_in_other_systems(key: str, family: str, same: set[str]) -> None:
    assert size_equivalents(key)[family] == same


@pytest.mark.parametrize("key", ["l", "27 inch", "uk 80 cm", "", "90 x 200"])
def test_what_is_no_such_size_has_no_equivalents(key: str) -> None:
    assert size_equivalents(key) == {}


@pytest.mark.parametrize("key", ["uk 42", "us 30"])
def test_a_size_that_nobody_makes_equals_nothing(key: str) -> None:
    assert not any(size_equivalents(key).values())
