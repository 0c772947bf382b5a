"""The index is rebuilt, replaced and damaged while the shop sells."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from profiling.encoder import OnnxEncoder
from profiling.engine import Engine
from profiling.errors import ArtefactError
from profiling.settings import Settings
from tests.known_catalogue import ITEMS, load_items

LAMP = replace(ITEMS[0], item_id="lamp", title="Paper lantern", product_type="lamp", group_id="lamp", brand="Glow")


def test_the_shop_sells_while_another_process_writes_the_index(engine: Engine, settings: Settings) -> None:
    engine.save_index()
    load_items(engine, (*ITEMS, LAMP))
    waits_s: list[float] = []
    found: set[str] = set()
    over = threading.Event()

    def sell() -> None:
        while not over.is_set():
            started = time.perf_counter()
            hits = engine.search("mouse", k=3)
            waits_s.append(time.perf_counter() - started)
            found.add(hits[0].product_type)

    seller = threading.Thread(target=sell)
    seller.start()
    command = [sys.executable, "-m", "profiling", "index"]
    subprocess.run(command, check=True, env=_environment(settings), capture_output=True, timeout=300)
    over.set()
    seller.join()
    assert found == {"mouse"}
    assert max(waits_s) < 5.0  # building it takes the other process longer than that on this machine's worst day
    index = engine.catalogue.view.index
    deadline = time.monotonic() + 30
    while (index is None or len(index) < len(ITEMS) + 1) and time.monotonic() < deadline:
        index = engine.catalogue.view.index
    assert index is not None
    assert index.vectors(_position(engine, "lamp")).any()  # it has a vector now, without a restart
    assert str(settings.index_dir) in Path("/proc/self/maps").read_text(encoding="utf-8")


@pytest.mark.parametrize("damage", [b"", b"not an index"])
def test_a_damaged_index_is_made_anew_with_a_warning(
    engine: Engine, settings: Settings, encoder: OnnxEncoder, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    engine.save_index()
    next(settings.index_dir.glob("*.faiss")).write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        hits = Engine(settings, encoder=encoder).search("a pointing device without a cord")
    assert "profiling index" in caplog.text
    assert hits[0].product_type == "mouse"


def test_an_index_that_cannot_be_made_leaves_full_text_with_a_warning(
    engine: Engine, settings: Settings, encoder: OnnxEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.store.writing() as db:
        db.conn.execute("UPDATE embeddings SET vector = x'00'")
    with caplog.at_level(logging.WARNING):
        other = Engine(settings, encoder=encoder)
        hits = other.search("pebble mouse")
    assert hits[0].item_id.startswith("m-pebble")
    assert other.catalogue.view.index is None
    assert "full text" in caplog.text


def test_a_missing_encoder_writes_no_index(settings: Settings) -> None:
    engine = Engine(settings, encoder=None)
    load_items(engine, ITEMS)
    assert engine.save_index() is None
    with pytest.raises(ArtefactError, match="profiling build"):
        engine.embed()


def _position(engine: Engine, item_id: str) -> NDArray[np.int64]:
    return np.array([engine.catalogue.view.snapshot.position_of(item_id)])


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "RAPPORT_HOME": str(settings.home), "RAPPORT_DEVICE": "cpu"}
