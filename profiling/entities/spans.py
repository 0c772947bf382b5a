"""Spans of characters with a label."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """The stretch [start, end) of a text, and what it names."""

    start: int
    end: int
    label: str
