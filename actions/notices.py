"""Being told when something is back in stock: asked for, listed, cancelled. The gateway and the postman tell it."""

# ruff: noqa: E501 - patterns read best as they are
from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

from rasa_sdk.events import SlotSet

from actions.call import Call, Event, QuickReply, Reply, ShopAction
from actions.cards import price_text
from actions.desk.case import Case
from actions.pointing import focus, named
from profiling import Engine, Item, Mention
from profiling.store.notices import Notice

Wanted = Literal["ask", "list", "cancel"]
EXPECTED = ("available from", "availability date", "restock date", "back in stock on", "expected on", "lieferbar ab")
"""Names of a feed's column that says when something comes, in lower case."""
_BACK = r"\b(?:back|in stock|available|availability|restock\w*|re-stock\w*|in again|you (?:have|get|got) (?:it|them|this|that|some|more)|comes? (?:in|again))\b"
_ASK = re.compile(
    rf"\b(?:tell|let|notif\w+|inform|alert|ping|remind|text|message|e?-?mail|write|warn|update|contact)\b[^.?!]{{0,40}}\b(?:when|if|once|as soon as|the (?:moment|minute|day))\b[^.?!]*{_BACK}|"
    r"\b(?:back[- ]in[- ]stock|restock|stock|availability) (?:alert|notice|notification|reminder|mail|e-?mail)\b|\bwait(?:ing)? ?list\b",
    re.IGNORECASE,
)
_NOT_STOCK = re.compile(r"\b(?:refund|money|order|parcel|package|delivery|shipment|agent|person|human|someone|somebody|site|website|app)\b", re.IGNORECASE)  # fmt: skip
_NOUN = r"(?:notices?|alerts?|reminders?|notifications?|wait(?:ing)? ?lists?)"
_LIST = re.compile(
    rf"\b(?:which|what|list|show|see|any|my)\b[^.?!]{{0,30}}\b{_NOUN}\b|\b(?:which|what)\b[^.?!]{{0,40}}\b(?:am i waiting for|will you (?:tell|notify|mail) me about)\b",
    re.IGNORECASE,
)
_CANCEL = re.compile(
    rf"\b(?:cancel|stop|delete|remove|drop|end|clear|forget|take me off|off|no more|don'?t (?:need|want))\b[^.?!]{{0,40}}\b{_NOUN}\b|"
    r"\b(?:do not|don'?t|no need to|never mind|stop) (?:tell|notify|inform|alert|remind|mail|ping|write)\w* me\b(?=\W*$|[,.;!]| (?:any ?more|about|when|if|once|then|please|again|later)\b)",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all|every\w*|any|both|notices|alerts|reminders|notifications)\b", re.IGNORECASE)
TELL_ME = QuickReply("Yes, tell me", "/affirm")
OFFER = "Shall I tell you when it is back?"


def wanted(utterance: str) -> Wanted | None:
    """What an utterance wants of the notices; None where it is about something else."""
    if _NOT_STOCK.search(utterance):
        return None
    if _CANCEL.search(utterance):
        return "cancel"
    if _ASK.search(utterance):
        return "ask"
    return "list" if _LIST.search(utterance) else None


def expected(item: Item, *, today: date) -> date | None:
    """When the feed says that the item comes; None where it does not say, or the day has passed."""
    for name, value in item.attributes.items():
        if name.strip().lower() in EXPECTED:
            try:
                day = date.fromisoformat(value.strip()[:10])
            except ValueError:
                continue
            return day if day >= today else None
    return None


def offered(call: Call) -> Sequence[Event]:
    """What makes the next yes one to `OFFER`; nothing while the desk waits for an answer of its own."""
    return () if Case.from_slot(call.slots.get("case")).is_open else (SlotSet("pending", "notice"),)


