"""What a clause does: it asks for something, states, tells what happened, asks a question, speaks of other people.

Only what is asked for, and what stands alone without a verb ("hoodie, M, forest green"), can be a wish; only what the
shopper states can be a taste or a possession. The names follow the theory of speech acts (Searle 1969).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from profiling.relations.clauses import Clause, split_clauses
from profiling.relations.stances import find_stances
from profiling.relations.verbs import asks, has_verb, tells, words_of
from profiling.relations.words import ADVERBS, MASK, NOT_DO, SPEAKER, START
from profiling.vocabulary.people import KIN

Act = Literal["wish", "described", "fragment", "question", "report", "others", "supposed", "statement"]
ASKING: frozenset[Act] = frozenset({"wish", "fragment", "described"})
"""What may describe the thing that is looked for."""

_DO_YOU_HAVE = (
    r"do(?:n'?t)? (?:you|u|ya)(?: guys| still| also| even)* (?:have?|sell|stock|carry|do|offer|got|make|"
    r"know (?!if|whether|how|what|why|when|where))|"
    r"have? (?:you|u) got|"
    r"(?:are|is) there (?:anything|something)|any(?:one|body|thing)? (?:here )?(?:sells?|has|know)|"
    r"you (?:got|have?|sell)|u (?:got|have?|sell)|got any|does (?:anyone|the shop|your shop) (?:have?|sell)"
)
_ASKED_FOR = re.compile(
    r"\b(?:you|u) (?:sell|stock|carry)\b[^?]*\?|\b(?:ask|know|check|see|wondering|wondered) if (?:you|"
    r"u) (?:have?|sell|stock|carry|do)\b|"
    rf"{START}(?:{_DO_YOU_HAVE}|"
    r"(?:can|could|would|will|may|might) (?:you|u|i|we|anyone|someone)(?: please| pls| maybe|"
    r" also)* (?:recommend (?!wool|cotton|it|this|that|the)|"
    r"suggest|show|find|help me (?:find|choose|pick)|point me|do cheaper|get|have?|see|give|offer)|"
    r"wh(?:at|ich)(?:\s+[\w'-]+){0,4}?\s+(?:(?:can|could|should|would|do) (?:i|we|you|u) (?:get|give|buy|"
    r"recommend|suggest|take|have?|sell|"
    r"stock|carry|go for|use for)|(?:is|are|'s) (?:good|best|nice|suitable|great)\b)|"
    r"what(?:'?s| is| are)(?: a| the| some)? (?:good|nice|best|decent|great)|"
    r"(?:how|what) about|which [\w -]{3,20}\?|suggestions|recommendations|ideas for)",
)
_QUESTION = re.compile(
    rf"{START}(?:why|how|when|where|who(?:se)?|what|which|whats|what's|who's|wheres|where's|hows|am i|any idea|"
    r"anyone know|wondering (?:if|whether|what|how)|"
    r"(?:i (?:want|need|would like|wanted)|i'd like|id like|like|want|need)\s+to\s+(?:know|ask|check|see if|find out)|"
    r"i(?:'m| am| was|m)? (?:just )?(?:wondering|asking|curious)|(?:do )?you (?:like|think|know)|tell me (?:about|"
    r"if|why|when)|thoughts on)\b"
)
_INFORMATION = re.compile(
    r"\b(?:tips?|advice|tricks?|instructions?|thoughts|opinions?|info\w*) (?:for|on|about|with|how)\b"
)
"""What is asked for is no thing to buy: "any tips for cleaning suede"."""
_NAMED_NEXT = rf"(?:(?!(?:for|on|about|to|of|between|in)\b)[\w'-]+ ){{0,3}}{MASK}"
_ANY_NAMED = re.compile(rf"{START}(?:any|(?:are|is) there (?:an?|any|some|no)) {_NAMED_NEXT}")
_SAID_BY_OTHERS = re.compile(
    rf"{START}(?!(?:i|we|you|u|ive|i've)\b)(?:(?!(?:i|we|that|which|who)\b)[\w'-]+ ){{1,4}}?"
    r"(?:says?|said|tells|told (?:me|us)|thinks?|claims?|reckons?|"
    r"recommends?|recommended|swears?|insists?|raves?)\b"
)
_IF = re.compile(rf"{START}(?:if|suppose|imagine|say)\b")
_WOULD = re.compile(
    r"\b(?:would(?!n'?t mind| like| love| prefer)|'d (?!like|love|prefer|rather)|id (?!like|love|prefer)|could)"
)
_LEAD = re.compile(rf"{START}(?:\w+ly (?=\w))?")
_TAG = re.compile(r"\b(?:right|correct|isn'?t it|aren'?t they|is it|are they|no|or not|yes)\s*\?\W*$")
_ALTERNATIVES = re.compile(
    r"^\W*(?:[\w&'-]+ ){0,2}[\w&'-]+ (?:or|vs\.?|versus) [\w&'-]+(?: [\w&'-]+){0,2}\s*\?\W*$|\bvs\b|=.*\?|\bversus\b|"
    r"\b(?:\w+er|more|less)(?: \w+)? than (?!\W*\d)[^?]*\?\W*$"
)

_ALWAYS_ASKED = (
    r"\bi'?d (?:really |also |actually |much )*(?:like|love|prefer|rather|need|want|say|go for|go with)|"
    rf"{SPEAKER}\s+(?:{NOT_DO} )?{ADVERBS}(?:need|want|wanna|require|wish for|after|looking|searching|hunting|"
    r"shopping|(?:in need|in the market|on the hunt|on the lookout)|"
    r"would (?:like|love|prefer|rather|need|want)|'d (?:like|love|prefer|rather|need)|could (?:use|do with)|fancy|"
    r"prefer|"
    r"trying to find|(?:can|could)(?:'?t| ?not) find|(?:was|were) (?:looking for|hoping for|thinking (?:of|about|"
    r"maybe))|think(?:ing)? (?:of|about|maybe)|like (?:the|this|that)\b.*\bone|"
    r"(?:only )?(?:have|got)(?: got)? (?:about |around |up to |max )?(?:[€$£]\d+|\d+ ?(?:€|euros?|bucks|quid|"
    r"pounds|dollars|to spend|max)?(?=\W*$|\s+(?:to|for|max|on)\b))|meant?\b|said\b|(?:can|could|will|want to|"
    r"would) spend)"
)
_STRONG_WISH = re.compile(
    rf"{_ALWAYS_ASKED}\b|(?:{START}|\b(?:and|or|but)\s+){ADVERBS}(?:need(?:ing)?|want|wanna|look(?:ing|in) (?:for|"
    r"at)|lookin|searching|hunting|shopping|after an?|in need of|"
    r"trying to find|would (?:like|love|prefer)|prefer|rather|id like|interested in|iso|help me (?:find|choose|"
    r"pick)|can (?:spend|go up to|stretch to|pay)|must|has to|have to|gotta|should)\b|"
    r"\b(?:show me|gi(?:ve|mme)(?: me)?|find me|recommend|suggest|get me|make (?:it|that)|let'?s (?:go|try|see|do)|"
    r"looking for|lookin for|searching for|in search of|on the lookout|how about|what about|no deal|i beg you)\b"
)
_SOFT_WISH = re.compile(
    r"\b(?:something|smth|anything|some ?thing|please|pls|plz|ideally|preferably|if possible|instead|rather|maybe|"
    r"perhaps|"
    r"(?:it|this|that|they|these)(?:'?s| is| are|'re)? (?:all |a (?:gift|present) )?for (?:my|our|a|an|the|his|"
    r"her|him|me|us)\b|(?:gift|present|surprise|stocking filler)s? (?:idea|for)|"
    r"(?:must|should|shouldn'?t|mustn'?t|needs? to|has to|have to|gotta|got to|ought to|can'?t|cannot|may not|"
    r"better) (?:not )?(?:be|have|fit|come|work|hold|last|survive|go|match|look|feel|include|cost|exceed)|"
    r"(?:is|are) a must|(?:is|are)(?: really| very)? important|budget|(?:my|the|our) (?:\w+ )?(?:limit|max)|"
    r"(?:not|nothing|anything) (?:over|above|more)|"
    r"(?:(?:is|are) (?:fine|ok(?:ay)?|all ?right|too much)|would (?:be|look) (?:fine|ok(?:ay)?|great|good|"
    r"perfect|nice|better|best|cool|all ?right|lovely|amazing))(?! (?:quality|but|though|i guess|enough))|"
    r"or similar|(?:max|tops|at most)(?=\W*$)|it is(?=\W*$)|(?:any|whatever|every)(?:thing)? (?:but|except))\b"
)
_SERVICE = re.compile(
    r"\b(?:(?:want|need|like|wish|trying|try|going|plan|planning|have|how (?:do|can) i|can i|could i|may i|"
    r"id like|love)\s+(?:to\s+)?(?:return|sell|forget|exchange|cancel|send|swap|"
    r"change|complain|speak|talk|pay|track|contact|report|reset|delete|update|know|ask|see if|be (?:called|"
    r"contacted|refunded))|"
    r"refund(?:ed)?|money back|tracking|invoice|receipt|warranty|guarantee|my (?:order|parcel|package|delivery)|"
    r"order (?:number|nr|no\b|from|of)|complain\w*|voucher|discount|promo code|return (?:label|policy)|"
    r"delivery (?:date|address)|shipping|customer service|gift wrap\w*|cancel(?:led|lation)?|swap|password|"
    r"account|payment|paypal|waiting for|"
    r"charged|tax|customs|repair|exchange|emails?|newsletter|unsubscribe)\b"
)
_PAST = re.compile(
    rf"(?:{SPEAKER}|\byou)\s*(?:(?:have|'ve|just|already|recently|also|finally|only|never|first|then|once|actually|"
    r"really)\s+)*"
    r"(?:ordered|bought|purchased|returned|received|got(?! any)|paid|wanted|asked for|chose|picked|sent|gave|had|"
    r"was|were|went|tried|thought|saw|"
    r"lost|broke|washed|wore|used to|read|heard|waited|told|said you|promised|sold|delivered|charged|needed|"
    r"expected|opened|noticed|"
    r"complained|called|emailed|found|loved|left|kept)\b|"
    rf"{START}(?:(?:just|already|recently|finally)\s+)*(?:ordered|bought|purchased|returned|received|got(?! any)|"
    r"paid|wanted|tried|sent|asked for|saw|seen)\b|"
    r"\bi(?:'ve| have|ve) (?:been|had|just|already|also)? ?\w+ed\b"
)
_SUPPOSED = re.compile(
    rf"{START}(?:if (?!possible|available|you (?:have|got|do|can)|there|that'?s|u have|poss|not\b)|imagine|suppose|"
    r"say i)|"
    r"\b(?:(?<!sure )if (?:i|we) (?!can|could|may|want|need)|used to (?:love|like|wear|hate|own|have|be|buy|"
    r"think)|would have|wouldn'?t have|as (?:a|an) (?:kid|child|teenager|student)|when i was|someone said|"
    r"they say|people say|"
    r"i(?:'ve)? heard|did(?:n'?t| not) say|never said|joking|kidding|not saying|don'?t know|should i|someday|"
    r"some day|one day|"
    r"in another life|apparently|supposedly|allegedly|i wish i|wouldn'?t mind|were cheaper|"
    r"was cheaper|thinking (?:about|of) (?:getting|buying)|"
    r"tempted|dream(?:ing)? of|not sure about)\b"
)
_PERSON = (
    r"(?:everyone|everybody|every \w+|nobody|no one|people|someone|somebody|others|most people|some (?:people|"
    r"friends)|"
    rf"(?:an? |my |our |his |her |their |the )(?:\w+\s+)?(?:{KIN}|(?:\w+|\d+)[ -](?:years?|yrs?|"
    r"months?)[ -]olds?))"
)
_OTHERS = re.compile(
    rf"(?:(?:{START}|\b(?:for|that|and|because|as|cause|old|one)\s+)(?P<they>(?:he|she|who|mum|mom|dad|"
    r"mummy|daddy|grandma|"
    r"grandpa)(?=[\s'])|they(?= (?:also |really |both |all )*(?:love|like|hate|want|need(?! to)|prefer|enjoy|play|"
    r"say|said|live|wear|collect|already|have (?:a|an|two))))|"
    rf"(?<![\w'])(?P<who>{_PERSON}))(?:'s|'d|'ll|'re| (?:also |really |always |"
    r"never |just |only |still |absolutely |both |all |usually |secretly |actually |kind of |who )*[a-z']+)"
)
_THEIRS = re.compile(rf"{START}(?:his|her|their) \w+ \w+(?! for\b)")
_FOR_PERSON = re.compile(
    r"\b(?:i'm|im|i am|as|for|to|with|from|of|than|got|get|gets?|buy|bought|give|gave|asked|told|surprise|make|"
    r"made)\s+(?:an?|my|"
    r"our|his|her|their|the)?\s*(?:\w+\s+)?$"
)
_EXCLAIMED = re.compile(r"^\W*(?:yuck|e+w+|ugh|gross|bleh|blah)\W*$")
_BEGINS_ANEW = re.compile(rf"^\W*so\b|{START}(?:but )?(?:no|not|without|nothing|under|max)\b")
_DECLINED = re.compile(
    r"^\W*(?:absolutely not|no(?: way| thanks| thank you)?|nope|never|hell no|not for me|e+w+|yuck|god no)\W*$"
)
_TOGETHER = re.compile(r"\band (?:i|me)\b|\bme and\b|\bi and\b")
_NEEDS = re.compile(
    r"\b(?:needs?|wants?|wishes|could use|is looking|'s looking|are looking|would (?:like|love|prefer)(?! (?:this|"
    r"it|that|these))|'d (?:like|love|prefer)(?! (?:this|it|that|these))|is turning|turned|turns|starts|"
    r"is starting|"
    r"(?:asked|told|wants?|said)(?: (?:me|us))? (?:to (?:get|buy|find|order)|for)|is after|has asked for)\b"
)
_THAT_PERSON = re.compile(r"\b(?:he|she|they|who)(?:'s|'d)?\b")
_STARTS_WITH_OWN = re.compile(rf"{START}(?:my|mine|our)\b")
_OWN_SUBJECT = re.compile(rf"{START}(?:{SPEAKER}|my|mine|our)\b")
_JUDGED = re.compile(
    r"\b(?:terrible|awful|horrible|crap|rubbish|worst|useless|garbage|overrated|disappointing|pathetic|ridiculous)\b"
)
_NOT_NEEDED = re.compile(
    rf"\bnot (?:everything|all|every)\b|\bif only\b|"
    rf"(?:{NOT_DO}|doesn'?t|does not|not) (?:really |actually )?(?:need|have to|looking for|look for|after)\b"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The clauses of an utterance with what each does; both sequences are of the same length."""

    clauses: Sequence[Clause]
    acts: Sequence[Act]

    def at(self, position: int) -> tuple[Clause, Act]:
        """The clause that covers a position, and its act."""
        return next((c, a) for c, a in zip(self.clauses, self.acts, strict=True) if c.covers(position))


