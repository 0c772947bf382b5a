"""Delimited text, read row by row in bounded memory: a broken row costs that row, not the file.

The csv module does the parsing. Around it: which encoding and delimiter the file has, a limit on the length of a
record, and a way back to the rows after a quote that was never closed.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TextIO

from profiling.catalogue.feed import MAX_CELL, Rejection
from profiling.catalogue.fields import plain_text
from profiling.errors import CatalogueError

MAX_RECORD = 4 * MAX_CELL
"""Characters of the longest record that is parsed; a longer one is skipped unparsed."""

_MAX_REREAD = 4 * MAX_RECORD
_SAMPLE = 65_536
_DELIMITERS = ",;\t|"
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
_UNDECODABLE = (re.compile("[\udc80-\udcff]"), re.compile("\ufffd"))
_field_limit_lock = Lock()


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a table. `line` is the line of the file in which it begins."""

    line: int
    cells: tuple[str, ...]
    positions: Mapping[str, tuple[int, ...]]

    def get(self, *columns: str) -> str:
        """The first cell with a text in it among the columns of these names, or ""."""
        return next((cell for column in columns for cell in self.all(column)), "")

    def all(self, column: str) -> list[str]:
        """The non-empty cells of all columns that share a name."""
        return [self.cells[at].strip() for at in self.positions.get(column, ()) if self.cells[at].strip()]


@dataclass(frozen=True)
class Table:
    """A delimited text file whose first row names the columns."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_key: Callable[[str], str]

    @property
    def positions(self) -> dict[str, tuple[int, ...]]:
        """Where each column stands, by the key of its name; several columns may share one."""
        found: dict[str, tuple[int, ...]] = {}
        for at, name in enumerate(self.header):
            key = self.header_key(name)
            found[key] = (*found.get(key, ()), at)
        return found

    def rows(self, *id_columns: str) -> Iterator[Row | Rejection]:
        """The records below the header in order; empty ones are passed over.

        Args:
            id_columns: keys of the columns from which a rejection takes its `item_id`, as far as the row is legible.

        Raises:
            CatalogueError: a quote is opened and never closed, so that the rest of the file cannot be read.
        """
        positions, width = self.positions, len(self.header)
        with _open(self.path, self.encoding) as file:
            records = _records(_Lines(file, self.path), self.delimiter, self.encoding, width)
            next(records, None)
            for record in records:
                row = Row(record.line, (*record.cells, *[""] * (width - len(record.cells))), positions)
                if record.problem:
                    yield Rejection(record.line, record.problem, plain_text(row.get(*id_columns), 200))
                elif any(cell.strip() for cell in row.cells):
                    yield row


def column_key(name: str) -> str:
    """The form in which column names are compared: lower case, single spaces."""
    return plain_text(name, 300).lower()


def open_table(path: Path, header_key: Callable[[str], str] = column_key) -> Table:
    """Finds out encoding, delimiter and columns of a file.

    Raises:
        CatalogueError: the file is missing, empty, or no text.
    """
    encoding = detect_encoding(path)
    with _open(path, encoding) as file:
        sample = file.read(_SAMPLE)
    delimiter = _detect_delimiter(sample)
    with _open(path, encoding) as file:
        first = next(_records(_Lines(file, path), delimiter, encoding, 0), None)
    if first is None or first.problem or not any(first.cells):
        reason = f"the first row cannot be read ({first.problem})" if first and first.problem else "the file is empty"
        raise CatalogueError(f"{path}: {reason}; it must name the columns")
    return Table(path, encoding, delimiter, tuple(plain_text(cell, 300) for cell in first.cells), header_key)


def detect_encoding(path: Path) -> str:
    """utf-8-sig, utf-16, utf-8 or cp1252: by the byte order mark, else by most of the lines that are not ASCII.

    Raises:
        CatalogueError: the file is missing or is no text.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE)
            file.seek(0)
            if start.startswith(b"\xef\xbb\xbf"):
                return "utf-8-sig"
            if start.startswith((b"\xff\xfe", b"\xfe\xff")):
                return "utf-16"
            if start.count(0) > len(start) // 10:
                raise CatalogueError(f"{path}: no text that can be read; save it as UTF-8")
            valid, invalid = _count_lines(file)
    except OSError as error:
        raise CatalogueError(f"{path}: {error.strerror or error}") from error
    return "cp1252" if invalid > valid else "utf-8"


def _count_lines(file: io.BufferedReader) -> tuple[int, int]:
    """How many lines with bytes above ASCII are valid UTF-8, and how many are not; very long lines do not vote."""
    valid = invalid = 0
    while line := file.readline(MAX_CELL):
        if line.isascii() or len(line) == MAX_CELL:
            continue
        try:
            line.decode("utf-8")
            valid += 1
        except UnicodeDecodeError:
            invalid += 1
    return valid, invalid


def _open(path: Path, encoding: str) -> TextIO:
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    return path.open(encoding=encoding, errors=errors, newline="")


