"""A shopper's device for tests: it speaks the chat API."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import httpx

Event = dict[str, Any]


class Shopper:
    """A guest with a session of their own."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        self.http = httpx.Client(base_url=url, timeout=40, trust_env=False)
        self.token = token or self.http.post("/api/v1/sessions").json()["token"]
        self.seen = 0

    def close(self) -> None:
        self.http.close()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, path: str, body: object) -> httpx.Response:
        return self.http.post(f"/api/v1/{path}", json=body, headers=self.headers)

    def send(self, text: str, **more: Any) -> str:
        """Sends a text; returns its message_id."""
        return self._send({"text": text, **more})

    def choose(self, event: Event, index: int) -> str:
        """Presses a quick reply."""
        return self._send({"choice": {"event_id": event["id"], "index": index}})

    def ask(self, text: str, **more: Any) -> list[Event]:
        """Sends a text and returns the events of the turn."""
        return self.until_end(self.send(text, **more))

    def until_end(self, message_id: str, *, limit_s: float = 20.0) -> list[Event]:
        """The events of a turn, its message first and its end last."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            events = [event for event in self.history() if event["message_id"] == message_id]
            if events and events[-1]["kind"] == "turn_end":
                return events
            time.sleep(0.02)
        raise AssertionError(f"the turn has not ended; {self.history()}")

    def history(self) -> list[Event]:
        return self._events("/api/v1/history")

    def poll(self, after: int = 0) -> list[Event]:
        return self._events(f"/api/v1/events?poll=1&after={after}")

    def stream(self, count: int, *, after: int | None = None) -> list[Event]:
        """The next `count` events of the stream."""
        headers = self.headers | ({} if after is None else {"Last-Event-ID": str(after)})
        events: list[Event] = []
        with self.http.stream("GET", "/api/v1/events", headers=headers) as response:
            assert response.status_code == 200, response.read()
            for line in response.iter_lines():
                if line.startswith("data: "):
                    events.append(json.loads(line[6:]))
                    if len(events) == count:
                        break
        return events

    def _send(self, body: dict[str, Any]) -> str:
        message_id = body.setdefault("message_id", str(uuid.uuid4()))
        response = self.post("messages", body)
        assert response.status_code == 202, response.text
        return message_id

    def _events(self, path: str) -> list[Event]:
        response = self.http.get(path, headers=self.headers)
        assert response.status_code == 200, response.text
        events: list[Event] = response.json()["events"]
        return events


def texts(events: list[Event]) -> list[str]:
    """What the bot said."""
    return [event["text"] for event in events if event["kind"] == "reply"]


def error(response: httpx.Response) -> tuple[int, str]:
    """Status and code; there must be a plain sentence too."""
    body = response.json()["error"]
    assert set(body) == {"code", "message"}
    assert body["message"].endswith(".")
    return response.status_code, body["code"]
