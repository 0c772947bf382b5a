"""Figures for Prometheus: how many requests and turns, how long they take, what is open. No ids and no texts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = (0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one gateway process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("rapport_requests", "Answered requests", ["endpoint", "status"], registry=self.registry)
        self.turns = Counter("rapport_turns", "Ended turns", ["channel", "degraded"], registry=self.registry)
        self.first_reply = Histogram(
            "rapport_first_reply_seconds",
            "From the acceptance of a message to its first stored reply",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.turn = Histogram(
            "rapport_turn_seconds",
            "From the beginning to the end of a turn's answer",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.streams = Gauge("rapport_open_streams", "Open event streams", registry=self.registry)


class CountRequests:
    """ASGI middleware: counts answers by endpoint and status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                endpoint = getattr(scope.get("endpoint"), "__name__", "other")
                scope["app"].state.parts.metrics.requests.labels(endpoint, str(message["status"])).inc()
            await send(message)

        await self._app(scope, receive, counting)
