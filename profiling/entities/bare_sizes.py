"""Numbers and letters that are a size only by where they stand: "ladies 12", "wool coat camel 36", "one white 41"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from profiling.entities.sizes import size_mention
from profiling.types import Mention

_NUMBER = re.compile(
    r"(?<![\w.,€$£/#+&-])(?P<size>\d{1,3}(?:[.,]5)?(?:\s?[12]/[23])?)(?![\w%/€$£&+-]|[.,]\d|\s*(?:€|\$|£|%|x\b|"
    r"eur|euros?|bucks|quid|pounds?|dollars?|usd|gbp|"
    r"pieces?|pcs|pairs?|packs?|sets?|of\b|more|other|cm|mm|m\b|kg|g\b|gb|tb|ml|l\b|litres?|liters?|inch|hours?|"
    r"hrs?|mins?|minutes?|days?|weeks?|months?|years?|yrs?|"
    r"times?|people|persons?|items?|th\b|nd\b|st\b|orders?|colou?rs|or less|or more|max|tops|stars?|percent|"
    r"degrees|watts?|volts?|hz|mah|w\b|v\b|denier|dpi|slots?|slices|wheels|doors|drawers|"
    r"shelves|pockets|ports|speeds|gears|layers|cats|dogs))",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"(?<![\w'-])(?P<size>extra (?:small|large)|x-?(?:small|large)|small|medium|large)(?![\w'-])", re.IGNORECASE
)
_BED = re.compile(
    r"(?<![\w'-])(?P<size>single|double|twin|king|queen|super king|king size|queen size)(?![\w'-])", re.IGNORECASE
)
_COUNT = re.compile(r"(?<![\w.,])(?P<size>(?:set of |pack of )?\d{2,5}[ -]?(?:pieces?|pcs|piece))(?!\w)", re.IGNORECASE)
_AGE = re.compile(
    r"\b(?:age|aged)\s+(?P<size>\d{1,2}(?:\s?-\s?\d{1,2})?)(?!\w|\s*years?)|"
    r"(?<![\w.,-])(?P<months>\d{1,2}\s?-\s?\d{1,2}\s+(?:months|years|m|y|yrs))(?!\w)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?<![\w.,€$£])(?P<size>\d{2}(?:[.,]5)?)(?=\s?(?:inch |in |\" )?(?:leg|inseam|waist|collar|chest|neck|bust|"
    r"inside leg|hips)\b)|\b(?:leg|inseam|waist|collar|chest|neck|bust|inside leg|hips)\s+(?:is\s+|size\s+|"
    r"of\s+)?(?P<after>\d{2}(?:[.,]5)?)(?![\w.,%])",
    re.IGNORECASE,
)
_BRA = re.compile(r"(?<![\w.,])(?P<size>\d{2}\s?[A-H]{1,2})(?![\w.,])")
_OWN = re.compile(
    r"\b(?:i'?m|i am|im|we're|am|be|was|now|as|s?he'?s)\s+(?:usually |normally |about |mostly |now |always |"
    r"probably |more of )*an?\s+$|\b(?:it's|its|it is|they're|theyre|but|(?:feet|foot|size) (?:are|is)|dresses|"
    r"shoes|boots|jeans|sizes?|between|"
    r"usually|normally|always)\s+(?:usually |normally |always )?an?\s+$|"
    r"\b(?:usually|normally|mostly|always)\s+(?:(?:wear|take|in|buy)\s+)?(?:an?\s+)?$|\b(?:in between|(?:i'?m|im|"
    r"am)\s+(?:always |usually )?between)\s+$",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"\b(?:ordered|order|try|tried|sent|got|have|between|bought|size|sizes|swap|exchange|need)\s+(?:(?:the|an?|"
    r"my)\s+)?$",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"^\s*(?:and|or|for|not|instead of|&|/)\s+(?:an?\s+|the\s+)?\d{2}(?:[.,]5)?(?![\w.,%€$£])", re.IGNORECASE
)
_SECOND = re.compile(
    r"(?P<first>\d{2}(?:[.,]5)?)(?:\s*cm(?: wide| long| high| tall| deep)?)?\s+(?:and|or|for|not|instead of|"
    r"&)\s+(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"^\s*(?:$|[,.!?;:)]|and\b|or\b|please|pls|plz|in\b|for\b|with\b|but\b|if\b|only\b|not\b|then\b|so\b|thanks|"
    r"thx|is\b|are\b|would\b|hopefully|asap|wide\b|narrow\b|slim\b|regular\b|long\b|short\b|leg\b|\d)",
    re.IGNORECASE,
)
_TALKING_SIZES = re.compile(r"\bsizes?\b", re.IGNORECASE)
_NOT_MY_AGE = re.compile(
    r"\b(?:i'?m|i am|im|he'?s|she'?s|he is|she is|turn(?:s|ed|ing)?|is|are|aged?|under|over|max|about|around|than|"
    r"for|at|until|till|by|no|nr|number|order|top|vitamin|omega|level|part|vol|volume|chapter|season|page|gen)\s*$",
    re.IGNORECASE,
)
_OR = re.compile(r"\s*(?:or|and|/|,|maybe|or maybe)\s*", re.IGNORECASE)
_RANGE = re.compile(
    r"(?<![\w.,€$£-])(?P<size>[1-4]\d\s?[-/]\s?[1-4]\d)(?![\w.,%€$£-]|\s*(?:€|eur|euros?|cm|mm|kg|"
    r"days?|people))"
)
_LAST_LETTER = re.compile(r"(?<=[ ,])[sml](?=\W*$)", re.IGNORECASE)
_WITHOUT_UNIT = re.compile(r"\b(?:like|e\.?g\.?|such as)\s+$", re.IGNORECASE)
REACH = 60
"""Characters around a number that are looked at."""
_FEET, _CHILD = (15.0, 50.0), range(50, 189)


def find_bare_sizes(
    text: str, mentions: Sequence[Mention], *, worn: Callable[[Mention], bool], bedding: Callable[[Mention], bool]
) -> Iterator[Mention]:
    """Sizes outside the mentions, in the order of the patterns.

    Args:
        worn: whether a thing is worn, so that a bare number beside it is a size.
        bedding: whether a thing comes as single, double or king.
    """
    for pattern in (_COUNT, _AGE, _BODY):
        for match in pattern.finditer(text):
            group = next(name for name, value in match.groupdict().items() if value is not None)
            yield from _free(text, match.span(group), mentions)
    things = [mention for mention in mentions if mention.kind == "product_type"]
    if any(map(bedding, things)):
        for match in _BED.finditer(text):
            yield from _free(text, match.span("size"), mentions)
    if "bra" in text.lower():
        for match in _BRA.finditer(text):
            yield from _free(text, match.span("size"), mentions)
    about_wear = any(map(worn, things)) or any(m.kind == "recipient" and _is_audience(m) for m in mentions)
    yield from _last_letter(text, mentions, about_wear=about_wear)
    for match in _WORD.finditer(text):
        if _closes_a_phrase(text, match, mentions) and (about_wear or things):
            yield from _free(text, match.span("size"), mentions)
    for match in _RANGE.finditer(text) if any(map(worn, things)) else ():
        if _next_to(mentions, match.start(), text, ahead=False):
            yield from _free(text, match.span("size"), mentions)
            mentions = [*mentions, size_mention(text, *match.span("size"))]
    for match in _NUMBER.finditer(text):
        if _is_size(text, match, mentions, about_wear=about_wear):
            found = list(_free(text, match.span("size"), mentions))
            mentions = [*mentions, *found]
            yield from found


def _last_letter(text: str, mentions: Sequence[Mention], *, about_wear: bool) -> Iterator[Mention]:
    """ "nuptse black m": a small letter at the end, behind something worn or named."""
    last = _LAST_LETTER.search(text)
    named = about_wear or any(mention.kind in {"model", "brand"} for mention in mentions)
    if last and named and _next_to(mentions, last.start(), text, ahead=False):
        yield from _free(text, last.span(), mentions)


def _is_size(text: str, match: re.Match[str], mentions: Sequence[Mention], *, about_wear: bool) -> bool:
    before, after = text[max(0, match.start() - REACH) : match.start()], text[match.end() :][:REACH]
    value = float(re.sub(r"\s?[12]/[23]", "", match["size"]).replace(",", "."))
    plausible = _FEET[0] <= value <= _FEET[1] or (value.is_integer() and int(value) in _CHILD) or 1 <= value < _FEET[0]
    if not plausible or (not _ENDS.match(after) and not _next_to(mentions, match.end(), text, ahead=True)):
        return False
    compared = (_TRIED.search(before) and _PAIR.match(after)) or _SECOND.search(before)
    if (_OWN.search(before) and value <= 60) or (compared and 20 <= value <= 60):
        return True
    if _NOT_MY_AGE.search(before):
        return False
    if _WITHOUT_UNIT.search(before) and _TALKING_SIZES.search(before):
        return True
    previous = _next_to(mentions, match.start(), text, ahead=False)
    if previous is not None and previous.kind == "size":
        return about_wear and _OR.fullmatch(text, previous.end, match.start()) is not None
    return previous is not None and _is_size_behind(previous, value, about_wear=about_wear)


def _is_size_behind(mention: Mention, value: float, *, about_wear: bool) -> bool:
    """Whether a number right behind a mention is a size: "hiking boots, wide fit, 44.5", "one white 41"."""
    if mention.kind in {"price", "order_number", "date"}:
        return False
    if mention.kind == "model":
        return 34 <= value <= 50
    if about_wear:
        return value >= 2 and not (mention.kind == "brand" and value > 60)
    return mention.kind in {"colour", "brand", "recipient"} and 34 <= value <= 50


def _next_to(mentions: Sequence[Mention], place: int, text: str, *, ahead: bool) -> Mention | None:
    """The mention that stands beside a place, with at most a comma or a small word between."""
    for mention in mentions:
        between = text[place : mention.start] if ahead else text[mention.end : place]
        beside = mention.start >= place if ahead else mention.end <= place
        if beside and re.fullmatch(
            r"[\s,.;]*(?:(?:in|a|an|eu|uk|us|and|or|women|men|wide feet|size)[\s,]+)?", between, re.IGNORECASE
        ):
            return mention
    return None


def _closes_a_phrase(text: str, match: re.Match[str], mentions: Sequence[Mention]) -> bool:
    """Whether "small" stands behind a thing or alone between commas, not before what it describes."""
    after = text[match.end() :]
    if not re.match(r"\s*(?:$|[,.!?;)]|and\b|or\b|please|pls|for\b|in\b|if\b|with\b)", after, re.IGNORECASE):
        return False
    alone = re.search(
        r"(?:^|[,;(])\s*(?:size\s+|in\s+)?(?:an?\s+)?$|\b(?:i'?m|i am|im)\s+an?\s+$|\bbut (?:i'?m )?an?\s+$",
        text[max(0, match.start() - REACH) : match.start()],
        re.IGNORECASE,
    )
    return bool(alone) or _next_to(mentions, match.start(), text, ahead=False) is not None


def _is_audience(mention: Mention) -> bool:
    return re.match(r"(?:wo)?men|ladies|gents|girls|boys|kids|children", mention.text, re.IGNORECASE) is not None


def _free(text: str, span: tuple[int, int], mentions: Sequence[Mention]) -> Iterator[Mention]:
    if not any(span[0] < mention.end and mention.start < span[1] for mention in mentions):
        yield size_mention(text, *span)
