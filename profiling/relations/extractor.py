"""Candidate facts from an utterance.

Two questions decide about each mention. Is it a lasting taste ("I hate wool", "my size is 42") or a wish for what is
being looked for ("in black", "not from Logitech")? And is it wanted or refused? What is merely asked about, told
about other people or supposed ("if I liked red") becomes no candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from profiling.relations.clauses import Clause, is_negated, links_to_previous, split_clauses
from profiling.relations.critiques import Critique, find_critiques
from profiling.text.tokens import terms
from profiling.types import Mention

EXTRACTOR_VERSION = "rules-1"

_TASTE = re.compile(
    r"\bi(?:['’]m| am)?\s+(?:really |absolutely |just |so |always |usually |only |totally |also |do |still |"
    r"actually |quite |mostly )*"
    r"(?P<verb>love|like|adore|prefer|enjoy|fancy|into|fond of|a (?:big |huge )?fan of|crazy about|wear|buy|"
    r"hate|dislike|loathe|"
    r"detest|despise|avoid|allergic|sick of|tired of|(?:can['’]?t|cannot) stand|"
    r"(?:do not|don['’]?t|dont|never|am not|not)\s+(?:really |ever |usually )?(?:like|love|wear|buy|"
    r"want to wear|into|a fan of|enjoy))\b",
    re.IGNORECASE,
)
_FAVOURITE = re.compile(r"\bmy\s+fav(?:ou?rite|e|s)?\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\b(?:i['’]?d|i would|would|i['’]ll|could|can)\s+(?:\w+\s+)?(?:like|love|prefer)\b", re.IGNORECASE
)
_SUPPOSED = re.compile(
    r"\b(?:if i|used to|would have|might|imagine|suppose|someone said|they say|i heard)\b", re.IGNORECASE
)
_QUESTION = re.compile(
    r"^\s*(?:do|does|did|is|are|was|were|can|could|should|would|what|which|why|how|who|when)\b.*(?:\?|$)",
    re.IGNORECASE | re.DOTALL,
)
_HABIT = re.compile(r"\b(?:wear|buy)\b", re.IGNORECASE)
_PREFER = re.compile(r"\bprefer\b", re.IGNORECASE)
_ALLERGIC = re.compile(r"\ballerg(?:ic|y|ies)\b", re.IGNORECASE)
_MY_SIZE = re.compile(
    r"\b(?:my\s+(?P<what>shoe |clothing |dress |trouser |shirt |jacket |foot |usual |feet )?size|i(?:['’]m|"
    r" am)\s+(?:an?\s+)?(?:size\s+)?|"
    r"i\s+(?:usually |normally |always )?(?:wear|take|have|need)\s+(?:an?\s+)?(?:size\s+)?|my feet are)\b",
    re.IGNORECASE,
)
_MY_BUDGET = re.compile(r"\bmy (?:budget|limit|max(?:imum)?)\b", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|i think|i guess|kind of|sort of|might|or so|ideally|preferably)\b",
    re.IGNORECASE,
)

_WISH = {
    "product_type": "wants",
    "feature": "has_feature",
    "colour": "in_colour",
    "material": "of_material",
    "size": "in_size",
    "brand": "by_brand",
}
_ONE = re.compile(r"\s+ones?\b", re.IGNORECASE)
_FOR_THING = re.compile(
    r"(?P<verb>\w+)?\s*\bfor\s+(?:my|our|an?|the|his|her|their|this|your)?\s*(?:[\w-]+\s+)?$", re.IGNORECASE
)
_SEEKING = frozenset(
    "ask asking browsing hunting look lookin looking looks market search searching seeking shop shopping want".split()
)
_DONE_TO_THING = re.compile(
    r"\b(?:keep|carry|hold|store|charge|protect|clean|hang|brew|make|boil|connect|mount|cover|put|fits?|matches|"
    r"(?:work|go|goe|compatible|together)s?\s+with)\s+(?:my|our|an?|the|his|her|their|this|your)?\s*(?:[\w-]+\s+)?$",
    re.IGNORECASE,
)
_PARTS = frozenset({"screen", "display"})
_SHOE_WORDS = frozenset({"shoe", "foot", "feet"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact that the utterance supports. `lasting` ones are about the shopper, the others about the open need."""

    predicate: str
    object: str
    label: str
    start: int
    end: int
    confidence: float
    lasting: bool


def extract_candidates(utterance: str, mentions: Sequence[Mention], *, wishing: bool) -> list[Candidate]:
    """Candidate facts in the order of the utterance; each has a span of at least one character.

    Args:
        wishing: whether the shopper is describing what they look for. If not, only lasting statements become
            candidates.
    """
    clauses = split_clauses(utterance)
    critiques = find_critiques(utterance) if wishing else []
    mentions = [mention for mention in mentions if not _is_part(mention, utterance, critiques)]
    candidates: list[Candidate] = []
    negated: dict[Mention, bool] = {}
    for index, mention in enumerate(mentions):
        clause = next(clause for clause in clauses if clause.covers(mention.start))
        previous = mentions[index - 1] if index else None
        negated[mention] = mention.kind != "price" and (
            is_negated(utterance, clause, mention.start, mention.end)
            or _continues(utterance, previous, mention, negated)
        )
        candidate = _lasting(utterance, clause, mention, negated=negated[mention], wishing=wishing)
        if candidate is None and wishing and not clause.about_others:
            candidate = _wish(utterance, clause, mention, negated=negated[mention])
        if candidate is not None:
            candidates.append(candidate)
    candidates += [
        Candidate(critique.predicate, "", critique.text, critique.start, critique.end, 0.9, lasting=False)
        for critique in critiques
        if not any(mention.start < critique.end and critique.start < mention.end for mention in mentions)
    ]
    return _without_shadows(candidates)


