"""From tags to spans: the likeliest sequence in which no name goes on that has not begun (Viterbi)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from profiling.entities.spans import Span
from profiling.entities.tagger.tagger import LogProbabilities, Tagged, tag_words

_NEVER = -1e9
_LONGER = 0.5
"""What is known of "headset" speaks half as strongly for a longer name that ends in it: "gaming headset"."""


def best_spans(tagged: Tagged, known: Sequence[Span] = (), trust: Mapping[str, float] | None = None) -> list[Span]:
    """Spans of the likeliest tags, in the order of the text.

    Args:
        known: what is known from elsewhere about the text, without overlaps.
        trust: for each label, and "O" for words that nothing is known of, how much likelier that makes its tags: a
            natural logarithm that is added to their scores.
    """
    if not tagged.places:
        return []
    scores = tagged.scores if trust is None else tagged.scores + _support(tagged, known, trust)
    return _spans(tagged, _likeliest(scores, tagged.tags))


def probability(tagged: Tagged, span: Span) -> float:
    """How likely the classifier alone holds a span to be: the mean over its words of the probability of their tags."""
    tags = tag_words(tagged.places, [span])
    chances = [
        np.exp(row[tagged.tags.index(tag)])
        for row, tag in zip(tagged.scores, tags, strict=True)
        if tag != "O" and tag in tagged.tags
    ]
    return float(np.mean(chances)) if chances else 0.0


def _support(tagged: Tagged, known: Sequence[Span], trust: Mapping[str, float]) -> LogProbabilities:
    support = np.zeros_like(tagged.scores)
    columns = {tag: column for column, tag in enumerate(tagged.tags)}
    for row, tag in enumerate(tag_words(tagged.places, known)):
        if tag in columns:
            prefix, _, label = tag.partition("-")
            support[row, columns[tag]] = trust.get(label or tag, 0.0)
            if prefix == "B":
                support[row, columns[f"I-{label}"]] = trust.get(label, 0.0) * _LONGER
    return support


def _likeliest(scores: LogProbabilities, tags: Sequence[str]) -> list[int]:
    starts, moves = _grammar(tuple(tags))
    best = scores[0] + starts
    back: list[NDArray[np.intp]] = []
    for row in scores[1:]:
        through = best[:, None] + moves
        back.append(through.argmax(axis=0))
        best = through.max(axis=0) + row
    path = [int(best.argmax())]
    for previous in reversed(back):
        path.append(int(previous[path[-1]]))
    return path[::-1]


@lru_cache(maxsize=8)
def _grammar(tags: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What may stand first, and what may follow what: 0 or never."""
    starts = np.array([_NEVER if tag.startswith("I-") else 0.0 for tag in tags])
    moves = np.array(
        [[_NEVER if tag.startswith("I-") and before[2:] != tag[2:] else 0.0 for tag in tags] for before in tags]
    )
    return starts, moves


def _spans(tagged: Tagged, path: Sequence[int]) -> list[Span]:
    spans: list[Span] = []
    for (start, end), column in zip(tagged.places, path, strict=True):
        prefix, _, label = tagged.tags[column].partition("-")
        if prefix == "B":
            spans.append(Span(start, end, label))
        elif prefix == "I":
            spans[-1] = spans[-1]._replace(end=end)
    return spans
