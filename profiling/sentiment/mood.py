"""The mood of an utterance."""

from __future__ import annotations

from profiling.sentiment.model import LANGUAGES, SentimentModel
from profiling.types import Mood


def read_mood(model: SentimentModel | None, utterance: str, *, language: str) -> Mood | None:
    """None without a model, or where it does not read the language."""
    if model is None or language not in LANGUAGES:
        return None
    (judged,) = model.classify([utterance])
    return Mood(judged.label, round(judged.probability, 4))
