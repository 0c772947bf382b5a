"""Mends words that were typed badly, by the words of the training examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

_WORD = re.compile(r"(?<![^\s\"'(])[a-z][a-z']{3,}(?=[.,;:!?\"')]*(?:\s|$))", re.IGNORECASE)
"""Of four letters or more, and no part of a number, an address or a link."""
FEWEST = 2
"""How often a word must stand in the examples to be what was meant: once may be a slip of its own."""


@dataclass(frozen=True)
class Spelling:
    """Changes a word that nobody knows into the commonest one of the examples that is one slip away.

    `counts` says how often each word, in small letters, stands in the examples; `knows` is asked about the others. A
    word whose singular is known is known.
    """

    counts: Mapping[str, int]
    knows: Callable[[str], bool]

    def mend(self, text: str) -> str:
        """The text with the words mended; the same text where there is nothing to mend."""
        return _WORD.sub(lambda found: self._meant(found[0]), text)

    def _meant(self, word: str) -> str:
        small = word.lower()
        if any(form in self.counts or self.knows(form) for form in (small, small.removesuffix("s"))):
            return word
        near = [other for other in _one_slip_away(small) if self.counts.get(other, 0) >= FEWEST]
        return max(near, key=lambda other: (other[0] == small[0], self.counts[other], other), default=word)


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """How often each word of four letters or more stands in the texts."""
    return dict(Counter(found[0].lower() for text in texts for found in _WORD.finditer(text)))


def _one_slip_away(word: str) -> set[str]:
    """A letter left out, added or changed, or two neighbours swapped; words of four letters or more."""
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    near = {before + after[1:] for before, after in halves if after}
    near |= {before + after[1] + after[0] + after[2:] for before, after in halves if len(after) > 1}
    for letter in ascii_lowercase:
        near |= {before + letter + after for before, after in halves}
        near |= {before + letter + after[1:] for before, after in halves if after}
    return {other for other in near if len(other) > 3}
