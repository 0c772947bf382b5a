"""Personal data in free text: numbers by their check digits, addresses and names by the words around them.

Telephone numbers are recognised by phonenumbers, IBAN, cards and Chinese identity numbers by python-stdnum. Names are
found after a title or a word like "my sister", and when a name is given as one's own; a name that nothing announces is
not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["email", "iban", "identity_number", "card", "phone", "address", "name"]


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """Where in a text personal data stands: text[start:end]."""

    kind: Kind
    start: int
    end: int


_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_CHINESE_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
_CARD = re.compile(r"(?<![\d.])\d(?:[ -]?\d){13,18}(?![\d.]?\d)")
_CHINESE_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")
_PHONE_WORD = re.compile(
    r"\b(?:phone|call|mobile|cell|tel|telephone|whats\s?app|text me|reach me|ring)\b", re.IGNORECASE
)
_ORDER_WORD = re.compile(r"(?:\border(?:\s+(?:number|no\.?|id|is))*|#|\bW-?)\s*:?\s*$", re.IGNORECASE)
_REGIONS = ("GB", "US", "DE", "FR")

_STREET = r"(?i:street|st|road|rd|avenue|ave|lane|ln|boulevard|blvd)"
_STREET_OR_WORD = r"(?:Drive|Dr|Way|Court|Ct|Square|Sq|Crescent|Terrace|Close|Gardens|Grove|Place|Pl)"
_CITY = (
    r"(?:\s*,?\s+(?:[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}|[A-Z]{2}\s+\d{5}(?:-\d{4})?|\d{4,6}|[A-Z][a-zà-ÿ'-]+)\b"
    r"|,\s*\w+\s*(?=,|$))*"
)
_FLAT = r"(?:\s*,?\s*(?i:apt|apartment|flat|unit|suite)\.?\s*\w+)?"
_ADDRESSES = (
    re.compile(rf"\b\d{{1,5}}[a-z]?,?\s+(?:[\w'.-]+\s+){{0,3}}?(?:[\w'.-]+\s+{_STREET}|[A-Z][\w'.-]+\s+{_STREET_OR_WORD})\b\.?{_FLAT}{_CITY}"),
    re.compile(rf"\b[\wäöüß.-]*(?i:stra(?:ß|ss)e|str\.|weg|allee|gasse)\s+\d{{1,4}}\s?[a-z]?\b{_CITY}"),
    re.compile(rf"\b(?:[A-Z][\wäöüß-]+\s+)(?i:stra(?:ß|ss)e|weg|allee|platz|ring)\s+\d{{1,4}}\s?[a-z]?\b{_CITY}"),
    re.compile(rf"\b\d{{1,4}},?\s+(?i:rue|avenue|boulevard|place|chemin)\s+(?:de\s+la\s+|de\s+|du\s+|des\s+)?[\w'’-]+{_CITY}"),
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"),
    re.compile(r"[\u4e00-\u9fff]{2,}(?:省|市|区|县|镇)[\u4e00-\u9fff\d]*(?:路|街|道|巷|村)\s?\d+\s?号?[\u4e00-\u9fff\d]{0,12}"),
)  # fmt: skip
_NAME = r"[A-ZÀ-Þ][\wÀ-ÿ'’-]+"
_NAMES = (
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Madame|Monsieur)\b\.?\s+(?P<name>{_NAME}(?:\s+{_NAME}){{0,2}})"),
    re.compile(
        r"\b(?i:my\s+(?:wife|husband|partner|son|daughter|sister|brother|mother|father|mum|mom|dad|friend|boyfriend|girlfriend|"
        r"colleague|boss|neighbou?r|niece|nephew|cousin|uncle|aunt)(?:\s*,|\s+is\s+(?:called|named)|\s+called|\s+named)?)\s+"
        rf"(?P<name>{_NAME}(?:\s+{_NAME})?)"
    ),
    re.compile(
        r"\b(?i:addressed\s+to|in\s+the\s+name\s+of|on\s+behalf\s+of|recipient(?:\s+is|:)?|attention\s+of|signed\s+by)\s+"
        rf"(?P<name>{_NAME}(?:\s+{_NAME}){{0,2}})"
    ),
    re.compile(rf"\b(?i:my\s+name(?:\s+is|['’]s)|i\s+am|i['’]m|this\s+is)\s+{_NAME}\s+(?P<name>{_NAME}(?:\s+{_NAME})?)"),
    re.compile(r"\b(?i:my\s+(?:last|family|sur)\s?name\s+is)\s+(?P<name>[\w'’-]+)"),
    re.compile(r"(?:收件人|姓名|联系人)\s*(?:是|：|:)?\s*(?P<name>[\u4e00-\u9fff]{2,4})"),
    re.compile(r"我(?:的名字)?(?:叫|姓名是)\s*(?P<name>[\u4e00-\u9fff]{2,4})"),
)  # fmt: skip
"""The surname after one's own first name: the first name itself is how the shopper wants to be called."""


def find_personal(text: str) -> list[PersonalSpan]:
    """Personal data in the order of the text; spans do not overlap."""
    kept: list[PersonalSpan] = []
    for span in _candidates(text):
        if not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _candidates(text: str) -> Iterator[PersonalSpan]:
    """The surest kinds first: where two overlap, the first counts."""
    yield from (PersonalSpan("email", *match.span()) for match in _EMAIL.finditer(text))
    if sum(character.isdigit() for character in text) >= 7:
        yield from _numbers(text)
    for pattern in _ADDRESSES:
        yield from (PersonalSpan("address", *match.span()) for match in pattern.finditer(text))
    for pattern in _NAMES:
        yield from (PersonalSpan("name", *match.span("name")) for match in pattern.finditer(text))


def _numbers(text: str) -> Iterator[PersonalSpan]:
    from stdnum import luhn
    from stdnum.cn import ric

    yield from _ibans(text)
    for match in _CHINESE_ID.finditer(text):
        if ric.is_valid(match[0].upper()):
            yield PersonalSpan("identity_number", *match.span())
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if digits[0] in "3456" and luhn.is_valid(digits):
            yield PersonalSpan("card", *match.span())
    yield from (PersonalSpan("phone", *match.span()) for match in _CHINESE_MOBILE.finditer(text))
    yield from _phones(text)


def _ibans(text: str) -> Iterator[PersonalSpan]:
    """The longest prefix of each candidate with right check digits: words may follow without a break."""
    from stdnum import iban

    for match in _IBAN.finditer(text):
        for end in range(match.end(), match.start() + 14, -1):
            if text[end - 1].isalnum() and iban.is_valid(text[match.start() : end].upper()):
                yield PersonalSpan("iban", match.start(), end)
                break


def _phones(text: str) -> Iterator[PersonalSpan]:
    from phonenumbers import PhoneNumberMatcher

    announced = bool(_PHONE_WORD.search(text))
    for region in _REGIONS:
        for match in PhoneNumberMatcher(text, region):
            written = match.raw_string
            telling = written.startswith(("+", "0", "(")) or len(re.findall(r"\d{2,}", written)) > 2
            if (announced or telling) and not _ORDER_WORD.search(text[: match.start]):
                yield PersonalSpan("phone", match.start, match.end)