def read_acts(folded: str, masked: str, *, people: Sequence[str] = ()) -> Reading:
    """The clauses and their acts.

    Args:
        masked: the same with a mask in place of the things that are named.
        people: words for those whom something is for, as in "my sister": what is told about them is a wish then.
    """
    clauses = split_clauses(folded)
    acts: list[Act] = []
    for index, clause in enumerate(clauses):
        if not clause.text.strip() and acts:
            acts.append(acts[-1])
            continue
        act = _act(clause.text, masked[clause.start : clause.end], people)
        if act == "fragment" and index and clauses[index - 1].sentence == clause.sentence:
            exclaimed = _EXCLAIMED.match(clauses[index - 1].text) is not None
            act = "statement" if exclaimed else _inherited(clause.text, acts[-1])
        if act == "question" and acts and acts[-1] == "fragment" and clauses[index - 1].sentence == clause.sentence:
            acts[-1] = "question"  # "brown shoes with a navy suit, does that work?"
        if acts and _DECLINED.match(clause.text) and clauses[index - 1].text.rstrip().endswith("?"):
            acts[-1] = "question"
        if acts and "supposed" in (act, acts[-1]) and clauses[index - 1].sentence == clause.sentence:
            act, acts[-1] = _both_supposed(act, acts[-1], clause.text, clauses[index - 1].text)
        acts.append(act)
    return Reading(clauses, acts)


