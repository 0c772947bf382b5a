"""What several of these tests begin with."""

from __future__ import annotations

import pytest

from profiling.engine import Engine
from tests.profiling.talking import Shopper


@pytest.fixture
def shopper(engine: Engine) -> Shopper:
    return Shopper(engine)
