"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings


def test_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_everything_can_be_set() -> None:
    settings = Settings.from_environment(
        {
            "RAPPORT_HOME": "/var/lib/rapport",
            "RAPPORT_HOST": "0.0.0.0",
            "RAPPORT_PORT": "80",
            "RAPPORT_RASA_URL": "http://rasa:5005/",
            "RAPPORT_ACTIONS_URL": "https://actions",
            "RAPPORT_ALLOWED_ORIGINS": "https://a.example, https://b.example/ ,",
            "RAPPORT_SHOP": "elsewhere",
            "RAPPORT_MESSAGES_PER_MINUTE": "0",
            "RAPPORT_LEASE_S": "3",
        }
    )
    assert settings.transcript_path == Path("/var/lib/rapport/gateway.db")
    assert settings.engine_path == Path("/var/lib/rapport/rapport.db")
    assert (settings.host, settings.port) == ("0.0.0.0", 80)
    assert (settings.rasa_url, settings.actions_url) == ("http://rasa:5005", "https://actions")
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert (settings.shop_dir, settings.messages_per_minute, settings.lease_s) == (Path("elsewhere"), 0, 3.0)


@pytest.mark.parametrize(
    "environment",
    [
        {"RAPPORT_PORT": "eighty"},
        {"RAPPORT_PORT": "70000"},
        {"RAPPORT_PORT": "-1"},
        {"RAPPORT_RASA_URL": "rasa:5005"},
        {"RAPPORT_ACTIONS_URL": "file:///etc/passwd"},
        {"RAPPORT_MESSAGES_PER_MINUTE": "1.5"},
    ],
)
def test_nonsense_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(environment))):
        Settings.from_environment(environment)
