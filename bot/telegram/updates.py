"""What shoppers do in Telegram: they write, send pictures, use commands, press buttons."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.errors import ApiError
from bot.gateway.bodies import MAX_TEXT, as_utterance, clean
from bot.gateway.engine_store import Interaction
from bot.gateway.images import MAX_IMAGE_BYTES
from bot.gateway.parts import Parts
from bot.gateway.sessions import Session
from bot.telegram.chats import Action, Chat, masked
from bot.telegram.courier import send_copy
from bot.telegram.words import LANGUAGES, Words, nearest, words
from profiling.errors import StoreError

INTENTS = {
    "help": "/help",
    "orders": "/order_status",
    "profile": "/ask_profile",
    "human": "/handoff",
    "forget": "/forget_me",
}
"""Commands that the dialogue answers -> what Rasa gets."""

PICTURE_SAID = "I send you a picture."


class Updates:
    """Handles one update at a time for each chat. Groups and channels are ignored: a profile is one person's."""

    def __init__(self, parts: Parts, bot: ExtBot[Any]) -> None:
        self._parts = parts
        self._bot = bot
        self._chats = parts.records.chats

    async def handle(self, update: Update) -> None:
        """Does what the shopper wants. An edited message, or anything that is no message, is left alone.

        Raises:
            TelegramError: Telegram does not take our answer.
        """
        if update.callback_query is not None:
            await self._pressed(update.callback_query)
        message = update.message
        if message is None or message.chat.type != ChatType.PRIVATE:
            return
        language = nearest((message.from_user.language_code if message.from_user else None) or "en")
        chat, session = await asyncio.to_thread(self._chats.open, message.chat.id, language=language)
        try:
            self._parts.limits.message(session.session_id, f"telegram {message.chat.id}")
            await self._message(chat, session, message)
        except ApiError as error:
            await self._bot.send_message(message.chat.id, error.message)

    async def _message(self, chat: Chat, session: Session, message: Message) -> None:
        text = clean(message.text or message.caption or "")[:MAX_TEXT]
        if message.photo:
            await self._picture(session, message, text)
        elif text.startswith("/"):
            name, _, rest = text[1:].partition(" ")
            await self._command(chat, session, message, name=name.partition("@")[0].lower(), rest=rest.strip())
        elif text:
            await self._accept(session, _id_of(message), text=text, utterance=as_utterance(text))
        else:
            await self._bot.send_message(chat.chat_id, words(chat.language)["only_text"])

    async def _picture(self, session: Session, message: Message, text: str) -> None:
        largest = message.photo[-1]
        if (largest.file_size or 0) > MAX_IMAGE_BYTES:
            raise ApiError(413, "too_large", "This picture is too large for me. Send a smaller one.")
        file = await self._bot.get_file(largest.file_id)
        raw = bytes(await file.download_as_bytearray())
        image_id = await asyncio.to_thread(self._parts.records.images.add, session.session_id, raw, "image/jpeg")
        utterance = as_utterance(text) or PICTURE_SAID
        await self._accept(session, _id_of(message), text=text, utterance=utterance, image_id=image_id)

    # ---- commands

    async def _command(self, chat: Chat, session: Session, message: Message, *, name: str, rest: str) -> None:
        texts = words(chat.language)
        if name in INTENTS:
            await self._accept(session, _id_of(message), text=texts[name], utterance=INTENTS[name])
            return
        own: dict[str, Callable[[], Awaitable[None]]] = {
            "start": lambda: self._start(chat, texts, token=rest),
            "language": lambda: self._languages(chat, texts),
            "privacy": lambda: self._privacy(chat, texts),
        }
        if name in own:
            await own[name]()
        else:  # no command of ours: words that happen to begin with a slash
            text = message.text or ""
            await self._accept(session, _id_of(message), text=text, utterance=as_utterance(text))

    async def _start(self, chat: Chat, texts: Words, *, token: str) -> None:
        if not token:
            await self._bot.send_message(chat.chat_id, texts["hello"].format(shop=self._parts.shop.name))
            return
        session = await asyncio.to_thread(self._chats.redeem, token)
        if session is None:
            await self._bot.send_message(chat.chat_id, texts["link_dead"])
            return
        whom = texts["link_guest"]
        if session.signed_until:
            whom = texts["link_account"].format(account=masked(session.shopper_id))
        await self._ask(
            chat,
            texts["link_question"].format(whom=whom),
            [(texts["yes_"], {"link": session.session_id}), (texts["no_"], {"tell": "not_linked"})],
        )

    async def _languages(self, chat: Chat, texts: Words) -> None:
        await self._ask(chat, texts["language"], [(name, {"language": code}) for code, name in LANGUAGES.items()])

    async def _privacy(self, chat: Chat, texts: Words) -> None:
        text = texts["privacy_text"].format(days=self._parts.shop.transcript_days)
        await self._ask(chat, text, [(texts["export"], {"export": True}), (texts["forget_button"], {"forget": True})])

    async def _ask(self, chat: Chat, text: str, choices: list[tuple[str, Action]]) -> None:
        row = [
            InlineKeyboardButton(title, callback_data=await asyncio.to_thread(self._chats.button, chat.chat_id, action))
            for title, action in choices
        ]
        await self._bot.send_message(chat.chat_id, text, reply_markup=InlineKeyboardMarkup([row]))

    # ---- buttons

    async def _pressed(self, query: CallbackQuery) -> None:
        """Always answers; only the chat that a button was made for can use it."""
        chat_id = query.from_user.id  # of a private chat; in a group, a bystander has no such button
        chat = await asyncio.to_thread(self._chats.find, chat_id)
        action = await asyncio.to_thread(self._chats.action, chat_id, query.data or "") if chat else None
        session = await asyncio.to_thread(self._parts.records.sessions.by_id, chat.session_id) if chat else None
        texts = words(chat.language if chat else nearest(query.from_user.language_code or "en"))
        if chat is None or action is None or session is None:
            await self._answer(query, texts["gone"])
            return
        try:
            self._parts.limits.message(session.session_id, f"telegram {chat_id}")
            note = await self._act(chat, session, action, query=query, texts=texts)
        except (ApiError, StoreError) as error:
            note = error.message if isinstance(error, ApiError) else texts["trouble"]
        await self._answer(query, note)
        if "thumb" not in action and "export" not in action:
            await self._retire(query)

    async def _act(self, chat: Chat, session: Session, action: Action, *, query: CallbackQuery, texts: Words) -> str:
        """Does it; returns the note that Telegram shows for a moment."""
        if "choice" in action:
            event_id, index = action["choice"]
            found = await asyncio.to_thread(self._parts.records.transcript.payload, session.session_id, event_id, index)
            if found is None:
                return texts["gone"]
            await self._accept(session, f"telegram:{query.id}", text=found[0], utterance=found[1])
        elif "say" in action:
            await self._accept(session, f"telegram:{query.id}", text=action["text"], utterance=action["say"])
        elif "thumb" in action:
            await self._thumb(session, action)
            return texts["thanks"]
        elif "fact" in action:
            await self._parts.profiles.close(await self._parts.profiles.who_talks(session), action["fact"])
            return texts["closed"]
        elif "language" in action:
            await asyncio.to_thread(self._chats.speak, chat.chat_id, action["language"])
            await self._bot.send_message(chat.chat_id, words(action["language"])["language_set"])
        elif "tell" in action:
            await self._bot.send_message(chat.chat_id, texts[action["tell"]])
        elif "link" in action:
            await self._join(chat, session, action["link"], texts)
        elif "export" in action:
            await send_copy(self._bot, self._parts, chat.chat_id)
        elif "forget" in action:
            await self._accept(session, f"telegram:{query.id}", text=texts["forget"], utterance=INTENTS["forget"])
        return ""

    async def _thumb(self, session: Session, action: Action) -> None:
        interaction = Interaction(
            f"{action['message_id']}:{action['thumb']}",
            action["thumb"],
            slate_id=action["slate_id"],
            message_id=action["message_id"],
        )
        await self._parts.engine.record(interaction, await self._parts.profiles.who_talks(session))

    async def _join(self, chat: Chat, session: Session, session_id: str, texts: Words) -> None:
        """The chat becomes the shopper's who made the link; what was said here comes along."""
        other = await asyncio.to_thread(self._parts.records.sessions.by_id, session_id)
        if other is None:
            await self._bot.send_message(chat.chat_id, texts["link_dead"])
            return
        if session.shopper_id.startswith("guest:") and session.shopper_id != other.shopper_id:
            await self._parts.profiles.merge(session.shopper_id, other.shopper_id)
        await asyncio.to_thread(self._parts.records.sessions.join, session, other)
        await self._bot.send_message(chat.chat_id, texts["linked"])

    async def _answer(self, query: CallbackQuery, note: str) -> None:
        try:
            await query.answer(note or None)
        except BadRequest:  # too late for Telegram; what was pressed is done all the same
            return

    async def _retire(self, query: CallbackQuery) -> None:
        """Takes the buttons away that were used."""
        try:
            await query.edit_message_reply_markup(None)
        except BadRequest:
            return

    async def _accept(
        self, session: Session, message_id: str, *, text: str, utterance: str, image_id: str | None = None
    ) -> None:
        accepted = await asyncio.to_thread(
            self._parts.records.inbox.accept,
            session,
            message_id,
            text=text,
            utterance=utterance,
            image_id=image_id,
        )
        if accepted:
            self._parts.hub.wake(session.session_id)
            self._parts.turns.wake(session.session_id)


def _id_of(message: Message) -> str:
    """The same message always has the same id, so that a second delivery counts once."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"telegram:{message.chat.id}:{message.message_id}"))
