"""The figures of the channels: for the README of bot/widget."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.figure import Figure

_COMMAND = "python -m tests.bench.bench_channels"

WIDGET = Figure(
    "the whole widget in its largest language, gzip",
    "bench_channels",
    "{size/all_bytes_largest_language:,} B",
    "{size/before_opening_bytes:,} B before it is opened; "
    "deep-chat {size_of_others/deep-chat_bytes:,}, rasa-webchat {size_of_others/rasa-webchat_bytes:,}",
    _COMMAND,
)
FIRST_REPLY = Figure(
    "first bubble after sending, 10 shoppers at once on 2 cores, p95",
    "bench_channels",
    "{first_reply/p95_ms:.0f} ms",
    "aim 150 ms",
    _COMMAND,
)

FIGURES: Sequence[Figure] = (
    WIDGET,
    Figure(
        "from the tap to ready for typing, processor four times slower, p95",
        "bench_channels",
        "{opening/first/p95_ms:.0f} ms",
        "later openings {opening/later/p95_ms:.0f} ms; aim 100 ms",
        _COMMAND,
    ),
    FIRST_REPLY,
    Figure(
        "open idle streams on one gateway process",
        "bench_channels",
        "{idle_streams/open:,}, {idle_streams/kb_each:.0f} kB each",
        "aim 2,000, 50 kB",
        _COMMAND,
    ),
)
