"""LoCoMo (Maharana et al., ACL 2024): how much of the evidence for a question is among the first messages recalled."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from profiling.encoder import Encoder
from profiling.errors import InputError
from profiling.profile.recall import Recall

_EVIDENCE = re.compile(r"D\d+:\d+")
_SESSION = re.compile(r"session_(\d+)")
RESAMPLES = 1_000


@dataclass(frozen=True)
class Conversation:
    """Messages of a talk in order with their ids, and questions with the ids of the messages that answer them."""

    message_ids: Sequence[str]
    messages: Sequence[str]
    questions: Sequence[tuple[str, frozenset[str]]]


def read_locomo(path: Path) -> list[Conversation]:
    """The conversations of a LoCoMo file (JSON, may be gzipped).

    Raises:
        InputError: no such file, or it has another form.
    """
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return [_conversation(body) for body in json.loads(raw)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a LoCoMo file: {error}") from error


def _conversation(body: Mapping[str, Any]) -> Conversation:
    names = sorted((name for name in body if _SESSION.fullmatch(name)), key=lambda name: int(name.split("_")[1]))
    turns = [turn for name in names for turn in body[name]]
    ids = [turn["dia_id"] for turn in turns]
    questions = [
        (qa["question"], found)
        for qa in body["qa"]
        if (found := frozenset(_EVIDENCE.findall(" ".join(qa.get("evidence", ())))) & frozenset(ids))
    ]
    return Conversation(ids, [f"{turn['speaker']}: {turn['text']}" for turn in turns], questions)


class MemoryEvaluator:
    """Share of the evidence among the first k messages, for our recall, plain BM25 and embeddings alone."""

    primary_metric = "recall@10"

    def __init__(self, conversations: Sequence[Conversation], *, k: int = 10) -> None:
        self._conversations = conversations
        self._k = k

    def __call__(self, encoder: Encoder) -> dict[str, float | int]:
        """recall@k of each, with the bounds of a 95 % interval of ours and of the lead over the better baseline."""
        shares: dict[str, list[float]] = {"recall": [], "bm25": [], "embeddings": []}
        for talk in self._conversations:
            recall = Recall(talk.messages, encoder=encoder)
            rankers: dict[str, Callable[[str], Any]] = {
                "recall": recall.scores,
                "bm25": recall.bm25,
                "embeddings": recall.cosine,
            }
            for question, evidence in talk.questions:
                for name, score in rankers.items():
                    first = np.argsort(-score(question), kind="stable")[: self._k]
                    shares[name].append(len({talk.message_ids[i] for i in first} & evidence) / len(evidence))
        ours, bm25, cosine = (np.array(shares[name]) for name in ("recall", "bm25", "embeddings"))
        better = bm25 if bm25.mean() > cosine.mean() else cosine
        low, high = _interval(ours)
        lead_low, lead_high = _interval(ours - better)
        return {
            f"recall@{self._k}": float(ours.mean()),
            "low": low,
            "high": high,
            f"bm25_recall@{self._k}": float(bm25.mean()),
            f"embeddings_recall@{self._k}": float(cosine.mean()),
            "lead_low": lead_low,
            "lead_high": lead_high,
            "questions": len(ours),
        }


def _interval(values: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float]:
    """A 95 % bootstrap interval of the mean."""
    chance = np.random.default_rng(0)
    means = [float(chance.choice(values, len(values)).mean()) for _ in range(RESAMPLES)]
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))
