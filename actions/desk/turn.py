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
_NO = re.compile(
    r"^\W*(?:no|nope|nah|don'?t|do not|never mind|stop|wait|not (?:now|really)|leave it|forget it|keep it)\b",
    re.IGNORECASE,
)
_FORGET_IT = re.compile(
    r"\b(?:leave it|forget (?:it|about)|never mind|keep (?:it|them|the order)|don'?t (?:bother|change|cancel|do)|do not (?:change|cancel|do)|(?:don'?t|do not) want (?:it|that|this|them|any\w*|to (?:change|cancel|return|exchange|go on|proceed|do) (?:it|that|this|them|any\w*))|neither|none of (?:them|these|those)|myself)\b"
)
_ORDINALS = {
    "first": 0, "1": 0, "1st": 0, "second": 1, "2": 1, "2nd": 1, "third": 2, "3": 2, "3rd": 2, "fourth": 3, "4": 3,
    "last": -1,
}  # fmt: skip
_LONGEST_PICK = 8
"""An answer of more words than this says more than which one."""


@dataclass
class Said:
    """What the desk says in a turn. `order`: was told of.

    `person`: the shopper is to be handed over, for this reason. `ticket`: people at the shop have something to do, for this
    reason, and the bot goes on.
    """

    texts: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    understood: bool = True
    person: str = ""
    ticket: str = ""
    order: str = ""

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
        return bool(_YES.match(self.utterance)) or (self.intent == "affirm" and not _NO.match(self.utterance))

    @property
    def is_no(self) -> bool:
        """Whether it begins with a no, or means one."""
        return bool(_NO.match(self.utterance)) or (self.intent in {"deny", "stop"} and not self.is_yes)

    @property
    def drops_it(self) -> bool:
        """Whether the shopper does not want it any more."""
        return self.is_no or gives_up(self.utterance)

    @property
    def after_yes_or_no(self) -> str:
        """What was said beyond the yes or no."""
        return _NO.sub("", _YES.sub("", self.utterance)).strip(" ,.!")

    def picks(self, offer: Sequence[object]) -> int | None:
        """Which of the offered the utterance points at: "the second one", "2"; None where it does not."""
        place = _ordinal(self.lowered)
        return place if place is not None and -len(offer) <= place < len(offer) else None

    def picks_only(self, offer: Sequence[object]) -> int | None:
        """The same, where the utterance says nothing else."""
        return self.picks(offer) if len(self.utterance.split()) < _LONGEST_PICK else None


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
