"""The shop's policy pages, sentence by sentence: where an answer stands that no question of the FAQ foresaw."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from profiling.encoder import Encoder
from profiling.errors import InputError
from profiling.search.lexical import content_terms
from profiling.text.sentences import split_sentences

WORDS_WEIGHT = 0.3
SHORTEST = 16  # characters; less is no statement
_ITEM = re.compile(r"(?m)^(?=(?:- |\d+\. |\|))")
_RULE = re.compile(r"^[|\s:-]+$")
_LISTED = re.compile(r"- |\d+\. ")
_WHOLE = re.compile(r"[.!?…][\"'”’)\]]*$")
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
        self.passages = [passage for page in sorted(folder.glob("*.md")) for passage in _read(page)]
        self._encoder = encoder
        if self.passages:
            self._alone = encoder.encode([passage.text for passage in self.passages])
            self._headed = encoder.encode([f"{passage.heading}: {passage.text}" for passage in self.passages])
        self._terms = [frozenset(content_terms(f"{passage.heading} {passage.text}")) for passage in self.passages]
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
        among = [place for place, passage in enumerate(self.passages) if pages is None or passage.page in pages]
        if not among:
            return None, 0.0
        nearness = np.maximum(self._alone @ vector, self._headed @ vector)
        scores = nearness + WORDS_WEIGHT * self._shared(frozenset(content_terms(question)))
        best = max(among, key=lambda place: scores[place])
        return self.passages[best], float(scores[best])

    def _shared(self, words: frozenset[str]) -> NDArray[np.float32]:
        """For each passage, the share of the question's information that it has; a rare word carries more."""
        weights = {word: log(len(self.passages) / max(self._counts[word], 1)) for word in words}
        total = sum(weights.values()) or 1.0
        return np.array([sum(weights[word] for word in words & own) / total for own in self._terms], dtype=np.float32)


def _read(page: Path) -> Iterator[Passage]:
    try:
        blocks = re.split(r"\n\s*\n", page.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{page}: not a policy page ({error})") from error
    heading = lead = page.stem
    for block in blocks:
        if block.lstrip().startswith("#"):
            heading = lead = block.strip().lstrip("# ")
            continue
        statements = list(_statements(block, lead))
        lead = heading
        if statements and _WHOLE.search(statements[-1]) is None:
            lead = statements.pop().rstrip(":")  # "We cannot take back", before a list
        for statement in statements:
            if len(statement) >= SHORTEST:
                yield Passage(page.name, heading, statement)


def _statements(block: str, lead: str) -> Iterator[str]:
    """The sentences of a paragraph or of each item of a list; a row of a table is one statement, with the names of the
    columns. An item that is no sentence is said with what leads to it.
    """
    items = [item.strip() for item in _ITEM.split(block.strip()) if item.strip()]
    yield from _rows([item for item in items if item.startswith("|")])
    for item in items:
        if item.startswith("|"):
            continue
        text = " ".join(_MARKS.sub("", item).split())
        if _LISTED.match(item) and (text[:1].islower() or _WHOLE.search(text) is None):
            text = f"{lead}: {text.rstrip(',;.')}."
        begins = [start for start, _ in split_sentences(text) if start == 0 or not text[start].islower()]
        for start, end in zip(begins, [*begins[1:], len(text)], strict=True):
            yield text[start:end].strip()


def _rows(lines: Sequence[str]) -> Iterator[str]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not _RULE.match(line)]
    named = len(rows) < len(lines)  # the first one names the columns
    names = rows[0][1:] if named else []
    for first, *rest in rows[1:] if named else rows:
        said = [
            f"{name}: {value}" if name else value for name, value in zip_longest(names, rest, fillvalue="") if value
        ]
        yield f"{first} \N{EN DASH} {'; '.join(said)}."
