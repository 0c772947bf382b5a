"""The candidate fact: what an utterance supports, before the profile decides what to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass

from profiling.text.tokens import terms
from profiling.types import Mention

SURE, HEDGED = 0.95, 0.7
_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|i think|i guess|kind of|kinda|sort of|might|or so|ideally|preferably|"
    r"not sure|dunno|do not know|don't know)\b"
)

_OWNER = re.compile(r"^(?:my|our|his|her|their|an?|the)\s+(?:(?:poor|dear|lovely|wonderful)\s+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact that the utterance supports. `lasting` ones are about the shopper, the others about the open need."""

    predicate: str
    object: str
    label: str
    start: int
    end: int
    confidence: float
    lasting: bool


def confidence_of(clause: str) -> float:
    """How sure a clause sounds; what stands in it with "maybe" is less sure."""
    return HEDGED if _HEDGE.search(clause) else SURE


def of_mention(predicate: str, mention: Mention, confidence: float, *, lasting: bool = False) -> Candidate:
    """A candidate about the thing that a mention names."""
    return Candidate(predicate, mention.value, mention.label, mention.start, mention.end, round(confidence, 3), lasting)


def of_words(predicate: str, words: str, start: int, confidence: float, *, lasting: bool = False) -> Candidate:
    """A candidate about words, from `start` on, that name nothing in the catalogue."""
    node = f"words:{' '.join(terms(words))}"
    return Candidate(predicate, node, words, start, start + len(words), round(confidence, 3), lasting)


def of_person(words: str, start: int, confidence: float) -> Candidate:
    """Whom it is for, without "my": the fact is told to the shopper."""
    person = " ".join(_OWNER.sub("", words).split())
    node = f"recipient:{person.lower()}"
    return Candidate("gift_for", node, person, start, start + len(words), round(confidence, 3), lasting=False)
