"""Commands that need no more than the gateway."""

from __future__ import annotations

from collections.abc import Callable

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
@click.option("--explain", is_flag=True, help="Show what was understood and learned, and the milliseconds.")
@click.option("--shopper", metavar="ID", help="Talk as this shopper; needs RAPPORT_IDENTITY_SECRET.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the gateway listens.")
def chat(*, as_json: bool, explain: bool, shopper: str | None, url: str) -> None:
    """Talk to the running gateway as a new guest."""
    from bot import chat as terminal

    identity = _signer(shopper) if shopper else None
    if as_json:
        raise SystemExit(terminal.pipe(url, identity=identity))
    raise SystemExit(terminal.converse(url, identity=identity, explain=explain))


@click.command()
@click.argument("shopper")
def sign(shopper: str) -> None:
    """Print an identity that holds for ten minutes, as the shop's server makes it for its pages."""
    click.echo(_signer(shopper)())


def _signer(shopper: str) -> Callable[[], str]:
    """Makes identities of a shopper, after it was tried once."""
    from bot.gateway.identity import sign as signed
    from bot.settings import Settings

    settings = Settings.from_environment()
    try:
        signed(settings, shopper)
    except BotError as error:
        raise click.ClickException(str(error)) from error
    return lambda: signed(settings, shopper)
