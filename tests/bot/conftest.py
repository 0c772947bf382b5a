"""A gateway on loopback with a fake Rasa behind it, and shoppers in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from profiling.store import Store
from tests.bot.fake_rasa import FakeRasa
from tests.bot.servers import ROOT, running_app, running_gateway
from tests.bot.shopper import Shopper


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def rasa_url(rasa: FakeRasa) -> Iterator[str]:
    with running_app(rasa.app()) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, rasa_url: str) -> Settings:
    return Settings(
        home=tmp_path / "home",
        rasa_url=rasa_url,
        actions_url="http://127.0.0.1:9",
        shop_dir=ROOT / "data" / "shop",
        messages_per_minute=0,
        first_line_timeout_s=1.0,
        turn_timeout_s=2.0,
        lease_s=2.0,
    )


@pytest.fixture
def demo_catalogue(settings: Settings) -> None:
    """A small catalogue in the engine's store, as the demo shop's feed would be."""
    from profiling.catalogue.importing import import_feed  # numpy and babel are only needed here
    from profiling.vocabulary import load_vocabulary

    store = Store(settings.engine_path)
    import_feed(store, Path(__file__).with_name("catalogue.csv"), vocabulary=load_vocabulary(), feed="demo")
    store.close()


@pytest.fixture
def gateway(settings: Settings) -> Iterator[str]:
    with running_gateway(settings) as url:
        yield url


@pytest.fixture
def visit() -> Iterator[Callable[..., Shopper]]:
    """Makes shoppers, and closes their connections in the end."""
    shoppers: list[Shopper] = []

    def make(url: str, *, token: str | None = None) -> Shopper:
        shoppers.append(Shopper(url, token=token))
        return shoppers[-1]

    yield make
    for shopper in shoppers:
        shopper.close()


@pytest.fixture
def shopper(gateway: str, visit: Callable[..., Shopper]) -> Shopper:
    return visit(gateway)
