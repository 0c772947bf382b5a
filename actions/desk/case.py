"""What the desk keeps of a conversation between two turns: who it is, what is to be done, what was asked. One slot holds it."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from actions.desk.wishes import Wish


@dataclass
class Piece:
    """Some pieces of an order's line; for a swap with the words about the new variant, and the variant once it is clear."""

    line_id: str
    quantity: int = 1
    words: str = ""
    item_id: str = ""


@dataclass
class Job:
    """One change of one order, on its way to being clear enough to be confirmed."""

    act: str
    order: str = ""
    pieces: list[Piece] = field(default_factory=list)
    words: str = ""
    method_id: str = ""
    reason: str = ""
    address: dict[str, str] = field(default_factory=dict)
    detail: str = ""

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Job:
        """The opposite of `asdict`."""
        return cls(**{**record, "pieces": [Piece(**piece) for piece in record["pieces"]]})


@dataclass
class Case:
    """The state of the desk in one conversation.

    `account` is the shop's id of the shopper, set only once they have proved who they are; `known_to` is until when that
    holds, `began_at` when they had proved it first. `question` says what the shopper was asked, `offer` what they may
    choose from, `listed` what was listed last with numbers before it (orders or variants), `shown` is the fingerprint of
    the change that a yes would make. `former` holds the addresses before they were changed here, by order number, the
    account's under "". `mails` counts the codes that were asked for. `offers_person`: the next yes is one to a person.
    """

    account: str = ""
    known_to: str = ""
    began_at: str = ""
    claim: dict[str, str] = field(default_factory=dict)
    wishes: list[Wish] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    question: str = ""
    asked: str = ""
    offer: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    shown: str = ""
    focus: Job | None = None
    done: list[str] = field(default_factory=list)
    former: dict[str, dict[str, str]] = field(default_factory=dict)
    refund_cents: int = 0
    number: int = 0
    misses: int = 0
    mails: int = 0
    anger: int = 0
    offers_person: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the shopper was asked something."""
        return bool(self.question)

    def to_slot(self) -> str:
        """As a JSON string: personal data in text is sealed before Rasa stores it (actions/call.py)."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_slot(cls, slot: str | None) -> Case:
        """What the slot holds, or a new case."""
        if not slot:
            return cls()
        record = json.loads(slot)
        focus = record.get("focus")
        return cls(
            **{
                **record,
                "wishes": [Wish.from_json(wish) for wish in record["wishes"]],
                "jobs": [Job.from_json(job) for job in record["jobs"]],
                "focus": Job.from_json(focus) if focus else None,
            }
        )

    def close(self, done: str) -> None:
        """The first job is over, for the reason given; nothing is asked about it any more."""
        self.focus = self.jobs.pop(0)
        self.done.append(done)
        self.number += 1
        self.question, self.offer, self.shown = "", [], ""

    def drop(self) -> None:
        """Nothing is asked or to be done any more; who the shopper is stays known."""
        self.wishes, self.jobs, self.question, self.asked, self.offer, self.shown = [], [], "", "", [], ""

    def begin_anew(self) -> None:
        """Another account's shopper is there: of the one before, nothing stays but what is wanted and was told to prove it."""
        kept = {name: getattr(self, name) for name in ("wishes", "claim", "mails", "misses", "anger")}
        vars(self).update(vars(Case(**kept)))
