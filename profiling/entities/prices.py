"""Prices in an utterance: "under 30", "1.299,00 €", "between 20 and 40 euros", "thirty bucks or less"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from profiling.money import format_price, parse_price
from profiling.types import Mention

_CURRENCY = r"(?:€|\$|£|eur|euros?|usd|dollars?|bucks?|gbp|pounds?|quid|chf)"
_DIGITS = r"\d+(?:[.,]\d)?k\b|\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_WORD_NUMBER = (
    r"(?:(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|fiver|"
    r"tenner)(?:[ -](?:and )?|\b)){1,9}"
)
"""At most nine words: "nine hundred and ninety nine thousand nine hundred and ninety nine". Without an end to them, a
message of a thousand would take seconds.
"""
_MAX = (
    r"under|below|(?<!no )(?<!not )less than|cheaper than|up to|upto|max(?:imum|\.)?(?: of)?|at most|"
    r"no(?:t)? more than|within|sub|"
    r"not over|<=?|(?:nothing|not|don['’]?t (?:bother with|show me) anything|not paying|not spending|"
    r"isn['’]?t) (?:over|above|more than)|"
    r"(?:not|n'?t|never) (?:want to |like to |going to |gonna |wanna |planning to )?(?:cost|be|go|"
    r"spend|pay)(?: me)? (?:more than|over|above|higher than)|not exceed|"
    r"lower than|beneath|not above"
)
_BUDGET = (
    r"(?:budget|limit)(?:['’]?s| is| of|:)?(?: about| around| like)?(?: is)?|"
    r"stretch to|go up to|go as (?:high|far) as|"
    r"(?:can|could|would|might|may|will|['’]?(?:d|ll)) go(?: to)?(?=\s*[€$£]?\d)|"
    r"went (?:up )?to|spend(?: about| around| up to| like)?|only have|have"
)
_MIN = r"(?:no|not) less than|over|above|more than|at least|min(?:imum)?(?: of)?|from|starting at|upwards of|>=?"


def _amount(number: int) -> str:
    """A pattern for an amount, with its currency before or after; its groups carry the number.

    A hyphen before the first amount is a minus; before the second one it is a dash.
    """
    whole = r"(?<![\w.,-])" if number == 1 else r"(?<![\w.,])"
    return (
        rf"(?P<before{number}>{_CURRENCY})?\s*(?P<amount{number}>{whole}(?:{_DIGITS})|\b{_WORD_NUMBER})"
        rf"\s*(?P<after{number}>{_CURRENCY}(?![a-z]))?"
    )


_UNIT = re.compile(
    r"\s*(?:-|\s)?(?:cm|mm|m|km|kg|g|grams?|metres?|meters?|feet|foot|yards?|lbs?|oz|inch(?:es)?|in|\"|ft|l|ml|"
    r"liters?|litres?|gb|tb|mb|mah|w|"
    r"watts?|v|volts?|hz|dpi|"
    r"years?|yrs?|y/?o|months?|weeks?|days?|hours?|minutes?|mins?|people|persons?|pieces?|pcs?|pairs?|items?|%|"
    r"percent|st|nd|rd|th|x)(?![a-z])",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?<!\bi'm )(?<!\bim )(?<!\bam )(?<!\balways )(?<!\busually )(?<!\bin )(?:between|"
    rf"from)?\s*{_amount(1)}\s*(?:-|–|to|and)\s*{_amount(2)}",
    re.IGNORECASE,
)
_ORDINALS_BEFORE = re.compile(r"\b(?:differ\w*|compare|comparison|choose|choice|decide|torn)\s+$", re.IGNORECASE)
"""What "between 1 and 2" follows where the numbers stand for two of the items shown."""
_BOUND = re.compile(rf"(?P<bound>{_MAX}|{_MIN})\s*(?:about|around|say)?\s*{_amount(1)}", re.IGNORECASE)
_TRAILING = re.compile(
    rf"{_amount(1)}\s*(?P<bound>or less|or cheaper|or under|or so|max(?:imum)?|tops|at (?:the )?most|or more|"
    rf"or above|minimum|"
    r"is (?:ok|fine)|is (?:my |the )?(?:absolute |max |hard |upper )*(?:limit|max(?:imum)?|budget|ceiling|cap)|"
    r"is too much|"
    r"is (?:way |a bit |far |well )?(?:over|above|out of|beyond) (?:my|our|the) (?:budget|limit)|to spend)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?<!i'm )(?<!\bim )(?<!she's )(?<!he's )(?<!she is )(?<!he is )(?<!i am )(?P<bound>around|about|roughly|"
    rf"approx(?:imately)?|approx\.|ca\.?|~)\s*{_amount(1)}|"
    rf"(?<!\bage)(?<!\bage )(?<!\baged)(?<!\baged )(?<!\bsize)(?<!\bsize ){_amount(2)}(?P<ish>-?ish)\b",
    re.IGNORECASE,
)
_REFUSING = re.compile(
    r"(?:(?:nothing|don['’]?t (?:bother with|show me) anything|not paying|not spending|isn['’]?t|not(?= over|"
    r" above))\s+)?",
    re.IGNORECASE,
)
_OWN = re.compile(rf"\b(?P<bound>{_BUDGET})\s*{_amount(1)}", re.IGNORECASE)
_NEEDS_CURRENCY = re.compile(r"from|is (?:ok|fine)|within", re.IGNORECASE)
"""After these a bare number may be a size or a number of days."""
_DECIMAL = re.compile(
    r"(?<![\w.,€$£-])(?P<amount>\d{1,4}[.,]\d{2})"
    r"(?![\w%]|[.,]\d|\s*(?:€|\$|£|cm|mm|m\b|kg|g\b|l\b|inch|tall|\d))"
)
_PERSON_IS = re.compile(r"\b(?:i'?m|i am|im|he is|he's|she is|she's|is)\s+(?:about )?$", re.IGNORECASE)
_ASKED = re.compile(
    r"^\W*(?P<amount>\d{2,4})(?=\s+for (?:an?|the|this|these|some)\b)|\b(?:cost|costs|paid|pay|charged|spent|"
    r"do)\s+(?:me\s+)?(?P<paid>\d{1,4})(?![.,]\d)(?=\s*(?:$|[,.?!]|for\b|instead\b|and\b))",
    re.IGNORECASE,
)
_COMMA, _CLOSES = re.compile(r",\s*$"), re.compile(r"\s*(?:$|[,.!?]|please|pls)")
_SPENT = re.compile(r"\b(?:spend|spending|pay|budget(?: is| of)?|price)\s*:?\s*$", re.IGNORECASE)
_TOO_MUCH = re.compile(r"\s*(?:is|are|would be)\s+(?:way\s+|far\s+)?too\s+(?:much|expensive|dear)", re.IGNORECASE)
_SPENDABLE = re.compile(r"(?:\bfor|\bget for|limit of|budget of)\s*$", re.IGNORECASE)
_BARE = re.compile(_amount(1), re.IGNORECASE)
ABOUT_SHARE = 0.2
"""How far "around 50" reaches: 40 to 60."""


def find_prices(text: str, *, currency: str) -> list[Mention]:
    """Prices in the order of the text.

    Their values are bounds as in "price_max:3000" and "price_min:2000", in cents, or "price:3000" for an amount that
    bounds nothing ("it cost 30 euros"). A number with a unit that is no currency ("under 30 cm"), a negative number
    and a bare number are no price.

    Args:
        currency: the shop's, for amounts that name none.
    """
    found: list[Mention] = []
    taken: list[tuple[int, int]] = []
    for start, end, bounds in _matches(text, currency):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        start, end = _trimmed(text, start, end)  # noqa: PLW2901
        found += [
            Mention(
                kind="price",
                value=f"{kind}:{cents}",
                label=format_price(cents, currency),
                text=text[start:end],
                start=start,
                end=end,
            )
            for kind, cents in bounds
        ]
    return sorted(found, key=lambda mention: mention.start)


def read_amount(words: str, *, currency: str) -> list[Mention]:
    """What words that are known to be one price say: bounds, or the amount; empty without an amount."""
    found = find_prices(words, currency=currency)
    if found:
        return [mention for mention in found if mention.start == found[0].start]
    return [
        Mention("price", f"price:{cents}", format_price(cents, currency), words, 0, len(words))
        for cents in amounts(words)[:1]
    ]


Bounds = list[tuple[str, int]]


def _matches(text: str, currency: str) -> Iterator[tuple[int, int, Bounds]]:
    """Stretches that may overlap, the surest reading first."""
    if not re.search(rf"\d|\b{_WORD_NUMBER}", text, re.IGNORECASE):
        return
    yield from _between(text, currency)
    yield from _about(text, currency)
    yield from _bounded(text, currency)
    for match in _OWN.finditer(text):
        cents = _cents(match, 1, currency)
        named = match["before1"] or match["after1"] or "have" not in match["bound"].lower()
        if cents is not None and named:
            yield _amount_start(match), match.end(), [("price_max", cents)]
    for match in _ASKED.finditer(text):
        group = "amount" if match["amount"] else "paid"
        cents = _written_cents(match[group])
        if cents is not None:
            yield *match.span(group), [("price", cents)]
    for match in _DECIMAL.finditer(text):
        cents = _written_cents(match["amount"])
        if cents is not None and not _PERSON_IS.search(text[: match.start()]):
            yield *match.span(), [("price", cents)]
    for match in _BARE.finditer(text):
        cents = _cents(match, 1, currency)
        if cents is not None and (match["before1"] or match["after1"]):
            alone = re.search(r",\s*$", text[: match.start()]) and re.match(
                r"\s*(?:$|[,.!?]|please|pls)", text[match.end() :]
            )
            spendable = alone or _SPENDABLE.search(text[: match.start()].rstrip())
            yield _amount_start(match), match.end(), [("price_max" if spendable else "price", cents)]


def _between(text: str, currency: str) -> Iterator[tuple[int, int, Bounds]]:
    for match in _BETWEEN.finditer(text):
        low, high = _cents(match, 1, currency), _cents(match, 2, currency)
        named = match["before1"] or match["after1"] or match["before2"] or match["after2"]
        if (
            low is not None
            and high is not None
            and low < high
            and (named or re.match(r"\s*(between|from)", match[0], re.I) or _SPENT.search(text[: match.start()]))
            and (named or not _ORDINALS_BEFORE.search(text[: match.start()]))
        ):
            yield *match.span(), [("price_min", low), ("price_max", high)]


def _about(text: str, currency: str) -> Iterator[tuple[int, int, Bounds]]:
    for match in _ABOUT.finditer(text):
        number = 2 if match["ish"] else 1
        cents = _cents(match, number, currency)
        if cents is not None and (match["ish"] or match["before1"] or match["after1"] or _alone(match)):
            low, high = round(cents * (1 - ABOUT_SHARE)), round(cents * (1 + ABOUT_SHARE))
            yield *match.span(), [("price_min", low), ("price_max", high)]


def _alone(match: re.Match[str]) -> bool:
    """ "for around 25": a bare number that ends the sentence can only be money."""
    return bool(re.match(r"\s*(?:$|[.,!?]|or so\b|please\b|pls\b)", match.string[match.end() :]))


def _bounded(text: str, currency: str) -> Iterator[tuple[int, int, Bounds]]:
    for pattern in (_BOUND, _TRAILING):
        for match in pattern.finditer(text):
            cents = _cents(match, 1, currency)
            bound = match["bound"].lower()
            bare = not (match["before1"] or match["after1"])
            if cents is None or (bare and _NEEDS_CURRENCY.fullmatch(bound)):
                continue
            lower = re.fullmatch(rf"{_MIN}|or more|or above", bound)
            if lower and _TOO_MUCH.match(text[match.end() :]):
                lower = None
            verbs = re.match(r"is\b", bound)
            refusing = _REFUSING.match(match[0]) if pattern is _BOUND else None
            start = match.start() + (refusing.end() if refusing else 0)
            yield (
                start,
                match.start("bound") if verbs else match.end(),
                [("price_min" if lower else "price_max", cents)],
            )


def _amount_start(match: re.Match[str]) -> int:
    return min(match.start(group) for group in ("before1", "amount1") if match[group])


def _cents(match: re.Match[str], number: int, currency: str) -> int | None:
    """The amount in cents; None where the number is none, or has a unit that is no currency."""
    amount = match[f"amount{number}"].strip()
    if not (match[f"before{number}"] or match[f"after{number}"]) and _UNIT.match(
        match.string, match.end(f"amount{number}")
    ):
        return None
    if amount[0].isdigit():
        return _written_cents(amount)
    return _spoken_cents(amount)


def _written_cents(amount: str) -> int | None:
    """ "1.2k" is 1,200."""
    price = parse_price(amount.rstrip("kK"))
    return price.cents * (1_000 if amount[-1] in "kK" else 1) if price else None


def amounts(text: str) -> list[int]:
    """Every amount in a few words that are known to be a price, in cents, in order: "20 to 40ish" has two."""
    written = (_written_cents(match[0]) for match in re.finditer(_DIGITS, text, re.IGNORECASE))
    found = [amount for amount in written if amount is not None]
    if found:
        return found
    words = (match[0] for match in re.finditer(rf"\b{_WORD_NUMBER}", text, re.IGNORECASE))
    return [cents for word in words if (cents := _spoken_cents(word)) is not None]


_NOTES = {"fiver": 500, "tenner": 1_000}


def _spoken_cents(words: str) -> int | None:
    from text_to_num import text2num

    spoken = re.sub(r"^a ", "", words.strip().lower())
    if spoken in _NOTES:
        return _NOTES[spoken]
    try:
        return int(text2num(re.sub(r"^a ", "one ", words.strip().lower()), "en")) * 100
    except ValueError:
        return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    span = text[start:end]
    return start + len(span) - len(span.lstrip()), end - (len(span) - len(span.rstrip()))
