"""Stretches [start, end) of a text: words, mentions, candidates, whatever has a place in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Stretch(Protocol):
    """What stands at a place of a text."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The one behind its last character."""


def meets(one: Stretch, others: Iterable[Stretch]) -> bool:
    """Whether it shares a character with one of the others."""
    return any(one.start < other.end and other.start < one.end for other in others)
