"""The only door to Rasa: its REST channel, streamed."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from bot.errors import RasaUnavailable

MAX_LINE_BYTES = 1_000_000
"""A longer line of the stream is taken for an error: a reply is some kilobytes."""

_log = logging.getLogger("rapport.rasa")


class RasaClient:
    """Speaks to one Rasa server over pooled connections. An async context manager; safe for many turns at once."""

    def __init__(self, url: str, *, first_line_timeout_s: float = 20.0, turn_timeout_s: float = 30.0) -> None:
        self._url = url
        self._first_line_timeout_s = first_line_timeout_s
        self._turn_timeout_s = turn_timeout_s
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(turn_timeout_s, connect=3.0),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=4.0),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def stream(self, sender_id: str, text: str, metadata: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Sends one utterance and yields Rasa's replies as they come, each a JSON object; ends when the turn has ended.

        A line that is no JSON object is left out and logged.

        Raises:
            RasaUnavailable: no connection, an error status, no line within `first_line_timeout_s`, or no end within
                `turn_timeout_s`. Lines yielded before stay valid.
        """
        loop = asyncio.get_running_loop()
        started_at = loop.time()
        end_at = started_at + self._turn_timeout_s
        lines = self._lines({"sender": sender_id, "message": text, "metadata": dict(metadata)})
        wait_until = min(started_at + self._first_line_timeout_s, end_at)
        try:
            while True:
                try:
                    async with asyncio.timeout_at(wait_until):
                        line = await anext(lines)
                except StopAsyncIteration:
                    return
                wait_until = end_at
                reply = _reply(line)
                if reply is not None:
                    yield reply
        except TimeoutError:
            raise RasaUnavailable(f"no answer within {loop.time() - started_at:.0f} s") from None
        except httpx.HTTPError as error:
            raise RasaUnavailable(f"{type(error).__name__} from {self._url}") from error
        finally:
            await lines.aclose()

    async def _lines(self, body: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        request = self._http.build_request("POST", f"{self._url}/webhooks/rest/webhook?stream=true", json=body)
        response = await self._http.send(request, stream=True)
        try:
            if response.status_code != httpx.codes.OK:
                raise RasaUnavailable(f"status {response.status_code}")
            rest = b""
            async for chunk in response.aiter_bytes():
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    yield line
                if len(rest) > MAX_LINE_BYTES:
                    raise RasaUnavailable("a reply without end")
            yield rest
        finally:
            await response.aclose()

    async def is_up(self) -> bool:
        """Whether Rasa answers at all."""
        return await answers(self._http, f"{self._url}/")


async def answers(http: httpx.AsyncClient, url: str) -> bool:
    """Whether a GET on `url` succeeds within two seconds."""
    try:
        return (await http.get(url, timeout=2.0)).is_success
    except httpx.HTTPError:
        return False


def _reply(line: bytes) -> dict[str, Any] | None:
    if not line.strip():
        return None
    try:
        reply = json.loads(line)
    except (ValueError, RecursionError):
        reply = None
    if not isinstance(reply, dict):
        _log.warning("a line of %d bytes from Rasa is no JSON object", len(line))
        return None
    return reply
