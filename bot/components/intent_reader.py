"""From a message to its intent: mends the spelling, encodes, and takes the first of several wishes. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.components.clauses import clauses
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
    """A wish beside the first one: its intent with its probability, its own words, and the message's other words."""

    intent: str
    probability: float
    text: str
    rest: str


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

    def confidences(self, text: str) -> Floats:
        """Of the first errand, else the first wish, shape (labels,): see IntentModel.confidences."""
        mended = Spelling(self.model.words, self.encoder.knows).mend(text)
        whole, parts = self._of(mended), clauses(mended)
        if len(parts) == 1:
            return whole
        wishes = [one for part in parts if self._best(one := self._of(part)) not in self.openings]
        wish = next((one for one in wishes if self._best(one) in self.errands), next(iter(wishes), whole))
        return wish if wish.max() > whole.max() - HEAD_START else whole

    def second(self, text: str) -> SecondWish | None:
        """The wish that `confidences` leaves out, where a message has two that differ; None where it has one."""
        mended = Spelling(self.model.words, self.encoder.knows).mend(text)
        parts = clauses(mended)
        if len(parts) == 1:
            return None
        first = self._best(self.confidences(text))
        read = [(part, self._best(one := self._of(part)), float(one.max())) for part in parts]
        if not any(intent == first for _, intent, _ in read):
            return None  # the message was read as a whole: it has one wish
        others = [place for place, (_, intent, sure) in enumerate(read) if sure >= SURE and intent != first]
        place = next((place for place in others if read[place][1] not in self.openings), None)
        if place is None:
            return None
        part, intent, sure = read[place]
        return SecondWish(intent, sure, part, " ".join(one for one in parts if one != part))

    def _best(self, confidences: Floats) -> str:
        return self.model.labels[int(confidences.argmax())]

    def _of(self, text: str) -> Floats:
        confidences: Floats = self.model.confidences([text], self.encoder.vector(text)[None, :])[0]
        return confidences


def learn(texts: Sequence[str], labels: Sequence[str], settings: IntentSettings, *, encoder: Encoder) -> IntentModel:
    """Trains a model on examples and their intents; the encoder gives the vectors."""
    return train(texts, np.stack([encoder.vector(text) for text in texts]), labels, settings)
