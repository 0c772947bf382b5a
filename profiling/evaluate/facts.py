"""Precision and recall of the facts that are learnt from utterances, and how many of them are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from profiling.catalogue.snapshot import size_key
from profiling.entities.prices import amounts
from profiling.evaluate.jsonl import Row, first_of, read_jsonl
from profiling.graph import load_predicates
from profiling.relations import Candidate
from profiling.text.tokens import terms
from profiling.vocabulary import Vocabulary

_COARSER: Mapping[str, tuple[str, ...]] = {
    "in_colour": ("wants",),
    "of_material": ("wants",),
    "has_feature": ("wants",),
    "in_size": ("size_is", "wants"),
    "by_brand": ("prefers_brand", "wants"),
    "for_use": (),
    "excludes": ("avoids", "dislikes"),
    "avoids": ("dislikes",),
    "prefers_brand": ("likes",),
    "shoe_size_is": ("size_is",),
    "spends_at_most": ("budget_max",),
    "budget_min": (),
    "gift_for": (),
    "bought": ("owns",),
}
"""What one of our predicates counts as in a file that never uses it: the first of these that the file does use. Where
it uses none of them either, it was made for fewer predicates than we know, and such facts are not scored."""

_ALIASES = {
    "wants": "want wishes needs looking_for seeks interested_in",
    "likes": "like loves prefers favours",
    "dislikes": "dislike hates",
    "is_allergic_to": "allergic_to allergic allergy has_allergy",
    "avoids": "avoid avoids_brand does_not_want not_wants",
    "excludes": "exclude not_brand without",
    "owns": "own has uses",
    "bought": "buys purchased ordered",
    "returned": "returns sent_back",
    "size_is": "size has_size wears_size",
    "shoe_size_is": "shoe_size",
    "budget_max": "budget max_budget price_max budget_is",
    "budget_min": "min_budget price_min",
    "gift_for": "gift recipient for_recipient is_gift_for buying_for",
    "for_use": "use occasion used_for for_occasion purpose",
    "in_colour": "colour color in_color wants_colour wants_color",
    "of_material": "material in_material wants_material",
    "has_feature": "feature wants_feature",
    "in_size": "wants_size",
    "by_brand": "brand wants_brand",
    "prefers_brand": "prefer_brand likes_brand favourite_brand",
}
_CANONICAL = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}
_IGNORED = frozenset("a an the my our his her their your for of in to size eu us uk cm with from by made".split())
_PROPERTIES = frozenset({"in_colour", "of_material", "has_feature"})
_PRICES = frozenset({"budget_max", "budget_min"})


@dataclass(frozen=True)
class Expected:
    """A fact that may be stored."""

    predicate: str
    object: str


@dataclass(frozen=True)
class LabelledUtterance:
    """An utterance with every fact that may be stored from it."""

    utterance: str
    facts: tuple[Expected, ...]


@dataclass(frozen=True)
class FactEvaluator:
    """Scores a function that reads candidate facts from an utterance.

    A fact is right if its predicate is the expected one and its object names the same thing: the same node of the
    vocabulary, the same amount, or the same words, in the shopper's wording or in ours. Each expected fact can be met
    once. `about` facts are words for the search, not knowledge, and are not scored.
    """

    utterances: Sequence[LabelledUtterance]
    vocabulary: Vocabulary
    primary_metric = "precision"

    def __call__(self, extract: Callable[[str], Sequence[Candidate]]) -> dict[str, Any]:
        """Figures; `wrong` counts stored facts that nobody said, `wrong_share` is their share."""
        used = self._used
        right = wrong = expected_count = 0
        for labelled in self.utterances:
            open_facts = list(labelled.facts)
            expected_count += len(open_facts)
            for candidate in _scored(extract(labelled.utterance)):
                predicate = _read_as(candidate.predicate, used)
                if predicate is None:
                    continue
                quote = labelled.utterance[candidate.start : candidate.end]
                met = next((f for f in open_facts if f.predicate == predicate and self.same(f, candidate, quote)), None)
                if met is None:
                    wrong += not self._is_part(candidate, quote, labelled.facts)
                else:
                    open_facts.remove(met)
                    right += 1
        found = right + wrong
        precision, recall = right / found if found else 0.0, right / expected_count if expected_count else 0.0
        return {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "wrong": wrong,
            "f1": round(2 * precision * recall / (precision + recall), 4) if right else 0.0,
            "utterances": len(self.utterances),
            "facts": expected_count,
            "wrong_share": round(wrong / found, 4) if found else 0.0,
        }

    @cached_property
    def _used(self) -> set[str]:
        return {fact.predicate for labelled in self.utterances for fact in labelled.facts}

    def same(self, expected: Expected, candidate: Candidate, quote: str) -> bool:
        """Whether the candidate's object is the expected one."""
        wordings = (candidate.object.partition(":")[2], candidate.label, quote)
        if expected.predicate in _PRICES:
            return _amount(expected.object) in {_amount(wording) for wording in wordings[1:]}
        if "size" in expected.predicate:
            return _size(expected.object) in {_size(wording) for wording in wordings}
        keys = {self._key(wording) for wording in wordings}
        wanted = self._key(expected.object)
        if candidate.predicate == "wants" and not self._used & _PROPERTIES:  # "black jeans" is wanted in one piece
            wanted = wanted[-len(self._key(quote)) :]
        return wanted in keys or any(self._node(wanted) == self._node(key) is not None for key in keys)

    def _is_part(self, candidate: Candidate, quote: str, facts: Sequence[Expected]) -> bool:
        """Whether an expected object says the same in one piece: "black jeans" is in_colour black and wants jeans."""
        mine = set(self._key(quote))
        return any(
            fact.predicate == "wants" and mine < set(self._key(fact.object)) and candidate.predicate in _COARSER
            for fact in facts
        )

    @staticmethod
    def _key(words: str) -> tuple[str, ...]:
        return tuple(term for term in terms(words) if term not in _IGNORED)

    def _node(self, key: tuple[str, ...]) -> str | None:
        """The node of the vocabulary that the words name."""
        vocabulary = self.vocabulary
        for taxonomy in (vocabulary.colours, vocabulary.materials, vocabulary.features, vocabulary.product_types):
            if (node := taxonomy.find(key)) is not None:
                return node
        return None


