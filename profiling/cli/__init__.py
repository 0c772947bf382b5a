"""The engine's command line: build, import, index, show, recommend, forget, evaluate."""

from profiling.cli.commands import main

__all__ = ["main"]
