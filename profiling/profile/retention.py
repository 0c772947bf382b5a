"""Retention: each kind of data is deleted when its time is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from profiling.errors import InputError
from profiling.profile.memory import Memory
from profiling.store import Store
from profiling.store.chores import finish_chore, take_chore
from profiling.store.notices import NoticeStore

EVERY = timedelta(days=1)
UNREMEMBERED = "unremembered:"
"""Begins the shopper_id of a conversation that is not to be remembered."""
_SILENT: Mapping[str, str] = {
    "unremembered": "SELECT shopper_id FROM turns WHERE shopper_id LIKE 'unremembered:%' "
    "GROUP BY shopper_id HAVING max(at) < ?",
    "guests": "SELECT shopper_id FROM turns WHERE shopper_id LIKE 'guest:%' "
    "AND shopper_id NOT IN (SELECT target FROM identities) GROUP BY shopper_id HAVING max(at) < ?",
    "accounts": "SELECT shopper_id FROM turns GROUP BY shopper_id HAVING max(at) < ?",
}
"""Shoppers whose last message is older than the limit."""
_DEFAULTS = Path(__file__).with_name("retention.yml")


def load_retention(path: Path | None = None) -> Mapping[str, int]:
    """Days for each kind of data; a shop's file overrides single kinds.

    Raises:
        InputError: no readable YAML file, a kind that we do not know, or no whole number of days.
    """
    days: dict[str, int] = yaml.safe_load(_DEFAULTS.read_text(encoding="utf-8"))
    own = _own(path) if path else {}
    for kind, value in own.items():
        if kind not in days or not isinstance(value, int) or value < 0:
            raise InputError(f"{path}: {kind}: expected one of {', '.join(days)} with a number of days")
    return {**days, **own}


def _own(path: Path) -> dict[str, int]:
    try:
        own = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: {error}") from error
    if not isinstance(own, dict):
        raise InputError(f"{path}: expected kinds of data with their days")
    return own


def expire(memory: Memory, days: Mapping[str, int], *, at: datetime) -> dict[str, int]:
    """Deletes what is older than its days; returns how much, by kind."""
    limits = {kind: (at - timedelta(days=count)).isoformat() for kind, count in days.items()}
    deleted = {kind: _forget_silent(memory, kind, limits[kind]) for kind in _SILENT}
    deleted["retracted"] = _retracted(memory, limits["retracted"])
    deleted["notices"] = NoticeStore(memory.store).expire(limits["notices"])
    with memory.store.writing():
        deleted["utterances"] = _utterances(memory.store, limits["utterances"])
        deleted["behaviour"] = _behaviour(memory.store, limits["behaviour"])
    memory.store.forget_deleted()
    return deleted


def expire_daily(memory: Memory, own: Path | None, *, at: datetime) -> dict[str, int] | None:
    """Does what `expire` does if no process has done it since yesterday; None where it is not due.

    Args:
        own: the shop's file of days, see `load_retention`.
    """
    days = load_retention(own)
    if not take_chore(memory.store, "expire", every=EVERY, at=at):
        return None
    deleted = expire(memory, days, at=at)
    finish_chore(memory.store, "expire", at=at)
    return deleted


def _forget_silent(memory: Memory, kind: str, limit: str) -> int:
    silent = memory.store.db.conn.execute(_SILENT[kind], [limit]).fetchall()
    for (shopper_id,) in silent:
        memory.forget(shopper_id)
    return len(silent)


def _retracted(memory: Memory, limit: str) -> int:
    """Facts that were taken back, with the assertions behind them and the older facts that those had ended: without
    the assertion they would come back to life.
    """
    conn = memory.store.db.conn
    with memory.store.writing():
        rows = conn.execute(
            """
            WITH RECURSIVE gone (fact_id, shopper_id) AS (
                SELECT fact_id, shopper_id FROM facts WHERE retracted_at < ?
                UNION
                SELECT ended.fact_id, ended.shopper_id FROM gone
                JOIN assertions ON assertions.fact_id = gone.fact_id
                JOIN facts AS ended ON ended.shopper_id = gone.shopper_id AND ended.closed_by = assertions.message_id
            )
            SELECT fact_id, shopper_id FROM gone
            """,
            [limit],
        ).fetchall()
        for fact_id, _ in rows:  # what the same message said in vain goes too: it would count on its own
            conn.execute(
                "DELETE FROM assertions WHERE fact_id IS NULL AND message_id IN "
                "(SELECT message_id FROM assertions WHERE fact_id = ?)",
                [fact_id],
            )
            conn.execute("DELETE FROM assertions WHERE fact_id = ?", [fact_id])
        for shopper_id in sorted({row[1] for row in rows}):
            memory.log.keep_needs(shopper_id)
            memory.rebuild(shopper_id)
    return len(rows)


def _utterances(store: Store, limit: str) -> int:
    return store.db.conn.execute("UPDATE turns SET utterance = '' WHERE at < ? AND utterance <> ''", [limit]).rowcount


def _behaviour(store: Store, limit: str) -> int:
    slates = store.db.conn.execute("DELETE FROM slates WHERE at < ?", [limit]).rowcount
    return slates + store.db.conn.execute("DELETE FROM interactions WHERE at < ?", [limit]).rowcount
