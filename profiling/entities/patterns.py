"""What has a form of its own: order numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from profiling.entities.recipients import find_recipients
from profiling.types import Mention

_ORDER_NUMBER = re.compile(
    r"(?<![\w@.,€$£-])(?P<sign>#\s?(?=\w*\d)[\w-]*\w|[A-Z]{1,3}-?\d{4,}(?:-\d+)*|"
    r"(?=(?:\d-?){6,})\d{2,}(?:-\d+){1,3}(?!\s*(?:€|euros?|eur|cm))|w[ -]?\d{4,6})"
    r"(?![\w@]|[.,]\d)|"
    r"\b(?:order|ord|bestellung|package|parcel)\s*(?:number|no\.?|nr\.?|num|id)?\s*(?:is|:|=)?\s*"
    r"(?P<after>(?=[\w-]*\d{2})[A-Za-z]{0,3}[ -]?\d[\w-]*\w)\b(?!\s*(?:days?|weeks?|€|\$|£|euros?|items?))|"
    r"(?<![\w@.,€$£+-])(?P<long>\d{6,12})(?![\w@]|[.,]\d)",
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?<!\w)(?:tue|thu|fri)(?!\w)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_FULL_MONTH = r"(?:january|february|april|june|july|august|september|october|november|december)"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:\s+\d{{4}})?|"
    rf"{_MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:%|€|cm))|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\d{1,2}/\d{1,2}(?:/\d{2,4})(?!\d)|"
    r"(?<=the )\d{1,2}(?:st|nd|rd|th)\b(?!\s+(?:one|time|item|option|birthday|anniversary))|"
    rf"(?:next|last|this|coming)\s+(?:week(?:end)?|month|year|night|spring|summer|autumn|winter|christmas|{_WEEKDAY})|"
    rf"(?:{_WEEKDAY})(?:\s+(?:morning|afternoon|evening|night))?|"
    r"(?:day after )?tomorrow(?:\s+(?:morning|afternoon|evening))?|yesterday|today|tonight|this (?:morning|"
    r"evening|afternoon)|"
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|a (?:few|couple of))\s+(?:days|weeks|months|years)\s+ago|"
    r"(?:a|one) (?:day|week|month|year) ago|black friday|next day|"
    r"(?<=by )(?:christmas|easter|xmas|halloween)|(?<=before )(?:christmas|easter|xmas|halloween)|"
    rf"(?<=in )(?:{_FULL_MONTH}|(?:19|20)\d\d)|(?<=since )(?:{_FULL_MONTH}|march|may)|(?<=in )(?:march|may)(?!\w))",
    re.IGNORECASE,
)


def find_order_numbers(text: str) -> list[Mention]:
    """Order numbers in the order of the text, with their sign and letters as written."""
    return [
        _mention("order_number", text, *_span(match, "sign", "after", "long")) for match in _ORDER_NUMBER.finditer(text)
    ]


def find_dates(text: str) -> list[Mention]:
    """Days, weeks and months that are named or counted from today; durations are none."""
    return [_mention("date", text, *match.span()) for match in _DATE.finditer(text)]


def find_patterns(text: str) -> Iterator[Mention]:
    """Order numbers, dates, and who something is for."""
    yield from find_order_numbers(text)
    yield from find_dates(text)
    yield from find_recipients(text)


def _span(match: re.Match[str], *groups: str) -> tuple[int, int]:
    return next(match.span(group) for group in groups if match[group] is not None)


def _mention(kind: str, text: str, start: int, end: int) -> Mention:
    words = text[start:end]
    return Mention(kind, f"{kind}:{' '.join(words.lower().split())}", words, words, start, end)
