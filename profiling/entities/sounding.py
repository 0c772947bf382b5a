"""Names that a misspelt word sounds like: "headfones", where more than a slip or two lies between the letters."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from rapidfuzz.distance import DamerauLevenshtein

from profiling.text.sounds import sound_of

SHORTEST = 4
"""Shorter sounds belong to too many words."""
MOST_SLIPS = 4
LARGEST_SHARE = 0.34
"""How much of a word may be written otherwise."""


def by_sound(spellings: Iterable[str], meanings: Mapping[str, Hashable]) -> Mapping[str, str]:
    """Sound -> spelling, where all that sounds so means the same."""
    found: dict[str, str | None] = {}
    for spelling in spellings:
        sound = sound_of(spelling)
        known = found.setdefault(sound, spelling)
        if known is not None and meanings[known] != meanings[spelling]:
            found[sound] = None
    return {sound: spelling for sound, spelling in found.items() if spelling and len(sound) >= SHORTEST}


def sounding_alike(word: str, sounds: Mapping[str, str]) -> tuple[str, int] | None:
    """The spelling that sounds like the word, and in how many letters they differ; None where none does."""
    spelling = sounds.get(sound_of(word))
    if spelling is None:
        return None
    slips = DamerauLevenshtein.distance(word, spelling)
    return (spelling, slips) if slips <= min(MOST_SLIPS, LARGEST_SHARE * len(word)) else None
