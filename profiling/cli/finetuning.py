"""What the commands share that fine-tune a BERT and export what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)


def schedule_options(*, learning_rate: float) -> Callable[[Command], Command]:
    """How to train, as `training.finetuning.Schedule` takes it."""
    return _options(
        click.option("--method", default="lora", type=click.Choice(["lora", "adalora", "full"]), show_default=True),
        click.option("--precision", default="fp32", type=click.Choice(["fp32", "bf16", "fp16"]), show_default=True),
        click.option("--epochs", default=3.0, show_default=True),
        click.option("--batch", default=32, show_default=True),
        click.option("--learning-rate", default=learning_rate, show_default=True),
        click.option(
            "--rank", default=16, show_default=True, help="Of the adapters; a --start of a higher one is cut down."
        ),
        click.option("--seed", default=7, show_default=True),
    )


def base_option(command: Command) -> Command:
    """The encoder to start from."""
    said = "Package or folder with the BERT to start from; that of our own adapter if not given."
    return click.option("--base", default="", help=said)(command)


def out_option(task: str) -> Callable[[Command], Command]:
    """Where training goes on, and leaves the adapter."""
    said = f"Folder; RAPPORT_HOME/training/{task} if not given. Run again to resume."
    return click.option("--out", type=FILE, help=said)


def export_options(*, variable: str, texts: str) -> Callable[[Command], Command]:
    """From which adapter, compared by what, to where; `variable` is that of the environment which names an adapter."""
    return _options(
        click.option("--adapter", type=FILE, help=f"Folder that training made; {variable} or ours if not given."),
        click.option("--data", "path", type=FILE, help=f"{texts} to compare float and int8 by; ours if not given."),
        click.option("--out", type=FILE, help="Folder for the ONNX model; where the engine looks for it if not given."),
    )


def echo_trained(figures: Mapping[str, float], adapter: Path, *, variable: str, task: str) -> None:
    """Says what to do with the adapter, and prints the figures as JSON."""
    click.echo(f"{variable}={adapter} makes `build` take it; `export {task}` checks it.", err=True)
    click.echo(json.dumps({**figures, "adapter": str(adapter)}))


def is_held_out(text: str, share: float) -> bool:
    """Whether it is among the texts to stop by, of which there is such a share; the same text always is or never."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32 < share


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
