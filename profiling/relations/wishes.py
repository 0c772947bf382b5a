"""Wishes: what a clause that asks for something says about the thing looked for."""

from __future__ import annotations

import re

from profiling.relations.candidate import Candidate, of_mention, of_person, of_words
from profiling.types import Mention

PREDICATES = {
    "product_type": "wants",
    "feature": "has_feature",
    "colour": "in_colour",
    "material": "of_material",
    "size": "in_size",
    "brand": "by_brand",
    "use": "for_use",
}
REFUSABLE = frozenset({"brand", "product_type", "colour", "material", "feature", "size"})
_SEEKING = frozenset(
    "ask asked asking browsing lookout hunt need tops max maximum budget spend hunting look lookin looking looks "
    "market search searching seeking shop shopping want".split()
)
_FOR_THING = re.compile(r"(?P<verb>\w+)?\s*\bfor\s+(?:my|our|an?|the|his|her|their|this|your)?\s*(?:[\w-]+\s+)?$")
_DONE_TO_THING = re.compile(
    r"\b(?:converts? to|keep|carry|hold|store|charge|protect|clean|hang|brew|make|boil|connect|mount|cover|put|"
    r"keeps|match|"
    r"fits?|matches|(?:work|go|goe|compatible|together)s?\s+with|with)\s+"
    r"(?:my|our|an?|the|his|her|their|this|your)?\s*(?:[\w-]+\s+){0,2}$|"
    r"\b(?:into|on|onto|from)\s+(?:my|our|an?|the|his|her|their|this|your)\s+(?:[\w-]+\s+)?$"
)
_FINE = re.compile(
    r"\s*(?:(?:['’]s|s|is|are|r|would be|['’]d be)\s+(?:\w+ly\s+)?"
    r"(?:fine|ok(?:ay)?|all?[ -]?right|no (?:problem|issue)|not a problem|acceptable)\b|"
    r"(?:fine|ok(?:ay)?|all?right)(?=\s*(?:$|[,.!;]|(?:too|then|actually|after all|as well|i guess|for me)\b)))",
    re.IGNORECASE,
)
"""After "no leather", "leather is fine" takes the refusal back; it asks for no leather."""
_NOT = re.compile(r"\b(?:not|no|without|is|are)\s+(?:\w+\s+)?$", re.IGNORECASE)
"""No leather is fine; "is leather fine?" asks."""
_NOT_MINDED = re.compile(
    r"\b(?:(?:do(?:es)?\s?n['’]?t|do(?:es)? not|would\s?n['’]?t) mind|(?:fine|ok(?:ay)?|all?right) with|"
    r"(?:can|could) (?:live|do) with|no (?:problem|issues?) with)\s+(?:(?:an?|the|some|any|it in|it)\s+)?$",
    re.IGNORECASE,
)
_ITS_OWNER = re.compile(
    r"\b(?:for|fits?|with|of|on|in) (?:(?:my|our|an?|the|his|her)\s+)?(?:old |new )?$|\b(?:my|our) (?:old |new )?$"
)
_YOURS = re.compile(r"\b(?:your|ur)\s+$")
_SHOWN = re.compile(r"\b(?:show|see|browse|view|list|check out|look at|looking at|recommend)\b")
"""What the shop is asked to show of its own: "show me ur speakers"."""
_GROWN_UP = re.compile(r"(?:(?:wo)?men|ladies|gents)['’]?s?['’]?", re.IGNORECASE)
"""Whom clothes are cut for is nobody whom they are given to."""
_SHOWN_BY_US = re.compile(
    r"(?<!can )(?<!could )(?<!would )(?<!will )(?<!if )\b(?:you|u)(?:'re| are)?"
    r"(?: keep| kept| still| just| only| always)* (?:show(?:ed|ing)?|g[ia]v(?:e|ing)|offer(?:ed|ing)?|"
    r"recommend(?:ed|ing)?|suggest(?:ed|ing)?)(?: me| us)? "
    r"(?:[\w-]+ ){0,2}$"
)
"""What is said of the answers before: "I don't want plastic and u show me plastic"."""
_GIVEN_ELSEWHERE = re.compile(r"\bnot for\s+$")
_OTHER_THING = re.compile(
    r"\s+(?:packaging|wrapping|prices?|quality|logos?|soles?|laces|trim|stickers?|attachments?|fabric|"
    r"accessories|parts|"
    r"spares?|replacements?|"
    r"refills?)\b"
)
"""What follows a brand or a material when it is not the thing looked for that has it: "without plastic packaging"."""
_ANOTHER_THINGS = re.compile(
    r"> $|^\W*(?:\w+ ){1,2}over $|\bi prefer\b.*\b(?:over|to) $|"
    r"\b(?:match(?:es)?|fits?|for|with|on|"
    r"to) (?:my|our|his|her|their) $|"
    r"(?<!let's )(?<!lets )(?<!'ll )\b(?:go|goes|work|works|wear|pair|match) with (?:an?|the) $"
)
"""What has the property is another thing, or is worth less: "a table that matches my oak sideboard"."""
_ITS_PLACE = re.compile(r"\b(?:fits?|on|into|in|under|behind|between|over) (?:an?|my|the|our) $")
_LOVED_BY = re.compile(
    r"\b(?:who|he|she|they)(?:'s| is)?\s+(?:\w+\s+)?(?:loves?|likes?|into|enjoys?|collects?|plays?|crazy about|"
    r"obsessed with)\s+(?:\w+\s+)?$"
)
"""What the person for whom it is loves is no thing to buy: "for a boy who loves football"."""
_OF_PERSON = re.compile(r"\b(?:i'?m|i am|im|he is|he's|she is|she's) (?:[^.?!]* )?$")
_LIKE_IT = re.compile(
    r"\b(?:some|any)?thing like (?:the |my |an? |those )?$|\b(?:similar to|alternatives? to|copy of|fake) (?:the |"
    r"my |an? )?$"
)
_TOO = re.compile(r"\btoo $")
_PART_OF = re.compile(r"\b(?<!made )(?<!one )of (?:the|my|your|this|that|our|his|her) (?:\w+ )?$")
"""What has a part or a version that is spoken of: "the manual of the washing machine"."""
_TOO_MUCH = re.compile(r"^\s+(?:is|are)\s+(?:way |far |much |a bit )?too\b")


