"""The Telegram channel: takes updates in, by webhook or long polling, and carries replies out."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import BotCommand, Update
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.errors import ApiError
from bot.gateway.bodies import read_object
from bot.gateway.callers import address, authenticated
from bot.gateway.parts import Parts, parts_of
from bot.settings import Settings
from bot.telegram.chats import LINK_LIFETIME_S
from bot.telegram.courier import Courier
from bot.telegram.updates import Updates
from bot.telegram.words import COMMANDS, LANGUAGES, words

POLL_S = 20
RETRY_S = (1.0, 5.0, 30.0, 60.0)
TELEGRAM = "https://api.telegram.org"
ALLOWED = ["message", "callback_query"]

_log = logging.getLogger("rapport.telegram")


def make_bot(settings: Settings) -> ExtBot[Any]:
    """The bot of the settings; it has not spoken to Telegram yet."""
    api = settings.telegram_api or TELEGRAM
    return ExtBot(
        settings.telegram_token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        rate_limiter=AIORateLimiter(max_retries=2),
        request=HTTPXRequest(connection_pool_size=32, httpx_kwargs={"trust_env": False}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
    )


class TelegramChannel:
    """Lives as long as the gateway; Telegram being out of reach stops nothing else."""

    def __init__(self, parts: Parts) -> None:
        self._settings = parts.settings
        self._bot = make_bot(parts.settings)
        self._chats = parts.records.chats
        self._updates = Updates(parts, self._bot)
        self._courier = Courier(self._bot, parts)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: list[asyncio.Task[None]] = []
        self.username = ""

    @property
    def secret(self) -> str:
        """What Telegram sends along with each update, so that nobody else can."""
        return hashlib.sha256(f"webhook {self._settings.telegram_token}".encode()).hexdigest()

    def start(self) -> None:
        """Begins to work, in tasks of its own."""
        self._tasks = [asyncio.create_task(work) for work in (self._greet(), self._courier.run())]

    async def stop(self) -> None:
        """Ends the tasks and hands the chats back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._chats.release)
        with suppress(TelegramError, RuntimeError):
            await self._bot.shutdown()

    async def receive(self, data: Mapping[str, Any]) -> None:
        """Deals with one update; one that was delivered before is left alone.

        Raises:
            ValueError: it is no update.
        """
        try:
            update = Update.de_json(dict(data), self._bot)
            chat_id = update.effective_chat.id if update.effective_chat else 0
        except (TypeError, KeyError, AttributeError, ValueError, TelegramError):
            raise ValueError("no update") from None
        if not isinstance(update.update_id, int):
            raise ValueError("no update")
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        async with lock:
            if not await asyncio.to_thread(self._chats.first_time, update.update_id):
                return
            try:
                await self._updates.handle(update)
            except TelegramError as error:
                _log.error("update %d: %s", update.update_id, type(error).__name__)
            except Exception as error:  # the update comes again, or is asked for again
                _log.exception("update %d failed: %s", update.update_id, type(error).__name__)
                await asyncio.to_thread(self._chats.take_back, update.update_id)
                raise

    async def _greet(self) -> None:
        """Signs in to Telegram, shows the menu, and then waits for updates or asks for them."""
        for failures in range(1_000_000):
            try:
                await self._bot.initialize()
                self.username = self._bot.username
                for language in LANGUAGES:
                    texts = words(language)
                    menu = [BotCommand(name, texts[name]) for name in COMMANDS]
                    await self._bot.set_my_commands(menu, language_code="" if language == "en" else language)
                if self._settings.telegram_webhook:
                    await self._bot.set_webhook(
                        f"{self._settings.telegram_webhook}/telegram", secret_token=self.secret, allowed_updates=ALLOWED
                    )
                    return
                await self._bot.delete_webhook()
                break
            except TelegramError as error:
                _log.error("Telegram is out of reach: %s", type(error).__name__)
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
        await self._poll()

    async def _poll(self) -> None:
        offset, failures = 0, 0
        while True:
            try:
                updates = await self._bot.get_updates(offset, timeout=POLL_S, allowed_updates=ALLOWED)
                for update in updates:
                    await self.receive(update.to_dict())
                    offset = update.update_id + 1
                failures = 0
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001  # the next round asks again from the same update
                _log.error("polling failed: %s", type(error).__name__)
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
                failures += 1


async def webhook(request: Request) -> Response:
    """POST /telegram: an update from Telegram, which knows the secret."""
    channel = _channel(request)
    given = request.headers.get("x-telegram-bot-api-secret-token", "")
    if not hmac.compare_digest(given.encode(), channel.secret.encode()):
        raise HTTPException(403)
    try:
        await channel.receive(await read_object(request))
    except ValueError:
        _log.warning("an update that is none was left out")
    return JSONResponse({})


async def open_link(request: Request) -> Response:
    """POST /api/v1/links -> {"url"}: with it a Telegram chat joins this shopper."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    channel = _channel(request)
    if not channel.username:
        raise ApiError(503, "telegram_unavailable", "Telegram is out of reach right now.", retry_after_s=30)
    token = await asyncio.to_thread(parts.records.chats.link, session)
    return JSONResponse(
        {"url": f"https://t.me/{channel.username}?start={token}", "expires_in_s": LINK_LIFETIME_S}, status_code=201
    )


def _channel(request: Request) -> TelegramChannel:
    channel = parts_of(request).telegram
    if channel is None:
        raise ApiError(404, "no_telegram", "This shop has no Telegram bot.")
    return channel


ROUTES = [
    Route("/telegram", webhook, methods=["POST"]),
    Route("/api/v1/links", open_link, methods=["POST"]),
]
