"""Things that no catalogue names, as objects of allergies, rules and refusals: "palm oil", "velcro", "no veneer"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from profiling.relations.stances import find_stances
from profiling.relations.words import MASK

_TWO_WORDS = (
    r"(?:\s+(?:milk|oil|extract|dyes?|fish|hair|fur|wool|nuts?|flour|gel|leather|heels?|sleeves?|buttons?|zips?|"
    r"collars?|patterns?|prints?|logos?))?"
)
_ITEM = re.compile(
    r"(?:the (?:smell|taste|feel|sound|look) of |any(?:thing)? (?:with |from |in |made of )?|all |"
    rf"most )?(?P<item>[a-z][a-z-]+{_TWO_WORDS})(?P<rest>.*)",
    re.DOTALL,
)
_MORE = re.compile(r"^\s*(?:,\s*(?:and |or )?|\s(?:and|or|&)\s+)(?P<rest>.+)", re.DOTALL)
_ENDS = re.compile(
    r"^\s*(?:$|[.,!?;)]|and\b|or\b|so\b|at all\b|anymore\b|lol\b|tbh\b|in (?:my|any|general)\b|on my\b|if\b|"
    r"when\b|unfortunately\b|sadly\b|here\b|at (?:home|work)\b|ever\b)"
)
_ALLERGY = re.compile(
    r"\b(?:i have|i've got|i got|ive got|^\W*(?:mild|severe|bad)?)\s*(?:an?\s+)?(?:mild |severe |bad |"
    r"serious )?(?P<item>[a-z-]{3,}) allergy\b(?! (?:season|tablets|friendly))"
)
_INTOLERANT = re.compile(
    r"\b(?:i'?m|i am|im|we're|we are)\s+(?:\w+ly |also )*(?P<item>[a-z]+)[ -](?:free|intolerant|sensitive)\b"
)
_HARMS = re.compile(
    r"(?:^|\b(?:and|but|because|cos|since)\s+)\W*(?P<item>[a-z-]{3,}) (?:always |really |just )?(?:gives?|"
    r"causes?) me (?:(?:an? )?(?P<allergy>rash\w*|hives|allergic)|(?:bad |terrible )?(?:headaches?|migraines?))"
)
_REFUSED = re.compile(
    r"(?:^|[\s,(])(?:no|without|w/o|not|minus|no more|nothing (?:with|from|containing)|made without|"
    r"free of)\s+(?:any |too much )?(?P<item>[a-z][a-z-]{2,}(?: "
    r"(?!(?:and|or|but|please|pls|plz|on|at|if|for|in|so|then|thanks|though)\b)[a-z]{3,})?)(?=\W*$|\s*[,.!;)]|\s+(?:and|or|please|pls|"
    r"plz|but|on (?:it|the)|at all|if possible)\b)"
)
_ONE_MORE = re.compile(r"\s+(?:or|and|nor)\s+(?P<item>[a-z][a-z-]{2,})(?=\W*$|\s*[,.!;)])")
_NOTHING = frozenset(
    "and or anything everything something it them this that these those nothing any the my a an to so all "
    "basically most me you your "
    "many much more at in on for from when because but if with what which buying going being paying one ones him "
    "her us how who "
    "wait waiting problem way idea rush worries hurry thanks thank matter luck success reply answer reason doubt "
    "clue hassle pressure joke "
    "offence offense really sure yet now then today tomorrow good bad nice great too very just only even "
    "interested working happy "
    "order orders delivery shipping shop shops store service customer here there email emails answer help people "
    "person someone "
    "mind myself yourself money cash price prices one two three website site app chat bot limit budget "
    "preference anymore longer "
    "not never no yes want need like think know see find have mean saying looking expensive cheap cheaper big "
    "small same wrong right "
    "difference deal return returns refund brainer wonder offer discount ads spam stuff things thing well fan "
    "fine bothered fussed cool".split()
)
Found = tuple[str, int, int]
"""Predicate and span."""


def find_substances(clause: str) -> Iterator[Found]:
    """What a clause in which the shopper speaks for themselves says that they are allergic to, avoid or dislike."""
    for stance in find_stances(clause):
        if stance.predicate in {"prefers_brand", "likes"} or clause[: stance.start].rstrip().endswith(
            ("not", "n't", "would", "'d", "never")
        ):
            continue
        strict = stance.predicate != "is_allergic_to"
        yield from ((stance.predicate, *span) for span in _items(clause, stance.end, strict=strict))
    for pattern, predicate in ((_ALLERGY, "is_allergic_to"), (_INTOLERANT, "avoids")):
        for match in pattern.finditer(clause):
            yield predicate, *match.span("item")
    for match in _HARMS.finditer(clause):
        yield "is_allergic_to" if match["allergy"] else "avoids", *match.span("item")


def find_refused(clause: str) -> Iterator[tuple[int, int]]:
    """What a wish refuses in its own words: "no veneer", "without logo", "not digital"."""
    for match in _REFUSED.finditer(clause):
        if match["item"].split()[0] not in _NOTHING:
            yield match.span("item")
            more = _ONE_MORE.match(clause, match.end("item"))
            if more is not None and more["item"] not in _NOTHING:
                yield more.span("item")


def _items(clause: str, start: int, *, strict: bool) -> Iterator[tuple[int, int]]:
    """The words that follow, one or a list; a `strict` list must end with the clause."""
    found: list[tuple[int, int]] = []
    position = start + len(clause[start:]) - len(clause[start:].lstrip())
    while match := _ITEM.match(clause, position):
        word = match["item"].split()[0]
        if word in _NOTHING or MASK in word or (strict and (word.endswith("ing") or len(word) < 4)):
            break
        end = match.end("item")
        if strict and not _ENDS.match(clause[end:]):
            return
        found.append(match.span("item"))
        more = _MORE.match(clause[end:])
        if more is None:
            break
        position = end + more.start("rest")
    yield from found
