"""What a wish comes to (jobs, or a question which), and what a job comes to (a change, a question, or a refusal)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from actions.desk.case import Job
from actions.shop.changes import Change


@dataclass(frozen=True)
class Resolved:
    """The jobs of a wish. Where `question` is set they are not clear yet.

    `offer`: what may be chosen from, order numbers, or "number/line_id" where the question is which line.
    `unknown`: the order number that the shopper gave and does not have.
    """

    jobs: Sequence[Job] = ()
    question: str = ""
    offer: Sequence[str] = field(default_factory=tuple)
    unknown: str = ""


@dataclass(frozen=True)
class Proposal:
    """A change that only waits for a yes. `does` completes "I will", `done` says what has become of it."""

    change: Change
    does: str
    done: str
    refund_cents: int = 0

    @property
    def fingerprint(self) -> str:
        """The same for the same change only."""
        return hashlib.sha256(f"{type(self.change).__name__}{asdict(self.change)}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Missing:
    """What has to be asked first."""

    question: str
    text: str
    offer: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Refused:
    """Why it cannot be done. `instead`: the same job in a way that can, where there is one."""

    text: str
    instead: Job | None = None


Outcome = Proposal | Missing | Refused
