"""Labelled files with one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from profiling.errors import InputError
from profiling.evaluate.lines import utf8_lines

Example = TypeVar("Example")
Row = dict[str, Any]


def read_jsonl(path: Path, parse: Callable[[Row], Example], *, part: str = "") -> list[Example]:
    """Every row of `part` as `parse` understands it; rows without a part belong to all of them.

    Args:
        parse: raises ValueError, KeyError or TypeError where a row has another form.

    Raises:
        InputError: the file cannot be read, a line is no JSON object or has another form, or no row is left; the
            message names the line.
    """
    examples = []
    for number, row in _rows(path):
        try:
            if part and row.get("part", part) != part:
                continue
            examples.append(parse(row))
        except KeyError as error:
            raise InputError(f"{path}, line {number}: no {error}") from error
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}, line {number}: {error}") from error
    if not examples:
        raise InputError(f"{path}: no rows" + (f" of part {part!r}" if part else ""))
    return examples


def first_of(row: Row, names: str) -> Any:
    """The value under the first of several names that the row has.

    Raises:
        KeyError: it has none of them.
    """
    for name in names.split():
        if name in row:
            return row[name]
    raise KeyError(names.replace(" ", " or "))


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
            for number, line in enumerate(utf8_lines(file, path), 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise InputError(f"{path}, line {number}: no JSON ({error})") from error
                if not isinstance(row, dict):
                    raise InputError(f"{path}, line {number}: expected a JSON object")
                yield number, row
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