def like(engine: Engine, item: Item, mentions: Sequence[Mention]) -> Item:
    """The item's variant in the colour and size that are named, or the item itself."""
    named_ones = [mention for mention in mentions if mention.kind in {"colour", "size"}]
    fitting = engine.variants_like(item, named_ones) if named_ones else []
    return next((one for one in fitting if one.availability == "out_of_stock"), (fitting or [item])[0])


class ActionNotice(ShopAction):
    """Tell me when it is back."""

    action_name = "action_notice"

    def answer(self, call: Call) -> Reply:
        """Does what the utterance wants; a bare yes or no answers the offer."""
        done = [SlotSet("pending", None)]
        wants = wanted(call.utterance)
        if wants is None and call.intent == "deny":
            return Reply("All right, I note nothing.", events=done)
        if wants == "list":
            return Reply(self._list(call), events=done)
        if wants == "cancel":
            return Reply(self._cancel(call), events=done)
        return self._ask(call, done)

    def _ask(self, call: Call, done: list[Event]) -> Reply:
        item = named(self.engine, call) or focus(self.engine, call)
        if item is None:
            return Reply("Which item do you mean? Tell me what it is called.", events=done)
        item = like(self.engine, item, self.engine.catalogue.view.extractor.mentions(call.utterance))
        if item.availability != "out_of_stock":
            return Reply(f"{item.title} can be had now, for {price_text(item) or 'a price on request'}.", events=done)
        if call.memory_off:
            text = "In this conversation I keep nothing, so I could not tell you later. Say “remember me again” first."
            return Reply(text, events=done)
        account = self._account(call)
        fresh = self.engine.notices.ask(self._notice(call, item, account=""))
        if account:
            fresh = self.engine.notices.ask(self._notice(call, item, account=account)) or fresh
        how = "here in the chat and by mail to the address of your account" if account else "here in the chat"
        text = (
            f"{'' if fresh else 'That is noted already. '}I tell you once, {how}, when {item.title} is back in stock. "
            "I keep this wish until then, for a year at most; “cancel the notice” ends it."
        )
        return Reply(text, events=[*done, SlotSet("focus_item", item.item_id)])

    def _notice(self, call: Call, item: Item, *, account: str) -> Notice:
        way: Literal["chat", "mail"] = "mail" if account else "chat"
        return Notice(
            notice_id=f"{call.message_id}:{item.item_id}:{way}",
            shopper_id=self._root(call),
            sender_id=call.sender_id,
            item_id=item.item_id,
            way=way,
            account=account,
            message_id=call.message_id,
            asked_at=datetime.now(UTC),
        )

    def _account(self, call: Call) -> str:
        """The shop's id of a shopper who has proved who they are; the mail goes to the address that the shop has."""
        if call.signed_as:
            return call.signed_as
        case = Case.from_slot(call.slots.get("case"))
        return case.account if case.known_to > datetime.now(UTC).isoformat() else ""

    def _list(self, call: Call) -> str:
        items = self._noted(call)
        if not items:
            return "There is nothing that I am to tell you about."
        return "\n".join(["I tell you when these are back in stock:", *(f"- {item.title}" for item in items)])

    def _cancel(self, call: Call) -> str:
        items = self._noted(call)
        if not items:
            return "There is nothing that I am to tell you about."
        found = named(self.engine, call)
        meant = [item for item in items if found and item.group_id == found.group_id and item.title == found.title]
        if not meant and (len(items) == 1 or _ALL.search(call.utterance)):
            meant = items
        if not meant:
            return f"Which one? {self._list(call)}"
        self.engine.notices.cancel(self._root(call), [item.item_id for item in meant])
        return f"Done. I do not tell you about {', '.join(item.title for item in meant)} any more."

    def _noted(self, call: Call) -> list[Item]:
        notices = self.engine.notices.of_shopper(self._root(call))
        return self.engine.catalogue.items.get(list(dict.fromkeys(notice.item_id for notice in notices)))

    def _root(self, call: Call) -> str:
        return self.engine.memory.shoppers.root(call.shopper_id)
