"""How the shopper wants to be called: only what they say themselves, as a candidate fact."""

from __future__ import annotations

import re

from profiling.relations import Candidate

_NAME = re.compile(
    r"(?i:\bmy\s+(?:first\s+)?name(?:\s+is|['’]s)|\bcall\s+me|\bi(?:\s+am|['’]m)\s+called|我叫)\s*"
    r"(?P<name>[A-ZÀ-Þ][\wÀ-ÿ'’-]*)(?![\wÀ-ÿ'’-]*@)"
)
_NO_NAME = frozenset("Back Later Tomorrow Today Now On At If When Please Crazy Old Not".split())
"""What a capital letter makes of "Call me Back"."""


def named(utterance: str) -> list[Candidate]:
    """The name in "my name is Anna" or "call me Anna", written with a capital; [] in all other cases."""
    match = _NAME.search(utterance)
    if match is None or match["name"] in _NO_NAME:
        return []
    name = match["name"]
    return [Candidate("is_called", f"name:{name}", name, *match.span("name"), 0.95, lasting=True)]