def _detect_delimiter(sample: str) -> str:
    """The delimiter that gives the first row the most cells; a first line such as `sep=;` decides it."""
    if sample[:4].lower() == "sep=" and sample[4:5] in _DELIMITERS:
        return sample[4]
    first = io.StringIO(sample, newline="")
    line = first.readline()
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([line], delimiter=delimiter), [])))


@dataclass(frozen=True, slots=True)
class _Record:
    """The cells of a record, as far as they could be told apart, and what is wrong with it."""

    line: int
    cells: Sequence[str] = ()
    problem: str = ""


class _RecordTooLongError(Exception):
    pass


class _Lines(Iterator[str]):
    """Hands csv.reader the lines of a file and keeps those of the current record, so that they can be read again."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._pending: deque[str] = deque()
        self._reread = 0
        self.number = 0
        self.record: list[str] = []
        self.size = 0
        self.ended_inside = False
        self.again_until = 0

    def begin(self) -> None:
        self.record, self.size, self.ended_inside = [], 0, False

    def __next__(self) -> str:
        line = self._pending.popleft() if self._pending else self._file.readline(MAX_RECORD)
        if not line:
            self.ended_inside = bool(self.record)
            raise StopIteration
        self.number += 1
        self.record.append(line)
        self.size += len(line)
        if self.size >= MAX_RECORD:
            raise _RecordTooLongError
        return line

    def read_again(self) -> None:
        """Takes back all lines of the record but its first one."""
        if self._reread + self.size > _MAX_REREAD:
            return
        self._reread += self.size
        self.again_until = max(self.again_until, self.number)
        self._pending.extendleft(reversed(self.record[1:]))
        self.number -= len(self.record) - 1

    def skip_record(self) -> None:
        """Reads on to the end of a record that is too long. Quotes come in pairs: an odd number means inside a cell."""
        start = self.number
        text = "".join(self.record)
        self.record = []
        self.number -= not text.endswith(("\n", "\r"))
        inside = text.count('"') % 2 == 1
        while inside or not text.endswith(("\n", "\r")):
            text = self._pending.popleft() if self._pending else self._file.readline(_SAMPLE)
            if not text and inside:
                raise CatalogueError(f"{self._path}: a quote that is opened in or near line {start} is never closed")
            if not text:
                return
            inside ^= text.count('"') % 2 == 1
            self.number += text.endswith(("\n", "\r"))


def _records(lines: _Lines, delimiter: str, encoding: str, width: int) -> Iterator[_Record]:
    """The records one after the other. `width` is the header's, 0 to accept any."""
    while True:
        lines.begin()
        start = lines.number + 1
        try:
            with _field_limit(MAX_RECORD):
                cells = next(csv.reader(lines, delimiter=delimiter), None)
        except _RecordTooLongError:
            lines.skip_record()
            yield _Record(start, problem=f"a cell holds more than {MAX_CELL:,} characters")
            continue
        except csv.Error as error:
            yield _Record(start, problem=f"the row cannot be read: {error}")
            continue
        if cells is None:
            return
        if not cells or (start == 1 and lines.record[0][:4].lower() == "sep="):
            continue
        torn = _shape_problem(cells, lines, delimiter, width)
        if torn:
            lines.read_again()
            yield _Record(start, problem=torn)
        else:
            yield _Record(start, cells, _text_problem(cells, "".join(lines.record), encoding))


def _shape_problem(cells: list[str], lines: _Lines, delimiter: str, width: int) -> str:
    """Too many cells, or too few where that tells of a quote in the wrong place; short rows as such are common."""
    if lines.ended_inside:
        return "a quote is opened and never closed"
    if len(lines.record) > 1 and not _is_strict(lines.record, delimiter):
        return "a quote is opened and not closed in its row"
    has_surplus = any(cell.strip() for cell in cells[width:])
    is_torn = len(cells) < width and (len(lines.record) > 1 or lines.number <= lines.again_until)
    if width and (has_surplus or is_torn):
        return f"the row has {len(cells)} cells, the header {width}; is a quote or delimiter misplaced?"
    return ""


def _is_strict(record: list[str], delimiter: str) -> bool:
    """Whether a delimiter or line end follows each closing quote; if not, the quote of a later row closed the cell."""
    try:
        with _field_limit(MAX_RECORD):
            next(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _text_problem(cells: list[str], text: str, encoding: str) -> str:
    if "\0" in text:
        return "the row holds a NUL byte"
    if not text.isascii() and _UNDECODABLE[encoding == "utf-16"].search(text):
        return f"the row is not valid {_NAMES[encoding]}"
    if any(len(cell) > MAX_CELL for cell in cells):
        return f"a cell holds more than {MAX_CELL:,} characters"
    return ""


@contextmanager
def _field_limit(limit: int) -> Iterator[None]:
    """csv keeps its limit for the whole process: it is raised for one record at a time and always put back."""
    with _field_limit_lock:
        before = csv.field_size_limit(limit)
        try:
            yield
        finally:
            csv.field_size_limit(before)
