"""The part of the chat API that is about the shopper: signing in, and the profile. See openapi.yml."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import ApiError
from bot.gateway.bodies import read_code, read_consent, read_identity, read_object, read_value
from bot.gateway.callers import address, authenticated
from bot.gateway.identity import SIGNED_IN_S
from bot.gateway.parts import Parts
from bot.gateway.sessions import Session
from profiling.store.shoppers import CODE_TTL

EXPORT_NAME = "my-data.json"


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
    """GET /api/v1/profile: what is known of who talks now; whether it may be; whether a guest can be taken out."""
    parts, session = await authenticated(request)
    parts.limits.read(session.session_id)
    profiles, shopper_id = parts.profiles, await parts.profiles.who_talks(session)
    return JSONResponse(
        {
            "signed_in": session.signed_until > 0 and shopper_id == session.shopper_id,
            "consent": await profiles.consent(shopper_id),
            "can_split": bool(await profiles.merged(shopper_id)),
            "facts": await profiles.facts(shopper_id),
        }
    )


async def get_export(request: Request) -> Response:
    """GET /api/v1/profile/export: a copy of everything, as a file."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    copy = await export_of(parts, session)
    return JSONResponse(copy, headers={"Content-Disposition": f'attachment; filename="{EXPORT_NAME}"'})


async def export_of(parts: Parts, session: Session) -> dict[str, Any]:
    """All that is stored about a shopper: what the engine has, and what was said in their sessions.

    Another person on the device gets what they said themselves, and not the conversations of the first one.
    """
    shopper_id = await parts.profiles.who_talks(session)
    copy = await parts.profiles.export(shopper_id)
    own = shopper_id == session.shopper_id
    copy["conversations"] = await asyncio.to_thread(parts.records.transcript.of_shopper, session) if own else []
    return copy


async def put_fact(request: Request) -> Response:
    """PUT /api/v1/profile/facts/{fact_id} {"value"} -> the fact that stands in its place now."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    value = read_value(await read_object(request))
    shopper_id = await parts.profiles.who_talks(session)
    return JSONResponse(await parts.profiles.correct(shopper_id, request.path_params["fact_id"], value))


async def delete_fact(request: Request) -> Response:
    """DELETE /api/v1/profile/facts/{fact_id}: that is wrong."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    await parts.profiles.close(await parts.profiles.who_talks(session), request.path_params["fact_id"])
    return Response(status_code=204)


async def undo(request: Request) -> Response:
    """POST /api/v1/profile/undo: the last change is taken back, whether it was made in the talk or here."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    removed, restored = await parts.profiles.undo(await parts.profiles.who_talks(session))
    return JSONResponse({"removed": removed, "restored": restored})


async def split(request: Request) -> Response:
    """POST /api/v1/profile/split: the guest that was taken in last is taken out again.

    The session then asks anew what is to become of the guest.
    """
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    merged = await parts.profiles.merged(await parts.profiles.who_talks(session))
    if not merged:
        raise ApiError(409, "nothing_merged", "Nothing was taken into this account.")
    await parts.profiles.split(merged[-1])
    await asyncio.to_thread(parts.records.sessions.remember_guest, session, merged[-1])
    return Response(status_code=204)


async def post_code(request: Request) -> Response:
    """POST /api/v1/profile/codes -> 201 {"code", "expires_in_s"}: with it a guest elsewhere is this shopper."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    code = await parts.profiles.issue_code(await parts.profiles.who_talks(session))
    return JSONResponse({"code": code, "expires_in_s": int(CODE_TTL.total_seconds())}, status_code=201)


async def join(request: Request) -> Response:
    """POST /api/v1/profile/join {"code"}: what this guest said becomes a part of the shopper's who has made the code.

    It gives no access to the account: that takes the shop's signature, or the proof that the desk asks for.
    """
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    code = read_code(await read_object(request))
    if session.signed_until:
        raise ApiError(409, "not_a_guest", "This chat belongs to an account already.")
    await parts.profiles.redeem_code(await parts.profiles.who_talks(session), code)
    return Response(status_code=204)


async def put_consent(request: Request) -> Response:
    """PUT /api/v1/profile/consent {"consent"}: whether to remember the shopper; a no deletes what is known."""
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    consent = read_consent(await read_object(request))
    await parts.profiles.set_consent(await parts.profiles.who_talks(session), consent)
    return JSONResponse({"consent": consent})


async def delete_profile(request: Request) -> Response:
    """DELETE /api/v1/profile: everything is forgotten, the conversations too.

    For another person on the device: what they said, and this conversation.
    """
    parts, session = await authenticated(request)
    parts.limits.message(session.session_id, address(request))
    shopper_id = await parts.profiles.who_talks(session)
    count, own = await parts.profiles.forget(shopper_id), shopper_id == session.shopper_id
    if own and session.guest_id:  # what they said before they signed in, and have not decided about
        await parts.profiles.forget(session.guest_id)
        await asyncio.to_thread(parts.records.sessions.forget_guest, session)
    for session_id in await asyncio.to_thread(parts.records.erase, session, everywhere=own):
        parts.hub.wake(session_id)
    return JSONResponse({"facts_count": count})


ROUTES = [
    Route("/api/v1/identity", sign_in, methods=["POST"]),
    Route("/api/v1/profile", get_profile, methods=["GET"]),
    Route("/api/v1/profile", delete_profile, methods=["DELETE"]),
    Route("/api/v1/profile/export", get_export, methods=["GET"]),
    Route("/api/v1/profile/undo", undo, methods=["POST"]),
    Route("/api/v1/profile/split", split, methods=["POST"]),
    Route("/api/v1/profile/codes", post_code, methods=["POST"]),
    Route("/api/v1/profile/join", join, methods=["POST"]),
    Route("/api/v1/profile/consent", put_consent, methods=["PUT"]),
    Route("/api/v1/profile/facts/{fact_id}", put_fact, methods=["PUT"]),
    Route("/api/v1/profile/facts/{fact_id}", delete_fact, methods=["DELETE"]),
]
