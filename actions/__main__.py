"""`python -m actions`: the action server."""

from __future__ import annotations

import argparse

from actions.server import build_app, configure_logging, serve, stop_while_starting


def main() -> None:
    """Opens the engine and the shop, then serves every action of the registry."""
    parser = argparse.ArgumentParser(prog="python -m actions", description="Serve Rapport's actions to Rasa.")
    parser.add_argument("--port", type=int, default=5055)
    port = parser.parse_args().port
    stop_while_starting()
    configure_logging()
    from actions.context import Context
    from actions.postman import Postman
    from actions.registry import all_actions

    context = Context.open()
    Postman(context).start()
    serve(build_app(all_actions(context)), port=port)


if __name__ == "__main__":
    main()
