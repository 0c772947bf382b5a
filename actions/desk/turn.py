"""One turn at the desk: what was heard, and what is said."""

# ruff: noqa: E501 - patterns read best as they are
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from actions.desk.case import Case, Job
from actions.desk.wishes import Wish
from actions.desk.world import World

_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|yup|sure|ok(?:ay)?|correct|confirm(?:ed)?|go ahead|please do|do it|exactly|fine|right|"
    r"that'?s (?:right|correct|fine)|sounds good|proceed|i confirm|i agree|agreed|perfect)\b",
    re.IGNORECASE,
)
_HESITATES = r"^\W*(?:(?:oh|ah|u[mh]+|h+m+|well|sorry|actually|hang on|hold on|but|please)\W+)*"
_NO = re.compile(
    rf"{_HESITATES}(?:"
    r"(?:ok(?:ay)?|yes|yeah)\W+(?:no\W+)?wait|ok(?:ay)?\W+no(?! problem| worries| need| more| other)|no(?! problem| worries)|"
    r"nope|nah|don'?t|do not|never mind|stop|wait|not (?:now|really)|leave it|forget it|keep it)\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"^\W*(?:yes|yeah|sure|ok(?:ay)?|fine|right|correct)\W+(?:(?:whatever|then|thanks|actually|just|but)\W+)*"
    r"(?:no|don'?t|do not|never mind|stop|wait|hold on|hang on|leave it|forget it|keep it)\W*$",
    re.IGNORECASE,
)
"""A yes that is a no by its end: "okay, forget it"."""
_FORGET_IT = re.compile(
    r"\b(?:leave it|forget (?:it|about)|never mind|keep (?:it|them|the order)|don'?t (?:bother|change|cancel|do)|do not (?:change|cancel|do)|(?:don'?t|do not) want (?:it|that|this|them|any\w*|to (?:change|cancel|return|exchange|go on|proceed|do) (?:it|that|this|them|any\w*))|neither|none of (?:them|these|those)|myself)\b"
)
_ORDINALS = {
    "first": 0, "1": 0, "1st": 0, "second": 1, "2": 1, "2nd": 1, "third": 2, "3": 2, "3rd": 2, "fourth": 3, "4": 3,
    "last": -1,
}  # fmt: skip
_SMALL_TALK = re.compile(rf"{_HESITATES}(?:(?:ok|sorry|please|thanks|thank you|wait)\W+)*", re.IGNORECASE)
_CORRECTS = re.compile(
    r"\b(?:meant?|instead|rather|should be|but)\b|"
    r"\b(?:the|an?|that|its?|my) (?:\w+ ){1,3}ones?\b|\b(?:an)?other (?:one|order|thing)\b|"  # the blue one
    r"\b(?:only|just) (?:one|two|three|an?|the|\d)\b|"
    r"\b(?:colou?r|size|number|street|city|postcode|zip)\b|"
    r"^(?:in|to|for|with) \w+|^(?:the|an?|not (?:the|my|that|an?)) \w+|\w+ not \w+",
    re.IGNORECASE,
)
"""Words after a no that tell what it shall be instead, or that something is wrong with what was shown."""
_DENIED = re.compile(
    r"\b(?:not|instead of|rather than) (?:(?:with|in|to|by|for|order) )?(?:(?:the|my|a|an) )?"
    r"[^,;.]*?(?=[,;.]|\bbut\b|\brather\b|$)"
)
"""What it is not to be: "not the cobalt", "instead of W1042"."""
LEFT_AS_IT_IS = "All right, I leave that as it is."
_LONGEST_PICK = 8
"""An answer of more words than this says more than which one."""


@dataclass
class Said:
    """What the desk says in a turn. `order`: was told of.

    `person`: the shopper is to be handed over, for this reason. `ticket`: people at the shop have something to do, for this
    reason, and the bot goes on. `has_asked`: the texts hold the next question already.
    """

    texts: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    understood: bool = True
    person: str = ""
    ticket: str = ""
    order: str = ""
    has_asked: bool = False

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(text for text in self.texts if text)


@dataclass(frozen=True)
class Heard:
    """An utterance, to be taken as the answer to what the desk has asked."""

    utterance: str
    intent: str
    wishes: Sequence[Wish]
    case: Case
    world: World
    said: Said

    @property
    def job(self) -> Job:
        """What the question was about."""
        return self.case.jobs[0]

    @property
    def lowered(self) -> str:
        """The utterance in lower case."""
        return self.utterance.lower()

    @property
    def is_yes(self) -> bool:
        """Whether it begins with a yes, or means one."""
        return not _says_no(self.utterance) and (bool(_YES.match(self.utterance)) or self.intent == "affirm")

    @property
    def is_no(self) -> bool:
        """Whether it begins with a no, or means one."""
        return _says_no(self.utterance) or (self.intent in {"deny", "stop"} and not self.is_yes)

    @property
    def drops_it(self) -> bool:
        """Whether the shopper does not want it any more."""
        return self.is_no or gives_up(self.utterance)

    @property
    def after_yes_or_no(self) -> str:
        """What was said beyond the yes or no."""
        rest, before = self.utterance, ""
        while rest != before:
            before = rest
            rest = _SMALL_TALK.sub("", _NO.sub("", _YES.sub("", rest))).strip(" ,.!")
        return rest

    @property
    def corrects(self) -> bool:
        """Whether it says that something else is wanted than what was shown, rather than nothing at all."""
        rest = self.after_yes_or_no
        if not rest or gives_up(self.utterance):
            return False
        return self.intent == "correct" or (not self.is_yes and bool(_CORRECTS.search(rest)))

    def ask(self, question: str, text: str, offer: Sequence[str]) -> None:
        """Asks in place of what was shown: nothing else is asked in this turn."""
        self.case.question, self.case.offer, self.case.shown = question, list(offer), ""
        self.said.texts.append(text)
        self.said.has_asked = True

    def picks(self, offer: Sequence[object]) -> int | None:
        """Which of the offered the utterance points at: "the second one", "2"; None where it does not."""
        place = _ordinal(self.lowered)
        return place if place is not None and -len(offer) <= place < len(offer) else None

    def picks_only(self, offer: Sequence[object]) -> int | None:
        """The same, where the utterance says nothing else."""
        return self.picks(offer) if len(self.utterance.split()) < _LONGEST_PICK else None


def _says_no(utterance: str) -> bool:
    return bool(_NO.match(utterance) or _TAKEN_BACK.match(utterance))


def without_denied(text: str) -> str:
    """A text, in lower case, without what it shall not be: "not the blue, the red" -> ", the red"."""
    return _DENIED.sub(" ", text.lower())


def gives_up(text: str) -> bool:
    """Whether a text says to leave things as they are."""
    return bool(_FORGET_IT.search(text.lower()))


def still_wanted(wishes: Sequence[Wish]) -> list[Wish]:
    """The wishes that are not themselves words of giving up ("I don't want to cancel it")."""
    return [wish for wish in wishes if not gives_up(wish.text.rsplit(" . ", 1)[-1])]


def _ordinal(said: str) -> int | None:
    for word in re.findall(r"\b\w+\b", said):
        pointing = rf"\b(?:the|option|number|take|no\.?|#)\s*{word}\b|^\W*{word}\W*$|\b{word} (?:one|option)\b"
        if word in _ORDINALS and re.search(pointing, said):
            return _ORDINALS[word]
    return None
