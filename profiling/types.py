"""The nouns that all parts of the engine share. Instants are aware UTC datetimes, amounts are in cents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Availability = Literal["in_stock", "out_of_stock", "preorder", "backorder"]
MentionKind = str
"""A label of profiling.entities.labels, or one that the shop's vocabulary file adds."""


@dataclass(frozen=True, slots=True)
class Item:
    """What can be bought: one variant of a product. `group_id` joins the variants of a product.

    `price_cents` is None where the feed gives no price; such an item is never offered under a budget.
    `measures` holds numbers with their unit in the name: width_mm, depth_mm, height_mm, weight_g, screen_mm.
    """

    item_id: str
    title: str
    group_id: str = ""
    description: str = ""
    brand: str = ""
    product_type: str = ""
    category: tuple[str, ...] = ()
    price_cents: int | None = None
    list_price_cents: int | None = None
    currency: str = ""
    colours: tuple[str, ...] = ()
    size: str = ""
    materials: tuple[str, ...] = ()
    availability: Availability = "in_stock"
    stock_count: int | None = None
    url: str = ""
    image_url: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the shopper's words that names something: `utterance[start:end] == text`.

    `value` is the node that it was linked to, as in "brand:hp", "colour:black", "price:3000"; `label` is how we say it;
    `score` is 1.0 for an exact match, less for a corrected spelling.
    """

    kind: MentionKind
    value: str
    label: str
    text: str
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of a shopper, as the channel delivered it.

    `message_id` is what makes a repeated delivery harmless.
    """

    message_id: str
    shopper_id: str
    utterance: str
    at: datetime
    sender_id: str = ""
    channel: str = ""
    intent: str = ""
    probability: float = 0.0
    item_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mood:
    """What an utterance feels: the likeliest of negative, neutral and positive, with its probability."""

    label: Literal["negative", "neutral", "positive"]
    probability: float


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple with its evidence. It is closed (`valid_to`), never overwritten.

    `subject` is "shopper" or a need ("need:..."); `quote` is the span [start, end) of the message, in the shopper's
    words. Valid times are when it held, `learnt_at` and `retracted_at` when we came to believe it and ceased to.
    `origin` is the identity that it came in with, before any merge.
    """

    fact_id: str
    shopper_id: str
    subject: str
    predicate: str
    object: str
    label: str
    confidence: float
    message_id: str
    start: int
    end: int
    quote: str
    extractor: str
    valid_from: datetime
    valid_to: datetime | None = None
    closed_by: str | None = None
    origin: str = ""
    learnt_at: datetime | None = None
    retracted_at: datetime | None = None
    confirmed_at: datetime | None = None
    evidence_count: int = 1

    @property
    def order(self) -> tuple[datetime, str, int, str]:
        """Facts are listed in the order in which they were said."""
        return self.valid_from, self.message_id, self.start, self.predicate


@dataclass(frozen=True, slots=True)
class Assertion:
    """One span of a message that speaks for a triple: what facts are made of. Never changed.

    A `lasting` one is about the shopper, the others are about what is being looked for.
    """

    assertion_id: str
    message_id: str
    predicate: str
    object: str
    label: str
    lasting: bool
    confidence: float
    start: int
    end: int
    quote: str
    extractor: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item is on the slate:

    the signal that spoke for it, its share of the score, how to say so, and the facts behind it.
    """

    signal: str
    weight: float
    text: str
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Impression:
    """One item of a slate with its score and reasons, the strongest first, and the signals that the score sums."""

    item: Item
    score: float
    reasons: tuple[Reason, ...]
    signals: Mapping[str, float] = field(default_factory=dict)


Occasion = Literal["request", "more", "similar", "command", "order", "complement", "reduced"]
"""What made the shop show a slate: a wish in the chat, "show me more", "more like this", the command line; and, where
no ranker has chosen, what goes with an order or with a picked item, and reduced prices."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A place of a slate that was drawn: who contended for it, with which probability, with which signals."""

    position: int
    chosen: int
    item_ids: tuple[str, ...]
    probabilities: tuple[float, ...]
    signals: tuple[Mapping[str, float], ...]


@dataclass(frozen=True, slots=True)
class Slate:
    """What is shown for a request.

    `fitting_count` products satisfied every one of the `wishes`. `repeated` means that nothing new was left to show.
    `relaxations` names, for an empty slate, each wish without which there would be products, and how many.
    `trial` says how the last place was filled where that was left to chance.
    """

    slate_id: str
    impressions: tuple[Impression, ...]
    fitting_count: int
    repeated: bool = False
    wishes: tuple[str, ...] = ()
    relaxations: tuple[tuple[str, int], ...] = ()
    trial: Trial | None = None


Row = Mapping[str, Any]
