"""`python -m bot`: the commands. A command's module is imported when the command is used."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "gateway": ("bot.commands:gateway", "Serve the chat API, the widget and the demo shop."),
    "chat": ("bot.commands:chat", "Talk to the running gateway in the terminal."),
    "evaluate": ("bot.evaluate.commands:evaluate", "Measure the dialogue's models on labelled files."),
    "sign": ("bot.commands:sign", "Print an identity for a shopper, to try signing in."),
}
"""Name -> (module:function, one line of help)."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads them on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), function)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup)
def main() -> None:
    """Rapport, the shop assistant that gets to know the shopper."""


if __name__ == "__main__":
    main(prog_name="python -m bot")
