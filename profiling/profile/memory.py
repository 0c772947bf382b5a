"""What the rest of Rapport does with a shopper's profile: learn, read, mend, merge, export, forget.

Everything goes through the log: a change is an entry in it, and the facts follow from the entries. So a change can be
undone, a late message finds its place, and a merge can be split again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from profiling.errors import NotFoundError
from profiling.profile.folding import Folding, Refolded
from profiling.profile.observe import Observation, Reading, ResolveCritique, assertions_of
from profiling.profile.profile import Profile
from profiling.profile.reading import ProfileReader
from profiling.profile.replay import contradictory, replay
from profiling.profile.scope import Scope
from profiling.store import Store
from profiling.store.facts import FactStore
from profiling.store.log import Entry, Log, check_declared
from profiling.store.log_parts import LogParts
from profiling.store.notices import NoticeStore
from profiling.store.shoppers import Consent, Proof, ShopperStore
from profiling.types import Fact, Mood, Row, Turn
from profiling.vocabulary import Taxonomy

LIVE = timedelta(minutes=1)
"""A message that is said to be no older than this is put after all that we know: a clock that jumps back must not
turn a change of mind around. An older one was delivered late and finds its place by its time.
"""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Undone:
    """What an undo changed: facts that are gone again, and facts that hold again."""

    removed: tuple[Fact, ...]
    restored: tuple[Fact, ...]


class Memory:
    """Profiles over one store. Safe to share between threads; several processes may use the same store.

    Args:
        types: the product types, which tell whether a request goes on with what was being looked for.
    """

    def __init__(self, store: Store, types: Taxonomy) -> None:
        self.store = store
        self._types = types
        self.facts = FactStore(store)
        self.log = Log(store)
        self.shoppers = ShopperStore(store)
        self._folding = Folding(store, types)
        self._parts = LogParts(store)
        self._reader = ProfileReader(store)

    def learn(self, reading: Reading, resolve: ResolveCritique) -> Observation:
        """Writes a turn and what it teaches, in one transaction. The same message twice teaches nothing twice.

        Args:
            resolve: fills in what a critique compares with.
        """
        turn = reading.turn
        with self.store.writing():
            known = self.log.turn(turn.message_id)
            if known is not None:
                return self._observed(turn, known)
            shopper_id = self.shoppers.root(turn.shopper_id)
            last = self.log.last_order(shopper_id)
            at, learnt_at = _placed(turn.at, last)
            unique = {each.assertion_id: each for each in assertions_of(reading, resolve)}
            check_declared(unique.values())
            entry = Entry(
                turn.message_id,
                "turn",
                turn.shopper_id,
                at,
                learnt_at,
                turn.intent,
                reading.wishing,
                reading.released,
                tuple(sorted(unique.values(), key=lambda each: (each.start, each.end, each.assertion_id))),
            )
            is_late = last is not None and entry.order < last
            before = self._reader.version(shopper_id)
            book = None if is_late else self._folding.apply(shopper_id, entry)
            need = book.need if book else ""
            self.log.add_turn(
                turn, entry, shopper_id=shopper_id, language=reading.language, need=need, mood=reading.mood
            )
            if book is None:
                scope = self._folding.scope(shopper_id, entry.order)
                need = self._refold(shopper_id, scope, before).needs[entry.entry_id]
            else:
                self._folding.save(book)
                self._reader.follow(shopper_id, book.changed(), before=before)
            facts = self.facts.of_message(turn.message_id)
        return Observation(turn.message_id, reading.language, need, tuple(facts), mood=reading.mood)

    def profile(self, shopper_id: str, *, at: datetime | None = None) -> Profile:
        """What is known about a shopper at a moment; an unknown shopper has an empty profile.

        A reading counts for a minute of `at` and as long as nothing new is known.
        """
        return self._reader.profile(self.shoppers.root(shopper_id), at=at or datetime.now(UTC))

    def facts_as_of(self, shopper_id: str, *, held_at: datetime, known_at: datetime) -> list[Fact]:
        """What we believed at one moment (`known_at`) about what held at another (`held_at`)."""
        root = self.shoppers.root(shopper_id)
        entries = [entry for entry in self.log.entries(root) if entry.learnt_at <= known_at]
        facts = replay(entries, shopper_id=root, types=self._types).facts.values()
        return [
            fact
            for fact in sorted(facts, key=lambda fact: (fact.valid_from, fact.fact_id))
            if fact.retracted_at is None
            and fact.valid_from <= held_at
            and (fact.valid_to is None or held_at < fact.valid_to)
        ]

    def fact(self, shopper_id: str, fact_id: str) -> Fact:
        """One fact of this shopper, closed ones too.

        Raises:
            NotFoundError: no such fact, or it is somebody else's.
        """
        found = self.facts.get(self.shoppers.root(shopper_id), [fact_id])
        if not found:
            raise NotFoundError(f"no fact {fact_id!r} about this shopper")
        return found[0]

    def contradictions(self, message_id: str) -> list[str]:
        """What a message both asks for and refuses, by its name; neither counts."""
        denied = contradictory(self.log.said(message_id))
        return list(dict.fromkeys(each.label for each in denied if not each.lasting))

    def retract(self, shopper_id: str, fact_ids: Sequence[str], *, at: datetime, by: str) -> list[Fact]:
        """Takes back facts because the shopper said that they are wrong or shall be forgotten; returns those that were.

        Others' facts are left alone. `by` is the message that asked for it; twice the same changes nothing twice.
        """
        with self.store.writing():
            root = self.shoppers.root(shopper_id)
            own = [fact for fact in self.facts.get(root, fact_ids) if fact.retracted_at is None]
            if own:
                targets = self.log.supporting([fact.fact_id for fact in own])
                before = self._reader.version(root)
                entry = self._add(f"retract:{by}", "retract", shopper_id, targets, at=at)
                if entry:
                    book = self._folding.retract(root, entry)
                    self._folding.save(book)
                    self._reader.follow(root, book.changed(), before=before)
        return self.facts.get(root, [fact.fact_id for fact in own]) if own else []

    def undo(self, shopper_id: str, *, at: datetime, by: str) -> Undone | None:
        """Takes back the last thing that changed the profile and still stands; None where there is nothing to undo."""
        with self.store.writing():
            root = self.shoppers.root(shopper_id)
            before, targets = self._reader.version(root), self._parts.last_change(root)
            entry_ids = [each.entry_id for each in targets]
            if not targets or not self._add(f"undo:{by}", "undo", shopper_id, entry_ids, at=at):
                return None
            scope = self._folding.scope(root, min(each.order for each in targets))
            refolded = self._refold(root, scope, before)
        held, holds = ({fact.fact_id: fact for fact in facts} for facts in (refolded.held(), refolded.hold()))
        return Undone(
            tuple(fact for fact_id, fact in held.items() if fact_id not in holds),
            tuple(fact for fact_id, fact in holds.items() if fact_id not in held),
        )

    def merge(self, source: str, target: str, *, proof: Proof, at: datetime | None = None) -> None:
        """Makes what `source` (a guest) said a part of `target` (an account).

        Call it only when the shopper has agreed: `proof` tells how we know that both are the same person.

        Raises:
            IdentityError: they are one already, or `source` is a part of another identity.
        """
        with self.store.writing():
            self.shoppers.link(source, target, proof=proof, at=at or datetime.now(UTC))
            self.facts.clear(source)
            self._folding.refold(self.shoppers.root(target))
            self.shoppers.touch(source)

    def split(self, source: str) -> None:
        """Takes `source` out of what it was merged into; both are again what they would be without the merge.

        Raises:
            IdentityError: it is not a part of any.
        """
        with self.store.writing():
            whole = self.shoppers.unlink(source)
            for shopper_id in (whole, source):
                self._folding.refold(shopper_id)

    def is_one(self, one: str, other: str) -> bool:
        """Whether two identities are parts of the same shopper."""
        return self.shoppers.root(one) == self.shoppers.root(other)

    def consent(self, shopper_id: str, consent: Consent, *, at: datetime) -> None:
        """Notes whether the shopper wants to be remembered, or that they were asked."""
        with self.store.writing():
            self.shoppers.set_consent(self.shoppers.root(shopper_id), consent, at=at)

    def consent_of(self, shopper_id: str) -> Consent:
        """Whether the shopper wants to be remembered."""
        return self.shoppers.consent(self.shoppers.root(shopper_id))

    def consented_at(self, shopper_id: str) -> datetime | None:
        """When the shopper agreed to be remembered; None where they have not, or not any more."""
        return self.shoppers.consented_at(self.shoppers.root(shopper_id))

    def issue_code(self, shopper_id: str, *, at: datetime | None = None) -> str:
        """A code by which another identity can show, once and within ten minutes, that it is this shopper."""
        with self.store.writing():
            return self.shoppers.issue_code(self.shoppers.root(shopper_id), at=at or datetime.now(UTC))

    def redeem_code(self, source: str, code: str, *, at: datetime | None = None) -> str:
        """Merges `source` into the shopper that the code was issued to, and returns that one.

        Raises:
            IdentityError: the code is unknown, used or too old, or both are one already; the code stays unused then.
        """
        at = at or datetime.now(UTC)
        with self.store.writing():
            target = self.shoppers.redeem_code(code, at=at)
            self.merge(source, target, proof="one_time_code", at=at)
        return target

    def rebuild(self, shopper_id: str) -> bool:
        """Makes the facts anew from the log; returns whether that changed anything."""
        with self.store.writing():
            root = self.shoppers.root(shopper_id)
            before = self.digest(root)
            self._folding.refold(root)
            return self.digest(root) != before

    def digest(self, shopper_id: str) -> str:
        """A hash over all that the log gives for a shopper: the same log gives the same digest."""
        root = self.shoppers.root(shopper_id)
        facts = [asdict(fact) for fact in sorted(self.facts.all_facts(root), key=lambda fact: fact.fact_id)]
        needs = sorted((row["message_id"], row["need"]) for row in self.log.turns(root))
        return hashlib.sha256(json.dumps([facts, needs], default=str).encode()).hexdigest()

    def forget_conversation(self, shopper_id: str, sender_id: str) -> int:
        """Deletes what one conversation has taught, and its turns; returns how many turns."""
        with self.store.writing():
            root = self.shoppers.root(shopper_id)
            first = self.log.first_of_conversation(root, sender_id)
            scope = self._folding.scope(root, first) if first else None
            gone = self.log.erase_conversation(root, sender_id)
            NoticeStore(self.store).forget_conversation(root, sender_id)
            if gone:
                self._folding.refold(root, scope)
        self.store.forget_deleted()
        return gone

    def forget(self, shopper_id: str) -> int:
        """Deletes all that is stored about a shopper; returns how many facts were known."""
        with self.store.writing():
            root = self.shoppers.root(shopper_id)
            count = self.shoppers.erase(root)
        self._reader.drop(root)
        self.store.forget_deleted()
        return count

    def _observed(self, turn: Turn, known: Row) -> Observation:
        """What a turn that is in the log already has changed then; of somebody else's message nothing is told."""
        own = known["origin"] == turn.shopper_id
        facts = self.facts.of_message(turn.message_id) if own else []
        mood = Mood(known["mood"], known["mood_probability"]) if own and known["mood"] else None
        return Observation(turn.message_id, known["language"], known["need"], tuple(facts), repeated=True, mood=mood)

    def _add(
        self, change_id: str, kind: Literal["retract", "undo"], shopper_id: str, targets: Sequence[str], *, at: datetime
    ) -> Entry | None:
        """Adds a change to the log, the latest entry of all; None where it is known already."""
        root = self.shoppers.root(shopper_id)
        last = self.log.last_order(root)
        at, now = at.astimezone(UTC), datetime.now(UTC)
        at = max(at, last[0] + _TICK) if last else at  # it is about what is known by now
        entry = Entry(change_id, kind, shopper_id, at, now, targets=tuple(targets))
        return entry if self.log.add_change(entry, shopper_id=root) else None

    def _refold(self, root: str, scope: Scope | None, version: int | None) -> Refolded:
        refolded = self._folding.refold(root, scope)
        self._reader.follow(root, refolded.after, gone=refolded.gone(), before=version)
        return refolded


def _placed(at: datetime, last: tuple[datetime, str] | None) -> tuple[datetime, datetime]:
    """When an entry counts as said, and when we learnt it."""
    now = datetime.now(UTC)
    at = at.astimezone(UTC)
    if last is not None and at <= last[0] and now - at < LIVE:
        at = last[0] + _TICK
    return at, now
