from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiling.money import (
    MAX_AMOUNT,
    Price,
    currency_code,
    format_price,
    is_negative,
    minor_digits,
    parse_price,
    to_cents,
)


@pytest.mark.parametrize(
    ("text", "cents", "currency"),
    [
        ("1.299,00 €", 129_900, "EUR"),
        ("1,299.00", 129_900, ""),
        ("1 299,00 kr", 129_900, ""),
        ("1\u202f299,00\u00a0€", 129_900, "EUR"),
        ("1'299.00 CHF", 129_900, "CHF"),
        ("CHF 1’299.–", 129_900, "CHF"),
        ("1.234.567,89", 123_456_789, ""),
        ("1,299", 129_900, ""),
        ("1.299 €", 129_900, "EUR"),
        ("EUR 12", 1_200, "EUR"),
        ("12 eur", 1_200, "EUR"),
        ("12 euro", 1_200, "EUR"),
        ("12.50 USD", 1_250, "USD"),
        ("US$ 5", 500, "USD"),
        ("CA$5", 500, "CAD"),
        ("$12", 1_200, "USD"),
        ("£9", 900, "GBP"),
        ("5 zł", 500, "PLN"),
        ("10 000,00 Kč", 1_000_000, "CZK"),
        ("₹ 1,299.00", 129_900, "INR"),
        ("R$ 12,00", 1_200, "BRL"),
        ("99,- €", 9_900, "EUR"),
        ("5.-", 500, ""),
        ("12€50", 1_250, "EUR"),
        ("12 EUR inkl. MwSt.", 1_200, "EUR"),
        ("12", 1_200, ""),
        (" 12. ", 1_200, ""),
        ("12,5", 1_250, ""),
        ("12.5000", 1_250, ""),
        ("0", 0, ""),
        ("0.999", 100, ""),
        ("$.75", 75, "USD"),
        ("1,234.567", 123_457, ""),
        ("¥1200", 1_200, "JPY"),
        ("1200.00 JPY", 1_200, "JPY"),
        ("KWD 1.250", 1_250, "KWD"),
        ("1,234.567 KWD", 1_234_567, "KWD"),
        ("1000000000", 100_000_000_000, ""),
    ],
)
def test_reads_prices_as_they_are_written(text: str, cents: int, currency: str) -> None:
    assert parse_price(text) == Price(cents, currency)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            " ",
            "free",
            "twelve",
            "EUR",
            "NaN",
            "inf",
            "-inf",
            "1e9",
            "1_000",
            "1,2,3",
            "1.2.3",
            "12 50",
            "12:30",
            "²",
            "\0",
        ],
        *[
            "-5",
            "−5",
            "- 5 €",
            "-$5",
            "$-5",
            "EUR -5",
            "5-",
            "(5.00)",
            "12.50 - 15.00 EUR",
            "50%",
            "1000000001",
            "9" * 200,
        ],
    ],
)
def test_refuses_what_is_no_price(text: str) -> None:
    assert parse_price(text) is None


@pytest.mark.parametrize(
    ("text", "currency", "price"),
    [
        ("12", "EUR", Price(1_200, "EUR")),
        ("1200", "JPY", Price(1_200, "JPY")),
        ("12 USD", "EUR", Price(1_200, "USD")),
        ("$5", "CAD", Price(500, "CAD")),
        ("$5", "EUR", Price(500, "USD")),
        ("99 kr", "NOK", Price(9_900, "NOK")),
        ("99 kr", "EUR", None),
        ("¥10", "CNY", Price(1_000, "CNY")),
    ],
)
def test_given_currency_fills_gaps_and_settles_shared_signs(text: str, currency: str, price: Price | None) -> None:
    assert parse_price(text, currency) == price


@pytest.mark.parametrize(("text", "expected"), [("-5", True), ("EUR -5", True), ("5", False), ("1 to -6", False)])
def test_is_negative(text: str, expected: bool) -> None:
    assert is_negative(text) is expected


@pytest.mark.parametrize(("text", "code"), [("€", "EUR"), ("eur", "EUR"), ("Euro", "EUR"), ("GBP", "GBP"), ("foo", "")])
def test_currency_code(text: str, code: str) -> None:
    assert currency_code(text) == code


def test_to_cents_checks_the_amount() -> None:
    assert to_cents(Decimal("19.995"), "EUR") == 2_000
    assert to_cents(Decimal("19.5"), "JPY") == 20
    assert to_cents(MAX_AMOUNT, "EUR") == 100_000_000_000
    for amount in ("-0.01", "NaN", "Infinity", "1000000000.01"):
        assert to_cents(Decimal(amount), "EUR") is None


@pytest.mark.parametrize(
    ("cents", "currency", "locale", "text"),
    [
        (1_250, "EUR", "en", "€12.50"),
        (129_900, "EUR", "de", "1.299,00 €"),
        (129_900, "EUR", "de-AT", "€ 1.299,00"),
        (1_200, "JPY", "en", "¥1,200"),
        (1_250, "KWD", "en", "KWD1.250"),
        (1_250, "", "en", "12.50"),
        (1_250, "EUR", "tlh", "€12.50"),
        (1_250, "EUR", "not a locale", "€12.50"),
        (1_250, "EUR", "", "€12.50"),
    ],
)
def test_format_price(cents: int, currency: str, locale: str, text: str) -> None:
    assert format_price(cents, currency, locale).replace("\u00a0", " ") == text


@settings(deadline=None)
@given(
    amount=st.integers(0, 10**9),
    currency=st.sampled_from(["EUR", "USD", "GBP", "CHF", "SEK", "PLN", "JPY", "KWD", "HUF", ""]),
    locale=st.sampled_from(["en", "de", "fr", "sv", "pl", "de_CH", "pt_BR", "ja"]),
)
def test_what_is_shown_can_be_read_back(amount: int, currency: str, locale: str) -> None:
    assert parse_price(format_price(amount, currency, locale), currency) == Price(amount, currency)


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_gives_a_price_in_range_or_none(text: str) -> None:
    price = parse_price(text)
    assert price is None or 0 <= price.cents <= MAX_AMOUNT * 10 ** minor_digits(price.currency)
    is_negative(text)
