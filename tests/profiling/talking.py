"""A shopper who talks to an engine, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from profiling.engine import Engine
from profiling.profile.observe import Observation
from profiling.types import Turn

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Shopper:
    """Talks to an engine, a minute a turn."""

    def __init__(self, engine: Engine, shopper_id: str = "s1") -> None:
        self.engine = engine
        self.shopper_id = shopper_id
        self._numbers = count(1)

    def says(self, utterance: str, intent: str = "recommend", *, item_id: str | None = None) -> Observation:
        number = next(self._numbers)
        at = START + timedelta(minutes=number)
        message_id = f"{self.shopper_id}-{number}"
        return self.engine.observe(Turn(message_id, self.shopper_id, utterance, at, intent=intent, item_id=item_id))

    def sees(self, *, more: bool = False, k: int = 3) -> list[str]:
        slate = self.engine.recommend(
            self.shopper_id,
            k=k,
            occasion="more" if more else "request",
            at=START + timedelta(hours=1, minutes=next(self._numbers)),
        )
        return [shown.item.item_id for shown in slate.impressions]

    def knows(self) -> list[str]:
        return [text for _, text in self.engine.profile(self.shopper_id, at=START + timedelta(hours=2)).tell()]
