"""From a message to its intent: mends the spelling, encodes, and takes the first of several wishes. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.components.clauses import clause_spans, without_borders
from bot.components.intent_model import IntentModel, IntentSettings, train
from bot.components.softmax_regression import Floats
from bot.components.spelling import Spelling

HEAD_START = 0.1
"""So much less sure may the first wish be than the message as a whole. Chosen on pairs of held-out lines of data/nlu:
two wishes in one line blur each other, and the mixture often looks like a third. With .2 three more of a hundred such
pairs are read rightly, but three of a thousand single lines are lost."""

SURE = 0.6
"""From this probability on a part of a message is a wish of its own."""


class Encoder(Protocol):
    """What the reader needs of a sentence encoder."""

    def vector(self, text: str) -> NDArray[np.float32]:
        """The text's vector, of unit length, shape (dimension,)."""

    def knows(self, word: str) -> bool:
        """Whether the encoder has learnt this word, in small letters, as one piece."""


@dataclass(frozen=True)
class SecondWish:
    """A wish beside the first one: its intent with its probability, its own words, and the message's other words.

    The words are the shopper's own, with what stands between them: orders, names and addresses are read out of them.
    """

    intent: str
    probability: float
    text: str
    rest: str


@dataclass(frozen=True)
class Reading:
    """What a message asks for: `confidences` of the first wish, shape (labels,), and what they leave out."""

    confidences: Floats
    second: SecondWish | None = None


@dataclass(frozen=True)
class IntentReader:
    """A trained model with its encoder.

    `openings` are intents that are no wish where another clause follows ("hello, where is my order"); `errands` go
    before questions ("how many shirts have you? and i want to return the mug"), for they are what brought the shopper.
    """

    model: IntentModel
    encoder: Encoder
    openings: Collection[str] = ()
    errands: Collection[str] = ()

    def read(self, text: str) -> Reading:
        """The first errand, else the first wish, as IntentModel.confidences has it, and a second wish that differs."""
        mend = Spelling(self.model.words, self.encoder.knows).mend
        whole, spans = self._of(mend(text)), clause_spans(text)
        if len(spans) <= 1:
            return Reading(whole)
        parts = [self._of(mend(without_borders(text[start:end]))) for start, end in spans]
        wishes = [part for part in parts if self._best(part) not in self.openings]
        wish = next((one for one in wishes if self._best(one) in self.errands), next(iter(wishes), whole))
        first = wish if wish.max() > whole.max() - HEAD_START else whole
        return Reading(first, self._second(text, spans, parts, first=self._best(first)))

    def _second(
        self, text: str, spans: Sequence[tuple[int, int]], parts: Sequence[Floats], *, first: str
    ) -> SecondWish | None:
        intents = [self._best(part) for part in parts]
        if first not in intents:
            return None  # the message was read as a whole: it has one wish
        known = {first, *self.openings}
        for place, (intent, part) in enumerate(zip(intents, parts, strict=True)):
            if intent not in known and part.max() >= SURE:
                return SecondWish(intent, float(part.max()), text[slice(*spans[place])], _without(text, spans, place))
        return None

    def _best(self, confidences: Floats) -> str:
        return self.model.labels[int(confidences.argmax())]

    def _of(self, text: str) -> Floats:
        confidences: Floats = self.model.confidences([text], self.encoder.vector(text)[None, :])[0]
        return confidences


def _without(text: str, spans: Sequence[tuple[int, int]], place: int) -> str:
    """The text without one of its parts, and without the border after it, or before the last one."""
    if place + 1 < len(spans):
        return text[: spans[place][0]] + text[spans[place + 1][0] :]
    return text[: spans[place - 1][1]]


def learn(texts: Sequence[str], labels: Sequence[str], settings: IntentSettings, *, encoder: Encoder) -> IntentModel:
    """Trains a model on examples and their intents; the encoder gives the vectors."""
    return train(texts, np.stack([encoder.vector(text) for text in texts]), labels, settings)
