from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from actions.call import Call, Reply, ShopAction
from actions.context import Context, make_desk
from actions.desk.mail import FolderMailer
from actions.desk.policy import Policy
from actions.observe import ActionObserveTurn
from actions.registry import all_actions
from actions.shop import ShopInfo
from actions.shop.demo import DemoShop
from actions.shop.demo_load import load_demo_shop
from profiling.encoder import OnnxEncoder, open_nlu_encoder
from profiling.engine import Engine
from profiling.faq import Faq
from profiling.settings import Settings

SHOP = Path("data/shop")
REPLY_SCHEMA = Draft202012Validator(json.loads(Path("data/schemas/reply.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def faq(encoder: OnnxEncoder) -> Faq:
    return Faq(SHOP / "faq.yml", encoder=encoder, second=open_nlu_encoder(Settings.from_environment()))


@pytest.fixture
def context(engine: Engine, faq: Faq) -> Context:
    """The known catalogue, the demo shop's facts, answers and orders."""
    orders = engine.settings.home / "shop.db"
    load_demo_shop(SHOP, orders)
    info = ShopInfo.read(SHOP / "shop.yml")
    shop = DemoShop(orders, currency=info.currency)
    mailer = FolderMailer(engine.settings.home / "outbox", info.email)
    desk = make_desk(engine, info, shop, Policy.read(SHOP / "policy.yml"), mailer)
    return Context(engine, info, faq, shop, desk)


class Desk:
    """Calls actions as Rasa does: observe first, then the action of the intent; checks every reply against the schema."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.actions: Mapping[str, ShopAction] = {action.name(): action for action in all_actions(context)}
        self.slots: dict[str, Any] = {}
        self.sender_id = "c1"
        self.signed_as = ""
        self.transcript: Sequence[tuple[str, str]] = ()
        self._numbers = count(1)

    def says(
        self,
        utterance: str,
        intent: str,
        action: str,
        *,
        entities: Mapping[str, Sequence[str]] | None = None,
        fills: Mapping[str, str] | None = None,
    ) -> Reply:
        self.slots |= fills or {}
        call = Call(
            message_id=f"m{next(self._numbers)}",
            shopper_id="s1",
            sender_id=self.sender_id,
            channel="test",
            utterance=utterance,
            intent=intent,
            probability=0.9,
            entities=entities or {},
            item_on_screen=None,
            slots=dict(self.slots),
            candidates=fills or {},
            identity="s1",
            owner="s1",
            signed_as=self.signed_as,
            transcript=self.transcript,
        )
        call = call.of_whom()
        for name in (ActionObserveTurn.action_name, action):
            reply = self.actions[name].reply(call)
            self._apply(reply)
            call = replace(call, slots=dict(self.slots))
            call = call.of_whom()
            self.last_call = call
        REPLY_SCHEMA.validate(dict(reply.rich))
        return reply

    def _apply(self, reply: Reply) -> None:
        for event in reply.events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "restart":
                self.slots.clear()


@pytest.fixture
def desk(context: Context) -> Desk:
    return Desk(context)
