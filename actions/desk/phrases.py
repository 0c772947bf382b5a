"""Longer phrases that tell a wish, for the patterns of `acts.py`."""

# ruff: noqa: E501 - patterns read best as they are
from __future__ import annotations

import re

DONE_TO_IT = (
    r"(?! (?:\w+ ){0,2}(?:able|cancel\w*|called|changed|exchanged|returned|refunded|paid|sent|shipped|delivered|charged|credited|"
    r"deleted|unlocked|activated|verified|checked|picked|signed|there|here|home|at|by|before|on|in (?:time|stock)|done|made|taken|settled|handled|covered|processed|billed|split|possible|fine|ok|okay|sure|careful|the same|same|identical|addressed|resolved|the default|the new|as soon)\b)"
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
HOW_IT_IS_TO_BE = (
    r"\b(?:the|my|ones?) (?!(?:\w+ )?(?:parcel|package|order|delivery|account|password|address|refund|money|invoice|item|return)s?\b)[^.;?]{1,60}"
    r"\b(?:needs?|ha[sv]e?|ought|(?:was|were|is|are) (?:supposed|meant)) to be\b"
    + DONE_TO_IT
    + r"|\btrad(?:e|ing)\b.{1,60}\bfor (?:an?|the|another|one)\b|"
    r"\b(?:the|my|ones?)\b[^.;]{1,60}\bshould (?:\w+ )?have (?:an?|no|more|less|fewer|at least|\d\w*)\b"
    + _NO_THING
    + r"|"
    r"\b(?:want|like|need|prefer)\b.{1,80}\bin place of (?:the|my)\b|"
    r"\b(?:my|ordered|on order|received|bought|got|came)\b[^.;]{0,40}\btoo (?:small|big|large|tight|loose|short|long|wide|narrow|heavy|light|dark|bright|dim|weak|slow)\b[^.;]{0,40}"
    r"\b(?:want|like|need|prefer|take|get) (?:an?|the|one)\b|"
    r"\b(?:want|like|need|prefer) my (?:\w+ ){1,3}(?:in|with|without) (?!.{0,20}\b(?:time|days?|weeks?|hours?|advance)\b)"
    + _NO_THING
)
"""A thing's other variant without a word for the change: "the watch should have a white dial", "an X in place of my Y"."""
REFUND_FOR = re.compile(
    r"\b(?:get|want|like|need|request) (?:a|my|the) (?:full )?refund (?:for|of|on) (?!.{0,20}\b(?:shipping|delivery|difference|order)\b)|"
    r"\b(?:want|like|need|get) (?!.{0,40}\b(?:shipping|delivery|difference|order|money|amount|price|rest)\b)(?:(?:the|my) )?(?:\w+ ){1,4}(?<!been )refunded\b|"
    r"\bprefer a (?:full )?refund for (?:the|my|both)\b|\b(?:please|to) refund (?:the|my|both) (?!order|money|difference|shipping|delivery)\w+"
)
"""The money for a thing: "I would like a refund for the mug"."""
GOES_BACK = REFUND_FOR.pattern + (
    r"|"
    r"(?<!money )(?<!refund )(?<!amount )(?<!\bi )\b(?:goes|(?:must|should|shall|has to|needs to|have to|need to|can|to be sent|be taken)(?: also| both| all)?(?: go)?"
    r"|(?:(?<!do )you|please|can|could) take (?:it|them|these|those|both|that|(?:the|my) (?:\w+ ?){1,3}?)) back\b(?! (?:to|on|onto|in|into)\b)"
)
"""A return in other words: "the lamp has to go back", "can you take the boots back"."""
_NO_USE = r"(?!(?:\w+ ){0,2}(?:account|subscription|newsletter|help|reminder|mail|e-?mail|address|invoice|receipt|refund|money)s?\b)"
NOT_WANTED = (
    rf"\bno longer (?:want|need) (?:the|my) {_NO_USE}\w+|"
    rf"\b(?:don'?t|do not) (?:want|need) (?:the|my) {_NO_USE}[^.;,]{{1,50}}\b(?:any ?more|any longer)\b|"
    r"\b(?:don'?t|do not|no longer) (?:want|need) (?:the|my|that|this) (?:\w+ )?order\b"
)
"""What is not wanted any more: called off if it is still open, else sent back."""
PAID_BY = (
    r"\b(?:have|get|want|like|need|should be|shall be|to be)\b[^.;]{0,80}(?<!was )(?<!were )(?<!is )(?<!i )(?<!been )\bpaid "
    r"(?:by|with|from|using|through|via|over) (?:(?:my|the|a) )?(?:other |credit |debit |gift ?)*(?:card|paypal|visa|mastercard|amex)\b|"
    r"\b(?:put|charge|bill) (?:the |my |that )(?:\w+ )?order\b[^.;]{0,40}\b(?:on|to) (?:my|the) (?:other |credit |debit |gift ?)*(?:card|paypal|visa)\b"
)
"""An order that is to be paid another way: "I want the order with the lamp paid by credit card"."""
SENT_TO = (
    r"\b(?:should|shall|to|must|can|could) (?:\w+ ){0,2}(?:go|come) to (?:my|the|our|a)\b.{0,40}\b(?:home|house|place|address)\b|"
    r"\b(?:have|get|want|like|need|should be|shall be|to be)\b[^.;]{0,80}(?<!was )(?<!were )(?<!been )\b(?:sent|shipped|delivered) "
    r"(?:to (?:my|the|our|another)\b.{0,40}\b(?:home|house|place|address)\b|there\b)"
)
"""Where an order is to go: "all of it should go to my home in Leeds"."""
KEPT_IN_ACCOUNT = (
    r"\b(?:have|put|save|note|enter|store|update|change|want|need)\b[^.;]{0,30}\b(?:this|that|it|(?:this|that|the new|my new) address)\b[^.;]{0,20}"
    r"\b(?:in|on|to) my (?:profile|account)\b"
)
"""An address for the account: "please have that in my profile"."""
ABOUT_MONEY = (
    r"^\W*(?:(?:and|but|please|any|all|the|my|that|price|of|remaining|extra) )*(?:difference|refund|money|payment|costs?|charge|amount|rest of the money)\b"
    r"(?! (?:back )?for\b)"
)
"""A clause whose subject is the money is about how it is paid, not about how a thing is to be."""
