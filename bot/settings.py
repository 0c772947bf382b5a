"""Settings of the bot, all from the environment, all with defaults that work on one machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """Where the gateway listens, what it talks to, and how much it lets one shopper ask.

    `messages_per_minute` bounds one session; an address may send five times as much. 0 lifts all rate limits.
    `lease_s` is how long after a crash the messages of the dead process are taken up again.
    """

    home: Path = Path(".rapport")
    host: str = "127.0.0.1"
    port: int = 8000
    rasa_url: str = "http://127.0.0.1:5005"
    actions_url: str = "http://127.0.0.1:5055"
    allowed_origins: tuple[str, ...] = ()
    shop_dir: Path = Path("data/shop")
    messages_per_minute: int = 60
    first_line_timeout_s: float = 20.0
    turn_timeout_s: float = 30.0
    lease_s: float = 10.0
    retention: Path | None = None
    identity_secret: str = field(default="", repr=False)
    identity_public_key: Path | None = None
    identity_hmac_secret: str = field(default="", repr=False)
    identity_audience: str = "rapport"
    metrics_token: str = field(default="", repr=False)
    inbox_token: str = field(default="", repr=False)
    shop_system: str = "demo"
    shop_webhook_secret: str = field(default="", repr=False)
    chatwoot_url: str = ""
    chatwoot_token: str = field(default="", repr=False)
    chatwoot_account: int = 0
    chatwoot_inbox: int = 0
    chatwoot_secret: str = field(default="", repr=False)
    telegram_token: str = field(default="", repr=False)
    telegram_webhook: str = ""
    telegram_api: str = ""

    @property
    def transcript_path(self) -> Path:
        """The SQLite file with sessions and transcripts."""
        return self.home / "gateway.db"

    @property
    def images_dir(self) -> Path:
        """The folder with the pictures that shoppers sent."""
        return self.home / "images"

    @property
    def engine_path(self) -> Path:
        """The profiling engine's SQLite file."""
        return self.home / "rapport.db"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads the variables that bot/gateway/README.md lists.

        Raises:
            SettingsError: a number is none, or an address is no http(s) URL.
        """
        values = os.environ if environment is None else environment
        origins = values.get("RAPPORT_ALLOWED_ORIGINS", "").split(",")
        return cls(
            home=Path(values.get("RAPPORT_HOME", ".rapport")),
            host=values.get("RAPPORT_HOST", "127.0.0.1"),
            port=_number(values, "RAPPORT_PORT", 8000, maximum=65_535),
            rasa_url=_url(values, "RAPPORT_RASA_URL", "http://127.0.0.1:5005"),
            actions_url=_url(values, "RAPPORT_ACTIONS_URL", "http://127.0.0.1:5055"),
            allowed_origins=tuple(origin.strip().rstrip("/") for origin in origins if origin.strip()),
            shop_dir=Path(values.get("RAPPORT_SHOP", "data/shop")),
            messages_per_minute=_number(values, "RAPPORT_MESSAGES_PER_MINUTE", 60, maximum=1_000_000),
            retention=Path(retention) if (retention := values.get("RAPPORT_RETENTION")) else None,
            lease_s=float(_number(values, "RAPPORT_LEASE_S", 10, maximum=600)),
            identity_secret=values.get("RAPPORT_IDENTITY_SECRET", ""),
            identity_public_key=Path(key) if (key := values.get("RAPPORT_IDENTITY_PUBLIC_KEY")) else None,
            identity_hmac_secret=values.get("RAPPORT_IDENTITY_HMAC_SECRET", ""),
            identity_audience=values.get("RAPPORT_IDENTITY_AUDIENCE", "rapport"),
            metrics_token=values.get("RAPPORT_METRICS_TOKEN", ""),
            inbox_token=values.get("RAPPORT_INBOX_TOKEN", ""),
            shop_system=values.get("RAPPORT_SHOP_SYSTEM") or "demo",
            shop_webhook_secret=values.get("RAPPORT_SHOP_WEBHOOK_SECRET", ""),
            chatwoot_url=_url(values, "RAPPORT_CHATWOOT_URL", ""),
            chatwoot_token=values.get("RAPPORT_CHATWOOT_TOKEN", ""),
            chatwoot_account=_number(values, "RAPPORT_CHATWOOT_ACCOUNT", 0, maximum=2**31),
            chatwoot_inbox=_number(values, "RAPPORT_CHATWOOT_INBOX", 0, maximum=2**31),
            chatwoot_secret=values.get("RAPPORT_CHATWOOT_SECRET", ""),
            telegram_token=values.get("RAPPORT_TELEGRAM_TOKEN", ""),
            telegram_webhook=_url(values, "RAPPORT_TELEGRAM_WEBHOOK", ""),
            telegram_api=_url(values, "RAPPORT_TELEGRAM_API", ""),
        )


def _number(values: Mapping[str, str], name: str, default: int, *, maximum: int) -> int:
    text = values.get(name, "").strip() or str(default)
    if not text.isascii() or not text.isdigit() or int(text) > maximum:
        raise SettingsError(f"{name} is {text!r}; it must be a whole number from 0 to {maximum}")
    return int(text)


def _url(values: Mapping[str, str], name: str, default: str) -> str:
    text = values.get(name, "").strip() or default
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(
            f"{name} is {text!r}; it must be an address such as {default or 'https://chat.shop.example'}"
        )
    return text.rstrip("/")
