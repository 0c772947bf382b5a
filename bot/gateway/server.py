"""Running the gateway in this process until SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import traceback
from types import TracebackType

import uvicorn
from starlette.applications import Starlette

from bot.gateway.app import create_app
from bot.gateway.database import GatewayDatabase
from bot.settings import Settings


class QuietFormatter(logging.Formatter):
    """Formats an exception without its message, which may quote what a shopper said."""

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Where it happened and what kind it is."""
        kind, _, trace = ei
        frames = "".join(traceback.format_tb(trace))
        return f"{frames}{kind.__name__ if kind else ''}"


class GatewayServer(uvicorn.Server):
    """Uvicorn, which ends the open event streams first: it would wait for them otherwise."""

    def __init__(self, app: Starlette, *, host: str = "127.0.0.1", port: int = 8000) -> None:
        self._app = app
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                ws="none",
                timeout_graceful_shutdown=5,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops listening, ends the streams, lets requests finish, then stops the application's parts."""
        self._app.state.parts.hub.close()
        await super().shutdown(sockets)


def serve(settings: Settings) -> None:
    """Blocks until the process is told to stop.

    Raises:
        TranscriptError: gateway.db cannot be used.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)-7s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for noisy in ("httpx", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    GatewayDatabase(settings.transcript_path).close()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises the signal again when it has stopped
    logging.getLogger("rapport").info("listening on http://%s:%d", settings.host, settings.port)
    GatewayServer(create_app(settings), host=settings.host, port=settings.port).run()
