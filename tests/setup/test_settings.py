from __future__ import annotations

from pathlib import Path

import pytest

from bot.setup.errors import SettingsError
from bot.setup.services import shop_services
from bot.setup.settings import Settings

ROOT = Path("/shop")


def read(**values: str) -> Settings:
    return Settings.from_environment(values, root=ROOT)


def test_defaults_are_those_of_the_processes() -> None:
    settings = read()
    assert settings.home == ROOT / ".rapport"
    assert settings.shop == ROOT / "data/shop"
    assert (settings.url, settings.rasa_url, settings.actions_url) == (
        "http://127.0.0.1:8000",
        "http://127.0.0.1:5005",
        "http://127.0.0.1:5055",
    )


def test_other_ports_reach_every_process() -> None:
    settings = read(
        RAPPORT_PORT="8010", RAPPORT_RASA_URL="http://localhost:5015/", RAPPORT_ACTIONS_URL="http://127.0.0.1:5065"
    )
    services = {service.name: service for service in shop_services(settings)}
    assert services["actions"].argv[-2:] == ("--port", "5065")
    assert services["rasa"].argv[-4:] == ("--port", "5015", "--actions-url", "http://127.0.0.1:5065")
    assert {name: service.port for name, service in services.items()} == {
        "actions": 5065,
        "rasa": 5015,
        "gateway": 8010,
    }
    assert services["gateway"].after == ("actions", "rasa")
    environment = settings.environment({})
    assert environment["RAPPORT_RASA_URL"] == "http://127.0.0.1:5015"
    assert environment["RAPPORT_PORT"] == "8010"


def test_an_absolute_home_stays_where_it_is() -> None:
    assert read(RAPPORT_HOME="/var/lib/rapport").home == Path("/var/lib/rapport")


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"), ("10.1.2.3", "http://10.1.2.3:8000")],
)
def test_the_address_to_type_in(host: str, url: str) -> None:
    assert read(RAPPORT_HOST=host).url == url


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"RAPPORT_PORT": "eighty"}, "RAPPORT_PORT is 'eighty'; it must be a port number"),
        ({"RAPPORT_PORT": "0"}, "RAPPORT_PORT is '0'"),
        ({"RAPPORT_PORT": "70000"}, "RAPPORT_PORT is '70000'"),
        ({"RAPPORT_RASA_URL": "http://rasa.example:5005"}, "RAPPORT_RASA_URL is .*started on this machine"),
        ({"RAPPORT_ACTIONS_URL": "127.0.0.1:5055"}, "RAPPORT_ACTIONS_URL is"),
        ({"RAPPORT_ACTIONS_URL": "http://127.0.0.1:99999"}, "RAPPORT_ACTIONS_URL is"),
        ({"RAPPORT_ACTIONS_URL": "http://127.0.0.1:5055/webhook"}, "RAPPORT_ACTIONS_URL is"),
        ({"RAPPORT_PORT": "5005"}, "three different ports"),
    ],
)
def test_impossible_values_are_named(values: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read(**values)


def test_processes_get_a_settled_environment() -> None:
    given = {"PATH": "/bin", "PYTHONPATH": "/x", "VIRTUAL_ENV": "/y", "PIP_USER": "1", "OMP_NUM_THREADS": "8"}
    environment = read().environment(given)
    assert environment["PATH"] == "/bin"
    assert not environment.keys() & {"PYTHONPATH", "VIRTUAL_ENV", "PIP_USER"}
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["HF_HUB_OFFLINE"] == "1"
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
