"""The three processes of the shop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.setup.settings import Settings


@dataclass(frozen=True)
class Service:
    """A process that answers over HTTP. It is started when the ones in `after` answer."""

    name: str
    title: str
    argv: tuple[str | Path, ...]
    port: int
    health_path: str
    host: str = "127.0.0.1"
    after: tuple[str, ...] = ()
    start_limit_s: float = 180.0
    stop_limit_s: float = 6.0


def shop_services(settings: Settings) -> list[Service]:
    """Action server and Rasa side by side, then the gateway: the door opens when there is somebody behind it."""
    everywhere = settings.host in ("", "0.0.0.0", "::")  # noqa: S104
    return [
        Service(
            name="actions",
            title="Action server",
            argv=(settings.python, "-m", "actions", "--port", str(settings.actions_port)),
            port=settings.actions_port,
            health_path="/health",
        ),
        Service(
            name="rasa",
            title="Rasa",
            argv=(
                *(settings.rasa_python, "-m", "bot.components.serve"),
                *("--port", str(settings.rasa_port), "--actions-url", settings.actions_url),
            ),
            port=settings.rasa_port,
            health_path="/",
        ),
        Service(
            name="gateway",
            title="Gateway",
            argv=(settings.python, "-m", "bot", "gateway"),
            port=settings.port,
            health_path="/healthz",
            host="127.0.0.1" if everywhere else settings.host,
            after=("actions", "rasa"),
        ),
    ]
