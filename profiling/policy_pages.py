"""The shop's policy pages, sentence by sentence: where an answer stands that no question of the FAQ foresaw."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from profiling.encoder import Encoder
from profiling.errors import InputError
from profiling.search.lexical import content_terms

WORDS_WEIGHT = 0.3
SHORTEST = 16  # characters; less is no statement
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ITEM = re.compile(r"(?m)^(?=(?:- |\d+\. |\|))")
_RULE = re.compile(r"^[|\s:-]+$")
_MARKS = re.compile(r"^(?:- |\d+\. )|\*\*")


@dataclass(frozen=True, slots=True)
class Passage:
    """One statement of a page, and the heading that it stands under."""

    page: str
    heading: str
    text: str


class PolicyPages:
    """Finds the statement that answers a question, by its meaning and by the words that both have.

    Args:
        folder: its files *.md are the pages; it need not exist.
        encoder: of questions and passages.

    Raises:
        InputError: a page cannot be read.
    """

    def __init__(self, folder: Path, *, encoder: Encoder) -> None:
        self._passages = [passage for page in sorted(folder.glob("*.md")) for passage in _read(page)]
        self._encoder = encoder
        if self._passages:
            self._alone = encoder.encode([passage.text for passage in self._passages])
            self._headed = encoder.encode([f"{passage.heading}: {passage.text}" for passage in self._passages])
        self._terms = [frozenset(content_terms(f"{passage.heading} {passage.text}")) for passage in self._passages]
        self._counts = Counter(term for terms in self._terms for term in terms)

    def nearest(
        self, question: str, vector: NDArray[np.float32], *, pages: Collection[str] | None = None
    ) -> tuple[Passage | None, float]:
        """The best statement with its score: a cosine, plus up to 0.3 for words in common.

        Args:
            question: as the shopper wrote it.
            vector: its embedding, shape (dimension,).
            pages: names of the files that may answer, if not all.

        Returns:
            (None, 0.0) where there is no page.
        """
        among = [place for place, passage in enumerate(self._passages) if pages is None or passage.page in pages]
        if not among:
            return None, 0.0
        nearness = np.maximum(self._alone @ vector, self._headed @ vector)
        scores = nearness + WORDS_WEIGHT * self._shared(frozenset(content_terms(question)))
        best = max(among, key=lambda place: scores[place])
        return self._passages[best], float(scores[best])

    def _shared(self, words: frozenset[str]) -> NDArray[np.float32]:
        """For each passage, the share of the question's information that it has; a rare word carries more."""
        weights = {word: log(len(self._passages) / max(self._counts[word], 1)) for word in words}
        total = sum(weights.values()) or 1.0
        return np.array([sum(weights[word] for word in words & own) / total for own in self._terms], dtype=np.float32)


def _read(page: Path) -> Iterator[Passage]:
    try:
        blocks = re.split(r"\n\s*\n", page.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{page}: not a policy page ({error})") from error
    heading = page.stem
    for block in blocks:
        if block.lstrip().startswith("#"):
            heading = block.strip().lstrip("# ")
            continue
        for statement in _statements(block):
            if len(statement) >= SHORTEST:
                yield Passage(page.name, heading, statement)


def _statements(block: str) -> Iterator[str]:
    """The sentences of a paragraph or of each item of a list; a row of a table is one statement."""
    items = [item for item in _ITEM.split(block.strip()) if item.strip()]
    rows = [item.strip() for item in items if item.startswith("|")]
    rows = rows[1:] if any(_RULE.match(row) for row in rows) else rows  # the first one names the columns
    for row in rows:
        if not _RULE.match(row):
            first, *rest = (cell.strip() for cell in row.strip("|").split("|"))
            yield f"{first}: {', '.join(rest)}"
    for item in items:
        if not item.startswith("|"):
            yield from _SENTENCE.split(" ".join(_MARKS.sub("", item).split()))
