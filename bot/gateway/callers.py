"""Who calls: the session that a request's token belongs to, and the address that it came from."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from bot.errors import ApiError
from bot.gateway.parts import Parts, parts_of
from bot.gateway.sessions import Session

MAX_TOKEN = 200


async def authenticated(request: Request) -> tuple[Parts, Session]:
    """The gateway's parts and the caller's session.

    Raises:
        ApiError: no token, none of ours, or an account's whose sign-in has run out.
    """
    parts = parts_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    session = None
    if scheme.lower() == "bearer" and 0 < len(token) <= MAX_TOKEN:
        session = await asyncio.to_thread(parts.records.sessions.by_token, token)
    if session is None:
        raise ApiError(401, "unknown_token", "This chat is not known. Start a new one.")
    return parts, session


def address(request: Request) -> str:
    """Where the request came from."""
    return request.client.host if request.client else ""
