"""Tokens keep their place in the raw text; their `term` is what is compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARACTERS = 2_000
"""What is further on in an utterance is not looked at; nobody types that much to a shop."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?:[^\W\d_]+\d*)?|[^\W_]+(?:['’][^\W\d_]+)?")
_IRREGULAR = {
    "mice": "mouse",
    "feet": "foot",
    "men": "man",
    "women": "woman",
    "children": "child",
    "knives": "knife",
    "shelves": "shelf",
    "scarves": "scarf",
    "loaves": "loaf",
    "lenses": "lens",
}
_NO_PLURAL = ("ss", "us", "is", "os", "ous")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a text.

    `text == raw[start:end]`; `term` is folded to lower case, without accents, singular.
    """

    text: str
    start: int
    end: int
    term: str


def tokenize(text: str) -> list[Token]:
    """Words and numbers of `text` in order; punctuation and emoji yield no token."""
    return [Token(m.group(), m.start(), m.end(), term(m.group())) for m in _TOKEN.finditer(text)]


def terms(text: str) -> list[str]:
    """The terms of `text` in order."""
    return [term(match.group()) for match in _TOKEN.finditer(text)]


@lru_cache(maxsize=65_536)
def term(word: str) -> str:
    """The form of a word that is compared: case, accents, possessive and plural are taken off."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char)).replace("’", "'")
    return singular(plain.removesuffix("'s"))


def singular(word: str) -> str:
    """Takes an English plural off, and nothing else: gaming stays gaming, where a full stemmer makes it game.

    The rules follow the s-stemmer of Harman, "How effective is suffixing?" (1991), with -sses, -xes, -ches, -shes
    added. What ends in -ie ends in -y afterwards, so that hoodies, hoodie and hoody agree.
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) >= 4 and word.isalpha() and word.endswith("s") and not word.endswith(_NO_PLURAL):
        word = word[:-2] if word.endswith(("sses", "xes", "ches", "shes", "zzes")) else word[:-1]
    return word[:-2] + "y" if len(word) > 4 and word.endswith("ie") else word
