"""Prices: read from what feeds and shoppers write, shown as the shopper's language writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import price_parser
from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal, get_currency_precision, is_currency

MAX_AMOUNT = Decimal(10) ** 9
"""A larger amount is taken for a mistake."""

_MAX_LENGTH = 100
_SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "EURO": ("EUR",),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD"),
    "US$": ("USD",),
    "CA$": ("CAD",),
    "C$": ("CAD",),
    "AU$": ("AUD",),
    "A$": ("AUD",),
    "NZ$": ("NZD",),
    "HK$": ("HKD",),
    "MX$": ("MXN",),
    "NT$": ("TWD",),
    "R$": ("BRL",),
    "S$": ("SGD",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"),
    "CN¥": ("CNY",),
    "ZŁ": ("PLN",),
    "KČ": ("CZK",),
    "FT": ("HUF",),
    "LEI": ("RON",),
    "ЛВ": ("BGN",),
    "ЛВ.": ("BGN",),
    "₽": ("RUB",),
    "РУБ": ("RUB",),
    "РУБ.": ("RUB",),
    "₴": ("UAH",),
    "₺": ("TRY",),
    "TL": ("TRY",),
    "₹": ("INR",),
    "₨": ("INR",),
    "RS": ("INR",),
    "RS.": ("INR",),
    "₩": ("KRW",),
    "₪": ("ILS",),
    "฿": ("THB",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "FR.": ("CHF",),
    "KR": ("", "SEK", "NOK", "DKK", "ISK"),
    "KR.": ("", "SEK", "NOK", "DKK", "ISK"),
}
"""What a sign stands for, the usual one first; of crowns there is no usual one."""

_NUMBER = re.compile(r"\.?\d+(?:(?:[.,']|\s(?=\d{3}(?!\d)))\d+)*(?:\s?€\s?\d{2}(?!\d))?")
_CODE = re.compile(r"(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])")
_MINUS_BEFORE = re.compile(r"[-−–—]\s*(?:[^\w\s]|[^\W\d_]){0,4}\s*$")


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in the minor unit of its currency; `currency` is the ISO code, or "" when none was named."""

    cents: int
    currency: str


def parse_price(text: str, currency: str = "") -> Price | None:
    """Reads one price, as in "1.299,00 €", "EUR 12", "1 299,00 kr" or "12".

    `cents` counts the minor unit of the currency: amount x 10**precision, with Babel's precision (2 for EUR, 0 for JPY,
    3 for KWD, and 2 where no currency is known).

    Args:
        currency: ISO code that is meant where the text names none, and by a sign that several currencies share.

    Returns:
        None for no number, several numbers, a negative or non-finite amount, one above MAX_AMOUNT, and for crowns
        ("kr") where `currency` is no crown.
    """
    text = " ".join(text.split()).replace("’", "'")
    numbers = list(_NUMBER.finditer(text[: _MAX_LENGTH + 1]))
    if len(text) > _MAX_LENGTH or len(numbers) != 1 or _has_minus(text, numbers[0]):
        return None
    found = currency_code(text, currency)
    if not found and currency and "" in _candidates(text):
        return None
    found = found or currency
    amount = _amount(numbers[0].group(), minor_digits(found))
    cents = None if amount is None or "%" in text else to_cents(amount, found)
    return None if cents is None else Price(cents, found)


def is_negative(text: str) -> bool:
    """Whether the text is a number with a minus sign."""
    numbers = list(_NUMBER.finditer(" ".join(text.split())[:_MAX_LENGTH]))
    return len(numbers) == 1 and _has_minus(" ".join(text.split()), numbers[0])


def currency_code(text: str, currency: str = "") -> str:
    """The ISO code that a text names by code or sign, or "". `currency` decides between those that share a sign."""
    text = text[:_MAX_LENGTH]
    for match in _CODE.finditer(text):
        if is_currency(match.group()):
            return match.group()
    word = text.strip().upper()
    if len(word) == 3 and is_currency(word):
        return word
    candidates = _candidates(text)
    return currency if currency in candidates else (*candidates, "")[0]


def minor_digits(currency: str) -> int:
    """Decimal places of a currency; 2 for one that is not known."""
    return get_currency_precision(currency)


def to_cents(amount: Decimal, currency: str) -> int | None:
    """An amount in minor units, rounded half up; None if it is negative, not finite or above MAX_AMOUNT."""
    if not amount.is_finite() or amount < 0 or amount > MAX_AMOUNT:
        return None
    return int(amount.scaleb(minor_digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_price(cents: int, currency: str, locale: str = "en") -> str:
    """A price as the locale writes it, as in "€12.50" or "12,50 €"; English for a locale that is not known."""
    amount = Decimal(cents).scaleb(-minor_digits(currency))
    try:
        language = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        language = Locale("en")
    if not currency:
        return format_decimal(amount, format="#,##0.00", locale=language)
    return format_currency(amount, currency, locale=language)


def _candidates(text: str) -> tuple[str, ...]:
    word = text.strip().upper()
    sign = word if word in _SIGNS else (price_parser.Price.fromstring(text).currency or "").upper()
    return _SIGNS.get(sign, (sign,) if len(sign) == 3 and is_currency(sign) else ())


def _has_minus(text: str, number: re.Match[str]) -> bool:
    before, after = text[: number.start()], text[number.end() :]
    in_brackets = before.rstrip().endswith("(") and after.lstrip().startswith(")")
    return bool(_MINUS_BEFORE.search(before)) or after.lstrip()[:1] in set("-−–—") or in_brackets


def _amount(number: str, places: int) -> Decimal | None:
    try:
        return price_parser.Price.fromstring(number, decimal_separator=_decimal_separator(number, places)).amount
    except (InvalidOperation, ValueError):
        return None


def _decimal_separator(number: str, places: int) -> str | None:
    """The mark that must be decimal where three digits follow it; None leaves the choice to price-parser."""
    marks = [char for char in number if char in ".,"]
    if len(set(marks)) == 2:
        return marks[-1]
    three_follow = len(marks) == 1 and len(number) - number.index(marks[0]) == 4
    return marks[0] if three_follow and (places == 3 or number.lstrip("0")[:1] == marks[0]) else None
