"""How the shopper wants to be answered: only what they say themselves, as a candidate fact."""

from __future__ import annotations

import re

from profiling.relations import Candidate

_SHORT = re.compile(
    r"\b(?:keep (?:it|this|them|(?:your|the) (?:answers|replies)) (?:short|brief)|be (?:more )?brief|get to the point|"
    r"(?:short|shorter|brief) (?:answers?|repl(?:y|ies)))\b",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"\b(?:long|longer|full|detailed) (?:answers?|repl(?:y|ies))\b|\b(?:answer|reply) in (?:more )?detail\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\b(?:no|not|don['’]?t|without|hate|why)\b[^.!?]*$", re.IGNORECASE)


def wanted_style(utterance: str) -> list[Candidate]:
    """Short or full answers in "keep it short" or "detailed answers please"; [] in all other cases."""
    for pattern, label in ((_SHORT, "short"), (_FULL, "full")):
        match = pattern.search(utterance)
        if match and not _REFUSED.search(utterance[: match.start()]):
            return [Candidate("wants_answers", f"length:{label}", label, *match.span(), 0.9, lasting=True)]
    return []
