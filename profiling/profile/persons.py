"""Two people on one device: words that tell that somebody else is writing now. They are asked about, never guessed."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from rapidfuzz import fuzz

from profiling.profile.memory import Memory
from profiling.profile.names import named
from profiling.profile.needs import NEED_TTL

APART = "guest:apart-"
"""Begins the shopper_id of another person on a device."""
SAME_NAME = 80.0
"""Likeness in percent from which on two names are one, spelt differently."""
_RELATIVE = (
    r"(?:wife|husband|hubby|girlfriend|boyfriend|gf|bf|fianc[ée]e?|partner|mum|mom|mother|dad|father|son|daughter|"
    r"brother|sister|roommate|flatmate|housemate|friend|colleague|kid|grandma|grandpa)"
)
_DEVICE = r"(?:laptop|phone|mobile|computer|pc|mac|macbook|tablet|ipad|iphone|device|account|login)"
_HELLO = r"^\W*(?:(?:hi|hello|hey|ok|sorry)\b\W*)?"
_SAYS_SO = re.compile(
    rf"(?:\b(?:i['’]?m|i am) (?:now )?|{_HELLO})(?:using|on|borrowing|(?:writing|typing) (?:on|from)) "
    rf"my {_RELATIVE}['’]?s {_DEVICE}\b|"
    rf"\b(?:this is|it['’]?s|now it['’]?s|here is) (?:now )?(?:my|his|her|the) {_RELATIVE} "
    rf"(?:now|here|speaking|typing|writing)\b|"
    rf"\bmy {_RELATIVE} (?:is|['’]s) (?:now )?(?:typing|writing|using this)\b|"
    rf"{_HELLO}(?:(?:his|her|the) )?{_RELATIVE} here\b(?! in\b)|"
    rf"\b(?:i['’]?m|i am) (?:his|her) {_RELATIVE}\b|"
    rf"{_HELLO}(?:somebody|someone) else here\b|\b(?:somebody|someone) else (?:is )?(?:typing|writing)\b|"
    r"\b(?:i['’]?m|i am|this is) (?:now )?(?:somebody else|someone else|a different person|another person)\b|"
    r"\b(?:i['’]?m|i am) not the same person\b",
    re.IGNORECASE,
)
_NICKNAME = re.compile(r"\bcall\s+me\b", re.IGNORECASE)
_BACK = r"\b(?:it['’]?s|it is|this is|i['’]?m|i am) (?:me|{name})(?: again| now)?\b|\b{name} (?:again|here)\b"


def seems_another(utterance: str, *, name: str | None) -> bool:
    """Whether the words tell that it is no longer the same person who writes.

    "Call me Tom" is a nickname; another spelling is no other name.

    Args:
        name: how the person so far is called; None if that is not known.
    """
    if _SAYS_SO.search(utterance):
        return True
    said = named(utterance)
    if not said or name is None or _NICKNAME.search(utterance):
        return False
    return fuzz.ratio(said[0].label.lower(), name.lower()) < SAME_NAME


def seems_back(utterance: str, *, name: str | None) -> bool:
    """Whether the words tell that the first person is there again: "it's me again", "this is Anna"."""
    return re.search(_BACK.format(name=re.escape(name or "me")), utterance, re.IGNORECASE) is not None


def apart_id(owner: str, utterance: str, *, message_id: str) -> str:
    """The guest that the other person is for now: the same again for the same name on this device."""
    said = named(utterance)
    whom = f"name {said[0].label.lower()}" if said else message_id
    return APART + hashlib.sha256(f"{owner}\x1f{whom}".encode()).hexdigest()[:24]


def who_talks(memory: Memory, owner: str, sender_id: str, *, at: datetime) -> str:
    """Whose notes a conversation's words go to now: its owner's, or those of another person on the device.

    As the dialogue sees it (actions/persons.py): until the owner writes again, the two are put together, or half a day
    has passed.
    """
    last = memory.log.last_of_conversation(sender_id)
    if last is None or not last["origin"].startswith(APART) or memory.is_one(last["origin"], owner):
        return owner
    return owner if at - datetime.fromisoformat(last["at"]) > NEED_TTL else str(last["origin"])
