"""Commands that need no more than the gateway."""

from __future__ import annotations

import click

from bot.errors import BotError


@click.command()
def gateway() -> None:
    """Serve the chat API, the widget and the demo shop until SIGTERM or Ctrl+C."""
    from bot.gateway.server import serve  # other commands start without it
    from bot.settings import Settings

    try:
        serve(Settings.from_environment())
    except BotError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        return


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="One utterance a line on stdin, one JSON object a line on stdout."
)
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the gateway listens.")
def chat(as_json: bool, url: str) -> None:
    """Talk to the running gateway as a new guest."""
    from bot import chat as terminal

    raise SystemExit(terminal.pipe(url) if as_json else terminal.converse(url))
