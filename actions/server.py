"""The action server: rasa-sdk's app, started and stopped our way.

rasa-sdk's own command listens on every interface, runs four processes, answers a failure with the request's body and
cannot be stopped in its first second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable
from types import FrameType, TracebackType
from typing import Any

from rasa_sdk import Action
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse, json

App = Sanic[Any, Any]

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
MAX_BODY_BYTES = 4_000_000
DRAIN_S = 3.0
"""How long running actions may take to finish after SIGTERM; a second later the process ends anyhow."""


class FailureHandler(ErrorHandler):
    """Answers a failure with one short sentence; the log gets ids and the traceback, never what was said."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        """The answer to whatever no one caught."""
        if isinstance(exception, SanicException) and exception.status_code < 500:
            return json({"error": str(exception)}, status=exception.status_code)
        action, sender_id = _ids(request)
        logger.error("Action %s failed for sender %s", action, sender_id, exc_info=exception)
        return json({"error": "The action failed.", "action_name": action}, status=500)


class QuietFormatter(logging.Formatter):
    """Leaves the messages of exceptions out of tracebacks: they quote values, and a value may be an utterance."""

    def formatException(self, ei: Any) -> str:
        """Frames and the exception's type."""
        kind: type[BaseException]
        trace: TracebackType | None
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + f"{kind.__module__}.{kind.__qualname__}"


def build_app(actions: Iterable[Action]) -> App:
    """The web application: POST /webhook for Rasa, GET /health, GET /actions."""
    executor = ActionExecutor()
    for action in actions:
        executor.register_function(action.name(), action.run)
    app: App = create_app(executor, cors_origins=None)
    app.error_handler = FailureHandler()
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.ACCESS_LOG = False
    app.config.KEEP_ALIVE_TIMEOUT = 75
    return app


def configure_logging() -> None:
    """Log lines to standard error; warnings of libraries are dropped."""
    handler = logging.StreamHandler()
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("actions", "profiling"):
        logging.getLogger(name).setLevel(logging.INFO)
    warnings.showwarning = lambda *args, **kwargs: None


def stop_while_starting() -> None:
    """Until the server listens, SIGTERM and SIGINT end the process at once and without a traceback."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)


def serve(app: App, *, port: int) -> None:
    """Listens on the loopback interface until SIGTERM or SIGINT; prints one line when it is ready."""
    asyncio.run(_serve(app, port))


async def _serve(app: App, port: int) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    server: Any = await app.create_server(
        host=HOST, port=port, access_log=False, asyncio_server_kwargs={"start_serving": False}
    )
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sys.stdout.write(f"Action server ready on http://{HOST}:{port}\n")
    sys.stdout.flush()
    await stop.wait()
    _end_within(DRAIN_S + 1.0)
    await server.before_stop()
    closed = server.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            while server.connections:
                for connection in list(server.connections):
                    connection.close_if_idle()
                await asyncio.sleep(0.05)
    for connection in list(server.connections):
        connection.abort()
    await closed
    await server.after_stop()


def _leave(number: int, frame: FrameType | None) -> None:
    """Ends at once: nothing has begun, and an exception would be wrapped or lost in the import that it interrupts."""
    os._exit(0)


def _end_within(limit_s: float) -> None:
    last_resort = threading.Timer(limit_s, os._exit, (0,))
    last_resort.daemon = True
    last_resort.start()


def _ids(request: Request) -> tuple[str, str]:
    try:
        body = request.json or {}
        return str(body.get("next_action")), str(body.get("sender_id"))
    except (SanicException, AttributeError):
        return "?", "?"