def wish_of(
    mention: Mention, before: str, after: str, *, negated: bool, told_of: bool, confidence: float
) -> Candidate | None:
    """The wish that a mention in such a clause stands for, if any.

    Args:
        before: what stands before it in its clause, folded; `after`: all that follows.
        told_of: whether the clause only tells of a person: "my baby sleeps next door".
    """
    confidence *= mention.score
    if _tells_of_something_else(mention, before, after):
        return None
    if mention.kind == "price":
        bound = mention.value.partition(":")[0].removeprefix("price_")
        return of_mention(f"budget_{bound}", mention, confidence) if bound in {"max", "min"} else None
    if mention.kind == "recipient":
        nobody = told_of or _GIVEN_ELSEWHERE.search(before) or _GROWN_UP.fullmatch(mention.text)
        return None if nobody else of_person(mention.text, mention.start, confidence)
    too_much = _TOO_MUCH.match(after) or (mention.kind == "colour" and _TOO.search(before))
    accepted = is_accepted(before, after)
    if not is_bound(mention) and (accepted or negated or too_much) and mention.kind in REFUSABLE:
        return of_mention("accepts" if accepted else "excludes", mention, confidence)
    yours = _YOURS.search(before) and not _SHOWN.search(before)
    if negated or yours or (mention.kind in {"brand", "model"} and _ITS_OWNER.search(before)):
        return None  # "ink for my HP", "your trainers"
    return _positive(mention, before, after, confidence)


def _tells_of_something_else(mention: Mention, before: str, after: str) -> bool:
    if (
        _SHOWN_BY_US.search(before)
        or _OTHER_THING.match(after)
        or _PART_OF.search(before)
        or (mention.kind in REFUSABLE and _ANOTHER_THINGS.search(before))
    ):
        return True
    if mention.kind in {"brand", "model"}:
        return bool(_LIKE_IT.search(before))
    if mention.kind == "product_type":
        return bool(_LOVED_BY.search(before))
    measured = mention.text[:1].isdigit() and mention.text[-1:].isalpha()
    return measured and bool(_ITS_PLACE.search(before) or _OF_PERSON.search(before))


def _positive(mention: Mention, before: str, after: str, confidence: float) -> Candidate | None:
    if mention.kind == "product_type" and is_context(before):
        return of_words("about", mention.text, mention.start, confidence)
    predicate = PREDICATES.get(mention.kind)
    if mention.kind == "material" and before.endswith("for "):
        return of_words("for_use", mention.text, mention.start, confidence)  # "primer for wood"
    if mention.value.startswith("screen:"):
        predicate = "has_screen"
    if is_bound(mention):
        predicate = "measures"
    return of_mention(predicate, mention, confidence) if predicate else None


def is_bound(mention: Mention) -> bool:
    """Whether it is a bound of a measure: "max 40cm wide"."""
    return mention.value.startswith(("at_most:", "at_least:"))


def is_accepted(before: str, after: str) -> bool:
    """Whether what stands between the two is fine with the shopper, and no more than that."""
    return bool(_NOT_MINDED.search(before) or (_FINE.match(after) and not _NOT.search(before)))


def is_context(before: str) -> bool:
    """Whether a thing is what something is for, and not what is looked for: "ink for my printer"."""
    purpose = _FOR_THING.search(before)
    return bool(_DONE_TO_THING.search(before)) or bool(purpose and not _seeks(purpose["verb"] or ""))


def _seeks(word: str) -> bool:
    """Whether "for" after the word leads to what is looked for: "looking for", "30 euros for"."""
    return word in _SEEKING or word[-1:].isdigit() or word in {"euros", "euro", "bucks", "quid", "dollars", "pounds"}
