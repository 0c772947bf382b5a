"""A yes that is none: with a condition or a doubt ("yes, but only ..."), or to what was not shown ("yes, W1099")."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.desk.case import Job
from actions.desk.jobs.registry import propose
from actions.desk.outcome import Proposal, Refused
from actions.desk.switching import IN_WORDS
from actions.desk.turn import Heard
from actions.desk.wishes import ACTS

_RESERVE = re.compile(
    r"\b(?:but|except|unless|however|although|though|only|rather|until|provided|as long as|in case|depend\w*)\b|"
    r"\bif\b(?! (?:possible|you (?:can|could|please|don't mind)))|\bjust (?:not|the|one|half)\b|"
    r"\bnot (?:yet|now|today|tonight|sure|before|so fast|the|all|that|this|both|it)\b|"
    r"(?<!why )\b(?:not|no|don't|do not)\W*$|\bdo(?:n't| not) do\b|"
    r"\b(?:wait|hold on|hang on|later|tomorrow|never mind|forget (?:it|that)|leave (?:it|that)|keep (?:it|them))\b|"
    r"\b(?:minus|without|leav(?:e|ing) out|apart from|one of|other order|no for)\b|"
    r"[,;]\s*no\b(?! (?:problem|worries|need|doubt))|"
    r"\blet me (?:check|think|see|look|ask)\b|\bthink (?:about|it over)\b|^(?:(?!\band\b)[^.!;])*(?<!why not)\?"
)
"""A condition, a contrast, a delay, a doubt, or a question in the same sentence."""
_MORE = re.compile(r"(?:\bbut\s+)?\balso\b|\band\b|[.!;]\s+(?!but\b)")
"""Where a further wish may begin, which has reserves of its own."""
_NUMBER = re.compile(r"\d+")
_THE_ONE = re.compile(r"\bthe ((?:\w+ ){1,2})ones?\b|\bthe (?:first|second|third|fourth)\b")


def holds_back(job: Job, heard: Heard) -> bool:
    """Whether a yes is said with a reserve that nothing was made of: it is no yes to what was shown."""
    said = heard.lowered.replace("’", "'")
    head = _MORE.split(said)[0]
    wants_more = any(wish.act in ACTS and (wish.act != job.act or wish.orders) for wish in heard.wishes)
    return bool(_RESERVE.search(head if wants_more else said)) or _names_another(job, head, heard)


def _names_another(job: Job, said: str, heard: Heard) -> bool:
    """Whether a number, a thing or a place is named that was not shown: "yes, W1099", "yes, the flask"."""
    shown = propose(job, heard.world)
    if not isinstance(shown, Proposal):
        return False
    does = shown.does.lower()
    if not set(_NUMBER.findall(said)) <= set(_NUMBER.findall(does)):
        return True
    if any(word not in does for match in _THE_ONE.finditer(said) for word in (match[1] or match[0]).split()):
        return True
    named = heard.world.places_named(said, heard.world.orders)
    held = {(job.order, piece.line_id) for piece in job.pieces}
    if named and job.order and not (held <= named if held else any(number == job.order for number, _ in named)):
        return True
    elsewhere = replace(job, words=heard.after_yes_or_no, address={}, method_id="")
    return bool(elsewhere.words) and job.act in IN_WORDS and isinstance(propose(elsewhere, heard.world), Refused)
