"""Which aspects a text names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from profiling.text.tokens import terms, tokenize

_FILE = Path(__file__).parents[1] / "vocabulary" / "aspects.yml"


@dataclass(frozen=True, slots=True)
class AspectMention:
    """`text[start:end]` is what was written; `aspect` is the name that is counted."""

    aspect: str
    start: int
    end: int


def find_aspects(text: str) -> list[AspectMention]:
    """In order, the longest first where names overlap; one aspect may be named several times."""
    lookup, longest = _lookup()
    tokens = tokenize(text)
    found = []
    position = 0
    while position < len(tokens):
        for length in range(min(longest, len(tokens) - position), 0, -1):
            words = tuple(token.term for token in tokens[position : position + length])
            if words in lookup:
                end = tokens[position + length - 1].end
                found.append(AspectMention(lookup[words], tokens[position].start, end))
                position += length - 1
                break
        position += 1
    return found


@lru_cache(maxsize=1)
def _lookup() -> tuple[Mapping[tuple[str, ...], str], int]:
    names: Mapping[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    lookup = {tuple(terms(word)): name for name, others in names.items() for word in (name, *others)}
    return lookup, max(map(len, lookup))
