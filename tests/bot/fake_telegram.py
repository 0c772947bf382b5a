"""A server that speaks the part of the Bot API that we use, and insists on its limits."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "123456:not-a-real-token"
NAME = "lindenladen_bot"


@dataclass
class FakeTelegram:
    """Notes every call but getMe and getUpdates as (method, parameters); `updates` are given to whoever polls."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    refuse: Callable[[str, dict[str, Any]], tuple[int, str, dict[str, Any]] | None] = lambda _method, _sent: None
    file: bytes = b""
    last_id: int = 1_000

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route(f"/bot{TOKEN}/{{method}}", self._call, methods=["GET", "POST"]),
                Route(f"/file/bot{TOKEN}/{{path:path}}", lambda _: Response(self.file)),
            ]
        )

    def sent(self, *methods: str) -> list[dict[str, Any]]:
        """What was sent with these methods, by default with all that shoppers see."""
        wanted = methods or ("sendMessage", "sendPhoto", "sendMediaGroup", "sendDocument")
        return [parameters for method, parameters in self.calls if method in wanted]

    def wait(self, count: int, *methods: str, limit_s: float = 15.0) -> list[dict[str, Any]]:
        """The first `count` calls, as soon as they are there."""
        deadline = time.monotonic() + limit_s
        while len(self.sent(*methods)) < count:
            assert time.monotonic() < deadline, self.calls
            time.sleep(0.02)
        return self.sent(*methods)

    def wait_for(self, text: str, *, limit_s: float = 60.0) -> dict[str, Any]:
        """The latest message that says so, as soon as it is there."""
        deadline = time.monotonic() + limit_s
        while True:
            for sent in reversed(self.sent("sendMessage")):
                if text in sent["text"]:
                    return sent
            assert time.monotonic() < deadline, self.calls
            time.sleep(0.05)

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        async with request.form() as form:
            sent = {name: _value(value) for name, value in form.items()}
        if method == "getUpdates":
            return await self._get_updates(int(sent.get("offset", 0)))
        if method != "getMe":
            refused = self.refuse(method, sent)
            if refused is not None:
                status, description, parameters = refused
                body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
                return JSONResponse(body, status_code=status)
            _check(method, sent)
            self.calls.append((method, sent))
        return JSONResponse({"ok": True, "result": self._result(method, sent)})

    async def _get_updates(self, offset: int) -> Response:
        for _ in range(20):
            ready = [update for update in self.updates if update["update_id"] >= offset]
            if ready:
                return JSONResponse({"ok": True, "result": ready})
            await asyncio.sleep(0.02)
        return JSONResponse({"ok": True, "result": []})

    def _result(self, method: str, sent: dict[str, Any]) -> Any:
        if method == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "Shop", "username": NAME}
        if method == "getFile":
            return {"file_id": sent["file_id"], "file_unique_id": "u", "file_path": "photos/1.jpg"}
        if method == "sendMediaGroup":
            return [self._message(sent) for _ in sent["media"]]
        if method.startswith("send") and method != "sendChatAction":
            return self._message(sent)
        return True

    def _message(self, sent: dict[str, Any]) -> dict[str, Any]:
        self.last_id += 1
        chat = {"id": int(sent["chat_id"]), "type": "private"}
        return {"message_id": self.last_id, "date": 1_700_000_000, "chat": chat, "text": sent.get("text", "")}


def _value(value: Any) -> Any:
    if not isinstance(value, str):
        return value.file.read()
    try:
        return json.loads(value) if value[:1] in "[{" else value
    except ValueError:
        return value


def _check(method: str, sent: dict[str, Any]) -> None:
    """What Telegram would refuse fails the test."""
    assert 0 < len(sent.get("text", "x")) <= 4_096
    assert len(sent.get("caption", "")) <= 1_024
    if method == "sendMediaGroup":
        assert 2 <= len(sent["media"]) <= 10
        assert "reply_markup" not in sent
    for row in (sent.get("reply_markup") or {}).get("inline_keyboard", []):
        for button in row:
            assert button["text"]
            assert len(button.get("callback_data", "").encode()) <= 64
    if method == "setMyCommands":
        assert all(1 <= len(command["description"]) <= 256 for command in sent["commands"])


class TelegramShopper:
    """A person with a private chat: makes updates as Telegram would send them."""

    def __init__(self, chat_id: int = 42, *, language: str = "en") -> None:
        self.chat_id = chat_id
        self.user = {"id": chat_id, "is_bot": False, "first_name": "Anna", "language_code": language}
        self._next = chat_id * 1_000

    def update(self, **content: Any) -> dict[str, Any]:
        self._next += 1
        return {"update_id": self._next, **content}

    def message(self, text: str = "", *, kind: str = "private", **more: Any) -> dict[str, Any]:
        """An update with a message."""
        update = self.update()
        body = {
            "message_id": update["update_id"],
            "date": 1_700_000_000,
            "chat": {"id": self.chat_id, "type": kind},
            "from": self.user,
            **({"text": text} if text else {}),
            **more,
        }
        return {**update, "message": body}

    def press(self, sent: dict[str, Any], title: str) -> dict[str, Any]:
        """An update with a pressed button of a message that the bot has sent."""
        rows = sent["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == title)
        return self.pressed(data)

    def pressed(self, data: str) -> dict[str, Any]:
        update = self.update()
        message = {"message_id": 1, "date": 1_700_000_000, "chat": {"id": self.chat_id, "type": "private"}}
        query = {"id": f"q{update['update_id']}", "from": self.user, "chat_instance": "1", "data": data}
        return {**update, "callback_query": {**query, "message": message}}
