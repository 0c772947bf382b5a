"""Words of a text as the network sees them, and the tags that labelled spans give them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from profiling.encoder.encoder import readable

MAX_PIECES = 160
UNTAGGED = -100
"""The label of pieces that are not learnt: all but the first of each word."""


@dataclass(frozen=True, slots=True)
class Words:
    """Word pieces of a text; `firsts` has the position of each word's first piece, `places` where the word stands."""

    ids: list[int]
    firsts: list[int]
    places: list[tuple[int, int]]


def load_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer of the encoder, without padding; a long text is cut."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer


def words_of(tokenizer: Tokenizer, text: str) -> Words:
    """Words and signs of a text, each by itself: "$30", "t-shirt" and "usb-c" are two, three and three."""
    encoding = tokenizer.encode(readable(text))
    firsts: list[int] = []
    places: list[tuple[int, int]] = []
    last: int | None = None
    for position, ((start, end), word) in enumerate(zip(encoding.offsets, encoding.word_ids, strict=True)):
        if word is None:
            continue
        if word == last:
            places[-1] = (places[-1][0], end)
        else:
            firsts.append(position)
            places.append((start, end))
        last = word
    return Words(encoding.ids, firsts, places)
