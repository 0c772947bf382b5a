"""Statements of shoppers about themselves: taste, rule, allergy, possession, purchase, size.

Each pattern is looked for right before a mention (or right after it, where it says so), in the mention's own clause.
"""

from __future__ import annotations

import re

_I = r"(?:\b(?:i|we)(?:['’](?:m|ve|re|ll))?|\bim|\bive)"
_OFTEN = (
    r"(?:\s+(?:am|are|have|really|absolutely|just|so|always|usually|totally|also|do|still|actually|quite|mostly|"
    r"both|all|generally|"
    r"rather|kind of|truly|honestly|simply))*"
)
_TASTE = re.compile(
    rf"{_I}{_OFTEN}(?:\s+been)?\s+(?P<verb>loved?|like|adore|enjoy|fancy|prefer|into|fond of|an? (?:big |"
    rf"huge )?fan of|crazy about|obsessed with|"
    r"hate|dislike|loathe|detest|despise|sick of|tired of|fed up with|done with|(?:can['’]?t|cannot|"
    r"cant) (?:stand|bear)|"
    r"(?:do not|don['’]?t|dont|never|am not|not|['’]?m not|won['’]?t|wont|will not|can['’]?t do|almost never)\s+"
    r"(?:really |ever |usually |even )?(?:like|liked|love|wear|want to wear|into|an? (?:big |huge )?fan of|enjoy)|"
    r"(?:wear|buy|had bad experiences? with|have bad experiences? with|bad experiences? with))\b",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"^\W*(?:(?:really|just|honestly|seriously|also|sorry|still|always|tbh|ugh|pls|and|but|so)\W+)*(?P<verb>love|"
    r"adore|hate|dislike|loathe|detest|"
    r"can['’]?t stand|cant stand|cannot stand|not a fan of|never liked|don['’]?t like|dont like|allergic to)\b",
    re.IGNORECASE,
)
_FAVOURITE = re.compile(r"\bmy\s+(?:all[- ]time\s+)?fav(?:ou?rite|e|s)?\b", re.IGNORECASE)
_BAD = re.compile(
    r"hate|dislike|loathe|detest|despise|sick|tired|fed up|done with|stand|bear|not\b|n['’]t|dont|wont|never|bad",
    re.IGNORECASE,
)
_RULE = re.compile(
    rf"{_I}(?:['’]d| would)?{_OFTEN}\s+(?:avoid|never (?:ever )?(?:again )?(?:buy|eat|use|drink|touch)(?: from|"
    rf" at)?|boycott|"
    r"(?:do not|don['’]?t|dont) (?:eat|drink|use|buy|do|touch)(?: from)?|(?:can['’]?t|cant|cannot) (?:wear|eat|"
    r"have|tolerate|use|drink))\s+(?:any(?:thing)?\s+(?:from|with|by|in)?\s*)?$|"
    r"^\W*(?:avoid(?:ing)?|boycott(?:ing)?|never again|never buying|(?:can['’]?t|cant) (?:wear|eat))\s+$",
    re.IGNORECASE,
)
_LOYAL = re.compile(
    rf"{_I}{_OFTEN}\s+(?:(?:only|exclusively)(?: ever)? (?:buy|wear|use|trust|like|drink)|(?:buy|wear|use) only|"
    rf"always (?:buy|wear|go for|use|get)|swear by|trust|"
    r"stick (?:to|with)|prefer|loyal to)(?: from)?\s+$|\bnothing beats\s+$|\bmy favou?rite (?:brand|make) is\s+$",
    re.IGNORECASE,
)
_LOYAL_AFTER = re.compile(
    r"^\s+(?:is|are)\s+(?:the only (?:brand|make|one)|my (?:go[- ]to|favou?rite)(?: brand)?)\b|^\s*(?:>|all the way\b)",
    re.IGNORECASE,
)
_OWNED = re.compile(
    rf"{_I}(?:\s+(?:already|still|also|only|currently|just))*(?:\s+(?:own|have|had got|got|use|drive|have got|"
    rf"['’]ve got)|(?<=ve)\s+(?:already\s+)?got)"
    r"(?:\s+(?:already|got))?\s+(?:an?|the|my|some|two|three|one|those|these)?\s*(?:old\s+|new\s+)?$|"
    r"^\W*got\s+(?:an?\s+|the\s+|some\s+|my\s+)?$|\b(?:have|own) (?:an? )?\w+ and an?\s+$",
    re.IGNORECASE,
)
_OWNED_OF_MINE = re.compile(r"^\W*(?:and\s+)?my\s+(?:old\s+|new\s+)?$", re.IGNORECASE)
_OWNED_AFTER = re.compile(r"^s?\s+(?:is|are|was|fell|has|works?)\b", re.IGNORECASE)
_BOUGHT = re.compile(
    r"\b(?:(?:bought|purchased)\b|(?<!want to )(?<!to )ordered\b)(?:\s+(?:from you|here|online|myself))?\s+"
    r"(?:(?:an?|the|this|that|these|those|some|two|three|2|3|my|me|her|him|pair of|a pair of)\s+)*$",
    re.IGNORECASE,
)
_BOUGHT_AFTER = re.compile(
    r"^s?\s+(?:that |which )?(?:i|we)\s+(?:just |recently )?(?:bought|ordered|purchased|got from you)\b|"
    r"^s?\s+you (?:sold|sent) me\b",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"\b(?:i|we|have|['’]ve|already|just)\s+(?:already |just )?(?:returned|sent back)\s+(?:(?:an?|the|this|that|"
    r"these|those|my|both|two|pairs? of)\s+)*$|"
    r"^\W*(?:returned|sent back)\s+(?:(?:an?|the|my|both)\s+)*$",
    re.IGNORECASE,
)
_SENT = re.compile(r"\bsent\s+(?:the|my|a|both|these|those)\s+$", re.IGNORECASE)
_BACK = re.compile(r"^s?\s+back\b", re.IGNORECASE)
_FORMED_GAP = re.compile(
    r"\b(?:the|an?|my|any|all|of|really|wearing|everything|anything|stuff|things?|in|from|with|made|out|and|or|"
    r"nor|both|your|these|those|"
    r"this|that|smell|feel|look|taste|sound|colou?r|brand|is|are|dark|light|bright|cheap|real|pure|by|very|much|"
    r"big|for)\b|[\s,&/-]+",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:(?<!sure )if (?:i|we)|used to|would have|as a (?:kid|child)|imagine|suppose|someone said|they say|"
    r"i heard|did(?:n['’]?t| not) say|"
    r"never said|(?:do(?:n['’]?t| not)|dont) hate|was joking|not saying|don['’]?t know|should i)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:i['’]?d|i would|would|i['’]ll|could|can|think i['’]d)\s+(?:\w+\s+)?(?:like|love|prefer)\b", re.IGNORECASE
)
_SIZE = re.compile(
    r"\b(?:(?:i['’]?m|i am|im)\s+(?:\w+ally\s+)?(?:about\s+)?(?:an?\s+)?|(?:i\s+)?(?:\w+ally\s+|always\s+|"
    r"mostly\s+)*(?:wear|take)\s+(?:an?\s+)?|"
    r"i\s+(?:have|need)\s+(?:an?\s+)?|my (?:[\w-]+\s+)?(?:size|feet|foot|waist|chest|collar|hands?|head)\s+(?:is|"
    r"are|=|:)?\s*(?:an?\s+)?|"
    r"my size there,? it['’]?s\s+|(?:it|size)['’]?s\s+(?:an?\s+)?|(?:usually|normally)\s+(?:an?\s+)?|"
    r"isn['’]?t \d+\s+it['’]?s\s+)(?:size\s+|sized\s+)?$",
    re.IGNORECASE,
)
_SIZE_SUBJECT = re.compile(r"\b(?:i|im|i['’]m|my)\b|^\W*(?:usually|normally|and wear|wear)\b", re.IGNORECASE)
_NOT_SIZE = re.compile(r"\b(?:not|isn['’]?t|aren['’]?t)\s+(?:an?\s+)?(?:size\s+)?$", re.IGNORECASE)
_FEET = re.compile(r"\b(?:shoes?|foot|feet|trainers?|sneakers?|boots?|sandals?|nike|adidas)\b", re.IGNORECASE)

