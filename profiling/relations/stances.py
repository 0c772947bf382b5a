"""Stances: what shoppers say of themselves towards a thing, as taste, rule, loyalty or allergy.

A stance is a phrase with the shopper as its subject, said or left out ("I hate", "not a fan of"), right before a thing,
or a verdict right after it ("heels are not for me").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from profiling.relations.words import ADVERBS, MASK, NEVER, NOT_CAN, NOT_DO, NOT_WILL, SPEAKER, START

_FAN = r"(?:an? )?(?:big |huge |massive |great |total |real )*fan of"
_AWAY = r"(?:(?:stay|steer|keep)(?:ing)? (?:well )?(?:away from|clear of))"
_LIKES = (
    rf"love|like|adore|enjoy|fancy|prefer|into|fond of|keen on|partial to|{_FAN}|a sucker for|have a (?:thing|"
    r"weakness|soft spot) for|"
    r"(?:crazy|mad|nuts|wild) about|obsessed with|in love with|can'?t get enough of|(?:had|have)(?: only| always|"
    r" really)? (?:had )?(?:good|great|nothing but good|only good) "
    r"(?:luck|experiences?) with|(?:been )?(?:very |really |always )?happy with|wear(?: a lot of| lots of| mostly|"
    r" only)?|(?:mostly|only|always) wear"
)
_DISLIKES = (
    rf"hate|dislike|loathe|detest|despise|(?:sick|tired) of|fed up with|done with|{NOT_CAN} (?:stand|bear|abide|"
    r"deal with|do)|"
    rf"{NEVER} (?:really |ever |usually |even |actually |particularly |much |exactly |a |that |too |so |"
    r"very )*(?:like|liked|love|loved|enjoy|fancy|care for|wear|wore|want to wear|into|"
    rf"fond of|keen on|big on|crazy about|mad about|{_FAN}|comfortable in)|no fan of|"
    r"(?:have |had |had only |only had )?(?:bad|terrible|awful|poor) (?:experiences?|luck|time) with|"
    r"(?:been )?(?:disappointed|let down) (?:by|with)"
)
_AVOIDS = (
    r"avoid(?:ing)?|(?:try|trying|have|need)(?: to)? avoid|trying to avoid|(?:should|must|have to|"
    r"need to|want to|better)(?: really)? avoid|(?:try|trying|"
    rf"prefer)(?:ing)? not to (?:buy|use|eat|wear|drink)|{_AWAY}|boycott(?:ing)?|"
    r"refuse to (?:buy|use|wear|eat|support)|"
    rf"(?:never|{NOT_WILL}|never (?:ever )?again)(?: be)?(?: ever)? (?:again )?(?:buy(?:ing)?|eat(?:ing)?|"
    r"us(?:e|ing)|drink(?:ing)?|touch(?:ing)?|order(?:ing)?|shop(?:ping)?)(?: again)?(?: from| at)?|"
    rf"{NOT_DO} (?:eat|drink|use|buy|do|touch|trust|tolerate|shop at|support)(?: from)?|{NOT_CAN} (?:wear|eat|have|"
    r"tolerate|use|drink)|"
    r"(?:stopped|quit|no longer) (?:buy|eat|us|drink|wear)(?:ing)?|gave up|never again(?: from| with)?|"
    r"no longer (?:buy|trust)"
)
_LOYAL = (
    r"(?:only|exclusively)(?: ever)? (?:buy|wear|use|trust|like|drink|shop)|(?:buy|wear|use|drink|trust) only|"
    r"always (?:buy|bought|wear|go for|go with|use|get|choose)|"
    r"swear by|trust|stick(?:ing)? (?:to|with)|loyal to|(?:been|have been) (?:wearing|using|buying|driving)"
)
_ALLERGIC = (
    r"(?:\w+ly )?(?:all?ergic|intolerant) (?:to|of)|(?:have |got |'ve got )?(?:an? )?(?:\w+ )?allergy (?:to|against)|"
    r"(?:get|come out in|come up in) (?:an? )?(?:rash|hives|bumps) from|react (?:\w+ )?to|break out from|"
    r"(?:my skin|skin) (?:reacts|breaks out) (?:\w+ )?(?:to|from)"
)
_PHRASES = {
    "is_allergic_to": _ALLERGIC,
    "avoids": _AVOIDS,
    "dislikes": _DISLIKES,
    "prefers_brand": _LOYAL,
    "likes": _LIKES,
}
_SAID = {
    predicate: re.compile(rf"(?:{SPEAKER}|\band)(?:'m| am)?\s+{ADVERBS}(?P<verb>{phrases})(?![\w'])")
    for predicate, phrases in _PHRASES.items()
}
_NEVER_LEFT_OUT = (
    r"(?!(?:like|love(?:d)? (?:my|the|it|this)|wear|into|trust\b|use\b|fancy|prefer|have|been|happy|only wear|"
    r"stick|not (?:buy|us|eat|order|want)))"
)
_LEFT_OUT = {
    predicate: re.compile(rf"{START}{ADVERBS}{_NEVER_LEFT_OUT}(?P<verb>{phrases})(?![\w'])")
    for predicate, phrases in _PHRASES.items()
}
_ASKING = re.compile(
    r"\b(?:i'?d|would|i'll|could|think i'd|will)\s+(?:\w+\s+)?(?:like|love|prefer|rather|enjoy|fancy)\b|"
    r"\bwould\s+like\b"
)
_NOT_HATED = re.compile(
    rf"\b(?:{NOT_DO}|never|not)\s+(?:really |actually |saying i |even )*(?:hate|dislike|loathe|detest|despise|"
    r"avoid|sick of|allergic|mind)\b"
)
_TORN = re.compile(r"\b(?:love|like|hate)(?: it)? (?:and|or) (?:also )?(?:love|like|hate)\b")
"""Who loves and hates a thing has said nothing that could be stored."""
_DENIED = re.compile(
    r"(?:\bnot|n't|\bnever|\bdoubt)\b(?: \w+){0,2}? (?:think|believe|say|saying|said|mean|claim|that|sure|if)"
    r"(?: that| if)?\s+(?:i|we|i'm|im)\b"
)
"""What is said of oneself only to be denied: "it's not that I hate pink"."""
_FAVOURITE = re.compile(
    r"\bmy (?:(?:all[- ]time|absolute|new|go[- ]to)\s+)*(?:fav(?:ou?rite|e|s)?|go[- ]to)\b(?:\s+(?!is\b|are\b|"
    r"has\b|will\b)[a-z]+)?\s+(?:(?:is|are|has to be|has always been|will always be|=|:|-)\s*)?"
)
_GAP = re.compile(
    r"\b(?:the|an?|my|any|all|of|really|wearing|using|eating|buying|everything|anything|things?|stuff|clothes|in|"
    r"from|with|made|out|and|or|nor|both|"
    r"your|these|those|this|that|smell|feel|look|taste|sound|colou?rs?|brands?|is|are|dark|light|bright|cheap|"
    r"real|pure|fake|by|very|much|big|for|some|more|most|"
    r"products|items|like|ever|again)\b|[\s,&/-]+|" + MASK + r"+"
)
_PART_OF_THING = re.compile(rf"{MASK}\s+(?:with|of|for|in|on)\b")
"""Who likes "mugs with a big handle" likes no handles."""
_PRAISED = re.compile(r"\b(?:my|the|this|that|your|these|those|ur)\b")
_OVER = re.compile(r"s?\s+(?:over|to|rather than|more than)\b")
_POINTED = re.compile(r"\b(?:that|this|your)\b")
_CERTAIN = re.compile(r"s?\s+(?:that|which|with|who)\b")
"""After "cheap headphones" it is only those "that break" which are not liked."""
_NAMED_KIND = re.compile(r"\b(?:colou?r|brand|material|smell|feel|look|taste|sound|fabric)\b")
_FAVOURED = re.compile(
    r"\s+(?:is|are) (?:my|an? absolute|the best|life\b(?! saver)|everything\b|love\b)(?: all[- ]time|"
    r" absolute)?(?: (?:fav\w*|go[- ]to|thing|jam|colou?r|style|love|obsession)(?: (?:colou?r|brand|make|material|"
    r"kind|type|shop|one))?)?\W*$|"
    r"\s+(?:always |has always |have always )?(?:work(?:s|ed)?|fits?) (?:really |very |so )?(?:well|great|best|"
    r"perfectly) (?:for|on) me\b|\s+(?:has |have )?never let(?:s)? me down"
)
_REJECTED = re.compile(
    r"\s+(?:(?:is|are)(?: just| really| simply| so| definitely| def)*(?: not|n'?t)|(?:isn|aren|ain)'?t)(?: really|"
    r" exactly| quite)* (?:for me|my (?:thing|colou?r|style|cup of tea|taste|vibe|jam))\b|"
    r"\s+(?:is|are) (?:just |really |simply |absolutely |def )*(?:a no[- ]?go|the worst|not for me|a turn[- ]?off|"
    r"a big no|gross|disgusting|a dealbreaker)\b|s?\s+(?:just |really )?(?:does(?:n'?t| not)|do(?:n'?t| not)|"
    r"never) (?:works?|suits?|fits?|looks? good) (?:for |on )?me\b|\s+(?:makes|make) me (?:gag|cringe)\b|"
    r"\s*(?:\?|:|,)\s*(?:yuck|no way|ew+|ugh|gross|hell no)\b"
)
_EXCLAIMED = re.compile(r"^\W*(?:yuck|ew+|ugh|gross|bleh|blah)\W+(?:not )?$")
_LOYAL_AFTER = re.compile(
    r"^s?\s+(?:is|are)\s+the only (?:\w+ )?(?:brand|make|one|ones|thing|shoes?|jeans|\w+)(?: (?:that )?(?:i|for|"
    r"fits?)\b.*)?$|^s?\s+(?:is|are)\s+my (?:go[- ]to|favou?rite|fav)(?: brand| make)\b|"
    r"^s?\s*>|^s?\s+(?:all the way|for life|forever|4 ?ever|4life)\b|^s?\s+(?:guy|girl|person|man|woman|fan|"
    r"family|household|lover|customer)(?: here| since .*| for .*)?\W*$|^s?\s+(?:and )?nothing else\b|^s?\s+over\s"
)
_ONLY_MINE = re.compile(
    r"(?:\bnothing beats\s+|\bmy favou?rite (?:brand|make) is\s+|\b(?:i'?m|im|i am|been) an? (?:big |total |huge )?)$"
)
_NEVER_AFTER = re.compile(r"^s?\s*[,:.-]?\s*(?:never again|not again|no more for me|are dead to me|is dead to me)\b")
_HARMS = re.compile(
    r"^s?\s+(?:always |really |just )*(?:gives?|makes?|"
    r"causes?)\s+(?:me\s+)?(?:(?:an? )?(?:\w+ )?(?P<allergy>rash\w*|hives|itchy bumps|allergic reaction|break out|"
    r"come out in)|(?P<ache>(?:an? )?(?:bad |terrible )?(?:headaches?|migraines?)|asthma|sneez\w*|wheez\w*))"
)
_SELF_VERDICT = re.compile(
    r"^\W*(?:(?:and|so|but|because|cos|honestly|tbh|the|all|also|nah|anything in|things in|my)\s+)*$"
)


@dataclass(frozen=True, slots=True)
class Stance:
    """What is said, and the stretch [start, end) of the words that say it."""

    predicate: str
    verb: str
    start: int
    end: int


def find_stances(clause: str) -> Iterator[Stance]:
    """Stances with the shopper as their subject, of a clause in which they speak for themselves."""
    for predicate, said in _SAID.items():
        for match in (*said.finditer(clause), *_LEFT_OUT[predicate].finditer(clause)):
            if _DENIED.search(clause, 0, match.start("verb")):
                continue
            yield Stance(predicate, match["verb"], match.start("verb"), match.end("verb"))


def taste_of(kind: str, before: str, after: str, *, wishing: bool) -> str | None:
    """The predicate of what the words before and after a thing in its clause say of the shopper, if any.

    Args:
        before: with `MASK` for things named earlier.
        wishing: whether the utterance asks for something: then "I prefer cotton" is a wish.
    """
    if kind not in TASTED or _ASKING.search(before) or _TORN.search(before):
        return None
    verdict = _verdict(kind, before, after)
    if verdict is not None:
        return verdict
    said = max(
        find_stances(before), key=lambda stance: (stance.end, -stance.start, stance.predicate != "likes"), default=None
    )
    if said is not None:
        return _by_stance(said, kind, before, after, wishing=wishing)
    favoured = any(_is_direct(before[m.end() :]) for m in _FAVOURITE.finditer(before))
    if not favoured:
        return None
    return "prefers_brand" if kind == "brand" else "likes"


def _by_stance(said: Stance, kind: str, before: str, after: str, *, wishing: bool) -> str | None:
    gap = before[said.end :]
    narrowed = _CERTAIN.match(after) or _GAP.sub(" ", gap).split()  # "synthetic fabrics" are not all fabrics
    certain_ones = re.match(r"\s+ones?\b", after) or (kind == "product_type" and narrowed)
    if not _is_direct(gap) or _PART_OF_THING.search(gap) or certain_ones or _NOT_HATED.search(before):
        return None
    owned = _PRAISED.search(gap) and not _NAMED_KIND.search(gap)
    this_one = kind == "product_type" or re.match(r"\s*\w+", after) or _POINTED.search(gap)
    praise = owned and this_one
    if said.predicate in {"likes", "dislikes"} and praise:
        return None  # "love my new kettle" praises a kettle, and asks for no more of them
    habit = re.search(r"\b(?:wear|wore)\b", said.verb) is not None
    if said.predicate == "likes" and (
        (habit and kind == "product_type")
        or (wishing and said.verb == "prefer" and kind != "product_type" and not _OVER.match(after))
    ):
        return None  # "I wear jeans" is no taste for jeans
    if said.predicate == "prefers_brand" and kind != "brand":
        return "likes" if kind in {"colour", "material"} else None
    if said.predicate == "likes" and kind == "brand" and said.verb == "prefer":
        return "prefers_brand"
    return said.predicate


def _verdict(kind: str, before: str, after: str) -> str | None:
    """What is said after a thing: "heels are not for me", "adidas, never again"."""
    if not _may_be_subject(before):
        return None
    harm = _HARMS.match(after)
    favoured = "prefers_brand" if kind == "brand" and "fav" in after else "likes"
    verdicts: tuple[tuple[str, object], ...] = (
        ("prefers_brand", kind == "brand" and _LOYAL_AFTER.match(after)),
        ("is_allergic_to", harm and harm["allergy"]),
        ("avoids", harm or _NEVER_AFTER.match(after)),
        (favoured, _FAVOURED.match(after)),
        ("likes", re.match(r"s?\s*(?:>|\sover\s)", after)),
        ("dislikes", _REJECTED.match(after) or _EXCLAIMED.search(before)),
    )
    return next((predicate for predicate, said in verdicts if said), None)


def _may_be_subject(before: str) -> bool:
    return bool(_SELF_VERDICT.match(before)) or bool(_EXCLAIMED.search(before)) or bool(_ONLY_MINE.search(before))


def _is_direct(gap: str) -> bool:
    """Whether nearly nothing stands between the verb and the thing: "I love waiting for socks" is no love of socks."""
    return len(_GAP.sub(" ", gap).split()) <= 1


TASTED = frozenset({"brand", "product_type", "colour", "material", "feature", "model"})