def read_labelled_utterances(path: Path, *, part: str = "") -> list[LabelledUtterance]:
    """Reads JSONL with `utterance` (or `text`) and `facts` (or `expected`).

    A fact is `{"predicate", "object"}`, `[predicate, object]`, `[subject, predicate, object]` or "predicate: object".

    Raises:
        InputError: a row has another form; the message names the line.
    """
    return read_jsonl(path, _labelled_utterance, part=part)


def _labelled_utterance(row: Row) -> LabelledUtterance:
    utterance = first_of(row, "utterance text sentence")
    if not isinstance(utterance, str):
        raise TypeError(f"utterance is {utterance!r}, not a string")
    facts = first_of(row, "facts expected expected_facts triples relations") or ()
    return LabelledUtterance(utterance, tuple(map(_expected, facts)))


def _expected(fact: Any) -> Expected:
    if isinstance(fact, dict):
        predicate, value = first_of(fact, "predicate relation type"), first_of(fact, "object value label text")
    elif isinstance(fact, str) and (match := re.fullmatch(r"\s*(\w+)\s*[:=( ]\s*(.+?)\)?\s*", fact)):
        predicate, value = match[1], match[2]
    elif isinstance(fact, list) and len(fact) in {2, 3}:
        predicate, value = fact[-2:]
    else:
        raise ValueError(f"fact {fact!r} is neither an object nor [predicate, object] nor 'predicate: object'")
    name = re.sub(r"[^a-z]+", "_", str(predicate).lower()).strip("_")
    name = name if name in load_predicates() else _CANONICAL.get(name, name)
    return Expected("budget_max" if name == "spends_at_most" else name, str(value))


def _scored(candidates: Sequence[Candidate]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.object and candidate.predicate != "about"]


def _read_as(predicate: str, used: set[str]) -> str | None:
    """The name under which a file knows one of our predicates; None where it knows nothing of the kind."""
    if not used or predicate in used:
        return predicate
    for coarser in _COARSER.get(predicate, ()):
        if (name := _read_as(coarser, used)) is not None:
            return name
    return None


def _amount(words: str) -> int | None:
    """The last amount of a price, in cents: "under 1.299,00 €" and "1299" are the same."""
    found = amounts(words)
    return found[-1] if found else None


def _size(words: str) -> str:
    return size_key(re.sub(r"\b(?:size|eu|us|uk)\b", "", words, flags=re.IGNORECASE).strip())