def _both_supposed(act: Act, before: Act, text: str, text_before: str) -> tuple[Act, Act]:
    """What would hold only if the other clause did: "I'd wear leather if it was vegan"."""
    if act == "supposed":
        return act, "supposed" if _IF.match(text) and _WOULD.search(text_before) else before
    return "supposed" if _IF.match(text_before) and _WOULD.search(text) else act, before


def _inherited(text: str, before: Act) -> Act:
    """What a clause without a verb does after another one: "my brother has a bosch mower, green" asks for nothing."""
    if before == "others" and _NEEDS.search(text):
        return "wish"
    begins = before == "others" and _BEGINS_ANEW.match(text)
    return before if before in {"question", "report", "others", "supposed"} and not begins else "fragment"


def _act(text: str, masked: str, people: Sequence[str]) -> Act:
    """The first reading that fits; a request for a thing beats what is told beside it, and loses to a service."""
    words = words_of(_LEAD.sub("", masked))
    if _SUPPOSED.search(text):
        return "supposed"
    if _ASKED_FOR.search(text) or _ANY_NAMED.search(masked):
        return "report" if _SERVICE.search(text) else "wish"
    if _SAID_BY_OTHERS.match(text):
        return "others"
    if (
        _QUESTION.match(text)
        or _INFORMATION.search(text)
        or asks(words)
        or _ALTERNATIVES.search(text)
        or (_TAG.search(text) and has_verb(words))
    ):
        return "question"
    return _about_person(text, people) if speaks_of_others(text, masked) else _own(text, words)


