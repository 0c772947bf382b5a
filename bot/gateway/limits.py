"""How much one session and one address may ask: token buckets in memory."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from bot.errors import ApiError

MAX_BODY_BYTES = 64_000
MAX_BUCKETS = 20_000
ADDRESS_FACTOR = 5
"""An address may send this many times what a session may: offices and households share one."""
IMAGE_FACTOR = 0.2


class Buckets:
    """One bucket a key: it holds `burst` tokens and gets `per_minute` new ones a minute. Without any, wait."""

    def __init__(self, per_minute: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Takes one token.

        Raises:
            ApiError: there is none; it says after how many seconds there will be.
        """
        if self._rate <= 0:
            return
        now = self._clock()
        tokens, since = self._buckets.pop(key, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - allowed, now)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        if not allowed:
            seconds = max(1, math.ceil((1 - tokens) / self._rate))
            raise ApiError(
                429, "too_many_requests", "That was a little too fast. Please wait a moment.", retry_after_s=seconds
            )


class Limits:
    """The buckets of the API. With `messages_per_minute` 0 nothing is limited."""

    def __init__(self, messages_per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        burst = max(5, messages_per_minute // 3)

        def buckets(factor: float) -> Buckets:
            return Buckets(messages_per_minute * factor, int(burst * factor), clock=clock)

        self._session_messages = buckets(1)
        self._address_messages = buckets(ADDRESS_FACTOR)
        self._address_sessions = buckets(1)
        self._session_reads = buckets(ADDRESS_FACTOR)
        self._session_images = buckets(IMAGE_FACTOR)

    def message(self, session_id: str, address: str) -> None:
        """Counts one message or interaction."""
        self._session_messages.take(session_id)
        self._address_messages.take(network(address))

    def image(self, session_id: str, address: str) -> None:
        """Counts one picture."""
        self._session_images.take(session_id)
        self._address_messages.take(network(address))

    def session(self, address: str) -> None:
        """Counts one new session."""
        self._address_sessions.take(network(address))

    def read(self, session_id: str) -> None:
        """Counts one reading of the transcript."""
        self._session_reads.take(session_id)


def network(address: str) -> str:
    """What one household has: an IPv4 address, or the first 64 bits of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed)
