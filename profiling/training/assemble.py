"""What to learn from and what to stop by, out of several files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from profiling.training.examples import Columns, Example, read_examples, read_notes, read_titles, split_of

VALIDATION_PER_FILE = 700
_THIN_ABOVE = 1.0


def assemble(
    paths: Sequence[Path], columns: Columns | None = None, *, notes: Sequence[Path] = ()
) -> tuple[list[Example], list[Example]]:
    """Training and validation examples. The test split of every file is touched by neither.

    A review's title is learnt as a short text of its own where the stars leave no doubt. Where one label outnumbers
    the others together, a fixed part of it is left out.

    Args:
        notes: files with aspects of texts that are in `paths`, see `read_notes`.
    """
    training: list[Example] = []
    validation: list[Example] = []
    sources = {path: read_examples(path, columns) for path in paths}
    everything = [example for examples in sources.values() for example in examples]
    noted = [(path, read_notes(path, everything)) for path in notes]
    for path, examples in [*((path, sources[path]) for path in paths), *noted]:
        own = [example for example in examples if split_of(example) == "train"]
        training += thin(own)
        if columns is None and path in sources:
            training += thin(read_titles(path))
        held = [example for example in examples if split_of(example) == "validation"]
        validation += sorted(held, key=_draw)[:VALIDATION_PER_FILE]
    return training, validation


def thin(examples: Sequence[Example]) -> list[Example]:
    """Leaves out so much of the commonest label that it is at most as frequent as all others together."""
    counts = Counter(example.label for example in examples if example.label is not None)
    if len(counts) < 2:
        return list(examples)
    (commonest, count), *others = counts.most_common()
    share = min(1.0, _THIN_ABOVE * sum(other for _, other in others) / count)
    return [example for example in examples if example.label != commonest or _draw(example) < share]


def _draw(example: Example) -> float:
    """A fixed number in [0, 1) for each example."""
    digest = hashlib.sha256(f"{example.aspect}\x1f{example.text}".encode()).digest()
    return int.from_bytes(digest[4:8], "big") / 2**32
