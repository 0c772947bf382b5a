"""Attribute values in product titles: OA-Mine and AE-110k in the form of ExtractGPT (Brinkmann et al. 2023)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from profiling.evaluate.jsonl import Row, first_of, read_jsonl
from profiling.text.tokens import terms
from profiling.types import Mention, MentionKind

_KINDS: Mapping[MentionKind, str] = {
    "brand": r"brand",
    "colour": r"colou?r",
    "material": r"material|fabric",
    "size": r"size|length|width|weight|capacity|volume|dimension",
    "model": r"model",
    "recipient": r"gender|department|age range",
    "feature": r"feature|waterproof|connectivity",
    "use": r"occasion|sport type|applicable|season",
    "product_type": r"\btype\b|^item$|item form|product",
}


@dataclass(frozen=True)
class Title:
    """A product title, its category, and the accepted values of each attribute; none means not in the title."""

    text: str
    category: str
    values: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class AttributeEvaluator:
    """Micro-F1 of attribute values, as in the paper: a value is right if it is the expected words.

    A mention is taken for the first value of each attribute of the category that its kind goes with. Attributes of
    which we know nothing count as missed.
    """

    titles: Sequence[Title]
    primary_metric = "f1"

    def __call__(self, extract: Callable[[str], Sequence[Mention]]) -> dict[str, Any]:
        """Precision, recall and F1, and how many values belong to attributes of which we know nothing."""
        schema = _schema(self.titles)
        right = predicted = expected = unknown = 0
        for title in self.titles:
            mentions = extract(title.text)
            for attribute in schema[title.category]:
                wanted = title.values.get(attribute, frozenset())
                kind = kind_of(attribute)
                value = next((mention.text for mention in mentions if mention.kind == kind), None)
                expected += bool(wanted)
                unknown += bool(wanted) and kind is None
                predicted += value is not None
                right += value is not None and _key(value) in {_key(words) for words in wanted}
        return {
            "precision": round(right / predicted, 4) if predicted else 0.0,
            "recall": round(right / expected, 4) if expected else 0.0,
            "f1": round(2 * right / (predicted + expected), 4) if predicted + expected else 0.0,
            "titles": len(self.titles),
            "values": expected,
            "values_of_unknown_attributes": unknown,
        }


def kind_of(attribute: str) -> MentionKind | None:
    """The kind of mention that goes with an attribute's name."""
    return next((kind for kind, names in _KINDS.items() if re.search(names, attribute, re.IGNORECASE)), None)


def read_titles(path: Path) -> list[Title]:
    """Reads JSONL with `input`, `category` and `target_scores` (attribute -> value -> 1; "n/a" for none).

    Raises:
        InputError: a row has another form; the message names the line.
    """
    return read_jsonl(path, _title)


def _title(row: Row) -> Title:
    targets = first_of(row, "target_scores attributes")
    values = {
        str(name): frozenset(value for value in map(str, found) if value.lower() != "n/a")
        for name, found in targets.items()
    }
    return Title(str(first_of(row, "input title text")), str(row.get("category", "")), values)


def _schema(titles: Iterable[Title]) -> dict[str, list[str]]:
    """The attributes of each category, in the order of their first appearance."""
    schema: dict[str, dict[str, None]] = {}
    for title in titles:
        schema.setdefault(title.category, {}).update(dict.fromkeys(title.values))
    return {category: list(attributes) for category, attributes in schema.items()}


def _key(value: str) -> tuple[str, ...]:
    return tuple(terms(value))
