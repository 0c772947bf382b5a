"""Predicates, as declared in predicates.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml


@dataclass(frozen=True, slots=True)
class Predicate:
    """How the facts of one predicate live together; the file explains each field."""

    name: str
    subject: Literal["shopper", "need"]
    cardinality: Literal["one", "turn", "many"]
    half_life_days: float
    sentence: str
    contradicts: frozenset[str] = frozenset()

    def tell(self, label: str) -> str:
        """The fact in a plain sentence to the shopper."""
        return self.sentence.format(label=label)


@lru_cache(maxsize=1)
def load_predicates() -> Mapping[str, Predicate]:
    """All predicates by name, in the order of the file."""
    data = yaml.safe_load(Path(__file__).with_name("predicates.yml").read_text(encoding="utf-8"))
    return {
        name: Predicate(
            name=name,
            subject=body["subject"],
            cardinality=body["cardinality"],
            half_life_days=float(body["half_life_days"]),
            sentence=body["sentence"],
            contradicts=frozenset(body.get("contradicts", ())),
        )
        for name, body in data.items()
    }
