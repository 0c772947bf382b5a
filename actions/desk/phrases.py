"""Longer phrases that tell a wish, for the patterns of `wishes.py`."""

# ruff: noqa: E501 - patterns read best as they are
from __future__ import annotations

DONE_TO_IT = (
    r"(?! (?:\w+ ){0,2}(?:able|cancel\w*|called|changed|exchanged|returned|refunded|paid|sent|shipped|delivered|charged|credited|"
    r"done|made|taken|possible|fine|ok|okay|sure|careful|the same|same|identical|addressed|resolved|the default|the new|as soon)\b)"
)
"""After "I want it to be": what is to be done with it rather than how it is to be."""
_NO_THING = (
    r"(?!.{0,60}\b(?:refund|money|invoice|receipt|label|address|delivery|shipping|tracking|status|update|person|human|back|cancel\w*|return\w*|"
    r"total|price)\b)"
)
IN_AN_ORDER = (
    r"\b(?:want|like|need|prefer) (?:the|my|a|an) "
    + _NO_THING
    + r"(?:\w+ ){1,4}(?:in|of|from) (?:my|the|that|this) (?:\w+ ){0,3}order "
    r"(?:to be|with|without|in)\b|"
    r"\b(?:for|in|from) (?:my|the|that|this) (?:\w+ ){0,3}order\b[^.;]{0,50}\bi(?:'d| would)? (?:want|like|need) (?:a|an|the|another)\b"
    + _NO_THING
)
"""How a thing of an order is to be: "the chair in my open order without armrests", "for my order I want a red one"."""
