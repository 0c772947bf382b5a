"""The gateway as an ASGI application: its parts, routes, errors and middleware."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.chatwoot import Chatwoot
from bot.errors import ApiError
from bot.gateway import account, agents, api, chatwoot, operations, pages, shop_reports, uploads, widget
from bot.gateway.catalogue import Catalogue
from bot.gateway.engine_store import EngineStore
from bot.gateway.handoff import Handoff
from bot.gateway.headers import SecurityHeaders, add_headers
from bot.gateway.health import Health
from bot.gateway.hub import Hub
from bot.gateway.identity import IdentityCheck
from bot.gateway.limits import Limits
from bot.gateway.metrics import CountRequests, Metrics
from bot.gateway.notices import Notices
from bot.gateway.parts import Parts
from bot.gateway.profiles import Profiles
from bot.gateway.records import Records
from bot.gateway.shop import load_shop
from bot.gateway.turns import Turns
from bot.rasa_client import RasaClient
from bot.settings import Settings
from bot.telegram import channel as telegram
from profiling.profile.memory import Memory
from profiling.profile.retention import expire_daily
from profiling.vocabulary import load_vocabulary

TIDY_EVERY_S = 3_600.0

API_ERRORS = {404: ("not_found", "There is nothing here."), 405: ("bad_method", "This address takes another method.")}

_HERE = Path(__file__).parent
_log = logging.getLogger("rapport.gateway")


def create_app(settings: Settings) -> Starlette:
    """The gateway; its parts live as long as the server does."""

    identity = IdentityCheck(settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _running(settings, identity) as parts:
            app.state.parts = parts
            yield

    return Starlette(
        routes=[
            *api.ROUTES,
            *account.ROUTES,
            *uploads.ROUTES,
            *operations.ROUTES,
            *telegram.ROUTES,
            *shop_reports.ROUTES,
            *agents.ROUTES,
            *chatwoot.ROUTES,
            *pages.ROUTES,
            *widget.ROUTES,
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[
            Middleware(CountRequests),
            Middleware(SecurityHeaders),
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=["GET", "POST", "PUT", "DELETE"],
                allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
                expose_headers=["Retry-After"],
            ),
            Middleware(GZipMiddleware, minimum_size=1_000),
        ],
        exception_handlers={ApiError: _refused, HTTPException: _http_error, Exception: _broken},
        lifespan=lifespan,
    )


@asynccontextmanager
async def _running(settings: Settings, identity: IdentityCheck) -> AsyncIterator[Parts]:
    shop = await asyncio.to_thread(load_shop, settings.shop_dir)
    records = await asyncio.to_thread(
        Records, settings.transcript_path, images_dir=settings.images_dir, lease_s=settings.lease_s
    )
    engine, hub, metrics = EngineStore(settings.engine_path), Hub(), Metrics()
    rasa = RasaClient(
        settings.rasa_url,
        first_line_timeout_s=settings.first_line_timeout_s,
        turn_timeout_s=settings.turn_timeout_s,
    )
    async with rasa, httpx.AsyncClient(trust_env=False) as http:
        handoff = Handoff(engine, records, hub)
        turns = Turns(
            records,
            rasa,
            engine=engine,
            hub=hub,
            metrics=metrics,
            handoff=handoff,
            contact=shop.email,
            lease_s=settings.lease_s,
        )
        watchers = [
            asyncio.create_task(work)
            for work in (
                turns.sweep(),
                hub.watch(records.database),
                Notices(engine, records, hub).run(),
                _daily("old transcripts", lambda: _tidy(records, shop.transcript_days)),
                _daily("what was kept for its time", lambda: _expire(engine, settings.retention)),
            )
        ]
        messenger: telegram.TelegramChannel | None = None
        try:
            parts = Parts(
                settings=settings,
                records=records,
                engine=engine,
                turns=turns,
                hub=hub,
                limits=Limits(settings.messages_per_minute),
                health=Health(rasa, engine, http=http, actions_url=settings.actions_url),
                identity=identity,
                profiles=Profiles(engine),
                metrics=metrics,
                handoff=handoff,
                shop=shop,
                catalogue=Catalogue(engine),
            )
            if settings.chatwoot_url:
                bridge = chatwoot.ChatwootBridge(_chatwoot(settings, http), handoff, records.database)
                parts = replace(parts, chatwoot=bridge)
                watchers.append(asyncio.create_task(bridge.run()))
            if settings.telegram_token:
                messenger = telegram.TelegramChannel(parts)
                parts = replace(parts, telegram=messenger)
                messenger.start()
            yield parts
        finally:
            hub.close()
            if messenger:
                await messenger.stop()
            await turns.stop()
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
            await asyncio.to_thread(engine.close)
            await asyncio.to_thread(records.database.close)


def _chatwoot(settings: Settings, http: httpx.AsyncClient) -> Chatwoot:
    return Chatwoot(
        http,
        url=settings.chatwoot_url,
        token=settings.chatwoot_token,
        account=settings.chatwoot_account,
        inbox=settings.chatwoot_inbox,
    )


async def _daily(what: str, delete: Callable[[], Awaitable[None]]) -> None:
    """Deletes once a day, whatever became of the day before. Runs until it is cancelled."""
    while True:
        try:
            await delete()
        except Exception:  # noqa: BLE001  # a promise to delete outlives a locked database and a bad file
            _log.exception("%s could not be deleted", what)
        await asyncio.sleep(TIDY_EVERY_S)


async def _expire(engine: EngineStore, own: Path | None) -> None:
    """Deletes what the engine has kept for its time."""
    types = load_vocabulary(None).product_types
    deleted = await engine.run(lambda store: expire_daily(Memory(store, types), own, at=datetime.now(UTC)))
    if deleted and any(deleted.values()):
        _log.info("kept for its time and deleted: %s", deleted)


async def _tidy(records: Records, days: int) -> None:
    """Deletes the events that are older than the shop promises to keep them."""
    count = await asyncio.to_thread(records.delete_older_than, days)
    if count:
        _log.info("%d events older than %d days deleted", count, days)


def _error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status, headers=headers)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)  # noqa: S101  # Starlette's type of a handler is wider
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else None
    return _error(error.status, error.code, error.message, headers)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if request.url.path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
        code, text = API_ERRORS.get(error.status_code, ("refused", "This cannot be served."))
        return _error(error.status_code, code, text, error.headers)
    return await pages.error_page(request, error.status_code)


async def _broken(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed: %s", request.method, request.url.path, type(error).__name__)
    response = _error(500, "internal_error", "Something went wrong on our side.")
    add_headers(MutableHeaders(raw=response.raw_headers), request.url.path, 500)
    return response
