"""What has a form of its own: order numbers, dates, and who something is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from profiling.types import Mention
from profiling.vocabulary.people import KIN

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
_AGE = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)[ -]?(?:years?|yrs?|yr|months?|mo)[ -]?olds?"
_OWNER = r"(?:my|our|his|her|their|an?|the|\d|two|three)"
_COLOURISH = (
    "black|white|grey|gray|blue|red|green|pink|beige|brown|navy|purple|yellow|orange|slim|regular|wide|"
    "waterproof|medium|large|small"
)
_SOMEBODY = (
    rf"(?:{_OWNER}\s+)?(?:(?:best|little|big|older|younger|old|new|tall|autistic|good|dear|poor|tiny|large|small|"
    r"elderly|pregnant|teenage|lovely)\s+)*"
    rf"(?:{_AGE}(?:\s+{KIN})?|{KIN})"
)
_RECIPIENT = re.compile(
    rf"(?<=\bfor )(?P<given>{_SOMEBODY}|(?:the )?(?:whole |entire )family|(?:an?|"
    rf"any) (?:[a-z]+ ){{0,2}}(?:lover|fan|enthusiast|addict|geek|nerd|fanatic|collector|owner)|"
    r"(?:someone|somebody|people)(?: who [\w' ]+?(?=\s*(?:$|[,.?!]|and\b)))?|him|"
    r"her|them|men|women|kids|children|babies|toddlers|teens|"
    r"beginners|ladies|girls|boys)(?![\w])(?!['’]s|\s+(?:food|bed|beds|toys?|lead|coat|treats?|litter|tree|room|"
    r"hair|birthday|bday|wedding|party|house|\d+(?:st|nd|rd|th)\b|new\b|first\b|old\b))|"
    rf"\b(?P<needs>(?:my|our)\s+(?:(?:best|little|big|older|younger|old|teenage)\s+)?(?:{_AGE}\s+{KIN}|{_AGE}|"
    rf"{KIN}))(?=\s+(?:needs?|wants?|is (?:turning|looking|starting)|"
    rf"turns|starts|wishes|would (?:like|love)(?! (?:this|it|that))|could use|can (?!'t)))|"
    r"(?P<audience>(?<![\w'’])(?:men['’]?s|mens|women['’]?s|womens|ladies['’]?|gents['’]?|girls['’]?|boys['’]?|"
    r"kids['’]?|children['’]s|toddlers['’]?))(?<!\d kids)(?<!\d boys)(?<!\d girls)(?<!have kids)(?<!my "
    r"kids)(?<!our kids)(?<!the kids)(?<!his kids)(?<!her kids)(?<!my girls)(?<!my boys)(?<!two kids)(?<!three "
    r"kids)(?<!the boys)(?<!the girls)(?<!your kids)(?<!two boys)(?<!two girls)(?<!four kids)(?![\w'’])(?! (?:and|"
    r"or) (?:i|me)\b| (?:are|is|have|has|love|like|hate|say|were|will|do|don't|can|never|always)\b)|"
    r"(?<![\w'’])(?<!\bthe )(?<!\bmy )(?<!\bthose )(?P<wearers>men|women|unisex adults)(?=\s*(?:$|,|[smlx]{1,3}\b|"
    r"size\b|\d|(?:" + _COLOURISH + r")\b))",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(
    r"(?:^|[.!?,;:]\s*|\b(?:and|but|so|because|cos|since|as)\s+)(?:hi |hey |hello )?(?P<who>(?:my|"
    rf"our)\s+(?:(?:best|little|big|older|younger|old)\s+)?{KIN})"
    r"(?:'s|\s+(?:is|has|only|just|always|really|plays?|does|goes|started|turned|loves|likes|keeps|needs|wants|"
    r"sleeps|works|wears|hates|struggles|can't))\b",
    re.IGNORECASE,
)
_SOUGHT = re.compile(
    r"\b(?:need|want|looking for|gift|present|something|anything|any ideas|recommend|suggest|show me|"
    r"so (?=[a-z]+s\b)|please|pls|backpack|shoes)\b",
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


def find_recipients(text: str) -> list[Mention]:
    """Who something is for, as in "for my 6 year old", "mens".

    People who are only spoken of are none, unless something is sought and nobody else named: "my son starts school,
    need a bag".
    """
    found = [
        _mention("recipient", text, *_span(match, "given", "needs", "audience", "wearers"))
        for match in _RECIPIENT.finditer(text)
    ]
    if found or not _SOUGHT.search(text):
        return found
    return [_mention("recipient", text, *match.span("who")) for match in _SPOKEN_OF.finditer(text)][:1]


def find_patterns(text: str) -> Iterator[Mention]:
    """All of these."""
    yield from find_order_numbers(text)
    yield from find_dates(text)
    yield from find_recipients(text)


def _span(match: re.Match[str], *groups: str) -> tuple[int, int]:
    return next(match.span(group) for group in groups if match[group] is not None)


def _mention(kind: str, text: str, start: int, end: int) -> Mention:
    words = text[start:end]
    return Mention(kind, f"{kind}:{' '.join(words.lower().split())}", words, words, start, end)
