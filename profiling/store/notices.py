"""What shoppers want to be told when it is back in stock. A notice is deleted once it has been sent.

A wish has one row for each way in which it is to be told: `chat` in the conversation where it was said, which the
gateway does, and `mail` to the address of an account of the shop, which the action server does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from profiling.store.database import Store

Way = Literal["chat", "mail"]
LEASE = timedelta(minutes=10)
"""After this a notice that was taken and not sent may be taken by another process: the first one has died."""
_COLUMNS = "notices.notice_id, notices.shopper_id, sender_id, notices.item_id, way, account, message_id, asked_at"


@dataclass(frozen=True, slots=True)
class Notice:
    """One wish, told in one way.

    `account` is the shop's own id of the shopper, "" for the way `chat`. They asked in the message `message_id`.
    """

    notice_id: str
    shopper_id: str
    sender_id: str
    item_id: str
    way: Way
    account: str
    message_id: str
    asked_at: datetime


class NoticeStore:
    """Reads and writes notices."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ask(self, notice: Notice) -> bool:
        """Notes a wish; False if the shopper has the same one already."""
        with self._store.writing() as db:
            same = "SELECT 1 FROM notices WHERE shopper_id = ? AND item_id = ? AND way = ?"
            if db.conn.execute(same, [notice.shopper_id, notice.item_id, notice.way]).fetchone():
                return False
            row = {name: getattr(notice, name) for name in Notice.__slots__}
            return self._store.insert("notices", row | {"asked_at": notice.asked_at.isoformat()})

    def of_shopper(self, shopper_id: str) -> list[Notice]:
        """The shopper's wishes, the oldest first."""
        return self._query("WHERE notices.shopper_id = ?", shopper_id)

    def cancel(self, shopper_id: str, item_ids: Sequence[str]) -> int:
        """Deletes the shopper's wishes for these items; returns for how many items there were any."""
        with self._store.writing() as db:
            sql = "DELETE FROM notices WHERE shopper_id = ? AND item_id = ?"
            return sum(db.conn.execute(sql, [shopper_id, item_id]).rowcount > 0 for item_id in item_ids)

    def forget_conversation(self, shopper_id: str, sender_id: str) -> None:
        """Deletes what was asked for in one conversation."""
        with self._store.writing() as db:
            db.conn.execute("DELETE FROM notices WHERE shopper_id = ? AND sender_id = ?", [shopper_id, sender_id])

    def due(self, way: Way, *, at: datetime) -> list[Notice]:
        """What can be told in this way now: its item is back in stock, and no process is about to tell it."""
        return self._query(
            "JOIN items ON items.item_id = notices.item_id AND items.in_feed AND items.availability = 'in_stock' "
            "AND coalesce(items.stock_count, 1) > 0 WHERE way = ? AND coalesce(taken_at, '') < ?",
            way,
            (at - LEASE).isoformat(),
        )

    def take(self, notice: Notice, *, at: datetime) -> bool:
        """Takes a notice before it is sent; False if it is gone, or another process has it."""
        sql = "UPDATE notices SET taken_at = ? WHERE notice_id = ? AND coalesce(taken_at, '') < ?"
        with self._store.writing() as db:
            changed = db.conn.execute(sql, [at.isoformat(), notice.notice_id, (at - LEASE).isoformat()]).rowcount
        return bool(changed == 1)

    def sent(self, notice: Notice) -> None:
        """Deletes a notice that was sent, with those that would send the same to the same account again."""
        with self._store.writing() as db:
            db.conn.execute(
                "DELETE FROM notices WHERE notice_id = ? OR (way = 'mail' AND way = ? AND account = ? AND item_id = ?)",
                [notice.notice_id, notice.way, notice.account, notice.item_id],
            )

    def give_back(self, notice: Notice) -> None:
        """Lets a notice be sent later: it could not be sent now."""
        with self._store.writing() as db:
            db.conn.execute("UPDATE notices SET taken_at = NULL WHERE notice_id = ?", [notice.notice_id])

    def expire(self, limit: str) -> int:
        """Deletes what was asked for before; the item has not come back."""
        with self._store.writing() as db:
            return db.conn.execute("DELETE FROM notices WHERE asked_at < ?", [limit]).rowcount

    def _query(self, where: str, *values: str) -> list[Notice]:
        rows = self._store.db.query(f"SELECT {_COLUMNS} FROM notices {where} ORDER BY asked_at, notice_id", values)
        return [Notice(**{**row, "asked_at": datetime.fromisoformat(row["asked_at"])}) for row in rows]
