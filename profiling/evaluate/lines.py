"""Lines of a text file, of which one in another encoding is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from profiling.errors import InputError


def utf8_lines(lines: Iterable[str], path: Path) -> Iterator[str]:
    """Passes lines on that were read as UTF-8 with `surrogateescape`.

    Raises:
        InputError: a line is not UTF-8; the message names it.
    """
    for number, line in enumerate(lines, 1):
        if not line.isascii() and any("\udc80" <= char <= "\udcff" for char in line):
            raise InputError(f"{path}, line {number}: not UTF-8; save the file as UTF-8 first")
        yield line
