"""What one turn says: candidate facts with their spans, ready for the log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from profiling.entities.bounds import bounded_stretches
from profiling.profile.names import named
from profiling.profile.needs import OWN_SEARCH, RECALL_INTENT, is_wishing
from profiling.profile.style import wanted_style
from profiling.relations import EXTRACTOR_VERSION, Candidate, extract_candidates
from profiling.relations.clauses import fold
from profiling.relations.gate import LANGUAGES, Gate
from profiling.relations.negation import links_to_previous
from profiling.relations.releases import Release, find_releases
from profiling.relations.whom import own_search
from profiling.relations.wishes import is_accepted
from profiling.search.lexical import STOP_WORDS
from profiling.store.log import assertion_id
from profiling.text.stretches import meets
from profiling.text.tokens import Token, terms, tokenize
from profiling.types import Assertion, Fact, Mention, Mood, Turn

FILLERS = (STOP_WORDS - {"year", "years", "old"}) | frozenset(
    "abt actually affordable after again age aged all alright also another anyone anything around because bit brand "
    "bring btw budget but buy ca cant cheap cheapest cm color colour cool cos costly coz cuz d didn didnt different "
    "do doesn doesnt don don't dont else euro everything expensive fifth find fine first forget fourth gift gimme "
    "give gonna good gotta great hav have he her hers hes him his hmm idea inch instead isn isnt item ive kg kind "
    "kinda last lemme less like likely likes little lookin lot love loves m made make many matter max maybe min mind "
    "mm more most much n neither nice none nope not nothing ok okay omg one ones only options order other pair "
    "perhaps piece please plz prefer present price pricey problem product quality rather re really right s same "
    "second set she since size somebody someone something sorry sorta sth still stuff sumthing sure t tbh than thats "
    "third tho thx too type umm under ve very wait wanna wat way wear wears well whatever who within without wo won "
    "wont worry would wtf yeah yep yes".split()
)
"""Words that say nothing about a thing."""
_LONG_FILLERS = sorted(word for word in FILLERS if len(word) > 5)
_REFUSED = re.compile(
    r"\b(?:not|no|without|except(?: for)?|nothing|instead of|rather than|other than|anything but|"
    r"do(?:n['’]?t| not) (?:want|like|need))\s+(?:(?:from|by|with|in|for|an?|any|the|made|too|so)\s+)*$",
    re.IGNORECASE,
)
"""What stands before a word that is not wanted. Nothing is known about the word, so the negation must be next to it."""
_DISLIKED = re.compile(r"\b(?:can['’]?t|cannot|can not) (?:stand|bear|abide)\b", re.IGNORECASE)
_INTRODUCTION = re.compile(
    r"\b(?:i['’]?m|i am|my name(?: is|['’]?s)|call me|this is)\s+(?P<name>[^\W\d_]+)(?=\s*(?:[.,;!]|and\b|here\b|$))",
    re.IGNORECASE,
)
"""A name is no wish: "hey im anna. looking for a tent"."""
_SEARCHED = frozenset({"about", "gift_for", "for_use"})
_SEARCHED_KINDS = frozenset({"use", "recipient", "model"})
"""What no wish tests: its words are for the search."""
Triple = tuple[str, str, str]
"""Predicate, object and label."""
ResolveCritique = Callable[[str], "Triple | None"]
"""What a critique ("smaller_than") means for the items on the table; None where nothing can be compared."""


@dataclass(frozen=True)
class Reading:
    """An utterance as it was understood, by itself but for whom the thing that is looked for is for.

    `released` are the wishes that it takes back: by predicate ("in_size") or node ("material:leather"), or OWN_SEARCH.
    """

    turn: Turn
    language: str
    candidates: Sequence[Candidate]
    wishing: bool
    released: tuple[str, ...] = ()
    mood: Mood | None = None


@dataclass(frozen=True)
class Observation:
    """What a turn changed. For a message that was observed before, the facts it gave rise to then.

    `mood` is None where there is no sentiment model, or none that reads the language.
    """

    message_id: str
    language: str
    need: str
    facts: tuple[Fact, ...]
    repeated: bool = False
    mood: Mood | None = None


def read_utterance(
    turn: Turn,
    *,
    language: str,
    mentions: Sequence[Mention],
    known_words: frozenset[str] = frozenset(),
    people: Sequence[str] = (),
    gate: Gate | None = None,
) -> Reading:
    """Understands an utterance.

    Args:
        known_words: what is no misspelling; without them nothing is taken for one.
        people: words for those whom the thing that is looked for is for: what "she" likes tells of it then.
        gate: says which candidates are believed; without it all are.
    """
    if turn.intent == RECALL_INTENT:
        return Reading(turn, language, (), wishing=False)
    wishing = is_wishing(turn, mentions, known_words, people)
    releases = find_releases(turn.utterance, mentions)
    found = extract_candidates(turn.utterance, mentions, wishing=wishing, known_words=known_words, people=people)
    gate = gate if language in LANGUAGES else None
    if gate is not None:
        found = gate(turn.utterance, found, wishing=wishing, told_of=bool(people))
    candidates = [candidate for candidate in found if not meets(candidate, releases)]
    said = [candidate for candidate in candidates if candidate.predicate != "about"]
    said += named(turn.utterance) + wanted_style(turn.utterance)
    if wishing:
        words = _about(turn.utterance, mentions, candidates, known_words, releases)
        if turn.intent not in {"recommend", "refine"}:
            words = [each for each in words if each.predicate == "accepts"]
        said += words if gate is None else gate.refusals(turn.utterance, words)
    return Reading(turn, language, said, wishing, _released(turn.utterance, releases, candidates))


def only_wishes(reading: Reading, known_words: frozenset[str] = frozenset()) -> bool:
    """Whether the words of an utterance are wishes and little words alone: "no florals" refuses, and is no bad mood."""
    named = [each for each in reading.candidates if not each.lasting and each.predicate != "about"]
    return bool(named) and not any(
        _has_content(token, known_words) and not meets(token, named) for token in tokenize(reading.turn.utterance)
    )


def assertions_of(reading: Reading, resolve: ResolveCritique) -> Iterator[Assertion]:
    """What goes into the log: the candidates, with what a critique compares with filled in."""
    turn = reading.turn
    for found in reading.candidates:
        candidate = found if found.object else _resolved(found, resolve)
        if candidate is not None:
            yield Assertion(
                assertion_id=assertion_id(turn.message_id, candidate.predicate, candidate.object, candidate.start),
                message_id=turn.message_id,
                predicate=candidate.predicate,
                object=candidate.object,
                label=candidate.label,
                lasting=candidate.lasting,
                confidence=candidate.confidence,
                start=candidate.start,
                end=candidate.end,
                quote=turn.utterance[candidate.start : candidate.end],
                extractor=EXTRACTOR_VERSION,
            )


def _about(
    utterance: str,
    mentions: Sequence[Mention],
    candidates: Sequence[Candidate],
    known_words: frozenset[str],
    releases: Sequence[Release],
) -> list[Candidate]:
    """The words of a wish that no mention covers: "something to keep coffee hot" is about "keep coffee hot".

    "not vanilla" is about something that is not wanted.
    """
    covered = [(c.start, c.end) for c in candidates if c.predicate not in _SEARCHED and not _in_own_words(c)]
    covered += [(m.start, m.end) for m in mentions if not _is_context(m, candidates)]
    covered += [match.span("name") for match in _INTRODUCTION.finditer(utterance)]
    covered += [match.span() for match in _DISLIKED.finditer(utterance)]
    covered += bounded_stretches(utterance)
    covered += [(release.start, release.end) for release in releases]
    brand_ends = {mention.end for mention in mentions if mention.kind == "brand"}
    spans: list[tuple[int, int]] = []
    open_span, last_end = False, 0
    number_at: int | None = None
    for token in tokenize(utterance):
        between = utterance[last_end : token.start]
        open_span = open_span and not between.strip(" -'’")
        names_model = token.term[0].isdigit() and not between.strip() and (open_span or last_end in brand_ends)
        if any(start < token.end and token.start < end for start, end in covered):
            open_span = False
        elif names_model or _has_content(token, known_words):  # "Quill 45" is one name
            first = number_at if number_at is not None and not open_span else token.start
            spans[-1:] = [(spans[-1][0], token.end)] if open_span else [*spans[-1:], (first, token.end)]
            open_span = True
        number_at = token.start if token.term.isdigit() else None
        last_end = token.end
    refused_ends = [c.end for c in candidates if c.predicate == "excludes"]
    ends = {mention.start: mention.end for mention in mentions if mention.kind == "product_type"}
    return [
        _words(utterance, start, end, refused_ends=refused_ends, thing_ends=ends.get(end + 1, end))
        for start, end in spans
    ]


def _words(utterance: str, start: int, end: int, *, refused_ends: Sequence[int], thing_ends: int) -> Candidate:
    """Wanted; refused by a word before it or as one more of a list: "not from Epson, BenQ"; or no longer refused.

    Args:
        thing_ends: where the mention ends that follows: "roll" tells of the "top" in "roll top is fine".
    """
    text = utterance[start:end]
    listed = any(before <= start and links_to_previous(utterance, before, start) for before in refused_ends)
    predicate = "excludes" if listed or _REFUSED.search(utterance[:start]) else "about"
    if predicate == "about" and is_accepted(utterance[:start], utterance[thing_ends:]):
        predicate = "accepts"
    return Candidate(predicate, f"words:{' '.join(terms(text))}", text, start, end, 0.6, lasting=False)


def _is_context(mention: Mention, candidates: Sequence[Candidate]) -> bool:
    searched = any((c.predicate in _SEARCHED or _in_own_words(c)) and c.start == mention.start for c in candidates)
    return searched or mention.kind in _SEARCHED_KINDS


def _in_own_words(candidate: Candidate) -> bool:
    """Whether it is a thing or a property that no vocabulary knows; then its words are searched for."""
    return candidate.predicate in {"has_feature", "wants"} and candidate.object.startswith("words:")


def _has_content(token: Token, known_words: frozenset[str]) -> bool:
    """Whether a word says something about a thing; a model name such as "m185" does, a misspelt "somthing" does not."""
    word = token.term
    if len(word) <= 2 or word.isdigit() or word in FILLERS:
        return False
    if len(word) < 6 or not known_words or word in known_words:
        return True
    return process.extractOne(word, _LONG_FILLERS, scorer=DamerauLevenshtein.distance, score_cutoff=1) is None


def _resolved(candidate: Candidate, resolve: ResolveCritique) -> Candidate | None:
    triple = resolve(candidate.predicate)
    return triple and replace(candidate, predicate=triple[0], object=triple[1], label=triple[2])


def _released(utterance: str, releases: Sequence[Release], candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The wishes that are taken back; those of a gift too, where the shopper comes to something of their own."""
    own = own_search(fold(utterance), names_thing=any(candidate.predicate == "wants" for candidate in candidates))
    given = any(candidate.predicate == "gift_for" for candidate in candidates)
    ended = {"thing": OWN_SEARCH, "whom": "gift_for"}[own] if own and not given else None
    return tuple(sorted({*(release.wish for release in releases), *([ended] if ended else ())}))
