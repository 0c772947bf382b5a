"""Clauses of an utterance: where a negation ends, and whose taste a clause tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BOUNDARY = re.compile(
    r"[.!?;\n]+(?=\s|$)|\s[-–—]\s|,|\band\s+(?=(?:i|my|we|our|he|she|they)\b)|(?<!anything )\b(?:but|however|"
    r"although|though|whereas|yet|because|since|so)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|without|except(?: for)?|anything but|other than|apart from|excluding|minus|instead of|rather than|"
    r"never|nothing|none|neither|nor|avoid(?:ing)?|don['’]?t show me|w/o|(?:do|does|did|wo|ca|is|are|was|would|"
    r"should|could)n['’]?t|"
    r"dont|doesnt|didnt|wont|cant|isnt|cannot|hate[sd]?|dislike[sd]?|loathe|detest|despise|allergic to|allergy to|"
    r"sick of|tired of|fed up with|stay away from|keep away from|away from|not a fan of|can['’]?t stand|no more)\b",
    re.IGNORECASE,
)
_NEGATED_START = re.compile(
    r"^\s*(?:(?:like|want|need|love|in|from|with|for|show me anything|anything)\b\s*)+", re.IGNORECASE
)
_NEGATION_ENDS = re.compile(
    r"\b(?:under|below|max|up to|over|above|want|need|prefer|please|pls|plz|only|just|rather(?! than)|in|for|"
    r"with|like|love|"
    r"looking|show|something|actually|make it|i|my)\b",
    re.IGNORECASE,
)
_NO_REFUSAL = re.compile(
    r"(?:(?:do|does|did|ca|could|is|are|wo|would)(?:n['’]?t| not)|cannot|cant|dont|doesnt|didnt|isnt|not|"
    r"no)\s+(?:i |we |you )?"
    r"(?:mind|find|see|have|know|decide|care|remember|get|you|there|need|only|sure|problem|issue|worries|matter|"
    r"exactly)\b|"
    r"nothing but|why not",
    re.IGNORECASE,
)
_FREE_AFTER = re.compile(r"^[\s-]*(?:free|less)\b", re.IGNORECASE)
_NO_AFTER = re.compile(r"^\s+no(?:\s+way)?\s*[.!,;]*$", re.IGNORECASE)
_THAN = re.compile(r"\b(?:rather|better|prefer|instead)\b.*\bthan(?:\s+(?:an?|the|from))?\s+$", re.IGNORECASE)
_SAME_KIND_LINK = re.compile(r"^[\s,]*(?:and|or|nor|neither|&|/)?[\s,]*(?:from|in|by|made of)?\s*$", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:he|she|they|who|everyone|people|(?:my|our|his|her|their|the)\s+(?:\w+\s+)?(?:mum|mom|mother|dad|"
    r"father|sister|brother|"
    r"son|daughter|kids?|child(?:ren)?|wife|husband|partner|boyfriend|girlfriend|friend|colleague|boss|"
    r"neighbou?r|nephew|niece|"
    r"grand\w+|aunt|uncle|cousin|baby|dog|cat|mate|bestie))\b(?!['’]s)",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\band (?:i|me)\b|\bme and\b", re.IGNORECASE)
_NEEDS = re.compile(
    r"\b(?:needs?|wants?|is looking|would (?:like|love|prefer)|['’]d (?:like|love|prefer)|is turning|turned|"
    r"turns|asked me to (?:get|buy|find|order)|told me to (?:get|buy))\b",
    re.IGNORECASE,
)
_THAT_PERSON = re.compile(r"\b(?:he|she|they|who)\b", re.IGNORECASE)
_QUESTION = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|but|hi|hey|hello|well|oh|um)\W+)*(?:is|are|isn['’]?t|aren['’]?t|was|were|does|"
    r"doesn['’]?t|did|do (?:the|these|those|they|i|we|all)|"
    r"[\w&'-]+(?: [\w&'-]+)? or [\w&'-]+(?: [\w&'-]+)?\s*\?\W*$|why|how(?! about)|when|where|who|what(?! about)|"
    r"which|whats|what['’]s|can|could|would|will|should|am|has|have you|it has .*\?|shall)\b",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"^\W*(?:\w+\W+){0,2}?(?:(?:is|are) there|(?:can|could|would|will) (?:you|u) (?:recommend|suggest|show|find|"
    r"get|help)|(?:can|could|may) (?:i|we) (?:get|have|see|find)|"
    r"do(?:n['’]?t)? (?:you|u|ya) (?:have|sell|stock|carry|do)|have you got|what (?:can|could|should|would) (?:i|"
    r"we|you) (?:get|give|buy|recommend|suggest)|"
    r"what(?:['’]?s| is) (?:a |the )?(?:good|nice|best)|which .* (?:would|do) you (?:recommend|suggest|take))\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:broke|broken|died|cracked|ripped|leaks?|leaked|squeaks?|jams?|stopped working|faulty|damaged|arrived|"
    r"delivered|tracking|refund(?:ed)?|"
    r"charged me|(?:it|that|they) cost|you sent|my (?:order|parcel|package|delivery)|waiting for|used to|voucher|"
    r"(?:has|have) left|i usually spend|invoice|says?\b.*\bdelivered|(?:want|like|need) to (?:return|sell|forget|"
    r"exchange|cancel|send)|fell apart|came|"
    r"cancel\w*|match it|merry|happy (?:christmas|easter|birthday|new year)|(?:was|were) (?:perfect|great|"
    r"lovely)|gift wrap|left on my|"
    r"wanted\b.*\bgot)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"^\W*(?:the |my |that |this |these |those |all my |all |\w+ )?[\w-]+(?:\s+\w+)?\s+(?:is|are|was|were|hurts?|"
    r"suits|gives?|worked|works|looks?|makes?|scares?|fits?|isn['’]?t|aren['’]?t|didn['’]?t|"
    r"doesn['’]?t)\b(?!\s+(?:ok|okay|fine|better|best|great|good|nice|cool|perfect|important|a must|my (?:limit|"
    r"max|budget))\b(?! i guess))|"
    r"\b(?:is|are) (?:ok|fine|good) i guess|\b(?:suits|scares?|hurts?|gives? me)\b|\b(?:someday|one day|"
    r"some day)\b|^\W*(?:love|loving|like) (?:my|the|it|this)\b|"
    r"\b(?:off|from) my list\b|(?:do not|don['’]?t|dont) (?:really )?need (?:an?|the|any|another)\b|\bi(?:['’]m|"
    r" am) (?:an?|the)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„«](?P<words>[^\"“”„«»]{3,})[\"”«»]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch [start, end) of the utterance."""

    text: str
    start: int
    end: int

    def covers(self, start: int) -> bool:
        """Whether the position lies in this clause."""
        return self.start <= start < self.end

    @property
    def about_others(self) -> bool:
        """Whether somebody else than the shopper does the liking: "my sister loves pink"."""
        if not _OTHERS.search(self.text) or _TOGETHER.search(self.text):
            return False
        return not re.search(r"\b(?:for|to)\s+(?:my|our|his|her|a|the)\b", self.text, re.IGNORECASE)

    @property
    def is_question(self) -> bool:
        """Whether something is asked about an item or the shop."""
        return bool(_QUESTION.match(self.text)) and not _ASKED_FOR.search(self.text)

    def is_wish(self, *, gift: bool) -> bool:
        """Whether the clause may describe what is looked for.

        Args:
            gift: whether it is for somebody: then what is told about that person is a wish too.
        """
        if self.is_question or _TOLD.search(self.text) or _VERDICT.search(self.text):
            return False
        return (
            not self.about_others or bool(_NEEDS.search(self.text)) or (gift and bool(_THAT_PERSON.search(self.text)))
        )


