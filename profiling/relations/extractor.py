"""Candidate facts from an utterance.

Two questions decide about each mention. Is it a lasting statement ("I hate wool", "my size is 42", "I own a Dyson") or
a wish for what is being looked for ("in black", "not from Logitech")? And is it wanted or refused? What is merely
asked about, quoted, told about other people or supposed ("if I liked red") becomes no candidate; what is told about the
person whom a gift is for ("it's for my sister, she loves pink") is a wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from profiling.relations.clauses import Clause, is_negated, is_quoted, links_to_previous, split_clauses
from profiling.relations.critiques import Critique, find_critiques
from profiling.relations.stances import history_of, is_supposed, size_of, taste_of
from profiling.relations.substances import find_substances
from profiling.text.tokens import MAX_CHARACTERS, terms
from profiling.types import Mention

EXTRACTOR_VERSION = "rules-2"
REACH = 120
"""Characters around a mention that are looked at."""

_MY_BUDGET = re.compile(r"\bmy (?:budget|limit|max(?:imum)?)\b", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|i think|i guess|kind of|sort of|might|or so|ideally|preferably|"
    r"not sure|dunno)\b",
    re.IGNORECASE,
)
_WISH = {
    "product_type": "wants",
    "feature": "has_feature",
    "colour": "in_colour",
    "material": "of_material",
    "size": "in_size",
    "brand": "by_brand",
    "use": "for_use",
    "recipient": "gift_for",
}
_LISTED = frozenset({"brand", "product_type", "colour", "material", "feature", "size"})
_FOR_THING = re.compile(
    r"(?P<verb>\w+)?\s*\bfor\s+(?:my|our|an?|the|his|her|their|this|your)?\s*(?:[\w-]+\s+)?$", re.IGNORECASE
)
_SEEKING = frozenset(
    "ask asking browsing hunting look lookin looking looks market search searching seeking shop shopping want".split()
)
_DONE_TO_THING = re.compile(
    r"\b(?:converts? to|keep|carry|hold|store|charge|protect|clean|hang|brew|make|boil|connect|mount|cover|put|"
    r"fits?|matches|"
    r"(?:work|go|goe|compatible|together)s?\s+with|with)\s+(?:my|our|an?|the|his|her|their|this|"
    r"your)?\s*(?:[\w-]+\s+)?$",
    re.IGNORECASE,
)
_NO_WAIT = re.compile(r"\b(?:no,?\s+(?:wait|sorry|actually)|scratch that|i mean|sorry,)\b", re.IGNORECASE)
_FINE = re.compile(r"\s*(?:is|are|would be)\s+(?:fine|ok(?:ay)?|all ?right|no problem)\b", re.IGNORECASE)
"""After "no leather", "leather is fine" takes the refusal back; it asks for no leather."""
_NOT_HATED = re.compile(
    r"\b(?:do(?:n['’]?t| not)|never)\s+(?:really\s+|actually\s+)?(?:hate|dislike|loathe|detest|despise)\b",
    re.IGNORECASE,
)
_ITS_OWNER = re.compile(r"\b(?:for|fits?|with) (?:(?:my|our|an?|the|his|her)\s+)?(?:old |new )?$", re.IGNORECASE)
_YOURS = re.compile(r"\b(?:your|ur)\s+$", re.IGNORECASE)
_PARTS = frozenset({"screen", "display"})
_OWNER = re.compile(r"^(?:my|our|his|her|their|an?|the)\s+(?:(?:poor|dear|lovely|wonderful)\s+)?", re.IGNORECASE)
_GIVEN_ELSEWHERE = re.compile(r"\bnot for\s+$", re.IGNORECASE)


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
    utterance = utterance[:MAX_CHARACTERS]
    critiques = find_critiques(utterance) if wishing else []
    mentions = [mention for mention in mentions if not _is_part(mention, utterance, critiques)]
    of_mentions = list(_of_mentions(utterance, mentions, wishing=wishing))
    lasting = [*(candidate for candidate in of_mentions if candidate.lasting), *_substances(utterance, mentions)]
    wishes = [candidate for candidate in of_mentions if not candidate.lasting]
    return _without_shadows(_ordered([*lasting, *wishes, *_compared(critiques, mentions)]))


def _of_mentions(utterance: str, mentions: Sequence[Mention], *, wishing: bool) -> Iterator[Candidate]:
    clauses = split_clauses(utterance)
    gift = wishing and any(mention.kind == "recipient" for mention in mentions)
    negated: dict[Mention, bool] = {}
    for index, mention in enumerate(mentions):
        clause = next(clause for clause in clauses if clause.covers(mention.start))
        previous = mentions[index - 1] if index else None
        negated[mention] = mention.kind not in {"price", "recipient"} and (
            is_negated(utterance, clause, mention.start, mention.end)
            or _continues(utterance, previous, mention, negated)
        )
        if is_quoted(utterance, mention.start) or _taken_back(utterance, mention, mentions[index + 1 :]):
            continue
        candidate = _lasting(utterance, clause, mention, negated=negated[mention], wishing=wishing)
        if candidate is None and wishing and clause.is_wish(gift=gift) and not is_supposed(clause.text):
            candidate = _wish(utterance, clause, mention, negated=negated[mention])
        if candidate is not None:
            yield candidate


def _taken_back(utterance: str, mention: Mention, later: Sequence[Mention]) -> bool:
    """Whether the shopper corrects a slip at once: "large, no wait, medium"."""
    return any(
        other.kind == mention.kind and _NO_WAIT.search(utterance[mention.end : other.start]) for other in later[:1]
    )


def _continues(utterance: str, previous: Mention | None, mention: Mention, negated: dict[Mention, bool]) -> bool:
    return (
        previous is not None
        and previous.kind == mention.kind
        and negated.get(previous, False)
        and links_to_previous(utterance, previous.end, mention.start)
    )


def _lasting(utterance: str, clause: Clause, mention: Mention, *, negated: bool, wishing: bool) -> Candidate | None:
    """A statement about the shopper, in the first person, no question."""
    if clause.about_others or clause.is_question or is_supposed(clause.text):
        return None
    before, after = _before(utterance, clause, mention), utterance[mention.end : clause.end][:REACH]
    if mention.kind == "size":
        predicate = size_of(before, clause.text, utterance, wishing=wishing)
    elif mention.kind == "price":
        own = _MY_BUDGET.search(before) and mention.value.startswith("price_max")
        predicate = "spends_at_most" if own else None
    elif mention.kind == "product_type" and mention.score < 1 and mention.score > 0.65:
        predicate = None  # "I hate razer" may be a brand that the shop has not
    else:
        predicate = taste_of(mention.kind, before, after, wishing=wishing) or history_of(
            mention.kind, before, after, clause.text
        )
    if predicate == "likes" and negated:
        predicate = "dislikes"
    if predicate == "dislikes" and _NOT_HATED.search(before):
        return None
    return _candidate(predicate, mention, _confidence(clause), lasting=True) if predicate else None


def _wish(utterance: str, clause: Clause, mention: Mention, *, negated: bool) -> Candidate | None:
    confidence = _confidence(clause) * mention.score
    if mention.kind == "price":
        bound = mention.value.partition(":")[0].removeprefix("price_")
        return _candidate(f"budget_{bound}", mention, confidence) if bound in {"max", "min"} else None
    before = _before(utterance, clause, mention)
    if mention.kind == "recipient":
        return None if _GIVEN_ELSEWHERE.search(before) else _gift(mention, confidence)
    if negated and mention.kind in _LISTED:
        return _candidate("excludes", mention, confidence)
    return (
        None
        if negated or _is_owned(mention, before)
        else _positive(mention, before, utterance[mention.end :], confidence)
    )


def _is_owned(mention: Mention, before: str) -> bool:
    """Whether something is the shopper's or the shop's already: "ink for my HP", "your trainers"."""
    return bool(_YOURS.search(before)) or (mention.kind in {"brand", "model"} and bool(_ITS_OWNER.search(before)))


def _positive(mention: Mention, before: str, after: str, confidence: float) -> Candidate | None:
    if mention.kind == "product_type" and _is_context(before):
        words = " ".join(terms(mention.text))
        return Candidate("about", f"words:{words}", mention.text, mention.start, mention.end, confidence, lasting=False)
    predicate = _WISH.get(mention.kind)
    if mention.value.startswith("screen:"):
        predicate = "has_screen"
    if mention.kind in _LISTED and _FINE.match(after):
        predicate = "accepts"
    return _candidate(predicate, mention, confidence) if predicate else None


def _before(utterance: str, clause: Clause, mention: Mention) -> str:
    """What stands before a mention in its clause, as far as it can matter."""
    return utterance[max(clause.start, mention.start - REACH) : mention.start]


def _gift(mention: Mention, confidence: float) -> Candidate:
    """Whom it is for, without "my": the fact is told to the shopper."""
    person = " ".join(_OWNER.sub("", mention.text).split())
    return Candidate(
        "gift_for",
        f"recipient:{person.lower()}",
        person,
        mention.start,
        mention.end,
        round(confidence, 3),
        lasting=False,
    )


def _is_context(before: str) -> bool:
    """Whether a thing is what something is for, and not what is looked for: "ink for my printer"."""
    purpose = _FOR_THING.search(before)
    return bool(_DONE_TO_THING.search(before)) or bool(purpose and (purpose["verb"] or "").lower() not in _SEEKING)


def _substances(utterance: str, mentions: Sequence[Mention]) -> Iterator[Candidate]:
    clauses: Sequence[Clause] = ()
    for predicate, start, end in find_substances(utterance):
        clauses = clauses or split_clauses(utterance)
        clause = next(clause for clause in clauses if clause.covers(start))
        if (
            clause.is_question
            or is_supposed(clause.text)
            or re.search(r"\bnot (?:\w+ )?allergic", utterance[:start], re.I)
        ):
            continue
        named = next((m for m in mentions if (m.start, m.end) == (start, end) and m.kind != "price"), None)
        if named is not None:
            yield _candidate(predicate, named, _confidence(clause), lasting=True)
            continue
        words = utterance[start:end]
        yield Candidate(
            predicate, f"words:{' '.join(terms(words))}", words, start, end, _confidence(clause), lasting=True
        )


def _compared(critiques: Sequence[Critique], mentions: Sequence[Mention]) -> Iterator[Candidate]:
    for critique in critiques:
        if not any(mention.start < critique.end and critique.start < mention.end for mention in mentions):
            yield Candidate(critique.predicate, "", critique.text, critique.start, critique.end, 0.9, lasting=False)


def _is_part(mention: Mention, utterance: str, critiques: Sequence[Critique]) -> bool:
    """Whether a thing is a part of what is compared: "a bigger screen" is no wish for a monitor."""
    return mention.text.lower() in _PARTS and any(
        critique.end <= mention.start and not utterance[critique.end : mention.start].strip() for critique in critiques
    )


def _candidate(predicate: str, mention: Mention, confidence: float, *, lasting: bool = False) -> Candidate:
    return Candidate(predicate, mention.value, mention.label, mention.start, mention.end, round(confidence, 3), lasting)


def _confidence(clause: Clause) -> float:
    return 0.7 if _HEDGE.search(clause.text) else 0.95


def _ordered(candidates: Sequence[Candidate]) -> list[Candidate]:
    """In the order of the utterance, critiques last; of two statements about the same words the linked one."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(c.start < candidate.end and candidate.start < c.end and _same_side(c, candidate) for c in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda candidate: (not candidate.object, candidate.start))


def _same_side(one: Candidate, other: Candidate) -> bool:
    """Whether one of two statements about the same words makes the other superfluous; both bounds of a price stay."""
    return one.lasting or (one.predicate == other.predicate and one.object == other.object)


def _without_shadows(candidates: Sequence[Candidate]) -> list[Candidate]:
    """ "I don't want a mouse from Logitech" refuses Logitech, not mice."""
    refused_otherwise = any(c.predicate == "excludes" and not c.object.startswith("product_type:") for c in candidates)
    return [
        replace(candidate, predicate="wants")
        if candidate.predicate == "excludes" and candidate.object.startswith("product_type:") and refused_otherwise
        else candidate
        for candidate in candidates
    ]
