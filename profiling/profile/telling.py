"""A profile for others: as JSON for a panel, as a copy of all data, and one fact explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from profiling.profile.memory import Memory
from profiling.profile.needs import SHOPPER
from profiling.profile.profile import TRANSLATIONS, Profile, tell
from profiling.store.notices import NoticeStore
from profiling.text.translation import Translations, day, load_translations
from profiling.types import Fact

_POLARITY = {"likes": 1, "prefers_brand": 1, "dislikes": -1, "avoids": -1, "is_allergic_to": -1}
_SIZES = {"size_is", "shoe_size_is"}
LONGEST_QUOTE = 140


def profile_json(profile: Profile) -> dict[str, Any]:
    """What is known, sorted by what it is for; every fact with its sentence, its words and its weight now."""
    facts = [_fact_json(fact, profile) for fact in profile.facts]
    by_predicate = [(fact, body) for fact, body in zip(profile.facts, facts, strict=True)]
    return {
        "language": profile.language,
        "name": profile.name,
        "lifecycle": profile.lifecycle,
        "mood": asdict(profile.mood) if profile.mood else None,
        "complaint_since": profile.complaint_at.isoformat() if profile.complaint_at else None,
        "preferences": [body for fact, body in by_predicate if fact.predicate in _POLARITY],
        "sizes": [body for fact, body in by_predicate if fact.predicate in _SIZES],
        "constraints": [body for fact, body in by_predicate if fact.subject == profile.need and profile.need],
        "other": [
            body
            for fact, body in by_predicate
            if fact.predicate not in {*_POLARITY, *_SIZES} and (fact.subject == SHOPPER or fact.subject != profile.need)
        ],
        "owned": [{**asdict(owned), "bought_at": owned.bought_at.isoformat()} for owned in profile.interest.owned],
        "recent_interest": [{"node": node, "weight": weight} for node, weight in profile.interest.recent],
    }


def explain(memory: Memory, fact: Fact, language: str = "en") -> str:
    """Why we believe a fact, in one plain sentence with the shopper's words and the date."""
    words, turn = load_translations(TRANSLATIONS), memory.log.turn(fact.message_id)
    return words.say(
        "You said “{quote}” on {day}{channel}{again}, so I noted: {fact}{ended}",
        language,
        quote=_around(turn["utterance"], fact) if turn and turn["utterance"] else fact.quote,
        day=day(fact.valid_from, language),
        channel=f" ({turn['channel']})" if turn and turn["channel"] else "",
        again=_again(words, fact.evidence_count - 1, language),
        fact=tell(fact, language),
        ended=words.say(" That was until {day}.", language, day=day(fact.valid_to, language)) if fact.valid_to else "",
    )


def _again(words: Translations, times: int, language: str) -> str:
    if not times:
        return ""
    more = ", and {times} more time since then" if times == 1 else ", and {times} more times since then"
    return words.say(more, language, times=times)


def export(memory: Memory, shopper_id: str) -> dict[str, Any]:
    """A copy of everything that is stored about a shopper and those merged with them, as JSON values."""
    root = memory.shoppers.root(shopper_id)
    return {
        "shopper_id": root,
        "identities": memory.shoppers.members(root),
        "consent": memory.shoppers.consent(root),
        "profile": profile_json(memory.profile(root)),
        "facts": [_plain(asdict(fact)) | {"text": tell(fact)} for fact in memory.facts.all_facts(root)],
        **{name: [_plain(row) for row in rows] for name, rows in memory.log.everything(root).items()},
        "notices": [_plain(asdict(notice)) for notice in NoticeStore(memory.store).of_shopper(root)],
    }


def _fact_json(fact: Fact, profile: Profile) -> dict[str, Any]:
    return {
        "fact_id": fact.fact_id,
        "predicate": fact.predicate,
        "object": fact.object,
        "text": tell(fact),
        "polarity": _POLARITY.get(fact.predicate, 0),
        "strength": round(profile.weights[fact.fact_id], 3),
        "confidence": fact.confidence,
        "quote": fact.quote,
        "at": fact.valid_from.isoformat(),
        "evidence_count": fact.evidence_count,
        "origin": fact.origin,
    }


def _around(utterance: str, fact: Fact) -> str:
    """The utterance, or the part around the span where it is long."""
    if len(utterance) <= LONGEST_QUOTE:
        return utterance
    first = max(0, fact.start - LONGEST_QUOTE // 2)
    last = min(len(utterance), first + LONGEST_QUOTE)
    return f"{'…' if first else ''}{utterance[first:last]}{'…' if last < len(utterance) else ''}"


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
