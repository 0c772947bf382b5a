"""The gateway deletes once a day what the engine has kept for its time."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from profiling.store import Store
from tests.bot.servers import running_gateway
from tests.profiling.histories import memory_at, tell


def left(settings: Settings) -> int:
    store = Store(settings.engine_path)
    count: int = store.db.conn.execute("SELECT count(*) FROM turns").fetchone()[0]
    store.close()
    return count


def test_it_runs_by_itself_and_with_the_shop_s_own_days(settings: Settings, tmp_path: Path) -> None:
    memory = memory_at(settings.engine_path)
    tell(memory, "m1", ("likes", "colour:red"), shopper_id="guest:1", at=datetime.now(UTC) - timedelta(days=30))
    memory.store.close()
    own = tmp_path / "retention.yml"
    own.write_text("guests: 20\n")
    with running_gateway(replace(settings, retention=own)):
        until = time.monotonic() + 20
        while left(settings) and time.monotonic() < until:
            time.sleep(0.1)
    assert left(settings) == 0


def test_a_bad_file_is_logged_and_deletes_nothing(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory = memory_at(settings.engine_path)
    tell(memory, "m1", ("likes", "colour:red"), shopper_id="guest:1")
    memory.store.close()
    own = tmp_path / "retention.yml"
    own.write_text("gosts: 20\n")
    with running_gateway(replace(settings, retention=own)):
        until = time.monotonic() + 20
        while "gosts" not in caplog.text and time.monotonic() < until:
            time.sleep(0.1)
    assert "gosts" in caplog.text
    assert left(settings) == 1
