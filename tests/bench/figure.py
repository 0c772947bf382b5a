"""A figure as documentation shows it."""

from __future__ import annotations

from dataclasses import dataclass

EVALUATE = "python -m profiling evaluate"


@dataclass(frozen=True)
class Figure:
    """A row: what was measured, in which result, under which keys, beside what, and by which command.

    `reached` and `beside` are texts with {key/key} for values of the result's metrics, as in "{ours/p95_ms:.0f} ms".
    """

    what: str
    result: str
    reached: str
    beside: str
    command: str
