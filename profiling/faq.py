"""Answers from the shop's own questions, answers and policy pages, and the honesty not to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from profiling.encoder import Encoder
from profiling.errors import InputError
from profiling.faq_model import WordingModel
from profiling.policy_pages import Passage, PolicyPages
from profiling.search.lexical import content_terms

THRESHOLD, FEW_THRESHOLD = 0.28, 0.22
"""Chances below which there is no answer, the second where an entry has few wordings: where right answers and refusals
balance on folds of the wordings in data/shop, and on small shops cut out of it."""
FEW = 20
"""Wordings of an entry, in the mean, below which they are few."""
SURE = 0.8
"""Chance from which an entry wins over any statement of a policy page."""
STATED, STATED_CLEARLY = 0.70, 0.85
"""Scores from which a statement answers where no entry does, and where an entry does that is not sure. At the former
hardly 1 in 50 questions of data/shop/faq_unanswered.yml gets an answer."""
WORDS_THRESHOLD = 0.41
"""The same for the share of words in common, where there is no encoder."""
UNANSWERED = "faq_unanswered.yml"
BACKGROUND = Path(__file__).with_name("faq_background.yml")
BACKGROUND_WEIGHT = 0.05
"""What a question of the background counts beside a wording of the shop's; with more, small shops answer less."""
POLICIES = "policies"


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
    """Finds the entry that a question means; where there is none, the statement of a policy page.

    A model of all wordings (faq_model.py) tells which entry is meant. What lies beside faq.yml in
    `faq_unanswered.yml` (questions without an answer) is one more class, with what no shop answers, and in `policies/`
    are the pages; both may be missing. Without an encoder only shared words count.

    Args:
        path: faq.yml.
        encoder: reads questions and pages.
        second: reads questions too, if there is one; both together know more of them than either.

    Raises:
        InputError: a file has another form, or faq.yml is missing.
    """

    def __init__(self, path: Path, *, encoder: Encoder | None, second: Encoder | None = None) -> None:
        self.entries = read_faq(path)
        self._encoder = encoder
        self._encoders = [one for one in (encoder, second) if one]
        wordings = [
            (index, wording) for index, entry in enumerate(self.entries) for wording in (entry.question, *entry.also)
        ]
        self._owner = np.array([index for index, _ in wordings])
        self._terms = [frozenset(content_terms(wording)) for _, wording in wordings]
        self._threshold = FEW_THRESHOLD if len(wordings) < FEW * len(self.entries) else THRESHOLD
        if encoder:
            unanswered = read_unanswered(path.with_name(UNANSWERED))
            beside = read_unanswered(BACKGROUND)
            learnt = [*(wording for _, wording in wordings), *unanswered, *beside]
            owners = np.concatenate([self._owner, np.full(len(unanswered) + len(beside), len(self.entries))])
            weights = np.repeat([1.0, BACKGROUND_WEIGHT], [len(learnt) - len(beside), len(beside)])
            self._model = WordingModel(
                learnt,
                [one.encode(learnt) for one in self._encoders],
                owners,
                count=len(self.entries) + 1,
                weights=weights,
            )
            self._pages = PolicyPages(path.parent / POLICIES, encoder=encoder)

    def answer(self, question: str, *, topics: Sequence[str] = ()) -> tuple[FaqEntry, float] | None:
        """The entry that is meant with its chance in [0, 1], or None where the shop says nothing of it.

        Args:
            topics: only entries of these topics, if any are given, and the pages that they rest on.
        """
        allowed = np.array([not topics or entry.topic in topics for entry in self.entries])
        if not allowed.any() or not question.strip():
            return None
        if self._encoder is None:
            return self._best(self._overlap(question) * allowed, WORDS_THRESHOLD)
        vectors = [encoder.encode([question])[0] for encoder in self._encoders]
        chances = self._chances(question, vectors, allowed)
        pages = {Path(entry.source).name for entry, may in zip(self.entries, allowed, strict=True) if may}
        passage, score = self._pages.nearest(question, vectors[0], pages=pages if topics else None)
        unsure = chances.max() < SURE and (
            score >= STATED_CLEARLY or (score >= STATED and chances.max() < self._threshold)
        )
        return (_entry_of(passage), 1.0) if passage and unsure else self._best(chances, self._threshold)

    def _best(self, scores: NDArray[Any], threshold: float) -> tuple[FaqEntry, float] | None:
        best = int(scores.argmax())
        return (self.entries[best], float(scores[best])) if scores[best] >= threshold else None

    def _chances(self, question: str, vectors: list[NDArray[np.float32]], allowed: NDArray[np.bool_]) -> NDArray[Any]:
        """Of each entry; those not allowed have none, and the rest share theirs with the class of the unanswered."""
        *chances, unanswered = self._model.chances(question, vectors)
        among = np.array(chances) * allowed
        shared: NDArray[Any] = among / max(float(among.sum() + unanswered), 1e-12)
        return shared

    def _overlap(self, question: str) -> NDArray[np.float32]:
        """The largest share of words that a wording of each entry has in common with the question."""
        words = frozenset(content_terms(question))
        best = np.zeros(len(self.entries), dtype=np.float32)
        overlap = [len(words & own) / max(1, len(words | own)) for own in self._terms]
        np.maximum.at(best, self._owner, np.array(overlap, dtype=np.float32))
        return best


def _entry_of(passage: Passage) -> FaqEntry:
    source = f"{POLICIES}/{passage.page}"
    topic = Path(passage.page).stem
    return FaqEntry(f"{source}#{passage.heading}", topic, passage.heading, (), passage.text, source)


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


def read_unanswered(path: Path) -> list[str]:
    """Reads a YAML list of questions; a missing file is an empty one."""
    if not path.exists():
        return []
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"{path}: not a list of questions ({error!r})") from error
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        raise InputError(f"{path}: not a list of questions")
    return rows
