"""A Chatwoot account that behaves as its API documentation says, in memory, with one inbox of the kind API."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN, SECRET, ACCOUNT, INBOX = "cw_token", "cw_secret", 3, 9


class FakeChatwoot:
    """`broken` is how many of the next requests end with an error of the server; `lost` are conversations deleted there."""

    def __init__(self) -> None:
        self.contacts: list[dict[str, Any]] = []
        self.conversations: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.broken = 0
        self.is_administrator = True
        self.lost: set[int] = set()

    def app(self) -> Starlette:
        """The server."""
        return Starlette(
            routes=[Route(f"/api/v1/accounts/{ACCOUNT}/{{path:path}}", self.handle, methods=["GET", "POST", "DELETE"])]
        )

    async def handle(self, request: Request) -> Response:
        if self.broken:
            self.broken -= 1
            return Response(status_code=500)
        if request.headers.get("api_access_token") != TOKEN:
            return JSONResponse({"errors": ["You need to sign in or sign up before continuing."]}, 401)
        body = await request.json() if request.method == "POST" else {}
        return self.answer(request, request.path_params["path"].split("/"), body)

    def answer(self, request: Request, path: list[str], body: dict[str, Any]) -> Response:  # noqa: PLR0911
        match request.method, path:
            case "GET", ["contacts", "search"]:
                found = [one for one in self.contacts if request.query_params["q"] in one["identifier"]]
                return JSONResponse({"meta": {"count": len(found)}, "payload": found})
            case "POST", ["contacts"]:
                return self.add_contact(body)
            case "DELETE", ["contacts", number]:
                if not self.is_administrator:
                    return JSONResponse({"error": "You are not authorized to do this action"}, 401)
                self.contacts = [one for one in self.contacts if one["id"] != int(number)]
                return JSONResponse({})
            case "GET", ["conversations", number]:
                one = self.conversations[int(number) - 1]
                return JSONResponse({**one, "meta": {"sender": {"id": one["contact_id"]}}})
            case "GET", ["contacts", number, "conversations"]:
                found = [one for one in self.conversations if one["contact_id"] == int(number)]
                return JSONResponse({"payload": found})
            case "POST", ["conversations"]:
                return self.add_conversation(body)
            case "POST", ["conversations", number, "messages"] if int(number) not in self.lost:
                message = {"id": 700 + len(self.messages), "conversation": int(number), "private": False, **body}
                self.messages.append(message)
                return JSONResponse(message)
            case "POST", ["conversations", number, "toggle_status"]:
                self.conversations[int(number) - 1]["status"] = body["status"]
                return JSONResponse({"payload": {"success": True, "current_status": body["status"]}})
        return JSONResponse({"error": "Resource could not be found"}, 404)

    def add_contact(self, body: dict[str, Any]) -> Response:
        if any(one["identifier"] == body["identifier"] for one in self.contacts):
            return JSONResponse({"message": "Identifier has already been taken"}, 422)
        place = {"source_id": f"source-{len(self.contacts)}", "inbox": {"id": body["inbox_id"]}}
        contact = {
            "id": 40 + len(self.contacts),
            "identifier": body["identifier"],
            "name": body["name"],
            "contact_inboxes": [place],
        }
        self.contacts.append(contact)
        return JSONResponse({"payload": {"contact": contact, "contact_inbox": place}})

    def add_conversation(self, body: dict[str, Any]) -> Response:
        known = next((one for one in self.contacts if one["id"] == body["contact_id"]), None)
        if known is None or body["source_id"] not in {place["source_id"] for place in known["contact_inboxes"]}:
            return JSONResponse({"error": "Resource could not be found"}, 404)
        self.conversations.append({"id": len(self.conversations) + 1, **body})
        return JSONResponse(self.conversations[-1])

    def said(self, kind: str) -> list[str]:
        """What arrived: "note" or "shopper"."""
        return [one["content"] for one in self.messages if one["private"] == (kind == "note")]


def agent_says(number: int, text: str, *, conversation: int = 1, **more: Any) -> dict[str, Any]:
    """The webhook after an agent has written."""
    return {"event": "message_created", "id": number, "content": text, "message_type": "outgoing", "private": False,
            "conversation": {"id": conversation, "status": "open"}, "sender": {"id": 1, "name": "Mina Roth", "type": "user"}, **more}  # fmt: skip


def resolved(conversation: int = 1) -> dict[str, Any]:
    """The webhook after an agent has resolved the conversation."""
    return {"event": "conversation_status_changed", "id": conversation, "status": "resolved", "inbox_id": INBOX}


def deliver(gateway: str, content: Any, *, secret: str = SECRET, age_s: float = 0.0) -> httpx.Response:
    """Sends a webhook as Chatwoot does."""
    body = json.dumps(content).encode()
    at = str(int(time.time() - age_s))
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Chatwoot-Timestamp": at, "X-Chatwoot-Signature": f"sha256={digest}", "X-Chatwoot-Delivery": "d"}
    return httpx.post(f"{gateway}/webhooks/chatwoot", content=body, headers=headers, trust_env=False)
