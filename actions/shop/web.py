"""HTTP to a shop system: bounded waiting, retries only where nothing can be done twice, ShopClient's errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from actions.shop.client import OutcomeUnknown, ShopUnavailable

TRIES = 4
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 4.0
"""A shopper waits: what a shop asks for beyond this is not waited for in full."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class ShopWeb:
    """One shop's address with credentials. Safe to use from several threads.

    Args:
        url: what all paths are put behind.
        auth: user and password, if the shop wants them so.
        headers: of each request.
        timeout_s: of each request.
        pause_s: before the second try; it doubles from try to try.
        throttled: seconds to wait, read from an answer that is a rate limit without the status 429; else None.

    Raises:
        ValueError: the address is not https, and not on this machine.
    """

    def __init__(
        self,
        url: str,
        *,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 8.0,
        pause_s: float = FIRST_PAUSE_S,
        throttled: Callable[[httpx.Response], float | None] = lambda response: None,
    ) -> None:
        parts = urlsplit(url)
        local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise ValueError(f"{url}: the shop's address must begin with https://, since credentials go there")
        self._client = httpx.Client(base_url=url, auth=auth, headers=dict(headers or {}), timeout=timeout_s)
        self._pause_s = pause_s
        self._throttled = throttled

    def read(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Asks, several times if need be: use it for what changes nothing.

        Returns:
            An answer below 500 that is neither a rate limit nor a refusal of the credentials.

        Raises:
            ShopUnavailable: no usable answer.
        """

        def once() -> httpx.Response:
            try:
                return self._answer(method, path, content, unsure=_Again)
            except httpx.TransportError as error:
                raise _Again(type(error).__name__) from error

        return self._patiently(once)

    def write(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Asks once; again only where the shop has certainly not begun.

        Raises:
            ShopUnavailable: nothing was changed.
            OutcomeUnknown: the shop broke off after it had the request.
        """

        def once() -> httpx.Response:
            try:
                return self._answer(method, path, content, unsure=OutcomeUnknown)
            except NEVER_SENT as error:
                raise _Again(type(error).__name__) from error
            except httpx.TransportError as error:
                raise OutcomeUnknown(f"{method} {path}: {type(error).__name__}") from error

        return self._patiently(once)

    def close(self) -> None:
        """Closes its connections."""
        self._client.close()

    def _answer(
        self, method: str, path: str, content: Mapping[str, Any], *, unsure: Callable[[str], Exception]
    ) -> httpx.Response:
        response = self._client.request(method, path, **content)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise _Again("rate limit", pause_s=_seconds(response.headers.get("Retry-After")))
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise ShopUnavailable(f"the shop refuses the credentials ({response.status_code})")
        if response.is_server_error or response.is_redirect:
            raise unsure(f"{method} {path}: {response.status_code}")
        if (pause_s := self._throttled(response)) is not None:
            raise _Again("rate limit", pause_s=pause_s)
        return response

    def _patiently(self, once: Callable[[], httpx.Response]) -> httpx.Response:
        attempts = Retrying(
            stop=stop_after_attempt(TRIES), wait=self._pause, retry=retry_if_exception_type(_Again), reraise=True
        )
        try:
            return attempts(once)
        except _Again as error:
            raise ShopUnavailable(str(error)) from error

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.pause_s if isinstance(error, _Again) else None
        grown: float = self._pause_s * 2 ** (state.attempt_number - 1)
        return min(LONGEST_PAUSE_S, grown if asked is None else asked)


class _Again(Exception):
    """Nothing has happened; the same request may be sent once more."""

    def __init__(self, reason: str, *, pause_s: float | None = None) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


def content_of(response: httpx.Response) -> Any:
    """The answer's JSON.

    Raises:
        ShopUnavailable: it is none, such as a page that says that the shop is being mended.
    """
    try:
        return response.json()
    except ValueError as error:
        raise ShopUnavailable(f"{response.request.url.path}: not JSON") from error


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.replace(".", "", 1).isdecimal() else None
