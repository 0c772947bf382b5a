"""What the actions work with, made once when the server starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from actions.desk.desk import Desk
from actions.desk.identity import Doorkeeper
from actions.desk.mail import Mailer, open_mailer
from actions.desk.policy import Policy
from actions.shop import ShopClient, ShopInfo
from actions.shop.systems import open_shop
from profiling import Engine, Settings
from profiling.encoder import open_nlu_encoder
from profiling.faq import Faq
from profiling.store.codes import CodeStore


@dataclass(frozen=True)
class Context:
    """The engine, the shop's facts and answers, and the client of its order system."""

    engine: Engine
    info: ShopInfo
    faq: Faq
    orders: ShopClient
    desk: Desk

    @classmethod
    def open(cls, environment: Mapping[str, str] | None = None) -> Context:
        """Opens everything that RAPPORT_HOME, RAPPORT_SHOP (data/shop) and RAPPORT_SHOP_SYSTEM (demo) name."""
        values = os.environ if environment is None else environment
        settings = Settings.from_environment(values)
        folder = Path(values.get("RAPPORT_SHOP", "data/shop"))
        info = ShopInfo.read(folder / "shop.yml")
        engine = Engine.open(settings)
        engine.warm()
        orders = open_shop(values, home=settings.home, currency=info.currency)
        mailer = open_mailer(values, home=settings.home, sender=info.email)
        return cls(
            engine=engine,
            info=info,
            faq=Faq(folder / "faq.yml", encoder=engine.encoder, second=open_nlu_encoder(settings)),
            orders=orders,
            desk=make_desk(engine, info, orders, Policy.read(folder / "policy.yml"), mailer),
        )


def make_desk(engine: Engine, info: ShopInfo, orders: ShopClient, policy: Policy, mailer: Mailer) -> Desk:
    """The service desk over a shop, as its policy file wants it."""
    rules = policy.identity
    codes = CodeStore(engine.store, tries=rules.wrong_tries, valid=rules.code_valid, locked=rules.locked)
    return Desk(orders, policy, Doorkeeper(orders, rules, codes, mailer, shop_name=info.name))
