"""The inbox of the people at the shop: pages that work without scripts, for whoever knows RAPPORT_INBOX_TOKEN."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.errors import ApiError
from bot.gateway.bodies import MAX_TEXT, clean, read_bytes
from bot.gateway.callers import address
from bot.gateway.handoff import Conversation
from bot.gateway.limits import MAX_BODY_BYTES
from bot.gateway.parts import parts_of

COOKIE = "inbox"
SIGNED_IN_S = 12 * 3_600
MAX_NAME = 60


async def login(request: Request) -> Response:
    """GET /inbox/login: asks for the name and the token."""
    _token(request)
    return _page("inbox_login.html", error="")


async def enter(request: Request) -> Response:
    """POST /inbox/login: a cookie for those who know the token."""
    token = _token(request)
    try:
        parts_of(request).limits.session(f"inbox {address(request)}")
    except ApiError as error:
        return _page("inbox_login.html", error=error.message, status_code=error.status)
    form = await _form(request)
    name = clean(form.get("name", ""))[:MAX_NAME]
    if not name or not hmac.compare_digest(form.get("token", "").encode(), token.encode()):
        return _page("inbox_login.html", error="Name or token is not right.", status_code=403)
    response = RedirectResponse("/inbox", status_code=303)
    response.set_cookie(
        COOKIE,
        _sealed(token, name),
        max_age=SIGNED_IN_S,
        path="/inbox",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


async def queue(request: Request) -> Response:
    """GET /inbox: who waits, and who is being talked to."""
    agent = _agent(request)
    if agent is None:
        return RedirectResponse("/inbox/login", status_code=303)
    tickets = await parts_of(request).handoff.queue()
    return _page("inbox.html", tickets=tickets, agent=agent, now=time.time())


async def ticket(request: Request) -> Response:
    """GET /inbox/{ticket_id}: one conversation."""
    agent = _agent(request)
    if agent is None:
        return RedirectResponse("/inbox/login", status_code=303)
    return await _conversation(request, agent)


async def picture(request: Request) -> Response:
    """GET /inbox/{ticket_id}/pictures/{image_id}: a picture that the shopper has sent in this conversation."""
    if _agent(request) is None:
        return RedirectResponse("/inbox/login", status_code=303)
    image_id = request.path_params["image_id"]
    if image_id not in await _pictures(request):
        raise HTTPException(404)
    raw = await asyncio.to_thread(parts_of(request).records.images.read, image_id)
    return Response(raw, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


async def act(request: Request) -> Response:
    """POST /inbox/{ticket_id}: take it, answer, or hand it back to the bot."""
    agent = _agent(request)
    if agent is None:
        return RedirectResponse("/inbox/login", status_code=303)
    form = await _form(request)
    if not hmac.compare_digest(form.get("csrf", "").encode(), _csrf(request).encode()):
        raise HTTPException(403)
    ticket_id, handoff = request.path_params["ticket_id"], parts_of(request).handoff
    try:
        match form.get("do"):
            case "take":
                await handoff.take(ticket_id, agent)
            case "answer":
                await handoff.answer(ticket_id, _answer(form))
            case "close":
                await handoff.hand_back(ticket_id)
                return RedirectResponse("/inbox", status_code=303)
            case _:
                raise HTTPException(400)
    except ApiError as error:
        return await _conversation(request, agent, error=error)
    return RedirectResponse(f"/inbox/{ticket_id}#end", status_code=303)


ROUTES = [
    Route("/inbox", queue, methods=["GET"]),
    Route("/inbox/login", login, methods=["GET"]),
    Route("/inbox/login", enter, methods=["POST"]),
    Route("/inbox/{ticket_id}", ticket, methods=["GET"]),
    Route("/inbox/{ticket_id}", act, methods=["POST"]),
    Route("/inbox/{ticket_id}/pictures/{image_id}", picture, methods=["GET"]),
]


async def _found(request: Request) -> Conversation:
    try:
        return await parts_of(request).handoff.conversation(request.path_params["ticket_id"])
    except ApiError as missing:
        raise HTTPException(missing.status) from None


async def _pictures(request: Request) -> list[str]:
    found = await _found(request)
    return await asyncio.to_thread(parts_of(request).records.pictures, found.ticket.sender_id)


async def _conversation(request: Request, agent: str, *, error: ApiError | None = None) -> Response:
    found = await _found(request)
    return _page(
        "inbox_ticket.html",
        ticket=found.ticket,
        messages=found.messages,
        pictures=await _pictures(request),
        agent=agent,
        csrf=_csrf(request),
        error=error.message if error else "",
        status_code=error.status if error else 200,
    )


def _answer(form: dict[str, str]) -> str:
    text = clean(form.get("text", ""))
    if not text:
        raise ApiError(422, "empty_text", "Please write something.")
    if len(text) > MAX_TEXT:
        raise ApiError(422, "too_long", f"That is too long: {MAX_TEXT:,} characters are the limit.")
    return text


async def _form(request: Request) -> dict[str, str]:
    """The fields of a plain form, each once."""
    raw = await read_bytes(request, limit=MAX_BODY_BYTES)
    try:
        return dict(parse_qsl(raw.decode("utf-8"), max_num_fields=10))
    except ValueError:
        raise HTTPException(400) from None


def _token(request: Request) -> str:
    token = parts_of(request).settings.inbox_token
    if not token:
        raise HTTPException(404)
    return token


def _agent(request: Request) -> str | None:
    """The name in a cookie that we made and that has not run out."""
    token = _token(request)
    body, _, seal = request.cookies.get(COOKIE, "").rpartition(".")
    parts = body.split(".", maxsplit=2)
    if len(parts) != 3 or not hmac.compare_digest(seal.encode(), _seal(token, body).encode()):
        return None
    return bytes.fromhex(parts[2]).decode() if float(parts[1]) > time.time() else None


def _sealed(token: str, name: str) -> str:
    body = f"{secrets.token_hex(8)}.{int(time.time()) + SIGNED_IN_S}.{name.encode().hex()}"
    return f"{body}.{_seal(token, body)}"


def _csrf(request: Request) -> str:
    return _seal(_token(request), f"form {request.cookies.get(COOKIE, '')}")


def _seal(token: str, text: str) -> str:
    return hmac.new(token.encode(), text.encode(), hashlib.sha256).hexdigest()


def _page(template: str, *, status_code: int = 200, **context: Any) -> Response:
    html = _templates().get_template(template).render(context)
    return HTMLResponse(html, status_code=status_code, headers={"Cache-Control": "no-store"})


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