def _own(text: str, words: Sequence[str]) -> Act:
    """What a clause does in which the shopper speaks for themselves."""
    readings: tuple[tuple[Act, object], ...] = (
        ("report", _SERVICE.search(text) or _NOT_NEEDED.search(text)),
        ("wish", _STRONG_WISH.search(text)),
        ("report", _PAST.search(text) or tells(words)),
        ("wish", _SOFT_WISH.search(text)),
        ("statement", has_verb(words) or _JUDGED.search(text) or _states(text)),
    )
    return next((act for act, fits in readings if fits), "fragment")


def _states(text: str) -> bool:
    """Whether it is the shopper's taste or rule, with "I" left out or not: "never buying hp again"."""
    if _STARTS_WITH_OWN.match(text):
        return True
    own = _OWN_SUBJECT.match(text) is not None
    return any(stance.predicate != "likes" or own for stance in find_stances(text))


def _about_person(text: str, people: Sequence[str]) -> Act:
    if _NEEDS.search(text):
        return "wish"
    told_of = people and (_THAT_PERSON.search(text) or any(person in text for person in people))
    return "described" if told_of and not _PAST.search(text) else "others"


def speaks_of_others(text: str, masked: str) -> bool:
    """Whether somebody else than the shopper is the one who likes, owns or says: "my sister loves pink", but not "a
    cat tree", which is named as a whole.
    """
    if _TOGETHER.search(text):
        return False
    if _THEIRS.match(text):
        return True
    return any(
        match["they"]
        or (MASK not in masked[slice(*match.span())] and not _FOR_PERSON.search(text[: match.start("who")]))
        for match in _OTHERS.finditer(text)
    )
