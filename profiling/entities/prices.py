"""Prices in an utterance: "under 30", "1.299,00 €", "between 20 and 40 euros", "thirty bucks or less"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from profiling.money import format_price, parse_price
from profiling.types import Mention

_CURRENCY = r"(?:€|\$|£|eur|euros?|usd|dollars?|bucks?|gbp|pounds?|quid|chf)"
_DIGITS = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_WORD_NUMBER = (
    r"(?:(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)(?:[ -](?:and )?|\b))+"
)
_MAX = (
    r"under|below|less than|cheaper than|up to|upto|max(?:imum|\.)?(?: of)?|at most|no(?:t)? more than|within|"
    r"not over|<=?|"
    r"budget(?: is| of|:)?(?: about| around)?(?: is)?|spend(?: about| around| up to)?|lower than|beneath|not above"
)
_MIN = r"over|above|more than|at least|min(?:imum)?(?: of)?|from|starting at|upwards of|>=?"


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
    r"\s*(?:-|\s)?(?:cm|mm|m|km|kg|g|grams?|lbs?|oz|inch(?:es)?|in|\"|ft|l|ml|liters?|litres?|gb|tb|mb|mah|w|"
    r"watts?|v|volts?|hz|dpi|"
    r"years?|yrs?|y/?o|months?|weeks?|days?|hours?|minutes?|mins?|people|persons?|pieces?|pcs?|pairs?|items?|%|"
    r"percent|st|nd|rd|th|x)(?![a-z])",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"(?:between|from)?\s*{_amount(1)}\s*(?:-|–|to|and)\s*{_amount(2)}", re.IGNORECASE)
_ORDINALS_BEFORE = re.compile(r"\b(?:differ\w*|compare|comparison|choose|choice|decide|torn)\s+$", re.IGNORECASE)
"""What "between 1 and 2" follows where the numbers stand for two of the items shown."""
_BOUND = re.compile(rf"(?P<bound>{_MAX}|{_MIN})\s*(?:about|around|say)?\s*{_amount(1)}", re.IGNORECASE)
_TRAILING = re.compile(
    rf"{_amount(1)}\s*(?P<bound>or less|or cheaper|or under|max(?:imum)?|tops|at most|or more|or above|minimum)",
    re.IGNORECASE,
)
_ABOUT = re.compile(rf"(?P<bound>around|about|roughly|approx(?:imately)?|ca\.?|~)\s*{_amount(1)}", re.IGNORECASE)
ABOUT_SHARE = 0.2
"""How far "around 50" reaches: 40 to 60."""


def find_prices(text: str, *, currency: str) -> list[Mention]:
    """Price bounds in the order of the text, as mentions with values "price_max:3000" or "price_min:2000", in cents.

    A number with a unit that is no currency ("under 30 cm"), a negative number and a bare number are no price.

    Args:
        currency: the shop's, for amounts that name none.
    """
    found: list[Mention] = []
    taken: list[tuple[int, int]] = []
    for match, bounds in _matches(text, currency):
        if any(match.start() < end and start < match.end() for start, end in taken):
            continue
        taken.append(match.span())
        start, end = _trimmed(text, *match.span())
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


def _matches(text: str, currency: str) -> Iterator[tuple[re.Match[str], list[tuple[str, int]]]]:
    for match in _BETWEEN.finditer(text):
        low, high = _cents(match, 1, currency), _cents(match, 2, currency)
        named = match["before1"] or match["after1"] or match["before2"] or match["after2"]
        if (
            low is not None
            and high is not None
            and low < high
            and (named or re.match(r"\s*(between|from)", match[0], re.I))
            and (named or not _ORDINALS_BEFORE.search(text[: match.start()]))
        ):
            yield match, [("price_min", low), ("price_max", high)]
    for pattern in (_BOUND, _TRAILING):
        for match in pattern.finditer(text):
            cents = _cents(match, 1, currency)
            if cents is not None:
                lower = re.fullmatch(rf"{_MIN}|or more|or above", match["bound"], re.IGNORECASE)
                if lower and match["bound"].lower() == "from" and not (match["before1"] or match["after1"]):
                    continue
                yield match, [("price_min" if lower else "price_max", cents)]
    for match in _ABOUT.finditer(text):
        cents = _cents(match, 1, currency)
        if cents is not None and (match["before1"] or match["after1"]):
            yield (
                match,
                [
                    ("price_min", round(cents * (1 - ABOUT_SHARE))),
                    ("price_max", round(cents * (1 + ABOUT_SHARE))),
                ],
            )


def _cents(match: re.Match[str], number: int, currency: str) -> int | None:
    """The amount in cents; None where the number is none, or has a unit that is no currency."""
    amount = match[f"amount{number}"].strip()
    if not (match[f"before{number}"] or match[f"after{number}"]) and _UNIT.match(
        match.string, match.end(f"amount{number}")
    ):
        return None
    if amount[0].isdigit():
        price = parse_price(amount)
        return price.cents if price else None
    return _spoken_cents(amount)


def amounts(text: str) -> list[int]:
    """Every amount in a few words that are known to be a price, in cents, in order: "20 to 40ish" has two."""
    prices = (parse_price(match[0]) for match in re.finditer(_DIGITS, text))
    found = [price.cents for price in prices if price]
    if found:
        return found
    words = (match[0] for match in re.finditer(rf"\b{_WORD_NUMBER}", text, re.IGNORECASE))
    return [cents for word in words if (cents := _spoken_cents(word)) is not None]


def _spoken_cents(words: str) -> int | None:
    from text_to_num import text2num

    try:
        return int(text2num(re.sub(r"^a ", "one ", words.strip().lower()), "en")) * 100
    except ValueError:
        return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    span = text[start:end]
    return start + len(span) - len(span.lstrip()), end - (len(span) - len(span.rstrip()))
