"""What the actions work with, made once when the server starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from actions.shop import ShopClient, ShopInfo
from actions.shop.systems import open_shop
from profiling import Engine, Settings
from profiling.faq import Faq


@dataclass(frozen=True)
class Context:
    """The engine, the shop's facts and answers, and the client of its order system."""

    engine: Engine
    info: ShopInfo
    faq: Faq
    orders: ShopClient

    @classmethod
    def open(cls, environment: Mapping[str, str] | None = None) -> Context:
        """Opens everything that RAPPORT_HOME, RAPPORT_SHOP (data/shop) and RAPPORT_SHOP_SYSTEM (demo) name."""
        values = os.environ if environment is None else environment
        settings = Settings.from_environment(values)
        folder = Path(values.get("RAPPORT_SHOP", "data/shop"))
        info = ShopInfo.read(folder / "shop.yml")
        engine = Engine.open(settings)
        engine.warm()
        return cls(
            engine=engine,
            info=info,
            faq=Faq(folder / "faq.yml", encoder=engine.encoder),
            orders=open_shop(values, home=settings.home, currency=info.currency),
        )
