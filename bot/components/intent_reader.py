"""From a message to its intent: mends the spelling, encodes, and takes the first of several wishes. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.components.clauses import clause_spans, clauses, without_borders
from bot.components.intent_model import IntentModel, IntentSettings, train
from bot.components.softmax_regression import Floats
from bot.components.spelling import Spelling
from bot.components.trust import OUT_OF_SCOPE
from bot.components.wishes import PAIRS, Customs, Line, Part, compose_pairs, learn_head_start

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
    """A trained model with its encoder."""

    model: IntentModel
    encoder: Encoder
    customs: Customs = field(default_factory=Customs)

    def read(self, text: str) -> Reading:
        """The first errand, else the first wish, as IntentModel.confidences has it, and a second wish that differs."""
        mend = Spelling(self.model.words, self.encoder.knows).mend
        whole, spans = self._of(mend(text)), clause_spans(text)
        if len(spans) <= 1:
            return Reading(whole)
        parts = [self._of(mend(without_borders(text[start:end]))) for start, end in spans]
        read = [self._part(confidences) for confidences in (whole, *parts)]
        place = self.customs.choose(read[0], read[1:], self.model.head_start)
        first = whole if place is None else parts[place]
        return Reading(first, self._second(text, spans, read[1:], first=self._part(first).intent))

    def _second(
        self, text: str, spans: Sequence[tuple[int, int]], parts: Sequence[Part], *, first: str
    ) -> SecondWish | None:
        if first not in [part.intent for part in parts]:
            return None  # the message was read as a whole: it has one wish
        known = {first, *self.customs.openings}
        for place, part in enumerate(parts):
            if part.intent not in known and part.chance >= SURE:
                return SecondWish(part.intent, part.chance, text[slice(*spans[place])], _without(text, spans, place))
        return None

    def _part(self, confidences: Floats) -> Part:
        return Part(self.model.labels[int(confidences.argmax())], float(confidences.max()))

    def _of(self, text: str) -> Floats:
        confidences: Floats = self.model.confidences([text], self.encoder.vector(text)[None, :])[0]
        return confidences


def _without(text: str, spans: Sequence[tuple[int, int]], place: int) -> str:
    """The text without one of its parts, and without the border after it, or before the last one."""
    if place + 1 < len(spans):
        return text[: spans[place][0]] + text[spans[place + 1][0] :]
    return text[: spans[place - 1][1]]


def learn(
    texts: Sequence[str], labels: Sequence[str], settings: IntentSettings, *, encoder: Encoder, customs: Customs
) -> IntentModel:
    """Trains a model on examples and their intents; the encoder gives the vectors."""
    model, folds = train(texts, np.stack([encoder.vector(text) for text in texts]), labels, settings)
    lines: list[Line] = []
    pairs: list[Line] = []
    for fold in folds:
        held = [(texts[row], labels[row]) for row in fold.held if labels[row] != OUT_OF_SCOPE]
        lines += _lines(held, fold.model, encoder)
        pairs += _lines(compose_pairs(held, customs, count=PAIRS // len(folds)), fold.model, encoder)
    count = sum(len(fold.held) for fold in folds)
    share = customs.two_wishes(model.labels)
    return replace(model, head_start=learn_head_start(lines, pairs, customs, count=count, two_wishes=share))


def _lines(pairs: Iterable[tuple[str, str]], model: IntentModel, encoder: Encoder) -> Iterator[Line]:
    """Those that have several clauses, as the model reads them."""
    for text, label in pairs:
        if len(words := clauses(text)) > 1:
            words.insert(0, text)
            confidences = model.confidences(words, np.stack([encoder.vector(some) for some in words]))
            whole, *parts = [Part(model.labels[int(row.argmax())], float(row.max())) for row in confidences]
            yield Line(label, whole, parts)
