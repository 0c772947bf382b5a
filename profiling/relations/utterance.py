"""An utterance as it is read: folded, with the things in it masked, and its clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from profiling.relations.acts import Reading, read_acts
from profiling.relations.clauses import Clause, fold
from profiling.relations.gifts import people_of
from profiling.relations.verbs import FINITE
from profiling.relations.words import MASK
from profiling.types import Mention

REACH = 120
"""Characters around a mention that are looked at."""


@dataclass(frozen=True)
class Utterance:
    """An utterance with what was found in it; `masked` has `MASK` for every character of a mention."""

    text: str
    folded: str
    masked: str
    mentions: Sequence[Mention]
    reading: Reading

    @classmethod
    def read(cls, text: str, mentions: Sequence[Mention], *, wishing: bool, people: Sequence[str] = ()) -> Utterance:
        """Reads a text with its mentions; `wishing` and `people` as for `extract_candidates`."""
        folded = fold(text)
        masked = mask(folded, mentions)
        people = [*people, *people_of(folded, mentions)] if wishing else []
        return cls(text, folded, masked, mentions, read_acts(folded, masked, people=people))

    def before(self, clause: Clause, mention: Mention, *, masked: bool) -> str:
        """What stands before a mention in its clause, as far as it can matter."""
        return (self.masked if masked else self.folded)[max(clause.start, mention.start - REACH) : mention.start]

    def names(self, start: int, end: int) -> Mention | None:
        """The mention that meets a stretch, if any."""
        return next((m for m in self.mentions if m.start < end and start < m.end), None)


def mask(folded: str, mentions: Sequence[Mention]) -> str:
    """The text with `MASK` for every character of a thing that is named."""
    masked = list(folded)
    for mention in mentions:
        verb = mention.text.lower() in FINITE and folded.startswith(" me", mention.end)  # "purple suits me"
        if mention.kind not in {"price", "recipient", "date"} and not verb:
            masked[mention.start : mention.end] = MASK * (mention.end - mention.start)
    return "".join(masked)
