"""Candidate facts from an utterance.

Two questions decide about each mention. Is it a lasting statement ("I hate wool", "my size is 42", "I own a Dyson") or
a wish for what is being looked for ("in black", "not from Logitech")? And is it wanted or refused? What is merely
asked about, quoted, told about other people or supposed ("if I liked red") becomes no candidate; what is told about the
person whom a gift is for ("it's for my sister, she loves pink") is a wish.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from profiling.relations.acts import ASKING, Act
from profiling.relations.beside import named_beside
from profiling.relations.budgets import is_budget
from profiling.relations.candidate import Candidate, confidence_of, of_mention, of_person, of_words
from profiling.relations.clauses import Clause, is_quoted
from profiling.relations.conflicts import in_order, without_shadows
from profiling.relations.critiques import Critique, find_critiques
from profiling.relations.gifts import find_gifts, named_instead
from profiling.relations.negation import is_contrast, is_negated, links_to_previous
from profiling.relations.possessions import history_of, size_of
from profiling.relations.stances import taste_of
from profiling.relations.substances import find_refused, find_substances
from profiling.relations.utterance import REACH, Utterance
from profiling.relations.wishes import is_accepted, is_bound, wish_of
from profiling.relations.words import MASK, START
from profiling.text.stretches import meets
from profiling.text.tokens import MAX_CHARACTERS
from profiling.types import Mention
from profiling.vocabulary.people import KIN

EXTRACTOR_VERSION = "rules-5"

_OWN_WORDS: frozenset[Act] = frozenset({"wish", "fragment", "statement", "report"})
"""Clauses in which the shopper speaks for themselves."""
_MY_BUDGET = re.compile(r"\bmy (?:budget|limit|max(?:imum)?)\b")
_NO_WAIT = re.compile(r"\b(?:no,?\s+(?:wait|sorry|actually|i meant)|scratch that|i mean|sorry,)\b")
_HABIT = re.compile(r"\b(?:i'?m|i am|i|im) (?:usually|normally|always|typically|mostly)\b")
"""A size that the shopper usually wears is theirs, also in a question: "what should I take if I'm usually a 42"."""
_HAS_OCCASION = re.compile(
    r"\b(?:have|got|going to|attending|invited to|there's|having)\s+(?:an?|the|my|our)?\s*(?:\w+\s+)?$"
)
_REFUSED_ITSELF = re.compile(
    r"(?:\b(?:no|not|without|except|but|than|of|for|want|like|need|after|nor|or|and|avoid|with|no more|"
    rf"show me)|,|^|{MASK})\s+"
    r"(?:any |an? |the |more |another |these |those |for )*$"
)
_REFUSED_FIRST = re.compile(rf"{START}(?:no|without)\s+(?:any\s+)?$")
_FOR = re.compile(r"\b(?:for|4) ")
_CONTRASTED = frozenset({"colour", "size", "material"})
_RELATIVE = re.compile(rf"\b(?:my|our|his|her|their|your)\s+(?:\w+\s+)?{KIN}$")
_PARTS = frozenset({"screen", "display"})
_MADE_PARTS = frozenset(
    {"screen", "display", "strap", "straps", "cover", "sole", "handle", "lining", "frame", "hood", "lid", "case"}
)


def extract_candidates(
    utterance: str,
    mentions: Sequence[Mention],
    *,
    wishing: bool,
    known_words: Collection[str] = (),
    people: Sequence[str] = (),
) -> list[Candidate]:
    """Candidate facts in the order of the utterance; each has a span of at least one character.

    Args:
        wishing: whether the shopper is describing what they look for. If not, only lasting statements become
            candidates.
        known_words: what is no misspelling; without them nothing is taken for one.
        people: words for those whom the thing that is looked for is for, known from before.
    """
    utterance = utterance[:MAX_CHARACTERS]
    critiques = find_critiques(utterance, known_words) if wishing else []
    mentions = [m for m in mentions if not (_is_part(m, utterance, critiques) or _is_relative(m, utterance))]
    said = Utterance.read(utterance, mentions, wishing=wishing, people=people)
    of_mentions = list(_of_mentions(said, wishing=wishing))
    lasting = [*(candidate for candidate in of_mentions if candidate.lasting), *_substances(said)]
    wishes = [candidate for candidate in of_mentions if not candidate.lasting]
    if wishing and not critiques:
        wishes += named_beside(said, of_mentions)
    unnamed = [*_refused(said), *_gifts(said, wishes)] if wishing else []
    candidates = in_order([*lasting, *wishes, *unnamed, *_compared(critiques, mentions)], said.folded)
    return without_shadows(candidates, said.folded)


def _of_mentions(said: Utterance, *, wishing: bool) -> Iterator[Candidate]:
    spends = is_budget(said.text, said.mentions)
    refused: dict[Mention, bool] = {}
    stated: dict[Mention, str | None] = {}
    for index, mention in enumerate(said.mentions):
        clause, act = said.reading.at(mention.start)
        previous = said.mentions[index - 1] if index else None
        refused[mention] = _refuses(said, clause, mention, previous, refused)
        if is_quoted(said.folded, mention.start) or _taken_back(said, mention, said.mentions[index + 1 :]):
            continue
        predicate = _stated(said, clause, act, mention, negated=refused[mention], wishing=wishing)
        if predicate is None and previous is not None and _lists(said, previous, mention):
            predicate = stated.get(previous)
        stated[mention] = predicate
        if predicate is not None:
            yield _lasting(said, predicate, mention, confidence_of(clause.text))
        elif (
            wishing
            and (act in ASKING or spends or (act == "statement" and _belongs_to_wish(said, clause, mention)))
            and not (mention.kind == "product_type" and _is_aside(said, act, mention))
        ):
            before, after = said.before(clause, mention, masked=False), said.folded[mention.end :]
            confidence = confidence_of(clause.text)
            told_of = act == "described" and not _FOR.search(before)
            wish = wish_of(mention, before, after, negated=refused[mention], told_of=told_of, confidence=confidence)
            if wish is not None:
                yield _by_name(said, wish)


def _belongs_to_wish(said: Utterance, clause: Clause, mention: Mention) -> bool:
    """Whether a statement says more of what is asked for: what it is for ("I've got an interview"), a refusal with its
    reason and no comma between ("no wool i itch"), or one taken back ("i don't mind leather").
    """
    before = said.before(clause, mention, masked=False)
    if mention.kind == "use" and "wish" in said.reading.acts and _HAS_OCCASION.search(before):
        return True
    return bool(_REFUSED_FIRST.search(before)) or is_accepted(before, said.folded[mention.end : clause.end])


def _by_name(said: Utterance, wish: Candidate) -> Candidate:
    """Whom it is for by name, where only "him" stands in the wish."""
    span = named_instead(said.folded, wish.label.lower()) if wish.predicate == "gift_for" else None
    return of_person(said.text[slice(*span)], span[0], wish.confidence) if span else wish


def _is_aside(said: Utterance, act: Act, thing: Mention) -> bool:
    """Whether a thing is no wish of its own: what a person loves, a part ("a watch, leather strap"), or what only some
    of are refused ("no tight jeans").
    """
    if act == "described":
        return True
    others = [m for m in said.mentions if m.kind == "product_type" and m.end <= thing.start]
    if thing.text.lower() in _MADE_PARTS and others:
        return True
    clause, _ = said.reading.at(thing.start)
    refused = is_negated(said.folded, clause, thing.start, thing.end)
    return refused and not _REFUSED_ITSELF.search(said.before(clause, thing, masked=True))


def _lasting(said: Utterance, predicate: str, mention: Mention, confidence: float) -> Candidate:
    """Who is allergic to lavender has nothing against purple things."""
    if mention.kind == "colour" and predicate in {"is_allergic_to", "avoids"}:
        words = said.text[mention.start : mention.end]
        return of_words(predicate, words, mention.start, confidence, lasting=True)
    return of_mention(predicate, mention, confidence, lasting=True)


def _refuses(
    said: Utterance, clause: Clause, mention: Mention, previous: Mention | None, refused: dict[Mention, bool]
) -> bool:
    if mention.kind in {"price", "recipient"} or is_bound(mention):
        return False  # "not more than 30 cm wide"
    if is_negated(said.folded, clause, mention.start, mention.end):
        return True
    if previous is None or previous.kind != mention.kind or not refused.get(previous, False):
        return False
    spans = (previous.start, previous.end), (mention.start, mention.end)
    replaces = mention.kind in _CONTRASTED and is_contrast(said.folded, *spans)
    return links_to_previous(said.folded, previous.end, mention.start) and not replaces


def _lists(said: Utterance, previous: Mention, mention: Mention) -> bool:
    """Whether the mention only continues a list of things of one kind."""
    between = said.folded[previous.end : mention.start]
    same = previous.kind == mention.kind or {previous.kind, mention.kind} <= {"colour", "material", "feature"}
    return (
        same
        and bool(between.strip())
        and "no" not in between
        and links_to_previous(said.folded, previous.end, mention.start)
    )


def _taken_back(said: Utterance, mention: Mention, later: Sequence[Mention]) -> bool:
    """Whether the shopper corrects a slip at once: "large, no wait, medium"."""
    return any(
        other.kind == mention.kind and _NO_WAIT.search(said.folded[mention.end : other.start]) for other in later
    )


def _stated(said: Utterance, clause: Clause, act: Act, mention: Mention, *, negated: bool, wishing: bool) -> str | None:
    """The predicate of a statement about the shopper, if the clause makes one about the mention."""
    if act not in _OWN_WORDS and not (mention.kind == "size" and _HABIT.search(clause.text)):
        return None
    before, after = said.before(clause, mention, masked=True), said.folded[mention.end : clause.end][:REACH]
    if mention.kind == "size":
        all_before = said.folded[: mention.start][-REACH:]
        return size_of(mention.text, all_before, said.before(clause, mention, masked=False), after, said.folded)
    if mention.kind == "price":
        own = _MY_BUDGET.search(before) and mention.value.startswith("price_max")
        return "spends_at_most" if own else None
    unsure = mention.kind == "product_type" and 0.65 < mention.score < 1
    return (
        None if unsure else _stated_of_thing(said, clause, mention, negated=negated, wishing=wishing and act == "wish")
    )


def _stated_of_thing(said: Utterance, clause: Clause, mention: Mention, *, negated: bool, wishing: bool) -> str | None:
    before = said.before(clause, mention, masked=True)
    rest = said.masked[mention.end : clause.end][:REACH]
    describes = mention.kind != "product_type" and re.match(rf"\s?{MASK}", rest) is not None
    described = mention.kind == "product_type" and before.endswith((MASK, f"{MASK} "))
    predicate = taste_of(mention.kind, before, rest, wishing=wishing)
    if predicate in {"likes", "dislikes", "avoids"} and described:
        return None  # "I hate leather shoes" says nothing against shoes
    if predicate == "likes" and negated:
        return "dislikes"
    if predicate is not None or describes:
        return predicate
    return history_of(mention.kind, before, rest, clause.text)


def _substances(said: Utterance) -> Iterator[Candidate]:
    for clause, act in zip(said.reading.clauses, said.reading.acts, strict=True):
        if act not in _OWN_WORDS or "not allergic" in clause.text:
            continue
        for predicate, start, end in find_substances(clause.text):
            span = (start + clause.start, end + clause.start)
            if not is_quoted(said.folded, span[0]):
                yield from _of_substance(said, predicate, span, confidence_of(clause.text))


def _of_substance(said: Utterance, predicate: str, span: tuple[int, int], confidence: float) -> Iterator[Candidate]:
    named = said.names(*span)
    if named is None:
        yield of_words(predicate, said.text[slice(*span)], span[0], confidence, lasting=True)
    elif (named.start, named.end) == span and named.kind != "price" and predicate in {"is_allergic_to", "avoids"}:
        yield _lasting(said, predicate, named, confidence)


def _refused(said: Utterance) -> Iterator[Candidate]:
    """What is refused in words that name nothing of the catalogue."""
    for clause, act in zip(said.reading.clauses, said.reading.acts, strict=True):
        for start, end in find_refused(clause.text) if act in ASKING else ():
            span = (start + clause.start, end + clause.start)
            if said.names(*span) is None:
                yield of_words("excludes", said.text[slice(*span)], span[0], confidence_of(clause.text))


def _gifts(said: Utterance, wishes: Sequence[Candidate]) -> Iterator[Candidate]:
    if any(wish.predicate == "gift_for" for wish in wishes):
        return
    for start, end in find_gifts(said.folded):
        _, act = said.reading.at(start)
        named = said.names(start, end)
        if act != "question" and (named is None or named.kind == "recipient"):
            yield of_person(said.text[start:end], start, 0.9)
            return


def _compared(critiques: Sequence[Critique], mentions: Sequence[Mention]) -> Iterator[Candidate]:
    for critique in critiques:
        if not meets(critique, mentions):
            yield Candidate(critique.predicate, "", critique.text, critique.start, critique.end, 0.9, lasting=False)


def _is_relative(mention: Mention, utterance: str) -> bool:
    """Whether a brand is named like a person who is meant: "my brother"."""
    return mention.kind == "brand" and _RELATIVE.search(utterance[: mention.end].lower()) is not None


def _is_part(mention: Mention, utterance: str, critiques: Sequence[Critique]) -> bool:
    """Whether a thing is a part of what is compared: "a bigger screen" is no wish for a monitor."""
    return mention.text.lower() in _PARTS and any(
        critique.end <= mention.start and not utterance[critique.end : mention.start].strip() for critique in critiques
    )
