"""Misspelt names, of one word and of several: a slip or two away in their letters, or alike in sound."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from profiling.entities.sounding import by_sound, sounding_alike
from profiling.text.sounds import sound_of
from profiling.text.tokens import Token

SHORTEST = 4
"""A shorter word is too near to many others."""
LONG = 9
"""From this length on two slips are no other word."""


class Spellings:
    """Names of one word."""

    def __init__(self, meanings: Mapping[str, Hashable]) -> None:
        self._spellings = list(meanings)
        self._sounds = by_sound(self._spellings, meanings)

    def nearest(self, word: str, as_written: str = "") -> tuple[str, int] | None:
        """The spelling that a word is taken for, and in how many letters they differ; None where none is near.

        Args:
            word: without its plural; "wireles" is none, so what was written is tried too.
        """
        best = self._within_slips(word) or (
            self._within_slips(as_written) if as_written and as_written != word else None
        )
        slip = best if best is not None and best[0][0] == word[0] else None
        return slip or sounding_alike(word, self._sounds)

    def _within_slips(self, word: str) -> tuple[str, int] | None:
        """The nearest; of several as near the one that sounds like the word: "sandels" are sandals, no sanders."""
        slips = 1 if len(word) < LONG else 2
        near = process.extract(
            word, self._spellings, scorer=DamerauLevenshtein.distance, score_cutoff=slips, processor=None
        )
        sound = sound_of(word)
        best = min(near, key=lambda found: (found[1], sound_of(found[0]) != sound), default=None)
        return best and (best[0], int(best[1]))


class Phrases:
    """Names of two words and more: each word is taken for the nearest one that stands in such a name."""

    def __init__(self, names: Mapping[tuple[str, ...], str]) -> None:
        self._names = {key: value for key, value in names.items() if len(key) > 1}
        words = sorted({word for key in self._names for word in key if len(word) >= SHORTEST})
        self._words = Spellings({word: word for word in words})
        self._longest = max(map(len, self._names), default=0)
        self._mended = lru_cache(maxsize=1024)(self._nearest_word)

    def nearest(self, tokens: Sequence[Token], known: Collection[str]) -> tuple[str, int, float] | None:
        """(meaning, count of words, score in [0, 1]) of the longest name that the first words may be; else None.

        Args:
            known: words that are no misspelling.
        """
        window = [token.term for token in tokens[: self._longest]]
        if len(window) < 2 or not any(is_odd(word, known) for word in window):
            return None
        mended = [self._mended(word) if is_odd(word, known) else (word, 0) for word in window]
        for length in range(len(window), 1, -1):
            value = self._names.get(tuple(word for word, _ in mended[:length]))
            slips = sum(slips for _, slips in mended[:length])
            if value is not None and slips:
                return value, length, 1.0 - slips / sum(map(len, window[:length]))
        return None

    def _nearest_word(self, word: str) -> tuple[str, int]:
        return self._words.nearest(word) or (word, 0)


def is_odd(word: str, known: Collection[str]) -> bool:
    """Whether a word is in no word list, and long enough to be a misspelling of something."""
    return len(word) >= SHORTEST and word.isalpha() and word not in known
