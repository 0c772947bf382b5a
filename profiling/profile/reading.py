"""Reading profiles fast: the open facts of the latest shoppers stay in memory and follow each turn.

A version in the database, another one after every change by whatever process, tells whether they are still right.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from profiling.profile.mood import LOOK_BACK, open_complaint, recent_mood
from profiling.profile.profile import Profile, read_profile
from profiling.store import Store
from profiling.store.facts import FactStore
from profiling.store.interest import read_interest
from profiling.store.log import Log
from profiling.store.shoppers import ShopperStore
from profiling.types import Fact

MOST_SHOPPERS = 4096
MOST_FACTS = 50_000
"""Facts of all these shoppers together, some 50 MB; the latest shopper is kept in any case."""
KEPT = timedelta(minutes=1)
"""How long a reading counts as one of the present: weights are halved in hours at the fastest."""


@dataclass(frozen=True)
class _Warm:
    """A shopper's open facts in the order in which they were said, at a version; and the last profile of them."""

    version: int
    facts: Mapping[str, Fact]
    profile: Profile | None = None


class ProfileReader:
    """Reads profiles of whole shoppers (roots). Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._facts = FactStore(store)
        self._log = Log(store)
        self._shoppers = ShopperStore(store)
        self._warm: dict[str, _Warm] = {}
        self._lock = threading.Lock()
        self._count = 0

    def profile(self, root: str, *, at: datetime) -> Profile:
        """What is known at a moment; an unknown shopper has an empty profile."""
        version = self._shoppers.version(root)
        warm = self._warm.get(root)
        if warm is None or warm.version != version:
            warm = _Warm(version or 0, {fact.fact_id: fact for fact in self._facts.open_facts(root)})
        elif warm.profile and timedelta(0) <= at - warm.profile.at < KEPT:
            return warm.profile
        profile = self._read(root, list(warm.facts.values()), at)
        if version is not None:
            self._keep(root, _Warm(version, warm.facts, profile))
        return profile

    def version(self, root: str) -> int | None:
        """The version that `follow` compares with."""
        return self._shoppers.version(root)

    def follow(self, root: str, changed: Iterable[Fact], *, gone: Iterable[Fact] = (), before: int | None) -> None:
        """Takes over what a turn or a change has changed, within its transaction.

        Args:
            changed: new facts, and later states of known ones.
            gone: facts that are no more.
            before: the version before it was written.
        """
        warm, version = self._warm.get(root), self._shoppers.version(root)
        if warm is None or version is None or warm.version != before:
            return
        facts = dict(warm.facts)
        for fact in gone:
            facts.pop(fact.fact_id, None)
        last = next(reversed(facts.values())).order if facts else None
        between = False
        for fact in sorted(changed, key=attrgetter("order")):
            if fact.valid_to is not None:
                facts.pop(fact.fact_id, None)
                continue
            between |= fact.fact_id not in facts and last is not None and fact.order < last
            facts[fact.fact_id] = fact
        if between:
            facts = {fact.fact_id: fact for fact in sorted(facts.values(), key=attrgetter("order"))}
        self._keep(root, _Warm(version, facts))

    def drop(self, root: str) -> None:
        """Forgets a shopper."""
        with self._lock:
            self._forget(root)

    def _keep(self, root: str, warm: _Warm) -> None:
        with self._lock:
            self._forget(root)
            self._warm[root] = warm
            self._count += len(warm.facts)
            while len(self._warm) > 1 and (len(self._warm) > MOST_SHOPPERS or self._count > MOST_FACTS):
                self._forget(next(iter(self._warm)))

    def _forget(self, root: str) -> None:
        gone = self._warm.pop(root, None)
        self._count -= len(gone.facts) if gone else 0

    def _read(self, root: str, facts: Sequence[Fact], at: datetime) -> Profile:
        turns = self._log.turns(root, limit=LOOK_BACK)
        last = turns[0] if turns else None
        return read_profile(
            root,
            facts,
            language=last["language"] if last else "en",
            need=last["need"] if last else "",
            at=at,
            interest=read_interest(self._store, root, at=at),
            first_seen_at=self._log.first_seen_at(root),
            mood=recent_mood(turns, at=at),
            complaint_at=open_complaint(turns, at=at),
        )
