"""Needs: what the shopper is looking for at the moment, and which utterances describe it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from datetime import timedelta

from profiling.relations.budgets import is_budget
from profiling.relations.clauses import fold
from profiling.relations.companions import asks_for_companions
from profiling.relations.critiques import find_critiques
from profiling.relations.requests import asks_for_thing
from profiling.relations.whom import own_search, tells_of
from profiling.types import Fact, Mention, Turn
from profiling.vocabulary import Taxonomy

SHOPPER = "shopper"
NEED_TTL = timedelta(hours=12)
"""After such a silence a request begins anew."""

SURE = 0.8
"""Below this probability a thing that the catalogue knows speaks against "out of scope": "ink for my hp printer"."""

OWN_SEARCH = "need"
"""Among the wishes that a turn takes back: all of a gift's, for the shopper has come to something of their own."""
RECALL_INTENT = "recall"
"""The intent under which a question about the past stands in the log: "did I say that I hate wool?" teaches nothing."""
WISHING_INTENTS = frozenset({"recommend", "refine", "correct", "show_more", "compare"})
_ASKING_INTENTS = frozenset(
    {
        "ask_availability",
        "ask_price",
        "ask_promotions",
        "ask_product",
        "nlu_fallback",
        "affirm",
        "deny",
        "help",
    }
)
_BESIDE_A_BUDGET = frozenset(
    {"ask_payment", "ask_shipping", "inform", "choose_item", "why_this", "small_talk", "stop", "thumbs_down"}
)
"""What an amount to spend is taken for now and then: "what if i pay up to 120"."""
_BESIDE_A_WISH = frozenset({"state_preference", "why_this", "thumbs_up", "thumbs_down", "small_talk", "inform"})
"""What a message is taken for that asks for a thing too: "why is all that so dear? I just want a simple mouse"."""
_CHOOSES = re.compile(
    r"\b(?:i['’]?(?:ll| will)|take|taking|choose|pick|buy|order|have|go (?:for|with)|basket|cart|first|second|third|"
    r"fourth|fifth|last|one|ones|this|that|these|those|number|[1-5](?:st|nd|rd|th)?)\b",
    re.IGNORECASE,
)
"""Words with which one of the items shown is chosen; "now the candle" comes to another thing."""
WISHED = frozenset({"product_type", "brand", "colour", "material", "feature", "size", "price"})
"""Kinds of mentions that a wish consists of; a date or an order number alone is none."""
_GIVEN = re.compile(
    r"\b(?:gift|present|pressie|prezzie|presnt|surprise)s?\b|\b(?:one|some(?:thing)?|same|another) (?:for|4)\b",
    re.IGNORECASE,
)
"""With somebody who gets it, this describes what is looked for: "and one for my son"."""
_HAVE = (
    "do you have",
    "do u have",
    "have you got",
    "do you sell",
    "do you carry",
    "any ",
    "got ",
    "you sell",
)


def new_need(message_id: str) -> str:
    """The id of the need that a message opens."""
    return "need:" + hashlib.sha256(message_id.encode()).hexdigest()[:12]


def is_wishing(
    turn: Turn, mentions: Sequence[Mention], known_words: Collection[str] = (), people: Sequence[str] = ()
) -> bool:
    """Whether the utterance describes what is looked for, and does not only ask about it or speak of something else.

    Args:
        known_words: what is no misspelling; without them nothing is taken for one.
        people: words for those whom the thing that is looked for is for; what is told of them describes it.
    """
    if turn.intent in WISHING_INTENTS:
        return asks_for_companions(turn.utterance) is None
    if turn.intent == "out_of_scope":
        return turn.probability < SURE and any(mention.kind == "product_type" for mention in mentions)
    named = any(mention.kind in WISHED for mention in mentions)
    compares = turn.intent in {"nlu_fallback", "deny"} and find_critiques(turn.utterance, known_words)
    if compares or (named and _is_said_beside(turn, mentions, people)):
        return True
    if turn.intent == "nlu_fallback" and _GIVEN.search(turn.utterance):
        named = named or any(mention.kind == "recipient" for mention in mentions)
    if turn.intent not in _ASKING_INTENTS or not named:
        return False
    if turn.intent in {"affirm", "deny", "nlu_fallback"}:
        return True
    lowered = turn.utterance.lower()
    return any(m.kind == "product_type" for m in mentions) and any(word in lowered for word in _HAVE)


def _is_said_beside(turn: Turn, mentions: Sequence[Mention], people: Sequence[str]) -> bool:
    """Whether a wish was taken for something else: a taste of the person whom it is for, an amount to spend.

    Or a thing that is asked for beside it, or of one's own after another's gift: "and jeans for me".
    """
    if turn.intent in _BESIDE_A_WISH and asks_for_thing(turn.utterance, mentions):
        return True
    if turn.intent in _BESIDE_A_BUDGET and is_budget(turn.utterance, mentions):
        return True
    names_thing = any(mention.kind == "product_type" for mention in mentions)
    if turn.intent == "choose_item":
        return names_thing and not _CHOOSES.search(turn.utterance)
    if turn.intent == "state_preference":
        own = bool(people) and names_thing and own_search(fold(turn.utterance), names_thing=True) is not None
        return own or tells_of(turn.utterance, people)
    return False


def continues(need_facts: Sequence[Fact], wanted: str | None, types: Taxonomy) -> bool:
    """Whether a request for `wanted` (a product type, or None if it names none) still is about the same need."""
    if not need_facts:
        return False
    current = {fact.object.partition(":")[2] for fact in need_facts if fact.predicate == "wants"}
    if wanted is None or not current:
        return True
    return any(node in types.ancestors(wanted) or wanted in types.ancestors(node) for node in current)
