"""What a feed reader yields: items, and rows that could not become one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from profiling.types import Item

MAX_CELL = 1_000_000
"""Characters of the longest cell that is read; a longer one rejects its row."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was skipped. `line` counts from 1 in the file; for JSON it is the position of the record."""

    line: int
    reason: str
    item_id: str = ""


@dataclass(frozen=True)
class ReadOptions:
    """How to read a feed.

    `currency` is used where the feed names none. `columns` maps a field of Item to a column name, for plain CSV files.
    `base_url` completes relative links.
    """

    currency: str = "EUR"
    columns: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""


Entry = Item | Rejection
Reader = Callable[[Path, ReadOptions], Iterator[Entry]]
"""Reads a feed row by row, in bounded memory. Raises CatalogueError when the file as a whole is not of the format."""
