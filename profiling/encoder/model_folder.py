"""The folder of a built model: made as a whole or not at all, with a manifest that says what it was made from."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


def read_manifest(directory: Path, files: Sequence[str]) -> dict[str, Any]:
    """The manifest; empty where there is none, or one of the model's files is missing."""
    try:
        manifest: dict[str, Any] = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if all((directory / name).is_file() for name in files) else {}


def write_manifest(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Writes it as JSON."""
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


@contextmanager
def replacing(directory: Path) -> Iterator[Path]:
    """An empty folder that takes the place of `directory` after the block; an error in the block leaves all as it
    was.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        yield work
        shutil.rmtree(directory, ignore_errors=True)
        work.chmod(0o755)
        work.replace(directory)
    finally:
        shutil.rmtree(work, ignore_errors=True)
