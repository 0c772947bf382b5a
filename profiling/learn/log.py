"""The log of slates as learning reads it: what was shown, with which signals, and what the shopper did."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.recommend.signals import WEIGHTS
from profiling.store.database import Store

Reals = NDArray[np.float64]
NAMES = tuple(WEIGHTS)


@dataclass(frozen=True)
class LoggedTrial:
    """The drawn place of a slate: signals of shape (contenders, signals), see NAMES."""

    signals: Reals
    probabilities: Reals
    chosen: int
    reward: float


@dataclass(frozen=True)
class LoggedSlate:
    """One slate: what made the shop show it, signals of shape (items, signals), and the best thing that happened to
    each item, in [0, 1].
    """

    slate_id: str
    occasion: str
    signals: Reals
    rewards: Reals
    trial: LoggedTrial | None


def read_log(store: Store) -> list[LoggedSlate]:
    """All slates that the ranker chose for a shopper, with at least two items whose signals were logged, the oldest
    first: what the owner tries on the command line is nobody's choice.
    """
    rewards: dict[tuple[str, str], float] = {}
    for slate_id, item_id, weight in store.db.conn.execute(
        "SELECT slate_id, item_id, max(weight) FROM interactions WHERE slate_id IS NOT NULL AND item_id IS NOT NULL "
        "GROUP BY slate_id, item_id"
    ):
        rewards[slate_id, item_id] = max(0.0, float(weight))
    rows = store.db.conn.execute(
        "SELECT slate_id, occasion, request FROM slates WHERE occasion <> 'command' ORDER BY at, rowid"
    ).fetchall()
    slates = (_slate(slate_id, occasion, json.loads(request), rewards) for slate_id, occasion, request in rows)
    return [slate for slate in slates if slate is not None]


def _slate(
    slate_id: str, occasion: str, request: Mapping[str, object], rewards: Mapping[tuple[str, str], float]
) -> LoggedSlate | None:
    signals = request.get("signals")
    if not isinstance(signals, dict) or len(signals) < 2:
        return None
    item_ids = list(signals)
    got = np.array([rewards.get((slate_id, item_id), 0.0) for item_id in item_ids])
    trial = request.get("trial")
    logged = _trial(trial, slate_id, rewards) if isinstance(trial, dict) else None
    return LoggedSlate(slate_id, occasion, _matrix([signals[item_id] for item_id in item_ids]), got, logged)


def _trial(trial: Mapping[str, Any], slate_id: str, rewards: Mapping[tuple[str, str], float]) -> LoggedTrial:
    chosen = int(trial["chosen"])
    reward = rewards.get((slate_id, trial["item_ids"][chosen]), 0.0)
    return LoggedTrial(_matrix(trial["signals"]), np.array(trial["probabilities"], dtype=np.float64), chosen, reward)


def _matrix(signals: Sequence[Mapping[str, float]]) -> Reals:
    return np.array([[row.get(name, 0.0) for name in NAMES] for row in signals], dtype=np.float64)
