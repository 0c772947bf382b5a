"""What a step of the set-up was last run for: a digest of its inputs' contents, never their dates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_BY_PRODUCTS = frozenset({"__pycache__", ".DS_Store"})


class Stamps:
    """A folder with one small file a step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def is_current(self, name: str, digest: str) -> bool:
        """Whether the step was last finished with these inputs."""
        try:
            return (self._folder / name).read_text(encoding="ascii").strip() == digest
        except (OSError, ValueError):
            return False

    def write(self, name: str, digest: str) -> None:
        """Notes that the step is finished."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f".{name}.new"
        fresh.write_text(f"{digest}\n", encoding="ascii")
        fresh.replace(self._folder / name)


def digest_of(paths: Iterable[Path] = (), *, root: Path, values: Iterable[str] = ()) -> str:
    """SHA-256 over names (relative to `root`) and contents of files and folders, and over the values.

    What does not exist counts as such: a file that appears or goes changes the digest.
    """
    whole = hashlib.sha256()
    for value in values:
        whole.update(f"value {value!r}\n".encode())
    for path in paths:
        whole.update(f"path {_name(path, root)}\n".encode())
        for file in _files(path):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            whole.update(f"file {_name(file, root)} {content}\n".encode())
    return whole.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for entry in sorted(path.iterdir()) if path.is_dir() else ():
        if entry.name not in _BY_PRODUCTS and not entry.name.startswith("."):
            yield from _files(entry)


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
