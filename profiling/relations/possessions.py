"""What a shopper owns, has bought here or has sent back, and the sizes that they say are theirs."""

from __future__ import annotations

import re

from profiling.relations.words import MASK, START
from profiling.vocabulary.people import KIN

_DET = (
    r"(?:(?:an?|the|this|that|these|those|some|two|three|four|2|3|4|my|our|me|us|her|him|them|both|same|exact|"
    r"one|one of|pairs?|"
    r"of|new|old|little|big|your|"
    rf"myself|from you|here|online|(?:my|our|his|her)\s+{KIN}|{MASK}+)[\s,]+)*"
)
_PAST_PARTICLES = r"(?:(?:already|just|also|recently|finally|once|even|actually|only|have|had|'ve|then)\s+)*"
_OWNED = re.compile(
    rf"(?:\b(?:i|we)|\bive|\bi've|{START})\s*(?:'ve\s+)?{_PAST_PARTICLES}(?:(?:still|currently|mainly|mostly|"
    rf"always|both)\s+)*(?:own|have(?: got)?(?! to)|got|use|drive|play|ride|run)\s+{_DET}$|"
    rf"\b(?:i|we)'ve (?:an?|the|two|three|some) {_DET}$|"
    rf"\b(?:have|own) {_DET}and {_DET}$|"
    rf"\b(?:my|our) (?:[^\W\d]+ ){{1,3}}?(?:is|are) (?:from |by )?(?:an? )?(?:old |new )?$|"
    rf"\bmine (?:is|"
    rf"are) (?:an? )?{_DET}$|\b(?:owner of|owning) {_DET}$"
)
_OWNED_OF_MINE = re.compile(
    rf"(?:{START}|\b(?:for|with|fits?|on|of|to|replace|replacing|upgrade|charge|"
    r"clean)\s+)(?:and\s+)?(?:my|our)\s+(?:(?:old|new|beloved|"
    rf"trusty)\s+)*(?:{MASK}+\s+)*$"
)
_OWNED_AFTER = re.compile(
    r"^s?(?:\s+\d+)?\s+(?:is|are|was|were|fell|has|have|works?|broke|needs?|died|keeps?|won'?t|doesn'?t|stopped|"
    r"got|just)\b|^s?\W*$|^s?\s+(?:[\w-]+\s*){1,3}$"
)
_USER = re.compile(r"^s? (?:user|owner|driver)s?\b")
_MEASURES = re.compile(r"\bmeasures? $")
_ITS_KIND = re.compile(rf"^(?: {MASK}+)+")
_BOUGHT = re.compile(
    rf"(?:\b(?:bought|purchased)\b|(?<!want to )(?<!to )\bordered\b|\bpicked up\b)\s+{_DET}$|\bwaiting for {_DET}$"
)
_GOT = re.compile(rf"\bgot\s+{_DET}$")
_ONLY_GOT = re.compile(r"(?<!have )(?<!'ve )(?<!already )\bgot\s")
_FROM_YOU = re.compile(r"\bfrom (?:you|ur|your|here|this shop)\b|\b(?:ordered|bought) here\b")
_BOUGHT_AFTER = re.compile(
    r"^s?\s+(?:\w+ )?(?:that |which )?(?:i|we)(?:'ve| have)?\s+(?:just |recently |already )*(?:bought|ordered|"
    r"purchased|got from you|got here)\b|^s?\s+(?:that )?you (?:guys )?(?:sold|sent) me\b"
)
_RETURNED = re.compile(rf"(?:\b(?:returned|sent back)\b)\s+{_DET}$|\bsent\s+{_DET}$")
_SENT = re.compile(rf"\bsent\s+{_DET}$")
_BACK = re.compile(r"^s?\s+(?:\w+ )?back\b")
_ONLY_PLANNED = re.compile(
    r"\b(?:could|can|may|should|would|do|if) (?:i|we|you)\b|\b(?:want|like|need|how|can i|would|going|planning|"
    r"trying|love|if i|should i|never|haven'?t|didn'?t|don'?t|"
    r"not) (?:to )?|\bcan i\b|\bsoon\b|\bneed to\b"
)
_NO_THING_TO_OWN = re.compile(r"^\s+(?:allergy|allergies|problem|issue|left|voucher|gift card)\b")
_SIZE = re.compile(
    r"(?:\b(?:i'?m|i am|im|we're)\s+(?:(?:\w+ally|\w+ly|about|now|now a)\s+)*(?:an?\s+)?|(?:\bi\s+|"
    rf"{START})(?:(?:\w+ally|always|mostly|now|both)\s+)*(?:wear|take|am)\s+(?:an?\s+)?|"
    r"\bi\s+have\s+(?:an?\s+)?|\bmy (?:[\w-]+\s+){0,2}?(?:size|feet|foot|waist|chest|collar|hands?|head|inseam|"
    r"inside leg|hips?|neck|bust|wrist|finger)\s+(?:in \w+ )?(?:is|are|measures?|=|:)?\s*(?:an?\s+)?(?:about )?|"
    r"\bmy (?:\w+ )?size there,? it's\s+|\bmy size is\s+|(?:usually|normally|now|typically)(?: take| wear| an?|"
    rf" im| i'm| i am)*\s+(?:an?\s+)?)(?:(?:eu|uk|us)\s+)?(?:size\s+|sized\s+|sz\s+|{MASK}+ and )?$"
)
_SIZE_KNOWN = re.compile(r"\bmy (?:shoe |dress |ring )?size\b[^.!?]*,\s*(?:it's|its|it is)\s+(?:an?\s+)?$")
_NOT_SIZE = re.compile(r"\b(?:not|isn'?t|aren'?t|no longer|used to(?: be)?|was|were)\s+(?:an?\s+)?(?:size\s+)?$")
_NO_MORE = re.compile(
    r"^\s*(?:anymore|any more|years?|yrs?|cm tall|tall|kg|euros?|€|\$|£|bucks|months?|weeks?|days?|people|%|"
    r"percent|kids|children|cats|dogs|in (?:a|my) )"
)
_FEET = re.compile(
    r"\b(?:shoes?|foot|feet|trainers?|sneakers?|boots?|sandals?|heels|loafers|nikes?|adidas|pumas?|"
    r"asics|vans|birkenstocks?|converse|footwear|wellies)\b"
)

