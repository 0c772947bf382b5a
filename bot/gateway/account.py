"""The part of the chat API that is about the shopper: signing in, and the profile. See openapi.yml."""

from __future__ import annotations

import asyncio
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.gateway.bodies import read_identity, read_object
from bot.gateway.callers import address, authenticated
from bot.gateway.identity import SIGNED_IN_S


async def sign_in(request: Request) -> Response:
    """POST /api/v1/identity: the shop vouches for the shopper; a guest becomes the account."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    identity, merge = read_identity(await read_object(request))
    shopper_id = parts.identity.shopper(identity)
    sessions = parts.records.sessions
    session = await asyncio.to_thread(sessions.sign_in, session, shopper_id, signed_until=time.time() + SIGNED_IN_S)
    can_merge = bool(session.guest_id) and bool(await parts.profiles.facts(session.guest_id))
    if can_merge and merge is not None:
        if merge:
            await parts.profiles.merge(session.guest_id, shopper_id)
        else:
            await parts.profiles.forget(session.guest_id)
        await asyncio.to_thread(sessions.forget_guest, session)
    return JSONResponse({"session_id": session.session_id, "can_merge": can_merge and merge is None})


async def get_profile(request: Request) -> Response:
    """GET /api/v1/profile: what is known, and from which words."""
    parts, session = await authenticated(request)
    parts.limits.read(session.session_id)
    return JSONResponse(
        {"signed_in": session.signed_until > 0, "facts": await parts.profiles.facts(session.shopper_id)}
    )


async def delete_fact(request: Request) -> Response:
    """DELETE /api/v1/profile/facts/{fact_id}: that is wrong."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    await parts.profiles.close(session.shopper_id, request.path_params["fact_id"])
    return Response(status_code=204)


async def delete_profile(request: Request) -> Response:
    """DELETE /api/v1/profile: everything is forgotten, the conversations too."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    count = await parts.profiles.forget(session.shopper_id)
    for session_id in await asyncio.to_thread(parts.records.erase, session):
        parts.hub.wake(session_id)
    return JSONResponse({"facts_count": count})


ROUTES = [
    Route("/api/v1/identity", sign_in, methods=["POST"]),
    Route("/api/v1/profile", get_profile, methods=["GET"]),
    Route("/api/v1/profile", delete_profile, methods=["DELETE"]),
    Route("/api/v1/profile/facts/{fact_id}", delete_fact, methods=["DELETE"]),
]
