"""Mails that nobody waits for in the chat: what is back in stock, to the address that the shop has of an account."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from actions.cards import price_text
from actions.context import Context
from actions.desk.mail import MailNotSent
from actions.shop import ShopUnavailable
from profiling import Item
from profiling.errors import StoreError
from profiling.store.notices import Notice

EVERY_S = 20.0
logger = logging.getLogger(__name__)


class Postman:
    """Sends due notices. Several action servers may have one each: every notice is sent by one of them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._notices = context.engine.notices
        self._stopping = threading.Event()

    def start(self) -> None:
        """Goes on rounds in a thread that ends with the process."""
        threading.Thread(target=self._run, name="postman", daemon=True).start()

    def stop(self) -> None:
        """Ends the rounds."""
        self._stopping.set()

    def round(self, *, at: datetime) -> int:
        """Sends what is due; returns how many mails.

        Raises:
            MailNotSent: one could not be sent. It is tried again after its lease, and keeps no other one waiting.
            ShopUnavailable: the shop does not tell the addresses; all that is left stays for the next round.
        """
        count, failed = 0, list[MailNotSent]()
        for notice in self._notices.due("mail", at=at):
            try:
                count += self._send(notice, at=at)
            except MailNotSent as error:
                failed.append(error)
        if failed:
            raise failed[-1]
        return count

    def _run(self) -> None:
        is_failing = False
        while not self._stopping.wait(EVERY_S):
            try:
                self.round(at=datetime.now(UTC))
                is_failing = False
            except (StoreError, ShopUnavailable, MailNotSent) as error:
                if not is_failing:  # once: rounds are seconds apart
                    logger.error("notices wait: %s", error)
                is_failing = True
            except Exception:  # a thread that died would say nothing ever again
                logger.exception("notices wait")

    def _send(self, notice: Notice, *, at: datetime) -> bool:
        if not self._notices.take(notice, at=at):
            return False
        try:
            account = self._context.orders.account(notice.account)
            items = self._context.engine.catalogue.items.get([notice.item_id])
            if account and items:
                self._context.desk.door.mail(account.email, f"{items[0].title} is back", self._text(items[0]))
        except ShopUnavailable:
            self._notices.give_back(notice)
            raise
        self._notices.sent(notice)
        logger.info("notice %s sent", notice.notice_id)
        return bool(account and items)

    def _text(self, item: Item) -> str:
        where = f"\n{item.url}" if item.url.startswith("http") else ""
        return (
            f"You wanted to know: {item.title} is back in stock at {self._context.info.name}, "
            f"for {price_text(item) or 'a price on request'}.{where}\n\nThis is the only mail about it."
        )
