"""An index on disk: files named by their content, and a manifest that names the present ones.

A new index is written beside the old one; replacing the manifest is the swap. Who has mapped the old files keeps them
until it lets go, though their names are gone.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from profiling.errors import ArtefactError
from profiling.index.library import load_faiss

Stamp = tuple[int, int] | None
"""Another value after every `save`; None where there is no index."""
MANIFEST = "manifest.json"
NEEDED = ("vectors", "texts")
"""Parts that every index has; one of an older program, which has not, is built anew."""
SUFFIXES = (".faiss", ".npy")
_TRIES = 5


def save(directory: Path, parts: Mapping[str, Any], about: Mapping[str, object]) -> None:
    """Writes FAISS indexes and arrays, and a manifest with their checksums."""
    directory.mkdir(parents=True, exist_ok=True)
    with _only_writer(directory):
        entries = {name: _write_part(directory, name, part) for name, part in parts.items()}
        _write_manifest(directory, {**about, "files": entries})
        kept = {entry["file"] for entry in entries.values()}
        for old in directory.iterdir():  # what a writer left that was stopped is among them
            if old.suffix in SUFFIXES and old.name not in kept:
                old.unlink(missing_ok=True)


def load(directory: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The indexes, mapped into memory, and arrays, and the manifest.

    Raises:
        ArtefactError: there is none, or it is damaged.
    """
    for _ in range(_TRIES):
        before = stamp(directory)
        try:
            manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
            parts = {name: _read_part(directory, manifest["files"][name]) for name in {*NEEDED, *manifest["files"]}}
            return parts, manifest
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            found = error
        if stamp(directory) == before:  # else it was replaced while we were reading
            break
    raise ArtefactError(
        f"no usable index in {directory} ({found}); build it with `python -m profiling index`"
    ) from found


def stamp(directory: Path) -> Stamp:
    """Tells one saved index from the next."""
    try:
        status = (directory / MANIFEST).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


@contextmanager
def _only_writer(directory: Path) -> Iterator[None]:
    """Holds the folder; of two writers at once, one would delete what the other one's manifest names."""
    folder = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write_part(directory: Path, name: str, part: Any) -> dict[str, str]:
    faiss = load_faiss()

    suffix = ".npy" if isinstance(part, np.ndarray) else ".faiss"
    temporary = directory / f".{name}.{os.getpid()}{suffix}"
    if isinstance(part, np.ndarray):
        np.save(temporary, part, allow_pickle=False)
    else:
        faiss.write_index(part, str(temporary))
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    file_name = f"{name}-{digest[:12]}{suffix}"
    temporary.replace(directory / file_name)
    return {"file": file_name, "sha256": digest}


def _read_part(directory: Path, entry: Mapping[str, str]) -> Any:
    faiss = load_faiss()

    path = directory / entry["file"]
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != entry["sha256"]:
            raise ValueError("checksum differs")
    if path.suffix == ".npy":
        return np.load(path, allow_pickle=False)
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)


def _write_manifest(directory: Path, manifest: Mapping[str, object]) -> None:
    temporary = directory / f".{MANIFEST}.{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(directory / MANIFEST)
