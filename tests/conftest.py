"""What every test may use: the built encoder, and a catalogue laid out so that the right answers are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiling.encoder import OnnxEncoder
from profiling.engine import Engine
from profiling.settings import Settings
from tests.known_catalogue import ITEMS, load_items


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    """The encoder that `make test` has built."""
    return OnnxEncoder(Settings.from_environment().encoder_dir)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty engine in a folder of its own; the encoder is the built one."""
    built = Settings.from_environment().encoder_dir
    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    (home / "models" / "encoder").symlink_to(built.resolve(), target_is_directory=True)
    return Settings(home=home)


@pytest.fixture
def engine(settings: Settings, encoder: OnnxEncoder) -> Engine:
    """An engine over the known catalogue, embedded."""
    engine = Engine(settings, encoder=encoder)
    load_items(engine, ITEMS)
    engine.embed()
    engine.catalogue.rebuild()
    return engine
