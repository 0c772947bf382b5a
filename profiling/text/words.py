"""Which words are ordinary. A word that nobody knows may be a misspelt brand; an ordinary word is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

COMMON_RANK = 5_000


@dataclass(frozen=True)
class WordList:
    """`known` are words of the language, `common` the most frequent of them."""

    known: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()

    def with_known(self, words: frozenset[str]) -> WordList:
        """The same list with more known words; an empty one stays empty: nothing is known about its language."""
        return replace(self, known=self.known | words) if self.known else self

    @classmethod
    def from_tokenizer(cls, path: Path) -> WordList:
        """The whole words of a WordPiece vocabulary, which stand in it by falling frequency; empty if the file is
        missing.
        """
        try:
            vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
        except (OSError, ValueError, KeyError):
            return cls()
        ranked = sorted((rank, word) for word, rank in vocabulary.items() if word.isalpha())
        known = frozenset(word for _, word in ranked if len(word) > 1)
        common = frozenset(word for rank, word in ranked if rank < COMMON_RANK)
        return cls(known, common)
