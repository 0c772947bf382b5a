"""Questions for what goes with a thing that is shown or was bought: "what goes with it", "accessories for my order"."""

from __future__ import annotations

import re
from typing import Literal

Companion = Literal["item", "order"]
_ITEM = (
    r"(?:it|this|that|them|these|those|(?:the\s+)?(?:first|second|third|fourth|fifth|last|top|middle|other)|"
    r"(?:number|num|nr|no)\W{0,2}\d|#\s?\d|(?:the\s+)?[1-5](?:st|nd|rd|th))\b"
)
_ORDER = (
    r"(?:(?:my|our|the)\s+(?:\w+\s+)?(?:order|purchase|basket|cart)s?\b|what\s+(?:i|we)(?:['’]?ve|\s+have)?\s+(?:just\s+)?"
    r"(?:bought|ordered|got|purchased)|(?:my|the|all)\s+(?:\w+\s+)?(?:things?|stuff|items?|products?)\s+(?:that\s+)?(?:i|we)"
    r"(?:['’]?ve|\s+have)?\s+(?:just\s+)?(?:bought|ordered|got|purchased))"
)
_THINGS = (
    r"(?:wh?at(?:['’]?s)?|which|any\s?thin?g?|some\s?thing|sth|smth|things?|stuff|items?|products?|ones?|extras?)"
    r"(?:\s+else)?"
)
_GOES = r"(?:go(?:es)?|pairs?|works?|match(?:es)?|fits?|combines?|suits?)"
_WE_NEED = (
    r"(?:(?:do|would|will|should|might|could|can)\s+(?:i|we|you)|(?:i|we)(?:['’]?d|\s+would|\s+will|\s+might|\s+should)?)\s+"
    r"(?:\w+\s+)?(?:need|want|get|buy|wear|use)"
)
_EXTRAS = (
    r"(?:ac+es+or(?:y|ies)|add[- ]?ons?|extras|complements?|(?:complementary|matching)\s+(?:things?|items?|products?))"
)
_TO = r"(?:with|to|for|alongside)"
_ASKED = (
    rf"(?:\b{_THINGS}\b(?!\s+(?:size|colou?r))[^.?!]*?\b{_GOES}\b(?:\s+\w+){{0,2}}?\s+(?:{_TO}\s+)?|"
    rf"\b{_THINGS}\s+{_WE_NEED}\s+{_TO}\s+|\b{_EXTRAS}\s+(?:\w+\s+)?{_TO}\s+)"
)
_OF_ITEM = re.compile(
    rf"{_ASKED}{_ITEM}(?:\s+(?:one|item|thing|product))?(?!\s+\w*(?:size|colou?r|price)\b|\s+to\s)", re.IGNORECASE
)
_OF_ORDER = re.compile(rf"{_ASKED}{_ORDER}(?!\s+to\s)", re.IGNORECASE)
_SUITS = re.compile(r"\b(?:does|do|will|would|is|are)\s+(?:it|this|that|they|the\s+\w+)\b[^?]*\bfits?\b", re.IGNORECASE)


def asks_for_companions(utterance: str) -> Companion | None:
    """Whether something is asked for that goes with an item on the table, or with what was bought."""
    if _OF_ORDER.search(utterance):
        return "order"
    if _SUITS.search(utterance):
        return None
    return "item" if _OF_ITEM.search(utterance) else None
