"""The running gateway's parts, as the endpoints see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from bot.gateway.catalogue import Catalogue
from bot.gateway.engine_store import EngineStore
from bot.gateway.handoff import Handoff
from bot.gateway.health import Health
from bot.gateway.hub import Hub
from bot.gateway.identity import IdentityCheck
from bot.gateway.limits import Limits
from bot.gateway.metrics import Metrics
from bot.gateway.profiles import Profiles
from bot.gateway.records import Records
from bot.gateway.shop import Shop
from bot.gateway.turns import Turns
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.gateway.chatwoot import ChatwootBridge  # they need the parts themselves
    from bot.telegram.channel import TelegramChannel


@dataclass(frozen=True)
class Parts:
    """What the lifespan of the application builds and closes."""

    settings: Settings
    records: Records
    engine: EngineStore
    turns: Turns
    hub: Hub
    limits: Limits
    health: Health
    identity: IdentityCheck
    profiles: Profiles
    metrics: Metrics
    handoff: Handoff
    shop: Shop
    catalogue: Catalogue
    telegram: TelegramChannel | None = None
    chatwoot: ChatwootBridge | None = None


def parts_of(request: Request) -> Parts:
    """The parts of the application that serves the request."""
    parts: Parts = request.app.state.parts
    return parts
