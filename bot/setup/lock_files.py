"""Lock files in pip's format, as uv writes them: one block a package, with its hashes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

HEADER = "# Written by `make lock`. Do not edit.\n"

_BLOCK = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s\\;]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One package: its name in normal form, its exact version, and the lines of the file."""

    name: str
    version: str
    text: str

    @property
    def hashes(self) -> frozenset[str]:
        """SHA-256 of every file that may be installed."""
        return frozenset(_HASH.findall(self.text))

    def allowing(self, hashes: Iterable[str]) -> Pin:
        """The same pin with more files allowed."""
        first, *rest = self.text.splitlines(keepends=True)
        notes = "".join(line for line in rest if not _HASH.search(line))
        merged = sorted(self.hashes | set(hashes))
        lines = " \\\n".join([first.rstrip(" \\\n"), *(f"    --hash=sha256:{digest}" for digest in merged)])
        return Pin(self.name, self.version, f"{lines}\n{notes}")


def normalise(name: str) -> str:
    """The form in which names are compared: lower case, single hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(path: Path) -> dict[str, Pin]:
    """The pins by name, in the file's order; empty when there is no such file."""
    return parse_pins(path.read_text(encoding="utf-8")) if path.is_file() else {}


def parse_pins(text: str) -> dict[str, Pin]:
    """The pins by name, in the text's order."""
    blocks: list[list[str]] = []
    for line in text.splitlines(keepends=True):
        if _BLOCK.match(line):
            blocks.append([line])
        elif blocks and line[0] in " \t":
            blocks[-1].append(line)
    pins = [_pin("".join(block)) for block in blocks]
    return {pin.name: pin for pin in pins}


def write_pins(path: Path, pins: Iterable[Pin], *, header: str = HEADER) -> None:
    """Replaces the file as a whole."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(header + "".join(pin.text for pin in pins), encoding="utf-8")
    fresh.replace(path)


def without(pins: dict[str, Pin], names: Collection[str]) -> list[Pin]:
    """All pins but these."""
    return [pin for name, pin in pins.items() if name not in names]


def _pin(text: str) -> Pin:
    match = _BLOCK.match(text)
    assert match is not None  # noqa: S101
    return Pin(normalise(match["name"]), match["version"], text)
