"""Variations of labelled utterances: other names in the same sentence, slips, other capitals.

A name is exchanged for one of the same label from another utterance (mention replacement of Dai and Adel 2020,
arXiv:2010.11683), brands and models often for made-up ones: what is left to learn from is what stands around them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from profiling.entities.spans import Span
from profiling.evaluate.entities import LabelledText
from profiling.training import made_up

_EXCHANGED = 0.45
_MADE_UP = {"brand": 0.4, "model": 0.3}
_SLIPPED = 0.06
_MANNERS = {"as it is": 0.55, "lower": 0.35, "upper": 0.03, "no signs": 0.07}


def vary(texts: Sequence[LabelledText], count: int, *, seed: int) -> list[LabelledText]:
    """So many variations, of each text about as many; spans stay where their words went."""
    random = Random(seed)  # noqa: S311  nothing here is secret
    names: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        for span in sorted(text.spans):
            names[span.label].append(text.text[span.start : span.end])
    drawn: list[LabelledText] = []
    while len(drawn) < count and texts:
        drawn += random.sample(texts, min(len(texts), count - len(drawn)))
    return [_varied(text, names, random) for text in drawn]


def _varied(text: LabelledText, names: Mapping[str, Sequence[str]], random: Random) -> LabelledText:
    manner = random.choices(list(_MANNERS), list(_MANNERS.values()))[0]
    written, spans, end = "", set(), 0
    for span in sorted(text.spans):
        written += _written(text.text[end : span.start], manner, random)
        words = _written(_named(text, span, names, random), manner, random)
        spans.add(Span(len(written), len(written) + len(words), span.label))
        written += words
        end = span.end
    return LabelledText(written + _written(text.text[end:], manner, random), frozenset(spans))


def _named(text: LabelledText, span: Span, names: Mapping[str, Sequence[str]], random: Random) -> str:
    if random.random() >= _EXCHANGED:
        return text.text[span.start : span.end]
    if random.random() < _MADE_UP.get(span.label, 0.0):
        return str(getattr(made_up, span.label)(random))
    return random.choice(names[span.label])


def _written(words: str, manner: str, random: Random) -> str:
    words = re.sub(
        r"(?<!\w)[^\W\d_]{5,}(?!\w)",
        lambda word: made_up.slip(word[0], random) if random.random() < _SLIPPED else word[0],
        words,
    )
    if manner == "lower":
        return words.lower()
    if manner == "upper":
        return words.upper()
    return re.sub(r"[,;.!?]+(?= |$)", "", words) if manner == "no signs" else words
