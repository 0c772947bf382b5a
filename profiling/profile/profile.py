"""Reading a profile: the facts that hold, their weight at a moment, and how to say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from profiling.graph import load_predicates
from profiling.profile.needs import NEED_TTL, SHOPPER
from profiling.store.interest import NOTHING_DONE, Interest
from profiling.text.translation import load_translations
from profiling.types import Fact, Mood

Lifecycle = Literal["new", "returning", "first_purchase", "regular", "lapsed"]
LAPSED_AFTER = timedelta(days=365)
TRANSLATIONS = Path(__file__).with_name("translations.yml")
FADED = 0.05
"""Below this weight a fact no longer counts."""


@dataclass(frozen=True)
class Profile:
    """What is known about a shopper at a moment.

    `facts` are open and still have weight, in the order in which they were said. `mood` is that of the last turns, None
    where they tell none; `complaint_at` is when the shopper last complained, None where no complaint is open.
    """

    shopper_id: str
    at: datetime
    language: str
    need: str
    facts: tuple[Fact, ...]
    weights: Mapping[str, float]
    interest: Interest = NOTHING_DONE
    first_seen_at: datetime | None = None
    mood: Mood | None = None
    complaint_at: datetime | None = None

    @property
    def name(self) -> str | None:
        """How the shopper wants to be called; None if they have not said."""
        return next((fact.label for fact in self.facts if fact.predicate == "is_called"), None)

    @property
    def lifecycle(self) -> Lifecycle:
        """Where the shopper stands with the shop."""
        last = self.interest.last_purchase_at
        if last is not None and self.at - last > LAPSED_AFTER:
            return "lapsed"
        if self.interest.purchases:
            return "regular" if self.interest.purchases > 1 else "first_purchase"
        returning = self.first_seen_at is not None and self.at - self.first_seen_at > NEED_TTL
        return "returning" if returning else "new"

    @cached_property
    def about_shopper(self) -> Sequence[Fact]:
        """Lasting facts: tastes and sizes."""
        return [fact for fact in self.facts if fact.subject == SHOPPER]

    @cached_property
    def about_need(self) -> Sequence[Fact]:
        """What is wished for in the thing that the shopper is looking for now."""
        return [fact for fact in self.facts if self.need and fact.subject == self.need]

    @property
    def is_gift(self) -> bool:
        """Whether what is looked for is for somebody else."""
        return any(fact.predicate == "gift_for" for fact in self.about_need)

    @property
    def recipients(self) -> list[str]:
        """Words for those whom what is looked for is for, in small letters."""
        return [fact.label.lower() for fact in self.about_need if fact.predicate == "gift_for"]

    def for_the_need(self) -> Profile:
        """What counts for the present need: a gift has nothing to do with the shopper's own taste and size."""
        return replace(self, facts=tuple(self.about_need)) if self.is_gift else self

    def objects(self, predicate: str, *, kind: str = "") -> list[str]:
        """Objects of a predicate without their kind, the current need's or the shopper's, as in objects("likes",
        kind="brand").
        """
        prefix = f"{kind}:" if kind else ""
        return [
            fact.object.partition(":")[2]
            for fact in (*self.about_need, *self.about_shopper)
            if fact.predicate == predicate and fact.object.startswith(prefix)
        ]

    def tell(self, language: str = "en") -> list[tuple[Fact, str]]:
        """Every fact with its sentence: first the person, then the present wish, then earlier ones."""
        earlier = [fact for fact in self.facts if fact.subject not in {SHOPPER, self.need}]
        told = (*self.about_shopper, *self.about_need, *earlier)
        return [(fact, tell(fact, language)) for fact in told]


def tell(fact: Fact, language: str = "en") -> str:
    """A fact in one plain sentence to the shopper."""
    words, kind = load_translations(TRANSLATIONS), fact.object.partition(":")[0]
    if fact.predicate == "excludes" and kind == "brand":
        label = words.say("from {label}", language, label=fact.label)
    else:
        label = words.get(fact.label, language) if kind == "length" else fact.label
    return words.say(load_predicates()[fact.predicate].sentence, language, label=label)


def weights_of(facts: Sequence[Fact], at: datetime) -> dict[str, float]:
    """Confidence, halved for each half-life that has passed since the fact was last said; in [0, 1], by fact."""
    half_lives_s = {name: each.half_life_days * 86_400 for name, each in load_predicates().items()}
    now_s = at.timestamp()
    weights = {}
    for fact in facts:
        age_s = max(0.0, now_s - (fact.confirmed_at or fact.valid_from).timestamp())
        weights[fact.fact_id] = fact.confidence * 0.5 ** (age_s / half_lives_s[fact.predicate])
    return weights


def read_profile(
    shopper_id: str,
    facts: Sequence[Fact],
    *,
    language: str,
    need: str,
    at: datetime,
    interest: Interest = NOTHING_DONE,
    first_seen_at: datetime | None = None,
    mood: Mood | None = None,
    complaint_at: datetime | None = None,
) -> Profile:
    """Builds the profile from a shopper's open facts."""
    weights = weights_of(facts, at)
    kept = tuple(fact for fact in facts if weights[fact.fact_id] >= FADED)
    return Profile(shopper_id, at, language, need, kept, weights, interest, first_seen_at, mood, complaint_at)
