"""Reviews out of a CSV file, one record at a time, with the place to go on from after a stop."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from profiling.errors import InputError
from profiling.training.examples import COLUMN_NAMES, join_texts

ITEM_COLUMNS = ("handle", "item_id", "item", "product", "product_id", "parent_asin", "asin", "clothing id", "sku")
ID_COLUMNS = ("review_id", "id")
_BEST_RATING = 5.0


@dataclass(frozen=True)
class ReviewColumns:
    """Where the file has what; empty names are looked for under the usual ones."""

    text: tuple[str, ...] = ()
    item: str = ""
    rating: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as the file has it. `review_id` is the file's own, or a hash of item and text."""

    review_id: str
    product: str
    text: str
    rating: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """How much of the file has been read: bytes of its plain content, and lines."""

    position: int = 0
    line: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What a record holds, or why it holds nothing, and the place behind it."""

    place: Place
    row: ReviewRow | None
    line: int
    reason: str = ""


@dataclass
class ReviewFile:
    """A CSV file (also .gz) with a header.

    Raises:
        InputError: the file cannot be read, or has no column with a text or an item.
    """

    path: Path
    columns: ReviewColumns = field(default_factory=ReviewColumns)

    def __post_init__(self) -> None:
        try:
            with self._open() as stream:
                header, self.first = _read_header(self.path, stream)
            self.plain_size = _plain_size(self.path)
        except OSError as error:
            raise InputError(f"{self.path}: {error.strerror or error}") from error
        self._header = header
        self._found = self._find_columns()

    def digest(self) -> str:
        """SHA-256 of the file."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def records(self, start: Place) -> Iterator[Record]:
        """The records from a place on; a bad one is told with its reason and the reading goes on."""
        with self._open() as stream:
            stream.seek(start.position)
            lines = _Lines(stream, start)
            reader = csv.reader(lines)
            while True:
                first_line = lines.place.line
                try:
                    values = next(reader, None)
                except csv.Error as error:
                    yield Record(lines.place, None, first_line, str(error))
                    continue
                if values is None:
                    return
                if values:
                    yield self._record(values, lines.place, first_line)

    def _record(self, values: Sequence[str], place: Place, line: int) -> Record:
        reason = self._complaint(values)
        if reason:
            return Record(place, None, line, reason)
        row = dict(zip(self._header, values, strict=True))
        text = join_texts([row[name] for name in self._found["text"]])
        product = row[self._found["item"][0]].strip()
        rating, reason = _rating(row[self._found["rating"][0]]) if self._found["rating"] else (None, "")
        reason = reason or ("no text" if not text else "" if product else "no item")
        if reason:
            return Record(place, None, line, reason)
        own_id = row[self._found["id"][0]].strip() if self._found["id"] else ""
        return Record(place, ReviewRow(own_id or content_hash(product, text)[:16], product, text, rating), line)

    def _complaint(self, values: Sequence[str]) -> str:
        if len(values) != len(self._header):
            return f"{len(values)} columns in place of {len(self._header)}"
        broken = any("\udc80" <= char <= "\udcff" for value in values if not value.isascii() for char in value)
        return "not UTF-8" if broken else ""

    def _find_columns(self) -> Mapping[str, tuple[str, ...]]:
        by_name = {name.strip().lower(): name for name in self._header}

        def known(names: Sequence[str]) -> tuple[str, ...]:
            return next(((by_name[name],) for name in names if name in by_name), ())

        for name in filter(None, (*self.columns.text, self.columns.item, self.columns.rating)):
            if name not in self._header:
                there = ", ".join(map(repr, self._header))
                raise InputError(f"{self.path}, line 1: no column {name!r}; there are {there}")
        text = known(COLUMN_NAMES["text"])
        found = {
            "text": self.columns.text or (known(COLUMN_NAMES["title"]) + text if text else ()),
            "item": (self.columns.item,) if self.columns.item else known(ITEM_COLUMNS),
            "rating": (self.columns.rating,) if self.columns.rating else known(COLUMN_NAMES["rating"]),
            "id": known(ID_COLUMNS),
        }
        for kind in ("text", "item"):
            if not found[kind]:
                raise InputError(f"{self.path}, line 1: no column with the {kind}; name it with --{kind}")
        return found

    def _open(self) -> IO[bytes]:
        return gzip.open(self.path, "rb") if self.path.suffix == ".gz" else self.path.open("rb")  # type: ignore[return-value]


class _Lines:
    """Decoded lines of a stream; counts what has been handed out. csv reads no further than its record."""

    def __init__(self, stream: IO[bytes], start: Place) -> None:
        self._stream = stream
        self.place = start

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(csv.field_size_limit())
        if not line:
            raise StopIteration
        self.place = Place(self.place.position + len(line), self.place.line + line.endswith(b"\n"))
        return line.decode("utf-8", "surrogateescape")


def content_hash(product: str, text: str) -> str:
    """The same review always has the same."""
    return hashlib.sha256(f"{product}\x1f{text}".encode("utf-8", "replace")).hexdigest()


def _plain_size(path: Path) -> int:
    """Bytes of the content; of a compressed file what it says about itself (RFC 1952), which is right up to 4 GB."""
    if path.suffix != ".gz":
        return path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(-4, 2)
        return int.from_bytes(stream.read(4), "little")


def _read_header(path: Path, stream: IO[bytes]) -> tuple[list[str], Place]:
    lines = _Lines(stream, Place())
    header = next(csv.reader(lines), [])
    if not header or any("\udc80" <= char <= "\udcff" for name in header for char in name):
        raise InputError(f"{path}, line 1: no header, or not UTF-8; save the file as CSV in UTF-8")
    header[0] = header[0].removeprefix("\ufeff")
    return header, lines.place


def _rating(value: str) -> tuple[float | None, str]:
    if not value.strip():
        return None, ""
    try:
        rating = float(value)
    except ValueError:
        return None, f"rating {value.strip()[:20]!r} is no number"
    return (rating, "") if 0 <= rating <= _BEST_RATING else (None, f"rating {rating:g} is not between 0 and 5")