_WEIGHED = re.compile(r"kg|lbs?$|\bstone", re.IGNORECASE)
_TALL = re.compile(r"\b(?:i'?m|i am|im)\s+(?:\w+\s+)?$")
OWNED = frozenset({"brand", "product_type", "model"})


def history_of(kind: str, before: str, after: str, clause: str) -> str | None:
    """Whether a thing is owned, was bought here, or was sent back.

    Args:
        before: with `MASK` for things named earlier in the clause.
    """
    if kind not in OWNED:
        return None
    if _BOUGHT_AFTER.match(after):
        return "bought"
    if kind != "product_type" and _is_make_of_mine(before, after):
        return "owns"
    return None if _ONLY_PLANNED.search(before) else _done_with(kind, before, after, clause)


def _done_with(kind: str, before: str, after: str, clause: str) -> str | None:
    if _RETURNED.search(before):
        return None if _SENT.search(before) and not _BACK.match(after) else "returned"
    if _BOUGHT.search(before) or (_GOT.search(before) and _FROM_YOU.search(clause)):
        return "bought"
    return None if "?" in clause or _NO_THING_TO_OWN.match(after) else _owned(kind, before)


def _is_make_of_mine(before: str, after: str) -> bool:
    """ "my kindle broke", "wheels for my samsonite", "stihl user here"."""
    mine = _OWNED_OF_MINE.search(before) and _OWNED_AFTER.match(_ITS_KIND.sub("", after))
    return bool(mine or _USER.match(after))


def _owned(kind: str, before: str) -> str | None:
    return "owns" if _OWNED.search(before) and (kind == "model" or not _ONLY_GOT.search(before)) else None


def size_of(size: str, all_before: str, before: str, after: str, utterance: str) -> str | None:
    """Whether a size is the shopper's own, of shoes or of clothes.

    Args:
        all_before: what stands before it in the utterance; `before`: in its clause; `after`: to the end of the clause.
    """
    clause = before + after
    if _MEASURES.search(before):
        return None  # "my feet measure 27 cm" is no size yet
    if _WEIGHED.search(size) or (_TALL.search(before) and re.search(r"\d\s?c?m$", size, re.IGNORECASE)):
        return None  # "i'm 180cm and 80kg"
    if (
        not (_SIZE.search(before) or _SIZE_KNOWN.search(all_before))
        or _NOT_SIZE.search(before)
        or _NO_MORE.match(after)
    ):
        return None
    about_feet = _FEET.search(clause) or (
        _FEET.search(utterance) and not re.search(r"\b(?:waist|chest|collar|hands?|ring|finger|head|dress)\b", clause)
    )
    return "shoe_size_is" if about_feet else "size_is"
