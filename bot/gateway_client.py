"""A shopper's line to the running gateway, for the terminal: one call a turn."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from bot.errors import ApiError, GatewayUnreachable

TURN_LIMIT_S = 60.0
MAX_WAITS = 5
"""How often a turn waits when the gateway says that it was too fast."""

Event = dict[str, Any]


class GatewayClient:
    """Opens a session when it is first needed, and a new one when the gateway no longer knows it. A context manager.

    Args:
        identity: makes a fresh token with which the shop vouches for the shopper; None: a guest.
    """

    def __init__(self, url: str, *, identity: Callable[[], str] | None = None) -> None:
        self._identity = identity
        self._url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=f"{self._url}/api/v1/", timeout=httpx.Timeout(TURN_LIMIT_S, connect=5.0), trust_env=False
        )
        self._token = ""
        self._seen = 0
        self.reached = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def say(self, text: str) -> list[Event]:
        """Sends a text; returns the events of its turn, the end last.

        Raises:
            GatewayUnreachable: no connection, or no end within a minute.
            ApiError: the gateway refuses the message.
        """
        return self._turn({"text": text})

    def choose(self, event_id: int, index: int) -> list[Event]:
        """Presses a quick reply; returns and raises as `say`."""
        return self._turn({"choice": {"event_id": event_id, "index": index}})

    def export(self) -> dict[str, Any]:
        """A copy of all that is stored about the shopper.

        Raises:
            GatewayUnreachable: no connection.
            ApiError: the gateway refuses it.
        """
        try:
            return _checked(self._http.get("profile/export", headers=self._authorization))
        except httpx.HTTPError as error:
            raise GatewayUnreachable(f"The gateway at {self._url} cannot be reached.") from error

    @property
    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _turn(self, body: dict[str, Any]) -> list[Event]:
        body = {"message_id": str(uuid.uuid4()), **body}
        try:
            try:
                self._post("messages", body)
            except ApiError as error:
                if error.status != httpx.codes.UNAUTHORIZED:
                    raise
                self._token, self._seen = "", 0
                self._post("messages", body)
            return list(self._events(body["message_id"]))
        except httpx.HTTPError as error:
            raise GatewayUnreachable(f"The gateway at {self._url} cannot be reached.") from error

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        for wait in range(MAX_WAITS + 1):
            if path != "sessions" and not self._token:
                who = {"identity": self._identity()} if self._identity else {}
                self._token = str(self._post("sessions", {"channel": "terminal", **who})["token"])
            response = self._http.post(path, json=body, headers=self._authorization)
            self.reached = True
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS or wait == MAX_WAITS:
                return _checked(response)
            time.sleep(min(10.0, float(response.headers.get("Retry-After", "1"))))
        raise AssertionError("unreachable")

    def _events(self, message_id: str) -> Iterator[Event]:
        headers = self._authorization | {"Last-Event-ID": str(self._seen)}
        deadline = time.monotonic() + TURN_LIMIT_S
        with self._http.stream("GET", "events", headers=headers) as response:
            if not response.is_success:
                response.read()
                _checked(response)
            for line in response.iter_lines():
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("no end of the turn")
                if not line.startswith("data: "):
                    continue
                event: Event = json.loads(line.removeprefix("data: "))
                self._seen = event["id"]
                if event["message_id"] in (message_id, None):
                    yield event
                if event["kind"] == "turn_end" and event["message_id"] == message_id:
                    return
        raise httpx.RemoteProtocolError("the stream ended before the turn did")


def _checked(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
        if response.is_success:
            return dict(body)
        raise ApiError(response.status_code, body["error"]["code"], body["error"]["message"])
    except (ValueError, KeyError, TypeError):
        raise GatewayUnreachable("What answers at this address is not the gateway.") from None
