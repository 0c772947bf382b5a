"""Answers of a few words, which may tell of the thing that is looked for: "zip off would be ace"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from profiling.profile.observe import FILLERS, Reading
from profiling.relations import Candidate
from profiling.relations.candidate import of_words
from profiling.text.tokens import terms, tokenize
from profiling.types import Turn

MOST_WORDS = 6
"""Words of an answer that may be a property and nothing else."""
SHORTEST_TOLD = 3
"""Letters of a word that stands in too many texts to tell anything."""
_TALKS = re.compile(
    r"\?|\b(?:i|im|me|my|we|us|our|you|u|ur|your|it|he|she|they|this|that|these|those|not|no)\b", re.IGNORECASE
)
IsTold = Callable[[str], bool]
"""Whether words stand in the text of something that is as the shopper wants it."""


def is_short_answer(turn: Turn) -> bool:
    """Whether an utterance is a few words without a sentence, which may tell of the thing that is looked for."""
    return 0 < len(turn.utterance.split()) <= MOST_WORDS and not _TALKS.search(turn.utterance)


def read_short_answer(turn: Turn, read: Callable[[Turn], Reading], is_told: IsTold) -> Reading:
    """What a short answer says; one that was not understood refines the search by those of its words that are told."""
    reading = with_properties(read(turn), is_told)
    if turn.intent == "nlu_fallback" and not reading.candidates:
        return _told_alone(read(replace(turn, intent="refine")), is_told) or reading
    return reading


def with_properties(reading: Reading, is_told: IsTold) -> Reading:
    """The reading where a thing in words that no catalogue knows, but that tell of what is looked for, is no thing."""
    candidates = [
        replace(each, predicate="about")
        if each.predicate == "wants" and each.object.startswith("words:") and is_told(each.object.partition(":")[2])
        else each
        for each in reading.candidates
    ]
    return replace(reading, candidates=candidates)


def _told_alone(reading: Reading, is_told: IsTold) -> Reading | None:
    """The reading with those words alone that tell something of what is looked for; None where none of them does."""
    about = [each for each in reading.candidates if each.predicate == "about"]
    told = [each for words in about if (each := _longest_told(words, is_told))]
    return replace(reading, candidates=told) if told else None


def _longest_told(words: Candidate, is_told: IsTold) -> Candidate | None:
    """The longest run of the words that is told of something: "taped seams" of "taped seams would be ace"."""
    tokens = tokenize(words.label)
    for length in range(len(tokens), 0, -1):
        for first in range(len(tokens) - length + 1):
            run = tokens[first : first + length]
            text = words.label[run[0].start : run[-1].end]
            telling_word = run[0].term not in FILLERS and len(text) > SHORTEST_TOLD
            if telling_word and is_told(" ".join(terms(text))):
                return of_words("about", text, words.start + run[0].start, words.confidence)
    return None
