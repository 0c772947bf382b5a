"""Utterances with their spans marked in the text: "[red](colour) [shoes](product_type) please"."""

from __future__ import annotations

import re
from pathlib import Path

from profiling.entities.spans import Span
from profiling.errors import InputError
from profiling.evaluate.entities import LabelledText
from profiling.training.examples import text_of

_MARK = re.compile(r"\[(?P<words>[^\[\]]+)\]\((?P<label>\w+)\)")
_ANY_MARK = re.compile(r"\[[^\[\]]+\]\(\w+(?::\w+)?\)")


def read_marked(line: str) -> LabelledText:
    """The text without its marks, and their spans."""
    text, spans, end = "", set(), 0
    for mark in _MARK.finditer(line):
        text += line[end : mark.start()]
        spans.add(Span(len(text), len(text) + len(mark["words"]), mark["label"]))
        text += mark["words"]
        end = mark.end()
    return LabelledText(text + line[end:], frozenset(spans))


def marked_lines(path: Path) -> list[str]:
    """The lines of a file of marked utterances; some may be without a mark, not all.

    Raises:
        InputError: it cannot be read, is not UTF-8, or marks nothing.
    """
    lines = text_of(path).splitlines()
    if not any(_ANY_MARK.search(line) for line in lines):
        raise InputError(f"{path}: nothing is marked in it; a line looks like: i hate [wool](dislikes:material)")
    return [line for line in lines if line.strip()]


def read_written() -> list[LabelledText]:
    """The utterances that we wrote and marked by hand."""
    file = Path(__file__).parent / "utterances.txt"
    return [read_marked(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