def _is_part(mention: Mention, utterance: str, critiques: Sequence[Critique]) -> bool:
    """Whether a thing is a part of what is compared: "a bigger screen" is no wish for a monitor."""
    return mention.text.lower() in _PARTS and any(
        critique.end <= mention.start and not utterance[critique.end : mention.start].strip() for critique in critiques
    )


def _continues(utterance: str, previous: Mention | None, mention: Mention, negated: dict[Mention, bool]) -> bool:
    return (
        previous is not None
        and previous.kind == mention.kind
        and negated.get(previous, False)
        and links_to_previous(utterance, previous.end, mention.start)
    )


def _lasting(utterance: str, clause: Clause, mention: Mention, *, negated: bool, wishing: bool) -> Candidate | None:
    """A statement about the shopper, in the first person, in the present, no question."""
    if clause.about_others or _SUPPOSED.search(clause.text) or _QUESTION.match(clause.text):
        return None
    if mention.kind == "size":
        return _size(utterance, clause, mention)
    if mention.kind == "price":
        return _budget(utterance, clause, mention)
    return _taste(utterance, clause, mention, negated=negated, wishing=wishing)


def _taste(utterance: str, clause: Clause, mention: Mention, *, negated: bool, wishing: bool) -> Candidate | None:
    before = utterance[clause.start : mention.start]
    statement = _TASTE.search(before) or _FAVOURITE.search(clause.text)
    if not statement or _REQUEST.search(before) or _ONE.match(utterance[mention.end :]):
        return None
    if mention.kind == "product_type" and mention.score < 1:  # "I hate razer" may be a brand that the shop has not
        return None
    habit = mention.kind == "product_type" and _HABIT.search(statement[0])  # "I wear jeans" is no taste for jeans
    if habit or (wishing and _PREFER.search(statement[0])):
        return None
    predicate = "is_allergic_to" if _ALLERGIC.search(before) else "dislikes" if negated else "likes"
    return _candidate(predicate, mention, _confidence(clause), lasting=True)


def _budget(utterance: str, clause: Clause, mention: Mention) -> Candidate | None:
    said = _MY_BUDGET.search(utterance[clause.start : mention.end])
    if not said or not mention.value.startswith("price_max"):
        return None
    return _candidate("spends_at_most", mention, _confidence(clause), lasting=True)


def _size(utterance: str, clause: Clause, mention: Mention) -> Candidate | None:
    said = _MY_SIZE.search(utterance[clause.start : mention.start])
    if not said:
        return None
    about_feet = any(word in clause.text.lower() for word in _SHOE_WORDS)
    return _candidate("shoe_size_is" if about_feet else "size_is", mention, _confidence(clause), lasting=True)


def _wish(utterance: str, clause: Clause, mention: Mention, *, negated: bool) -> Candidate | None:
    confidence = _confidence(clause) * mention.score
    if mention.kind == "price":
        return _candidate("budget_max" if mention.value.startswith("price_max") else "budget_min", mention, confidence)
    if negated:
        return _candidate("excludes", mention, confidence)
    if mention.kind == "product_type" and _is_context(utterance[clause.start : mention.start]):
        words = " ".join(terms(mention.text))
        return Candidate("about", f"words:{words}", mention.text, mention.start, mention.end, confidence, lasting=False)
    return _candidate(_WISH[mention.kind], mention, confidence)


def _is_context(before: str) -> bool:
    """Whether a thing is what something is for, and not what is looked for: "ink for my printer"."""
    purpose = _FOR_THING.search(before)
    return bool(_DONE_TO_THING.search(before)) or bool(purpose and (purpose["verb"] or "").lower() not in _SEEKING)


def _candidate(predicate: str, mention: Mention, confidence: float, *, lasting: bool = False) -> Candidate:
    return Candidate(predicate, mention.value, mention.label, mention.start, mention.end, round(confidence, 3), lasting)


def _confidence(clause: Clause) -> float:
    return 0.7 if _HEDGE.search(clause.text) else 0.95


def _without_shadows(candidates: Sequence[Candidate]) -> list[Candidate]:
    """ "I don't want a mouse from Logitech" refuses Logitech, not mice."""
    return list(_kept(candidates))


def _kept(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    refused_otherwise = any(c.predicate == "excludes" and not c.object.startswith("product_type:") for c in candidates)
    for candidate in candidates:
        if candidate.predicate == "excludes" and candidate.object.startswith("product_type:") and refused_otherwise:
            yield Candidate("wants", *_fields(candidate))
        else:
            yield candidate


def _fields(candidate: Candidate) -> tuple[str, str, int, int, float, bool]:
    return (
        candidate.object,
        candidate.label,
        candidate.start,
        candidate.end,
        candidate.confidence,
        candidate.lasting,
    )
