"""Word pieces of a text, alone or paired with an aspect."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import emoji
from tokenizers import Encoding, Tokenizer

from profiling.encoder.encoder import MAX_CHARACTERS, readable

MAX_PIECES = 160
_MAX_ASPECT = 100
_LEAD = 400  # of a long text's characters before the aspect that are read with it
_WORD = re.compile(r"[^\W\d_]{2}")


def load_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer of the packaged encoder, without padding; a long text is cut, an aspect is not."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES, strategy="only_first")
    return tokenizer


def encode_pairs(tokenizer: Tokenizer, texts: Sequence[str], aspects: Sequence[str]) -> list[Encoding]:
    """One encoding a text; the aspect's pieces have type 1. Emoji are read by their names. Only the first 2,000
    characters of a text are read, or those around the aspect's first mention.
    """
    return [
        tokenizer.encode(_spelt(text, aspect), readable(aspect[:_MAX_ASPECT]))
        if aspect
        else tokenizer.encode(_spelt(text, ""))
        for text, aspect in zip(texts, aspects, strict=True)
    ]


def has_words(text: str) -> bool:
    """Whether there is a word of two letters or an emoji in what is read of the text."""
    return _WORD.search(_spelt(text, "")) is not None


def _spelt(text: str, aspect: str) -> str:
    if aspect and len(text) > MAX_CHARACTERS:
        start = max(0, text.lower().find(aspect.lower()) - _LEAD)
        text = text[start : start + MAX_CHARACTERS]
    text = readable(text)
    return text if text.isascii() else emoji.demojize(text, delimiters=(" ", " ")).replace("_", " ")
