"""Questions about the past: "what did I say about the tent?", "which jacket did I like last week?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from profiling.encoder import Encoder
from profiling.profile.memory import Memory
from profiling.profile.needs import RECALL_INTENT
from profiling.profile.recall import Recall
from profiling.types import Row

EVER = datetime(2000, 1, 1, tzinfo=UTC)
MOST_TURNS = 200
"""Latest turns that are searched."""
NEAR = 0.45
"""Cosine from which on a message bears on a question with which it shares no word."""
_SAID = re.compile(
    r"\b(?:what|when) (?:did|have) i (?:ever )?(?:say|said|tell|told|write|written|ask(?:ed)?|mention(?:ed)?)\b|"
    r"\bdid i (?:ever |already )?(?:say|tell|mention|ask|write)\b|"
    r"\bhave i (?:ever |already )?(?:said|told|mentioned|asked)\b|"
    r"\bremind me (?:of )?what i (?:said|told|asked|wrote)\b|"
    r"\bdo you (?:still )?(?:remember|recall|know) what i (?:said|told|asked|wrote|wanted)\b",
    re.IGNORECASE,
)
_MET = re.compile(
    r"\b(?:which|what) (?:[\w'’-]+ ){0,4}(?:did|have|had) (?:i|you) (?:\w+ )?"
    r"(?P<did>like|liked|love|loved|choose|chose|chosen|pick|picked|see|seen|look at|looked at|buy|bought|show|shown|"
    r"recommend|recommended|suggest|suggested)\b|"
    r"\b(?:what|which) (?:was|were) (?:the|that|those) (?:[\w'’-]+ ){1,4}(?:that )?(?:i|you) "
    r"(?P<past>liked|loved|chose|picked|saw|looked at|bought|showed|recommended|suggested)\b|"
    r"\b(?:do you (?:still )?remember|remind me of) (?:the|that|those) (?:[\w'’-]+ ){1,4}(?:that )?(?:i|you) "
    r"(?P<kept>liked|loved|chose|picked|saw|looked at|bought|showed|recommended|suggested)\b",
    re.IGNORECASE,
)
_BOUGHT = re.compile(r"buy|bought", re.IGNORECASE)
_SHOWN = re.compile(r"see|seen|saw|look|show|recommend|suggest", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?P<day>today|yesterday)\b|\b(?P<span>this|last|past) (?P<unit>week|month|year)\b|"
    r"\b(?P<count>\d{1,3}) (?P<units>day|week|month)s? ago\b",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about: `words` said, or `items` that the shopper bought, liked or was shown; and of which time."""

    about: str
    how: str
    since: datetime
    until: datetime
    when: str


def read_question(utterance: str, *, at: datetime) -> Question | None:
    """The question about the past in an utterance, or None where it is none."""
    said, met = _SAID.search(utterance), _MET.search(utterance)
    if not said and not met:
        return None
    since, until, when = _window(utterance, at)
    if met and not said:
        verb = next(filter(None, met.groups()))
        how = "bought" if _BOUGHT.search(verb) else "shown" if _SHOWN.search(verb) else "liked"
        return Question("items", how, since, until, when)
    return Question("words", "", since, until, when)


def what_was_said(
    memory: Memory, encoder: Encoder | None, shopper_id: str, question: str, asked: Question, *, k: int = 3
) -> list[Row]:
    """The shopper's messages of that time that bear on the question, at most k, in the order of their times."""
    turns = [
        turn
        for turn in reversed(memory.log.turns(memory.shoppers.root(shopper_id), limit=MOST_TURNS))
        if turn["utterance"] and turn["intent"] != RECALL_INTENT and _within(turn, asked)
    ]
    about = _WHEN.sub(" ", _SAID.sub(" ", question))
    recall = Recall([turn["utterance"] for turn in turns], encoder=encoder)
    shared, near = recall.bm25(about), recall.cosine(about)
    best = [place for place in recall.search(about, k * 2) if shared[place] > 0 or near[place] >= NEAR][:k]
    return [turns[place] for place in sorted(best)]


def _within(turn: Row, asked: Question) -> bool:
    return asked.since <= datetime.fromisoformat(turn["at"]) <= asked.until


def _window(utterance: str, at: datetime) -> tuple[datetime, datetime, str]:
    """Since when and until when, and the words for it. "Last week" is the seven days before today, today left out."""
    match = _WHEN.search(utterance)
    if match is None:
        return EVER, at, ""
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if match["day"]:
        is_today = match["day"].lower() == "today"
        return (today, at, "today") if is_today else (today - timedelta(days=1), today, "yesterday")
    if match["count"]:
        days = int(match["count"]) * _DAYS[match["units"].lower()]
        slack = max(1, days // 4)
        around = today - timedelta(days=days)
        return around - timedelta(days=slack), around + timedelta(days=slack + 1), match[0].lower()
    days = _DAYS[match["unit"].lower()]
    until = at if match["span"].lower() == "this" else today
    return today - timedelta(days=2 * days - 1 if days == 7 else days), until, match[0].lower()
