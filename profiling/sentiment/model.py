"""What every sentiment model does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Label = Literal["negative", "neutral", "positive"]
LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
LANGUAGES = frozenset({"en"})
"""What our models were trained to read."""


@dataclass(frozen=True, slots=True)
class Sentiment:
    """What is felt: the likeliest label with its probability, all three in the order of LABELS, and how likely the
    writer would recommend what the text is about.
    """

    label: Label
    probability: float
    probabilities: tuple[float, float, float]
    recommends: float


class SentimentModel(Protocol):
    """Reads what a text feels about its subject, or about one aspect of it."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text may be judged otherwise."""

    def classify(self, texts: Sequence[str], aspects: Sequence[str] | None = None) -> list[Sentiment]:
        """One judgement a text, in the order of `texts`.

        Args:
            aspects: what to judge in each text ("zip", "battery life"); "" means the text as a whole.
        """


UNSURE = Sentiment("neutral", 0.34, (0.33, 0.34, 0.33), 0.5)
"""For what cannot be judged: nothing but digits and signs, or a language that the model does not read."""
