"""How a word sounds, so that "headfones" is found as "headphones".

A few of the rewritings of Metaphone (Philips 1990), but vowels stay as one mark each: a shop's words are long enough,
and short ones would meet too many others without them.
"""

from __future__ import annotations

import re
from functools import lru_cache

_REWRITTEN = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""),
        (r"^kn|^gn", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"ph", "f"),
        (r"sch|sk|sc(?![eiy])", "sk"),
        (r"tch", "ch"),
        (r"[ts]ion", "shn"),
        (r"ough|augh", "of"),
        (r"gh", ""),
        (r"wh", "w"),
        (r"dg", "j"),
        (r"ck|q(?:ue$|u)?|c(?![eiyh])", "k"),
        (r"c(?=[eiy])", "s"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"(?<=[^aeiou])(?:[aeo]l|le)$", "al"),
        (r"(?<=[^aeiou])[ao]r$", "er"),
        (r"mb$", "m"),
        (r"(?<=[aeiou])[wyr](?![aeiouy])", ""),
        (r"(?<=[^aeiou])e$", ""),
        (r"(.)\1+", r"\1"),
        (r"[aeiouy]+", "a"),
    )
)


@lru_cache(maxsize=16_384)
def sound_of(word: str) -> str:
    """The sound of a word in small letters; "" for a word without letters."""
    for pattern, sound in _REWRITTEN:
        word = pattern.sub(sound, word)
    return word