TASTED = frozenset({"brand", "product_type", "colour", "material", "feature", "model"})
OWNED = frozenset({"brand", "product_type", "model"})


def is_supposed(clause: str) -> bool:
    """Whether the clause tells of what is not, or no longer, or only heard of."""
    return bool(_DENIED.search(clause))


def taste_of(kind: str, before: str, after: str, *, wishing: bool) -> str | None:
    """The predicate of a taste or rule that the words before and after a mention state, if any."""
    if kind not in TASTED or _REQUEST.search(before):
        return None
    if _RULE.search(before):
        return "avoids"
    if kind == "brand" and (_LOYAL.search(before) or _LOYAL_AFTER.search(after)):
        return None if wishing and before.rstrip().endswith("prefer") else "prefers_brand"
    said = _TASTE.search(before) or _LEFT_OUT.match(before)
    if said is None:
        return _by_favourite(before, after) or _by_verdict(before, after)
    return _by_verb(said["verb"].lower(), kind, before[said.end() :], after, wishing=wishing)


def _by_verb(verb: str, kind: str, gap: str, after: str, *, wishing: bool) -> str | None:
    """What "love", "can't stand" and the like say about the thing that follows after the gap."""
    praised = kind == "product_type" and re.search(r"\b(?:my|the|this|that|your)\b", gap, re.IGNORECASE)
    if praised or not _is_direct(gap) or re.match(r"\s+ones?\b", after):
        return None  # "love my new kettle" praises a kettle, and asks for no more of them
    if verb.startswith("allergic"):
        return "is_allergic_to"
    habit = re.search(r"\b(?:wear|buy)$", verb) is not None
    if (habit and kind == "product_type") or (wishing and verb == "prefer"):
        return None  # "I wear jeans" is no taste for jeans
    return "dislikes" if _BAD.search(verb) else "likes"


