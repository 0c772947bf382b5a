"""Which words of a message are read for its intent: all of them, or those of one clause.

Two wishes in one line blur each other, and the mixture often looks like a third: a clause tells more than the whole.
Several sentences about one thing tell more together. Which of both the messages are that a training file stands for is
learnt from examples that the model has not seen, and from pairs of them.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.components.clauses import clause_spans

TWO_WISHES = 0.03
"""Which share of the messages is expected to hold two wishes, whatever the training file has."""
TWO_WISHES_WITH_ERRANDS = 0.1
"""The same where errands are among the intents: what stands beside them is why they are named."""
PAIRS = 500
"""So many are composed at most."""
HEAD_START = 0.1
"""Where nothing tells better."""
HEAD_STARTS = tuple(round(0.05 * step, 2) for step in range(-6, 7))
BEFORE_OPENING = 0.1
"""So much less sure than the message as a whole may a wish be where the whole looks like an opening."""
_BORDERS = (" and ", ", ", ". ", ", also ", " and also ", "? ")


class Part(NamedTuple):
    """The best intent of some words, and the chance that it is right."""

    intent: str
    chance: float


@dataclass(frozen=True)
class Customs:
    """What the intents are to each other.

    `openings` are no wish where another clause follows ("hello, where is my order"); `errands` go before questions
    ("how many shirts have you? and i want to return the mug"), for they are what brought the shopper.
    """

    openings: Collection[str] = ()
    errands: Collection[str] = ()

    def two_wishes(self, intents: Collection[str]) -> float:
        """Which share of the messages is expected to hold two wishes."""
        return TWO_WISHES if set(intents).isdisjoint(self.errands) else TWO_WISHES_WITH_ERRANDS

    def first(self, parts: Sequence[Part]) -> int | None:
        """The place of the first errand, else of the first wish."""
        wishes = [place for place, part in enumerate(parts) if part.intent not in self.openings]
        return next((place for place in wishes if parts[place].intent in self.errands), next(iter(wishes), None))

    def choose(self, whole: Part, parts: Sequence[Part], head_start: float) -> int | None:
        """The place of the clause that is read; None where the message is read as a whole.

        Two wishes that differ are read apart where neither is less sure than the whole by `head_start`.
        """
        place = self.first(parts)
        if place is None:
            return None
        wish = parts[place]
        others = [part.chance for part in parts if part.intent not in (wish.intent, *self.openings)]
        if whole.intent in self.openings:
            apart = wish.chance > whole.chance - BEFORE_OPENING
        else:
            apart = bool(others) and min(wish.chance, max(others)) > whole.chance - head_start
        return place if apart else None


class Line(NamedTuple):
    """A message of several clauses: its true intent, and what a model that has not seen it makes of it."""

    truth: str
    whole: Part
    parts: Sequence[Part]


def learn_head_start(
    lines: Sequence[Line], pairs: Sequence[Line], customs: Customs, *, count: int, two_wishes: float
) -> float:
    """So much less sure may two wishes be than the message as a whole: the value with most right answers.

    Args:
        lines: examples of several clauses.
        pairs: composed ones.
        customs: see there.
        count: of all examples that `lines` were found among.
        two_wishes: what the pairs stand for, as a share of all messages.
    """

    def right(head_start: float, among: Sequence[Line]) -> int:
        return sum(_read(line, customs, head_start) == line.truth for line in among)

    def gain(head_start: float) -> float:
        alone, paired = right(head_start, lines) / max(count, 1), right(head_start, pairs) / max(len(pairs), 1)
        return (1 - two_wishes) * alone + two_wishes * paired

    return max(HEAD_STARTS, key=lambda head_start: (gain(head_start), -abs(head_start - HEAD_START)))


def compose_pairs(examples: Sequence[tuple[str, str]], customs: Customs, *, count: int) -> Iterator[tuple[str, str]]:
    """Messages of two examples (text and intent) each, with the intent that goes first; none of a single intent."""
    rng = random.Random(1)  # noqa: S311  # not for secrets
    wishes = [
        (text, label) for text, label in examples if label not in customs.openings and len(clause_spans(text)) == 1
    ]
    if len({label for _, label in wishes}) < 2:
        return
    for _ in range(count):
        (text, label), (other, second) = rng.sample(wishes, 2)
        if label != second:
            pair = (Part(label, 1.0), Part(second, 1.0))
            yield text.rstrip(" .?!") + rng.choice(_BORDERS) + other, pair[customs.first(pair) or 0].intent


def _read(line: Line, customs: Customs, head_start: float) -> str:
    place = customs.choose(line.whole, line.parts, head_start)
    return line.whole.intent if place is None else line.parts[place].intent
