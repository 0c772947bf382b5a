"""How replies follow the shopper: tone, greeting, language, length, and whether anything is offered; each with its why.

The dialogue's conditional responses look at these values through slots; what was in force is kept with the turn.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from profiling.profile.profile import Profile, tell
from profiling.types import Row

TraitName = Literal["tone", "greeting", "reply_language", "length", "selling", "left_out"]
_SAYS = {
    "tone": "tone: {}",
    "greeting": "greeting: {}",
    "reply_language": "language: {}",
    "length": "length: {}",
    "selling": "offers: {}",
    "left_out": "left out: {}",
}
SPOKEN = {"de": "German", "zh": "Chinese"}
"""Languages besides English that some replies exist in."""
PLAIN = {"tone": "plain", "greeting": "hello", "reply_language": "en", "length": "full", "selling": "open"}
"""Values for a shopper of whom nothing is known."""


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing in which a reply follows the shopper, and why, in words that quote nobody."""

    name: TraitName
    value: str
    why: str

    def tell(self) -> str:
        """The trait in one line, with its why."""
        return f"{_SAYS[self.name].format(self.value.replace('_', ' '))} ({self.why})"


@dataclass(frozen=True)
class Manner:
    """What differs from how anybody is answered.

    tone            plain, warm, apologetic
    greeting        hello, by_name, back, back_by_name, sorry, sorry_by_name
    reply_language  en, de, zh
    length          full, short
    selling         open; paused: nothing is offered that was not asked for
    """

    traits: tuple[Trait, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """Every trait with its value, as the slots of the dialogue."""
        return PLAIN | {trait.name: trait.value for trait in self.traits}


def manner_for(profile: Profile, *, ticket_since: datetime | None = None) -> Manner:
    """How to answer a shopper now.

    Args:
        ticket_since: since when an angry shopper's conversation has been waiting for a person.
    """
    return Manner(tuple(_traits(profile, ticket_since)))


def kept_with(turn: Row) -> list[Trait]:
    """How the reply to a turn followed the shopper, from the turn's row in the log."""
    return [Trait(*kept) for kept in json.loads(turn["manner"])]


def _traits(profile: Profile, ticket_since: datetime | None) -> Iterator[Trait]:
    upset = _upset(profile, ticket_since)
    if upset:
        yield Trait("tone", "apologetic", upset)
        yield Trait("selling", "paused", upset)
    elif profile.mood and profile.mood.label == "positive":
        yield Trait("tone", "warm", f"the last messages felt positive ({profile.mood.probability:.2f})")
    wish = next((fact for fact in profile.facts if fact.predicate == "wants_answers"), None)
    if wish and wish.object == "length:full":
        yield Trait("length", "full", f"noted: {tell(wish)}")
    elif wish or upset:
        yield Trait("length", "short", f"noted: {tell(wish)}" if wish else upset)
    if profile.language in SPOKEN:
        yield Trait("reply_language", profile.language, f"the shopper writes {SPOKEN[profile.language]}")
    yield from _greeting(profile, upset=upset)


def _upset(profile: Profile, ticket_since: datetime | None) -> str:
    """Why the shopper is one to apologise to; "" where they are not."""
    if profile.complaint_at:
        return f"a complaint has been open since {profile.complaint_at:%Y-%m-%d %H:%M} UTC"
    if ticket_since:
        return f"a complaint has been waiting for a person since {ticket_since:%Y-%m-%d %H:%M} UTC"
    if profile.mood and profile.mood.label == "negative":
        return f"the last messages felt negative ({profile.mood.probability:.2f})"
    return ""


def _greeting(profile: Profile, *, upset: str) -> Iterator[Trait]:
    known = profile.lifecycle != "new"
    reasons = [upset] if upset else ["the shopper was here before" if known else ""]
    reasons.append("the shopper has said their name" if profile.name else "")
    kind = "sorry" if upset else "back" if known else "hello"
    value = f"{kind}_by_name" if profile.name and kind != "hello" else "by_name" if profile.name else kind
    if value != PLAIN["greeting"]:
        yield Trait("greeting", value, " and ".join(filter(None, reasons)))
