"""Whether an utterance by itself, without the dialogue's intent, describes what is looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
_QUESTION = re.compile(
    r"^\W*(?:(?:and|so|ok|hi|hey|hello)\W+)*(?:is|are|was|were|does|did|do (?!you|u\b|ya\b)|can|could|will|would|"
    r"should|why|how (?!about)|when|where|who|what (?!about)|which|whats|what['’]s)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"^\W*(?:i|we|he|she|they|it|my|our|the|this|that|these|those|people|everyone|some\w+)\b(?!['’]d)", re.IGNORECASE
)


def is_request(utterance: str, mentions: Sequence[Mention]) -> bool:
    """Whether the utterance asks for something to buy, or adds a wish to such a request."""
    if not mentions or _TOLD.search(utterance):
        return False
    if _QUESTION.match(utterance):
        return False
    return bool(_ASKED_FOR.search(utterance)) or not _STATEMENT.match(utterance)
