"""How the shopper wants to be called: only what they say themselves, as a candidate fact."""

from __future__ import annotations

import re

from profiling.relations import Candidate

_WORD = r"[A-Za-zÀ-ÿ][\wÀ-ÿ'’-]*"
_MY_NAME = re.compile(
    rf"(?i:\bmy\s+(?:first\s+)?name(?:\s+is|['’]s)|\bi(?:\s+am|['’]?m)\s+called|我叫)\s*(?P<name>{_WORD})(?![\wÀ-ÿ'’-]*@)"
)
_CALL_ME = re.compile(r"(?i:\bcall\s+me)\s+(?P<name>[A-ZÀ-Þ][\wÀ-ÿ'’-]*)(?![\wÀ-ÿ'’-]*@)")
_GREETING = re.compile(
    r"^\W*(?i:hi|hello|hey|good\s+(?:morning|afternoon|evening))\b\W*(?:(?i:i(?:\s+am|['’]?m)|this\s+is|it['’]?s))\s+"
    r"(?P<name>[A-ZÀ-Þ][\wÀ-ÿ'’-]*)(?=\s*(?:[.,!;]|$|and\b|here\b|from\b))"
)
_NO_NAME = frozenset(
    "a an the my your his her on in under at for to with of not no none nobody wrong right correct different spelled "
    "spelt misspelled misspelt missing printed written shown given there here back later tomorrow today now if when "
    "please crazy old also still just already too so very really it this that what because being private secret".split()
)
"""What stands there and is no name: "my name is wrong on the parcel", "Call me Back"."""


def named(utterance: str) -> list[Candidate]:
    """The name in "my name is anna", and, where it is written with a capital, in "call me Anna" or "Hi, I'm Anna"."""
    match = _MY_NAME.search(utterance) or _CALL_ME.search(utterance) or _GREETING.search(utterance)
    if match is None or match["name"].lower() in _NO_NAME:
        return []
    name = match["name"]
    label = name if not name.islower() else name[0].upper() + name[1:]
    return [Candidate("is_called", f"name:{label}", label, *match.span("name"), 0.95, lasting=True)]
