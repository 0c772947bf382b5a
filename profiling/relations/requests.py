"""Whether an utterance by itself, without the dialogue's intent, describes what is looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from profiling.relations.clauses import Clause, split_clauses
from profiling.types import Mention

_ASKED_FOR = re.compile(
    r"\b(?:need|want(?:ed|s)?|wanna|looking for|lookin for|look for|searching|hunting|after (?:a|an|some)|show me|"
    r"gimme|do (?:you|u|ya) (?:have|sell|stock|carry|do|know)|have you got|got any|any|please|pls|plz|something|smth|"
    r"anything|would like|['’]d (?:like|prefer|rather)|recommend|suggest|instead|rather|gift|present|budget|how about|"
    r"what about|must be|should be|has to be|preferably|ideally|maybe|perhaps|without|not|no|for my|for the|"
    r"it['’]s for)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:my (?:order|parcel|package|refund|delivery|invoice)|order (?:number|nr|no)|tracking|refund(?:ed)?|arriv\w+|"
    r"delivered|shipped|return(?:ed|ing)?|sent (?:back|me|you)|send (?:it )?back|cancel\w*|charged|paid|invoice|"
    r"warranty|broke|broken|died|cracked|stopped|leaks?|squeaks?|faulty|damaged|bought|ordered|"
    r"exchange|swap|voucher|thank|thanks|thx)\b",
    re.IGNORECASE,
)
_ABOUT_AN_ITEM = re.compile(
    r"\b(?:is|are|does|do|will|has|was) (?:it|they|these|this|that)\b|\bvs\.?(?!\w)|\bwhich one\b|\bright\?|"
    r"\bin stock\b|"
    r"\breal or fake\b|\b(?:wondering|asking|know) if\b|\bruns? (?:true|big|small|large)\b",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(
    r"\b(?:need|want|looking for|after an?|show me|please|pls|would like|['’]d like)\b", re.IGNORECASE
)
_STATEMENT = re.compile(
    r"^\W*(?:i|we|he|she|they|it|my|our|the|this|that|these|those|people|everyone|some\w+)\b(?!['’]d)", re.IGNORECASE
)


def is_request(utterance: str, mentions: Sequence[Mention]) -> bool:
    """Whether the utterance asks for something to buy, or adds a wish to such a request."""
    if not mentions or any(mention.kind == "order_number" for mention in mentions):
        return False
    if _ABOUT_AN_ITEM.search(utterance) and not _EXPLICIT.search(utterance):
        return False
    clauses = [clause for clause in split_clauses(utterance) if any(clause.covers(m.start) for m in mentions)]
    return any(_is_request(clause) for clause in clauses)


def _is_request(clause: Clause) -> bool:
    if _TOLD.search(clause.text) or not clause.is_wish(gift=True):
        return False
    return bool(_ASKED_FOR.search(clause.text)) or not _STATEMENT.match(clause.text)
