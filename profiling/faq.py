"""Answers from the shop's own questions and answers, and the honesty not to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from profiling.encoder import Encoder
from profiling.errors import InputError
from profiling.search.lexical import content_terms

THRESHOLD = 0.41
"""Below this score there is no answer. Chosen on the dev half of data/labelled/faq_questions.jsonl, where it gives as
many answerable questions the right answer as it turns others away."""


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One question of the shop's FAQ with other wordings of it, its answer, and the page that the answer rests on."""

    entry_id: str
    topic: str
    question: str
    also: tuple[str, ...]
    answer: str
    source: str


class Faq:
    """Finds the entry that a question means. Without an encoder only shared words count.

    Raises:
        InputError: the file is missing or has another form.
    """

    def __init__(self, path: Path, *, encoder: Encoder | None) -> None:
        self.entries = read_faq(path)
        self._encoder = encoder
        wordings = [
            (index, wording) for index, entry in enumerate(self.entries) for wording in (entry.question, *entry.also)
        ]
        self._owner = np.array([index for index, _ in wordings])
        self._terms = [frozenset(content_terms(wording)) for _, wording in wordings]
        if encoder:
            self._wordings = encoder.encode([wording for _, wording in wordings])
            self._answers = encoder.encode([f"{entry.question} {entry.answer}" for entry in self.entries])
            self._centres = _centres(self._wordings, self._owner, len(self.entries))

    def answer(self, question: str, *, topics: Sequence[str] = ()) -> tuple[FaqEntry, float] | None:
        """The best entry with its score in [0, 1], or None where no entry is near enough.

        Args:
            topics: only entries of these topics, if any are given.
        """
        scores = self._scores(question)
        allowed = [index for index, entry in enumerate(self.entries) if not topics or entry.topic in topics]
        best = max(allowed, key=lambda index: scores[index], default=None)
        if best is None or scores[best] < THRESHOLD:
            return None
        return self.entries[best], float(scores[best])

    def _scores(self, question: str) -> NDArray[np.float32]:
        """One score an entry: the mean of its best wording's, its wordings' centre's and its answer's."""
        best = np.zeros(len(self.entries), dtype=np.float32)
        if self._encoder is None:
            words = frozenset(content_terms(question))
            overlap = [len(words & own) / max(1, len(words | own)) for own in self._terms]
            np.maximum.at(best, self._owner, np.array(overlap, dtype=np.float32))
            return best
        vector = self._encoder.encode([question])[0]
        np.maximum.at(best, self._owner, self._wordings @ vector)
        scores: NDArray[np.float32] = (best + self._centres @ vector + self._answers @ vector) / 3
        return scores


def _centres(vectors: NDArray[np.float32], owner: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """The mean direction of each entry's wordings, shape (count, dimension)."""
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, owner, vectors)
    centres: NDArray[np.float32] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return centres


def read_faq(path: Path) -> list[FaqEntry]:
    """Reads a YAML list of entries with id, topic, question, also, answer and source."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [
            FaqEntry(
                entry_id=str(row["id"]),
                topic=str(row["topic"]),
                question=str(row["question"]),
                also=tuple(map(str, row.get("also") or ())),
                answer=" ".join(str(row["answer"]).split()),
                source=str(row.get("source") or ""),
            )
            for row in rows
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a list of questions and answers ({error!r})") from error
