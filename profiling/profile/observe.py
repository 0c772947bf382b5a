"""What one turn teaches: facts with evidence, in one transaction, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from profiling.graph import Predicate, load_predicates
from profiling.profile.needs import NEED_TTL, SHOPPER, continues, is_wishing, new_need
from profiling.relations import EXTRACTOR_VERSION, Candidate, extract_candidates
from profiling.search.lexical import STOP_WORDS
from profiling.store.facts import FactStore, fact_id
from profiling.text.tokens import Token, terms, tokenize
from profiling.types import Fact, Mention, Row, Turn
from profiling.vocabulary import Taxonomy

_FILLERS = (STOP_WORDS - {"year", "years", "old"}) | frozenset(
    "abt actually affordable after again age aged also another anyone anything around because bit brand bring btw "
    "budget but buy ca cant cheap cheapest cm color colour cool cos costly coz cuz d didn didnt different do doesn "
    "doesnt don dont else euro everything expensive fifth find fine first fourth gift gimme give gonna good gotta "
    "great have he her hers hes him his hmm idea inch instead isn isnt item ive kg kind kinda last lemme less like "
    "likely likes little lot love loves m made make many matter max maybe min mm more much n nice nope not nothing "
    "ok okay omg one ones only options order other pair perhaps piece please plz prefer present price pricey "
    "problem product quality rather re really right s same second set she since size somebody someone something "
    "sorry sorta still stuff sure t than thats third tho thx too type umm under ve very wanna way well who within "
    "without wo won wont worry would wtf yeah yep yes".split()
)
_LONG_FILLERS = sorted(word for word in _FILLERS if len(word) > 5)
_REFUSED = re.compile(
    r"\b(?:not|no|without|except(?: for)?|nothing|instead of|rather than|other than|anything but|"
    r"do(?:n['’]?t| not) (?:want|like|need))\s+(?:(?:from|by|with|in|for|an?|any|the|made|too|so)\s+)*$",
    re.IGNORECASE,
)
"""What stands before a word that is not wanted. Nothing is known about the word, so the negation must be next to it."""
_RELEASE = re.compile(
    r"\b(?:any|whatever|every|all)\s+(?P<any>colou?r|brand|size|price|material)s?\b|"
    r"\b(?P<free>colou?r|brand|size|price|money|budget|material)\s+(?:does\s?n['’]?t|does not|doesnt|is not|"
    r"isn['’]?t|isnt|no)\s+(?:matter|important|object|an issue|a problem|issue|problem)\b|"
    r"\b(?:do not|don['’]?t|dont) (?:mind|care)(?: about)?(?: the| which| what)?\s+(?P<care>colou?r|brand|size|"
    r"price|budget|material)\b",
    re.IGNORECASE,
)
_RELEASED = {
    "colour": {"in_colour"},
    "color": {"in_colour"},
    "brand": {"by_brand"},
    "size": {"in_size"},
    "material": {"of_material"},
    "price": {"budget_max", "budget_min", "cheaper_than", "dearer_than"},
    "money": {"budget_max", "cheaper_than"},
    "budget": {"budget_max", "budget_min", "cheaper_than"},
}


@dataclass(frozen=True)
class Reading:
    """An utterance as it was understood: everything that `learn` needs, and nothing that depends on the store."""

    turn: Turn
    language: str
    mentions: Sequence[Mention]
    candidates: Sequence[Candidate]
    wishing: bool
    known_words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Observation:
    """What a turn changed. For a message that was observed before, the facts it gave rise to then."""

    message_id: str
    language: str
    need: str
    facts: tuple[Fact, ...]
    repeated: bool = False


def read_utterance(
    turn: Turn, *, language: str, mentions: Sequence[Mention], known_words: frozenset[str] = frozenset()
) -> Reading:
    """Understands an utterance by itself.

    Args:
        known_words: what is no misspelling; without them nothing is taken for one.
    """
    wishing = is_wishing(turn, mentions)
    candidates = extract_candidates(turn.utterance, mentions, wishing=wishing)
    return Reading(turn, language, mentions, candidates, wishing, known_words)


def learn(facts: FactStore, reading: Reading, *, types: Taxonomy, resolve: ResolveCritique) -> Observation:
    """Writes the turn and its facts; the caller holds the transaction.

    Args:
        resolve: fills in what a critique compares with.
    """
    turn = reading.turn
    known = facts.turn(turn.message_id)
    if known is not None:
        return Observation(
            turn.message_id,
            known["language"],
            known["need"],
            tuple(facts.of_message(turn.message_id)),
            repeated=True,
        )
    open_facts = facts.open_facts(turn.shopper_id)
    need, opened = _need(reading, open_facts, facts.last_turn(turn.shopper_id), types)
    facts.add_turn(turn, language=reading.language, need=need)
    if opened:
        open_facts = [fact for fact in open_facts if fact.subject in {SHOPPER, need}]
    said = [candidate for candidate in reading.candidates if candidate.predicate != "about"]
    candidates = [*filter(None, (_resolved(candidate, resolve) for candidate in said)), *_about(reading, need)]
    new = [_fact(turn, candidate, need) for candidate in candidates if candidate.lasting or need]
    facts.close(_released(reading, open_facts, need), at=turn.at, by=turn.message_id)
    facts.close(_superseded(new, open_facts), at=turn.at, by=turn.message_id)
    confirmed = {(fact.subject, fact.predicate, fact.object) for fact in open_facts}
    added = facts.add(fact for fact in new if (fact.subject, fact.predicate, fact.object) not in confirmed)
    return Observation(turn.message_id, reading.language, need, tuple(added))


_SEARCHED = frozenset({"about", "gift_for", "for_use"})
_SEARCHED_KINDS = frozenset({"use", "recipient", "model"})
"""What no wish tests: its words are for the search."""
Triple = tuple[str, str, str]
"""Predicate, object and label."""
ResolveCritique = Callable[[str], "Triple | None"]
"""What a critique ("smaller_than") means for the items on the table; None where nothing can be compared."""


def _need(reading: Reading, open_facts: Sequence[Fact], last: Row | None, types: Taxonomy) -> tuple[str, bool]:
    """The need that is open after this turn, and whether this turn opened it."""
    turn = reading.turn
    current = last["need"] if last and turn.at - datetime.fromisoformat(last["at"]) < NEED_TTL else ""
    if not reading.wishing:
        return current, False
    wanted = next((c.object.partition(":")[2] for c in reading.candidates if c.predicate == "wants"), None)
    need_facts = [fact for fact in open_facts if fact.subject == current]
    if current and continues(need_facts, wanted, types):
        return current, False
    if not reading.candidates and turn.intent != "recommend":
        return current, False
    return new_need(turn.message_id), True


def _about(reading: Reading, need: str) -> list[Candidate]:
    """The words of a wish that no mention covers: "something to keep coffee hot" is about "keep coffee hot".

    "not vanilla" is about something that is not wanted.
    """
    if not (reading.wishing and need and reading.turn.intent in {"recommend", "refine"}):
        return []
    utterance = reading.turn.utterance
    covered = [(c.start, c.end) for c in reading.candidates if c.predicate not in _SEARCHED]
    covered += [(m.start, m.end) for m in reading.mentions if not _is_context(m, reading.candidates)]
    brand_ends = {mention.end for mention in reading.mentions if mention.kind == "brand"}
    spans: list[tuple[int, int]] = []
    open_span, last_end = False, 0
    number_at: int | None = None
    for token in tokenize(utterance):
        between = utterance[last_end : token.start]
        open_span = open_span and not between.strip(" -'’")
        names_model = token.term[0].isdigit() and not between.strip() and (open_span or last_end in brand_ends)
        if any(start < token.end and token.start < end for start, end in covered):
            open_span = False
        elif names_model or _has_content(token, reading.known_words):  # "Quill 45" is one name
            first = number_at if number_at is not None and not open_span else token.start
            spans[-1:] = [(spans[-1][0], token.end)] if open_span else [*spans[-1:], (first, token.end)]
            open_span = True
        number_at = token.start if token.term.isdigit() else None
        last_end = token.end
    return [_words(utterance, start, end) for start, end in spans]


def _words(utterance: str, start: int, end: int) -> Candidate:
    text = utterance[start:end]
    predicate = "excludes" if _REFUSED.search(utterance[:start]) else "about"
    return Candidate(predicate, f"words:{' '.join(terms(text))}", text, start, end, 0.6, lasting=False)


def _is_context(mention: Mention, candidates: Sequence[Candidate]) -> bool:
    searched = any(c.predicate in _SEARCHED and c.start == mention.start for c in candidates)
    return searched or mention.kind in _SEARCHED_KINDS


def _has_content(token: Token, known_words: frozenset[str]) -> bool:
    """Whether a word says something about a thing; a model name such as "m185" does, a misspelt "somthing" does not."""
    word = token.term
    if len(word) <= 2 or word.isdigit() or word in _FILLERS:
        return False
    if len(word) < 6 or not known_words or word in known_words:
        return True
    return process.extractOne(word, _LONG_FILLERS, scorer=DamerauLevenshtein.distance, score_cutoff=1) is None


def _resolved(candidate: Candidate, resolve: ResolveCritique) -> Candidate | None:
    if candidate.object:
        return candidate
    triple = resolve(candidate.predicate)
    return triple and replace(candidate, predicate=triple[0], object=triple[1], label=triple[2])


def _fact(turn: Turn, candidate: Candidate, need: str) -> Fact:
    subject = SHOPPER if candidate.lasting else need
    return Fact(
        fact_id=fact_id(turn.message_id, subject, candidate.predicate, candidate.object, candidate.start),
        shopper_id=turn.shopper_id,
        subject=subject,
        predicate=candidate.predicate,
        object=candidate.object,
        label=candidate.label,
        confidence=candidate.confidence,
        message_id=turn.message_id,
        start=candidate.start,
        end=candidate.end,
        quote=turn.utterance[candidate.start : candidate.end],
        extractor=EXTRACTOR_VERSION,
        valid_from=turn.at,
    )


def _released(reading: Reading, open_facts: Sequence[Fact], need: str) -> list[str]:
    """ "any colour" takes the colour wish back."""
    match = _RELEASE.search(reading.turn.utterance)
    if not match:
        return []
    predicates = _RELEASED[(match["any"] or match["free"] or match["care"]).lower()]
    return [fact.fact_id for fact in open_facts if fact.subject == need and fact.predicate in predicates]


def _superseded(new: Iterable[Fact], open_facts: Sequence[Fact]) -> list[str]:
    """Open facts that the new ones close, by cardinality and by contradiction."""
    predicates = load_predicates()
    closed = []
    for fact in new:
        predicate = predicates[fact.predicate]
        closed += [old.fact_id for old in open_facts if old.subject == fact.subject and _closes(fact, old, predicate)]
    return closed


def _closes(fact: Fact, old: Fact, predicate: Predicate) -> bool:
    if old.predicate in predicate.contradicts and (old.object == fact.object or predicate.cardinality == "one"):
        return True
    replaces = predicate.cardinality in {"one", "turn"} and old.predicate == fact.predicate
    return replaces and old.object != fact.object
