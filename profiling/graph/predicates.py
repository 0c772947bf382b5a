"""Predicates and rules, as declared in predicates.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml


@dataclass(frozen=True, slots=True)
class Predicate:
    """How the facts of one predicate live together; the file explains each field."""

    name: str
    subject: Literal["shopper", "need", "item", "node"]
    cardinality: Literal["one", "turn", "many"]
    half_life_days: float
    sentence: str
    objects: frozenset[str] = frozenset()
    contradicts: frozenset[str] = frozenset()
    inverse: str = ""
    transitive: bool = False
    path_cost: float = 1.0

    def takes(self, object_: str) -> bool:
        """Whether a node ("colour:red") is of a kind that the predicate may have as its object."""
        return not self.objects or object_.partition(":")[0] in self.objects


@dataclass(frozen=True, slots=True)
class Rule:
    """Two triples that share their middle give a third: (a, first, b) and (b, then, c) -> (a, gives, c)."""

    first: str
    then: str
    gives: str


@lru_cache(maxsize=1)
def load_predicates() -> Mapping[str, Predicate]:
    """All predicates by name, in the order of the file."""
    return {name: _predicate(name, body) for name, body in _declarations().items() if name != "rules"}


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    """The rules in the order of the file."""
    return tuple(Rule(**body) for body in _declarations()["rules"])


def _declarations() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("predicates.yml").read_text(encoding="utf-8"))
    return data


def _predicate(name: str, body: Mapping[str, Any]) -> Predicate:
    return Predicate(
        name=name,
        subject=body["subject"],
        cardinality=body["cardinality"],
        half_life_days=float(body["half_life_days"]),
        sentence=body["sentence"],
        objects=frozenset(body.get("objects", ())),
        contradicts=frozenset(body.get("contradicts", ())),
        inverse=body.get("inverse", ""),
        transitive=body.get("transitive", False),
        path_cost=float(body.get("path_cost", 1.0)),
    )
