"""The courier: brings what is new in a chat's session to Telegram, in order, from where it was left."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Sequence
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.errors import ApiError
from bot.gateway.account import EXPORT_NAME, export_of
from bot.gateway.hub import WATCH_EVERY_S
from bot.gateway.parts import Parts
from bot.telegram.chats import Chat
from bot.telegram.render import Button, Outgoing, messages
from bot.telegram.words import words

TYPING_EVERY_S = 4.0
MAX_BACKOFF_S = 30.0

_log = logging.getLogger("rapport.telegram")


class Courier:
    """One task a chat that has something to get. Of several gateway processes, one serves a chat at a time."""

    def __init__(self, bot: ExtBot[Any], parts: Parts) -> None:
        self._bot = bot
        self._parts = parts
        self._chats = parts.records.chats
        self._transcript = parts.records.transcript
        self._hub = parts.hub
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Serves all chats. Runs until it is cancelled."""
        try:
            with self._hub.listening_to_all() as bell:
                while True:
                    bell.clear()
                    for chat_id in await asyncio.to_thread(self._chats.behind):
                        if chat_id not in self._tasks:
                            self._tasks[chat_id] = asyncio.create_task(self._serve(chat_id))
                    try:
                        async with asyncio.timeout(WATCH_EVERY_S * 4):
                            await bell.wait()
                    except TimeoutError:
                        pass
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _serve(self, chat_id: int) -> None:
        try:
            chat = await asyncio.to_thread(self._chats.claim, chat_id)
            if chat is not None:
                await self._catch_up(chat)
        except Exception as error:  # noqa: BLE001  # the next round takes the chat up again
            _log.error("chat of session: %s", type(error).__name__)
            await asyncio.sleep(1.0)
        finally:
            del self._tasks[chat_id]

    async def _catch_up(self, chat: Chat) -> None:
        """Sends what is new, and shows that the bot writes as long as an answer is on its way."""
        after, waiting = chat.sent_id, False
        with self._hub.listening(chat.session_id) as bell:
            while True:
                bell.clear()
                events = await asyncio.to_thread(self._transcript.after, chat.session_id, after)
                for event in events:
                    current = await asyncio.to_thread(self._chats.find, chat.chat_id) or chat
                    for outgoing in messages(event, words(current.language)):
                        await self._deliver(chat.chat_id, outgoing)
                    after = event["id"]
                    await asyncio.to_thread(self._chats.sent, chat.chat_id, after)
                    waiting = event["kind"] in ("message", "reply") and event.get("message_id") is not None
                if not waiting:
                    return
                await self._type(chat.chat_id)
                try:
                    async with asyncio.timeout(TYPING_EVERY_S):
                        await bell.wait()
                except TimeoutError:
                    await asyncio.to_thread(self._chats.sent, chat.chat_id, after)  # keeps the claim

    async def _type(self, chat_id: int) -> None:
        try:
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
        except TelegramError as error:
            _log.info("no typing sign: %s", type(error).__name__)

    async def _deliver(self, chat_id: int, outgoing: Outgoing) -> None:
        """Sends one message; tries again while Telegram is out of reach, and gives up on what it will never take."""
        wait_s = 1.0
        while True:
            try:
                await self._send(chat_id, outgoing)
            except Forbidden:
                _log.info("a chat has blocked the bot")
            except BadRequest as error:
                _log.error("Telegram refuses a message: %s", type(error).__name__)
                if outgoing.photos:  # a picture that it cannot fetch: the words alone
                    text = outgoing.text or "\n\n".join(caption for _, caption in outgoing.photos)
                    outgoing = Outgoing(text, (), outgoing.rows)
                    continue
            except TelegramError as error:
                _log.warning("Telegram is out of reach: %s", type(error).__name__)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, MAX_BACKOFF_S)
                continue
            return

    async def _send(self, chat_id: int, outgoing: Outgoing) -> None:
        markup = await self._markup(chat_id, outgoing.rows)
        if outgoing.document:
            await send_copy(self._bot, self._parts, chat_id, name=outgoing.document)
        elif len(outgoing.photos) > 1:
            album = [InputMediaPhoto(at, caption, ParseMode.HTML) for at, caption in outgoing.photos]
            await self._bot.send_media_group(chat_id, album)
        elif outgoing.photos:
            await self._bot.send_photo(
                chat_id, outgoing.photos[0][0], outgoing.text, parse_mode=ParseMode.HTML, reply_markup=markup
            )
        else:
            await self._bot.send_message(chat_id, outgoing.text, parse_mode=ParseMode.HTML, reply_markup=markup)

    async def _markup(self, chat_id: int, rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
        made = []
        for row in rows:
            buttons = []
            for title, does in row:
                if isinstance(does, str):
                    buttons.append(InlineKeyboardButton(title, url=does))
                else:
                    key = await asyncio.to_thread(self._chats.button, chat_id, {"title": title, **does})
                    buttons.append(InlineKeyboardButton(title, callback_data=key))
            made.append(buttons)
        return InlineKeyboardMarkup(made) if made else None


async def send_copy(bot: ExtBot[Any], parts: Parts, chat_id: int, *, name: str = EXPORT_NAME) -> None:
    """Sends the chat's shopper all that is stored about them, as a document."""
    chat = await asyncio.to_thread(parts.records.chats.find, chat_id)
    session = await asyncio.to_thread(parts.records.sessions.by_id, chat.session_id) if chat else None
    if chat is None or session is None:
        return
    try:
        copy = await export_of(parts, session)
    except ApiError:
        await bot.send_message(chat_id, words(chat.language)["trouble"])
        return
    await bot.send_document(chat_id, io.BytesIO(json.dumps(copy, ensure_ascii=False, indent=2).encode()), filename=name)
