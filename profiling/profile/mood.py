"""How a shopper has felt in their last turns, and whether a complaint of theirs is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from profiling.profile.needs import NEED_TTL, WISHING_INTENTS
from profiling.types import Mood, Row

LOOK_BACK = 12
"""Turns that are looked at."""
FELT = 3
"""Turns that a mood is made of; each counts half as much as the one after it."""
CLEAR = 0.35
"""Below this the feelings of the last turns outweigh each other, or there are hardly any."""
_ABOUT_THINGS = WISHING_INTENTS | frozenset(
    "state_preference forget_fact thumbs_up thumbs_down choose_item why_this why_fact deny "
    "ask_product ask_price ask_availability ask_promotions "
    "undo pause_memory resume_memory export_data ask_profile forget_me".split()
)
"""Intents under which a bad word is a taste ("I hate wool") or about the notes ("don't remember this"), not a mood."""
_COMPLAINING = frozenset({"complain", "report_problem"})
_SETTLED = frozenset({"thank", "praise", "goodbye"})


def recent_mood(turns: Sequence[Row], *, at: datetime) -> Mood | None:
    """The mood of the last turns; None where nothing was said that tells one.

    Args:
        turns: rows of the log, the latest first.
    """
    felt = [turn for turn in _recent(turns, at) if turn["mood"] and turn["intent"] not in _ABOUT_THINGS][:FELT]
    if not felt:
        return None
    signs = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
    weights = [0.5**place for place in range(len(felt))]
    signed = sum(
        weight * signs[turn["mood"]] * turn["mood_probability"] for weight, turn in zip(weights, felt, strict=True)
    ) / sum(weights)
    if abs(signed) < CLEAR:
        return Mood("neutral", round(1 - abs(signed), 4))
    return Mood("negative" if signed < 0 else "positive", round(abs(signed), 4))


def open_complaint(turns: Sequence[Row], *, at: datetime) -> datetime | None:
    """When the shopper last complained, if nothing since then tells that they are content; else None.

    Thanks, praise, a goodbye, or twelve hours of silence end a complaint; asking for a recommendation does not.
    """
    for turn in _recent(turns, at):
        angry = turn["mood"] == "negative"
        if turn["intent"] in _COMPLAINING:
            return datetime.fromisoformat(turn["at"])
        if turn["intent"] in _SETTLED and not angry:
            return None
    return None


def _recent(turns: Sequence[Row], at: datetime) -> list[Row]:
    return [turn for turn in turns if at - datetime.fromisoformat(turn["at"]) < NEED_TTL]
