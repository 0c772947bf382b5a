"""The chat API, version 1, as openapi.yml describes it: the conversation."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.errors import ApiError
from bot.gateway.bodies import (
    Command,
    Message,
    as_utterance,
    read_identity,
    read_interaction,
    read_message,
    read_object,
    read_opening,
)
from bot.gateway.callers import address, authenticated
from bot.gateway.identity import SIGNED_IN_S
from bot.gateway.parts import Parts, parts_of
from bot.gateway.sessions import Session
from bot.gateway.transcript import PAGE, Event
from profiling.errors import StoreError

KEEP_ALIVE_S = 15.0
MAX_STREAMS = 8
"""Open event streams of one session: eight tabs."""
PICTURE_SAID = "I send you a picture."
"""What Rasa gets for a picture without words."""


async def open_session(request: Request) -> Response:
    """POST /api/v1/sessions -> 201 {"session_id", "token"}: a guest, or with an identity the account's conversation."""
    parts = parts_of(request)
    parts.limits.session(address(request))
    body = await read_object(request)
    channel, locale = read_opening(body)
    sessions = parts.records.sessions
    if body.get("identity") is None:
        session, token = await asyncio.to_thread(sessions.open, channel=channel, locale=locale)
    else:
        shopper_id, until = parts.identity.shopper(read_identity(body)[0]), time.time() + SIGNED_IN_S
        session, token = await asyncio.to_thread(
            sessions.open_account, shopper_id, channel=channel, locale=locale, signed_until=until
        )
    return JSONResponse({"session_id": session.session_id, "token": token}, status_code=201)


async def post_message(request: Request) -> Response:
    """POST /api/v1/messages -> 202 {"message_id", "duplicate"}; the answer comes as events."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    message = read_message(await read_object(request))
    if message.image_id and not await asyncio.to_thread(
        parts.records.images.belongs, message.image_id, session.session_id
    ):
        raise ApiError(404, "unknown_image", "There is no such picture in this chat.")
    text, utterance = await _spoken(parts, session, message)
    accepted = await asyncio.to_thread(
        parts.records.inbox.accept,
        session,
        message.message_id,
        text=text,
        utterance=utterance,
        item_id=message.item_id,
        image_id=message.image_id,
    )
    if accepted:
        parts.hub.wake(session.session_id)
        parts.turns.wake(session.session_id)
    return JSONResponse({"message_id": message.message_id, "duplicate": not accepted}, status_code=202)


async def get_events(request: Request) -> Response:
    """GET /api/v1/events -> the events after Last-Event-ID or ?after=N as a stream, or as JSON with ?poll=1."""
    parts, session = await authenticated(request)
    parts.limits.read(session.session_id)
    after = _after(request)
    if request.query_params.get("poll") == "1":
        events = await asyncio.to_thread(parts.records.transcript.after, session.session_id, after)
        return JSONResponse({"events": events})
    if parts.hub.listeners(session.session_id) >= MAX_STREAMS:
        raise ApiError(429, "too_many_streams", "This chat is open in too many places.", retry_after_s=30)
    return StreamingResponse(
        _follow(parts, session.session_id, after),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def get_history(request: Request) -> Response:
    """GET /api/v1/history -> {"events"}, the latest 500."""
    parts, session = await authenticated(request)
    parts.limits.read(session.session_id)
    return JSONResponse({"events": await asyncio.to_thread(parts.records.transcript.latest, session.session_id)})


async def post_interaction(request: Request) -> Response:
    """POST /api/v1/interactions -> 202 {"interaction_id"}; the same id counts once."""
    parts, session = await authenticated(request)
    parts.limits.message(f"{session.session_id} interactions", address(request))
    interaction = read_interaction(await read_object(request))
    try:
        await parts.engine.record(interaction, await parts.profiles.who_talks(session))
    except StoreError:
        raise ApiError(503, "store_unavailable", "This cannot be kept right now.", retry_after_s=10) from None
    return JSONResponse({"interaction_id": interaction.interaction_id}, status_code=202)


ROUTES = [
    Route("/api/v1/sessions", open_session, methods=["POST"]),
    Route("/api/v1/messages", post_message, methods=["POST"]),
    Route("/api/v1/events", get_events, methods=["GET"]),
    Route("/api/v1/history", get_history, methods=["GET"]),
    Route("/api/v1/interactions", post_interaction, methods=["POST"]),
]


async def _spoken(parts: Parts, session: Session, message: Message) -> tuple[str, str]:
    """(what the transcript shows, what Rasa gets). Only our own buttons and offered quick replies are intents."""
    if isinstance(message.said, Command):
        return message.said.title, message.said.utterance
    if isinstance(message.said, str):
        return message.said, as_utterance(message.said) or PICTURE_SAID
    choice = message.said
    found = await asyncio.to_thread(parts.records.transcript.payload, session.session_id, choice.event_id, choice.index)
    if found is None:
        raise ApiError(404, "unknown_choice", "This choice is no longer there.")
    return found


async def _follow(parts: Parts, session_id: str, after: int) -> AsyncIterator[str]:
    with parts.hub.listening(session_id) as bell, parts.metrics.streams.track_inprogress():
        yield ": connected\n\n"
        while not parts.hub.closing:
            bell.clear()
            while events := await asyncio.to_thread(parts.records.transcript.after, session_id, after):
                after = events[-1]["id"]
                yield "".join(_frame(event) for event in events)
                if len(events) < PAGE:
                    break
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    await bell.wait()
            except TimeoutError:
                yield ": keep-alive\n\n"


def _frame(event: Event) -> str:
    data = json.dumps(event, separators=(",", ":"))  # ASCII: some clients take U+2028 for the end of a line
    return f"id: {event['id']}\nevent: {event['kind']}\ndata: {data}\n\n"


def _after(request: Request) -> int:
    text = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ApiError(422, "bad_event_id", "The id of an event is a whole number.")
    return int(text)
