"""Word pieces of a text, with the aspect marked that is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import emoji
from tokenizers import Encoding, Tokenizer

from profiling.encoder.encoder import readable

MAX_PIECES = 160
_MAX_ASPECT = 100
_LEAD = 400  # characters before the aspect that are read with it
_WORD = re.compile(r"[^\W\d_]{2}")


def load_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer of the packaged encoder, without padding; a long text is cut, an aspect is not."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES, strategy="only_first")
    return tokenizer


@dataclass(frozen=True, slots=True)
class Pieces:
    """What the network is given of one text: of each word piece its id, 1, and whether it belongs to the aspect."""

    ids: list[int]
    attention_mask: list[int]
    type_ids: list[int]


def encode_pairs(tokenizer: Tokenizer, texts: Sequence[str], aspects: Sequence[str]) -> list[Pieces]:
    """One encoding a text; see `encode`."""
    return [encode(tokenizer, text, aspect) for text, aspect in zip(texts, aspects, strict=True)]


def encode(tokenizer: Tokenizer, text: str, aspect: str = "", *, marked: bool = True) -> Pieces:
    """The aspect's pieces have type 1 where the text names it; an aspect that it does not name follows as a second
    text. Emoji are read by their names. Only the first 2,000 characters are read, or those from a little before the
    aspect's first mention.

    Args:
        marked: False lets the aspect follow even where the text names it.
    """
    text, aspect = _spelt(text, aspect), readable(aspect[:_MAX_ASPECT])
    encoding = tokenizer.encode(text)
    types = _marks(encoding, _mentions(text, aspect)) if aspect and marked else encoding.type_ids
    if aspect and not any(types):
        encoding = tokenizer.encode(text, aspect)
        types = encoding.type_ids
    return Pieces(encoding.ids, encoding.attention_mask, types)


def _mentions(text: str, aspect: str) -> list[tuple[int, int]]:
    """Where the aspect is named: as words of its own, or else within longer ones."""
    words = re.escape(aspect)
    whole = [match.span() for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE)]
    return whole or [match.span() for match in re.finditer(words, text, re.IGNORECASE)]


def _marks(encoding: Encoding, mentions: Sequence[tuple[int, int]]) -> list[int]:
    return [
        int(any(start < end_of and end > start_of for start_of, end_of in mentions)) if end > start else 0
        for start, end in encoding.offsets
    ]


def has_words(text: str) -> bool:
    """Whether there is a word of two letters or an emoji in what is read of the text."""
    return _WORD.search(_spelt(text, "")) is not None


def _spelt(text: str, aspect: str) -> str:
    if aspect:
        text = text[max(0, text.lower().find(aspect.lower()) - _LEAD) :]
    text = readable(text)
    return text if text.isascii() else emoji.demojize(text, delimiters=(" ", " ")).replace("_", " ")
