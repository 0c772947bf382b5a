"""Labelled texts from files: CSV, tab-separated lines, MAMS and SemEval XML, and three-line segments."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from profiling.errors import InputError
from profiling.sentiment.model import LABELS

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "review text", "review", "sentence", "comment", "content", "body"),
    "title": ("title", "review title", "summary", "headline"),
    "label": ("label", "sentiment", "polarity"),
    "rating": ("rating", "stars", "overall"),
    "recommends": ("recommended ind", "recommended", "recommends"),
    "aspect": ("aspect",),
}
_STARS = (2.0, 4.0)
_CLEAR_STARS = {"1": 0, "2": 0, "5": 2}
_WORDS = {"negative": 0, "neg": 0, "neutral": 1, "neu": 1, "positive": 2, "pos": 2}
_LINE = re.compile(r"(.*\S)\s+([01])")
_SEGMENT_POLARITIES = {"-1": 0, "0": 1, "1": 2}


@dataclass(frozen=True, slots=True)
class Example:
    """A text, or one aspect of it, with what is known: the label's position in LABELS, and whether it recommends."""

    text: str
    aspect: str = ""
    label: int | None = None
    recommends: bool | None = None


@dataclass(frozen=True)
class Columns:
    """Where a CSV file has what. Empty names are looked for under the usual ones.

    `text` may name several columns; they are joined. `thresholds` say what a number means: with one, from there on it
    is positive, below negative; with two, up to the first it is negative, from the second on positive.
    """

    text: tuple[str, ...] = ()
    label: str = ""
    thresholds: tuple[float, ...] = ()


def read_examples(path: Path, columns: Columns | None = None) -> list[Example]:
    """All labelled examples of a file. Rows without a text are left out.

    Raises:
        InputError: the file cannot be read, a column is missing, or a label is none; with the line.
    """
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    suffix = suffixes[-1].lower() if suffixes else ""
    if suffix == ".xml":
        examples = list(_from_xml(path, _read(path)))
    elif suffix == ".seg":
        examples = list(_from_segments(path, text_of(path)))
    elif suffix == ".txt":
        examples = list(_from_lines(path, text_of(path)))
    else:
        examples = list(_from_csv(path, text_of(path), columns or Columns()))
    if not examples:
        raise InputError(f"{path}: no labelled text in it")
    return examples