def split_clauses(utterance: str) -> list[Clause]:
    """The clauses in order; together they cover the utterance."""
    return list(_clauses(utterance))


def _clauses(utterance: str) -> Iterator[Clause]:
    start = 0
    for match in _BOUNDARY.finditer(utterance):
        if (
            re.fullmatch(r",", match[0])
            and re.search(r"\d$", utterance[: match.start()])
            and re.match(r"\d", utterance[match.end() :])
        ):
            continue
        end = match.start() if match[0][0].isalpha() else match.end()
        if end > start:
            yield Clause(utterance[start:end], start, end)
        start = end
    if start < len(utterance):
        yield Clause(utterance[start:], start, len(utterance))


def is_negated(utterance: str, clause: Clause, start: int, end: int) -> bool:
    """Whether the span [start, end) is something that the shopper does not want.

    A negation reaches from its cue to the end of its clause, or to a word that begins a new wish ("not from HP under
    30"); the idea is NegEx's (Chapman et al. 2001).
    """
    if _FREE_AFTER.match(utterance[end:]) or _NO_AFTER.match(utterance[end : clause.end]):
        return True
    before = utterance[clause.start : start]
    if _THAN.search(before):
        return True
    cues = [match for match in _NEGATION.finditer(before) if not _NO_REFUSAL.match(before[match.start() :])]
    if not cues:
        return False
    return not _NEGATION_ENDS.search(_NEGATED_START.sub("", before[cues[-1].end() :]))


def is_quoted(utterance: str, start: int) -> bool:
    """Whether the position lies between quotation marks: the words are somebody else's."""
    return any(match.start() < start < match.end() for match in _QUOTED.finditer(utterance))


def links_to_previous(utterance: str, previous_end: int, start: int) -> bool:
    """Whether a mention only continues a list: "not from Logitech, HP or Trust"."""
    return bool(_SAME_KIND_LINK.match(utterance[previous_end:start]))
