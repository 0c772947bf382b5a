"""Rapport's engine: from what shoppers say and do to a profile of grounded facts, and from the profile to
recommendations.

from profiling import Engine, Turn

engine = Engine.open()
engine.observe(Turn("m1", "shopper-1", "a wireless mouse under 30, not from Logitech", at=now, intent="recommend"))
slate = engine.recommend("shopper-1")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profiling.settings import Settings
from profiling.types import Fact, Impression, Item, Mention, Mood, Slate, Turn

if TYPE_CHECKING:
    from profiling.engine import Engine

__all__ = ["Engine", "Fact", "Impression", "Item", "Mention", "Mood", "Settings", "Slate", "Turn"]


def __getattr__(name: str) -> Any:
    """Loads the engine, and with it numpy and the models' libraries, when it is first asked for."""
    if name == "Engine":
        from profiling.engine import Engine

        return Engine
    raise AttributeError(name)
