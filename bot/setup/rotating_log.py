"""A log file of bounded size: NAME.log, and the older NAME.log.1 and NAME.log.2."""

from __future__ import annotations

import contextlib
from pathlib import Path

MAX_BYTES = 5_000_000
KEPT = 2


class RotatingLog:
    """Takes bytes as they come. A full disk loses lines, it does not stop the process that writes them."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.path = path
        self._max_bytes = max_bytes

    def write(self, chunk: bytes) -> None:
        """Appends, after moving the file away if it is large."""
        with contextlib.suppress(OSError):
            if self.path.exists() and self.path.stat().st_size + len(chunk) > self._max_bytes:
                self._rotate()
            with self.path.open("ab") as file:
                file.write(chunk)

    def tail(self, *, lines: int) -> str:
        """The last lines."""
        with contextlib.suppress(OSError), self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - 20_000))
            return "\n".join(file.read().decode(errors="replace").rstrip().splitlines()[-lines:])
        return ""

    def _rotate(self) -> None:
        for number in range(KEPT, 0, -1):
            older = self.path if number == 1 else self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