def _by_favourite(before: str, after: str) -> str | None:
    if _FAVOURITE.search(before) and _is_direct(before[_last_end(_FAVOURITE, before) :]):
        return "likes"
    return "likes" if re.match(r"\s+(?:is|are) my fav", after, re.IGNORECASE) else None


def _by_verdict(before: str, after: str) -> str | None:
    """ "heels are not for me", "brooks always worked well for me"."""
    if re.match(
        r"\s+(?:always\s+)?(?:work(?:s|ed)?|fits?) (?:really |very )?(?:well|great|best) for me\b", after, re.IGNORECASE
    ):
        return "likes"
    if before.strip(" ,.") == "" and re.match(
        r"\s+(?:is|are)\s+(?:just\s+|really\s+)?(?:not|n['’]t)\s+(?:for me|my thing)|\s+(?:isn|"
        r"aren)['’]?t\s+(?:for me|my thing)",
        after,
        re.IGNORECASE,
    ):
        return "dislikes"
    return None


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max(match.end() for match in pattern.finditer(text))


def _is_direct(gap: str) -> bool:
    """Whether nearly nothing stands between the verb and the thing: "I love waiting for socks" is no love of socks."""
    return len(_FORMED_GAP.sub(" ", gap).split()) <= 1


def history_of(kind: str, before: str, after: str, clause: str) -> str | None:
    """Whether a thing is owned, was bought here, or was sent back."""
    if kind not in OWNED or re.search(r"\b(?:want|like|need|how|can i|would) to\b|\bcan i\b", before, re.IGNORECASE):
        return None
    if _RETURNED.search(before) or (_SENT.search(before) and _BACK.match(after)):
        return "returned"
    if _BOUGHT.search(before) or _BOUGHT_AFTER.match(after):
        return "bought"
    if _OWNED.search(before) and "?" not in clause:
        return "owns"
    if kind != "product_type" and _OWNED_OF_MINE.search(before) and _OWNED_AFTER.match(after):
        return "owns"
    return None


def size_of(before: str, clause: str, utterance: str, *, wishing: bool) -> str | None:
    """Whether a size is the shopper's own, of shoes or of clothes."""
    said = _SIZE.search(before)
    if not said or _NOT_SIZE.search(before) or not _SIZE_SUBJECT.search(before):
        return None
    if wishing and re.search(r"\bneed\b", said[0], re.IGNORECASE):
        return None
    return "shoe_size_is" if _FEET.search(clause) or _FEET.search(utterance) else "size_is"
