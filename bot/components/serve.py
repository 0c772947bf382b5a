"""`python -m bot.components.serve`: the Rasa server, on the loopback interface and its REST channel only."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tarfile
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from bot.components import quiet_logs, without_tensorflow

HOST = "127.0.0.1"
MAX_BODY_BYTES = 256_000
DRAIN_S = 3.0
"""How long running turns may take to finish after SIGTERM; a second later the process ends anyhow."""


def main(arguments: list[str] | None = None) -> None:
    """Loads the newest model, then serves it until SIGTERM or SIGINT."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    quiet_logs.prepare_environment()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one row at a time: a second thread only waits
    quiet_logs.drop_warnings()
    model = newest_model(Path(options.model))
    for path in (options.endpoints, options.credentials):
        if not Path(path).is_file():
            raise SystemExit(f"There is no file {path}.")
    sys.path.insert(0, str(Path.cwd()))
    try:
        needs_tensorflow = without_tensorflow.model_needs_tensorflow(model)
    except (OSError, tarfile.TarError, LookupError, ValueError):
        raise SystemExit(f"The model {model} cannot be loaded: it is no archive of a trained model.") from None
    if not needs_tensorflow:
        without_tensorflow.keep_out()
        without_tensorflow.skip_training_graph()
    asyncio.run(_serve(model, options))


def newest_model(path: Path) -> Path:
    """The archive itself, or the newest one in a folder.

    Raises:
        SystemExit: there is none. (Rasa would quietly load another model.)
    """
    if path.is_file():
        return path
    models = sorted(path.glob("*.tar.gz"), key=lambda found: found.stat().st_mtime)
    if not models:
        raise SystemExit(f"There is no trained model at {path}. Run `make up` or `python -m bot.components.train`.")
    return models[-1]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.components.serve", description="Serve the trained dialogue.")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--model", default="models", help="an archive, or the folder with the archives")
    parser.add_argument("--endpoints", default="endpoints.yml")
    parser.add_argument("--credentials", default="credentials.yml")
    parser.add_argument(
        "--actions-url",
        default=os.environ.get("RAPPORT_ACTIONS_URL"),
        help="the action server, as http://host:port (default: RAPPORT_ACTIONS_URL, else what endpoints.yml says)",
    )
    return parser


async def _serve(model: Path, options: argparse.Namespace) -> None:
    agent = await _load_agent(model, options)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    app = _build_app(agent, options.credentials)
    server = await app.create_server(
        host=HOST,
        port=options.port,
        access_log=False,
        return_asyncio_server=True,
        asyncio_server_kwargs={"start_serving": False},
    )
    await server.startup()
    await server.start_serving()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sys.stdout.write(f"Rasa ready on http://{HOST}:{options.port} with {model.name}\n")
    sys.stdout.flush()
    await stop.wait()
    await _stop(server)


async def _load_agent(model: Path, options: argparse.Namespace) -> Any:
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    from bot.components import patches

    quiet_logs.configure()
    quiet_logs.drop_warnings()
    patches.apply()
    endpoints = AvailableEndpoints.read_endpoints(options.endpoints)
    if options.actions_url:
        endpoints.action = EndpointConfig(url=f"{options.actions_url.rstrip('/')}/webhook")
    agent = await load_agent(str(model), endpoints=endpoints, loop=asyncio.get_running_loop())
    if not agent.is_ready():
        raise SystemExit(f"The model {model} cannot be loaded; the lines above say why.")
    await agent.parse_message("hello")  # the first message would otherwise pay for what is loaded late
    return agent


def _build_app(agent: Any, credentials: str) -> Any:
    import rasa.shared.utils.io
    from rasa.core.channels import RestInput, channel
    from rasa.server import add_root_route
    from sanic import Sanic

    others = set(rasa.shared.utils.io.read_config_file(credentials) or {}) - {RestInput.name()}
    if others:
        sys.stderr.write(f"Ignored in {credentials}: {', '.join(sorted(others))}. Channels belong to the gateway.\n")
    app = Sanic("rapport_rasa", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.ctx.agent = agent
    add_root_route(app)
    channel.register([RestInput()], app, route="/webhooks/")
    return app


async def _stop(server: Any) -> None:
    from bot.components import action_call

    _end_within(DRAIN_S + 1.0)
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
    await action_call.close()


def _leave(number: int, frame: FrameType | None) -> None:
    """Ends at once: nothing has begun, and an exception would be wrapped or lost in the import that it interrupts."""
    os._exit(0)


def _end_within(limit_s: float) -> None:
    last_resort = threading.Timer(limit_s, os._exit, (0,))
    last_resort.daemon = True
    last_resort.start()


if __name__ == "__main__":
    main()