def text_key(text: str) -> str:
    """By what a text is found again that may not be copied: the first digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_notes(path: Path, examples: Sequence[Example]) -> list[Example]:
    """Aspects noted for the texts of `examples`, from a CSV file with the columns key (see `text_key`), aspect, label.

    Raises:
        InputError: as `read_examples`, or a noted text is not there.
    """
    texts = {text_key(example.text): example.text for example in examples}
    noted = []
    for example in read_examples(path, Columns(text=("key",))):
        if example.text not in texts:
            raise InputError(f"{path}: no text with the key {example.text!r} in the files given with --data")
        noted.append(replace(example, text=texts[example.text]))
    return noted


def split_of(example: Example) -> Split:
    """80 % train, 10 % validation, 10 % test, by a hash of the text: all that is said about a text stays together."""
    bucket = hashlib.sha256(example.text.encode()).digest()[0] * 10 // 256
    return "validation" if bucket == 8 else "test" if bucket == 9 else "train"


def read_titles(path: Path) -> list[Example]:
    """The titles of a CSV file's reviews in the train split, as short texts, where one, two or five stars say what
    they mean. Files without titles or stars have none.
    """
    if not {".csv", ".tsv"} & set(path.suffixes):
        return []
    reader = _rows(path, text_of(path))
    by_name = {name.strip().lower(): name for name in reader.fieldnames or ()}
    title, text, stars = (
        next((by_name[name] for name in COLUMN_NAMES[kind] if name in by_name), None)
        for kind in ("title", "text", "rating")
    )
    if title is None or text is None or stars is None:
        return []
    return [
        _example(row[title].strip(), "", label, None)
        for row in reader
        if (label := _CLEAR_STARS.get((row[stars] or "").strip())) is not None
        and (row[title] or "").strip()
        and split_of(Example(join_texts([row[title], row[text] or ""]))) == "train"
    ]


def _rows(path: Path, text: str) -> csv.DictReader[str]:
    return csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if ".tsv" in path.suffixes else ",")


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except EOFError as error:
        raise InputError(f"{path}: the compressed file is cut off") from error


def text_of(path: Path) -> str:
    """What a file says, compressed or not.

    Raises:
        InputError: it cannot be read, or is not UTF-8.
    """
    data = _read(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, line {line}: not UTF-8; save the file as UTF-8 first") from error


def _from_csv(path: Path, text: str, columns: Columns) -> Iterator[Example]:
    reader = _rows(path, text)
    found = _find_columns(path, reader.fieldnames or (), columns)
    try:
        rows = [(reader.line_num, row) for row in reader]
        thresholds = columns.thresholds or usual_thresholds(
            [row.get(name) or "" for _, row in rows for name in found["label"]]
        )
        for line, row in rows:
            words = [row.get(name) or "" for name in found["text"]]
            if not (joined := join_texts(words)):
                continue
            where = f"{path}, line {line}"
            aspect = (row.get(found["aspect"][0]) or "").strip() if found["aspect"] else ""
            label, recommends = _row_labels(row, found, thresholds, where=where)
            yield _example(joined, aspect, label, recommends)
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}") from error


def join_texts(parts: Sequence[str]) -> str:
    """A title and a text as one: "Some flaws. I had such high hopes ..."."""
    words = [part.strip() for part in parts if part.strip()]
    return (
        " ".join(word if word[-1] in ".!?" else f"{word}." for word in words[:-1])
        + " " * (len(words) > 1)
        + (words[-1] if words else "")
    )


def _find_columns(path: Path, names: Sequence[str], columns: Columns) -> dict[str, tuple[str, ...]]:
    """The columns that hold text (title first), label, recommends and aspect."""
    by_name = {name.strip().lower(): name for name in names if name}
    if not by_name:
        raise InputError(f"{path}: the file is empty")

    def known(kind: str) -> tuple[str, ...]:
        return next(((by_name[name],) for name in COLUMN_NAMES[kind] if name in by_name), ())

    for name in (*columns.text, *filter(None, [columns.label])):
        if name not in names:
            raise InputError(f"{path}, line 1: no column {name!r}; there are {', '.join(map(repr, names))}")
    text = columns.text or known("title") + known("text")
    label = (columns.label,) if columns.label else known("label") or known("rating")
    recommends = () if columns.label else known("recommends")
    if not text or not (label or recommends):
        what = "a label" if text else "a text"
        raise InputError(f"{path}, line 1: no column with {what}; name it with --text and --label")
    return {"text": text, "label": label, "recommends": recommends, "aspect": known("aspect")}


def _row_labels(
    row: Mapping[str, str], found: Mapping[str, tuple[str, ...]], thresholds: Sequence[float], *, where: str
) -> tuple[int | None, bool | None]:
    label = parse_label(row.get(found["label"][0]) or "", thresholds, where=where) if found["label"] else None
    flag = (row.get(found["recommends"][0]) or "").strip() if found["recommends"] else ""
    if flag not in {"", "0", "1"}:
        raise InputError(f"{where}: recommended is {flag!r}; expected 0 or 1")
    return label, bool(int(flag)) if flag else None


def usual_thresholds(values: Sequence[str]) -> tuple[float, ...]:
    """What the numbers of a column mean if nobody says so: 0 and 1, or one to five stars; else nothing."""
    kinds = {value.strip().removesuffix(".0") for value in values} - {""}
    if kinds <= {"0", "1"}:
        return (1.0,)
    return _STARS if kinds <= {"1", "2", "3", "4", "5"} else ()


def parse_label(value: str, thresholds: Sequence[float], *, where: str) -> int:
    """Position in LABELS of a word, or of a number by the thresholds.

    Raises:
        InputError: it is neither, or a number without thresholds; names `where`.
    """
    word = value.strip().lower()
    if word in _WORDS:
        return _WORDS[word]
    try:
        number = float(word)
    except ValueError:
        raise InputError(f"{where}: label {value!r}; expected one of {', '.join(LABELS)}, or a number") from None
    if not thresholds:
        raise InputError(f"{where}: label {value!r}; say with --thresholds which numbers are negative and positive")
    low, high = thresholds[0], thresholds[-1]
    return 2 if number >= high else 0 if number <= low or low == high else 1


def _from_lines(path: Path, text: str) -> Iterator[Example]:
    """A text, a tab or blanks, then 0 or 1."""
    for number, line in enumerate(text.split("\n"), start=1):
        match = _LINE.fullmatch(line.strip())
        if match:
            yield _example(match[1], "", 2 * int(match[2]), None)
        elif line.strip():
            raise InputError(f"{path}, line {number}: expected a text, a tab, and 0 or 1")


def _from_segments(path: Path, text: str) -> Iterator[Example]:
    """Three lines each: the text with $T$ for the aspect, the aspect, its polarity as -1, 0 or 1."""
    lines = [line.strip() for line in text.split("\n")]
    for start in range(0, len(lines) - 2, 3):
        sentence, aspect, polarity = lines[start : start + 3]
        if "$T$" not in sentence or polarity not in _SEGMENT_POLARITIES:
            raise InputError(f"{path}, line {start + 1}: expected a text with $T$, its aspect, and -1, 0 or 1")
        yield Example(sentence.replace("$T$", aspect), aspect, _SEGMENT_POLARITIES[polarity])


def _from_xml(path: Path, data: bytes) -> Iterator[Example]:
    """Aspect terms of MAMS and SemEval 2014, opinion targets of SemEval 2015 and 2016, in the encoding that the file
    declares. "conflict" is left out, as is usual.
    """
    try:
        root = ElementTree.fromstring(data)  # noqa: S314  expat of Python 3.11 bounds entity expansion
    except ElementTree.ParseError as error:
        raise InputError(f"{path}, line {error.position[0]}: {error}") from error
    except (ValueError, LookupError) as error:
        raise InputError(f"{path}, line 1: {error}; save the file as UTF-8 first") from error
    for sentence in root.iter("sentence"):
        words = (sentence.findtext("text") or "").strip()
        for term in (*sentence.iter("aspectTerm"), *sentence.iter("Opinion")):
            aspect = (term.get("term") or term.get("target") or "").strip()
            polarity = term.get("polarity", "")
            if polarity in _WORDS and words and aspect not in {"", "NULL"}:
                yield Example(words, aspect, _WORDS[polarity])


def _example(text: str, aspect: str, label: int | None, recommends: bool | None) -> Example:
    """Who feels good or bad about the whole would also recommend it or not, unless the file says otherwise."""
    if recommends is None and not aspect and label in {0, 2}:
        recommends = label == 2
    return Example(text, aspect, label, recommends)
