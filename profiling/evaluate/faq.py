"""How often the FAQ gives the right answer, and how often it admits that it has none."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from profiling.errors import InputError

Answer = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class FaqQuestion:
    """A question in a shopper's words; `entry_id` of the answer, or None where the FAQ has none."""

    question: str
    entry_id: str | None
    part: str


def read_questions(path: Path, *, part: str) -> list[FaqQuestion]:
    """Reads JSON lines with question, entry (an id or null) and part.

    Args:
        path: the file.
        part: "dev" or "test".
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        questions = [FaqQuestion(row["question"], row["entry"], row["part"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not lines of questions ({error!r})") from error
    chosen = [question for question in questions if question.part == part]
    if not chosen:
        raise InputError(f"{path}: no question of the part {part!r}")
    return chosen


def evaluate_faq(answer: Answer, questions: Sequence[FaqQuestion]) -> dict[str, object]:
    """Figures of something that answers with an entry's id or None.

    `right_first`: share of the answerable questions that get the right answer. `says_unknown`: share of the others that
    get none. `wrong`: share of all that get a wrong answer.
    """
    times_ms: list[float] = []
    given: list[str | None] = []
    for question in questions:
        started = time.perf_counter()
        given.append(answer(question.question))
        times_ms.append((time.perf_counter() - started) * 1000)
    wanted = [question.entry_id for question in questions]
    pairs = list(zip(given, wanted, strict=True))
    answerable = [got == want for got, want in pairs if want is not None]
    unknown = [got is None for got, want in pairs if want is None]
    return {
        "right_first": round(float(np.mean(answerable)), 4) if answerable else None,
        "says_unknown": round(float(np.mean(unknown)), 4) if unknown else None,
        "wrong": round(float(np.mean([got is not None and got != want for got, want in pairs])), 4),
        "answerable": len(answerable),
        "unanswerable": len(unknown),
        "p50_ms": round(float(np.median(times_ms)), 2),
    }
