from __future__ import annotations

import io
import re

import pytest

from bot.setup.terminal import Terminal, duration


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Screen(io.StringIO):
    encoding = "utf-8"

    def shown(self) -> list[str]:
        """The lines as a terminal would show them after the cursor movements."""
        lines: list[str] = []
        for part in re.split(r"(\x1b\[\d+A\r\x1b\[J)", self.getvalue()):
            if match := re.fullmatch(r"\x1b\[(\d+)A\r\x1b\[J", part):
                del lines[len(lines) - int(match[1]) :]
            else:
                lines += re.sub(r"\x1b\[\d+m", "", part).splitlines()
        return lines


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_live_steps_are_drawn_again_and_end_as_ticks(clock: Clock, screen: Screen) -> None:
    terminal = Terminal(screen, live=True, environment={}, clock=clock)
    with terminal.step("Libraries") as libraries:
        with terminal.step("Encoder"):
            libraries.note = "torch (3 of 9)"
            clock.now += 12
            terminal.refresh()
            assert [line.split()[1:] for line in screen.shown()] == [
                ["Libraries", "12", "s", "torch", "(3", "of", "9)"],
                ["Encoder", "12", "s"],
            ]
            terminal.line("something else")
            assert screen.shown()[0] == "something else"
        assert screen.shown()[1].split() == ["✓", "Encoder", "12", "s"]
        assert screen.shown()[2].split()[1] == "Libraries"
    assert [line.split()[0] for line in screen.shown()] == ["something", "✓", "✓"]


def test_a_failure_is_a_cross_and_a_stop_is_neither(clock: Clock, screen: Screen) -> None:
    terminal = Terminal(screen, live=True, environment={}, clock=clock)
    with pytest.raises(ValueError, match="bad"), terminal.step("Encoder"):
        raise ValueError("bad")
    with pytest.raises(KeyboardInterrupt), terminal.step("Index"):
        raise KeyboardInterrupt
    assert [line.split() for line in screen.shown()] == [["✗", "Encoder", "0.0", "s"]]


def test_without_a_terminal_there_are_plain_lines(clock: Clock, screen: Screen) -> None:
    terminal = Terminal(screen, environment={}, clock=clock)
    with terminal.step("Libraries") as libraries:
        libraries.note = "torch"
        for seconds in (1, 3, 2, 10, 30):
            clock.now += seconds
            terminal.refresh()
    assert "\x1b" not in screen.getvalue()
    assert [line.split() for line in screen.getvalue().splitlines()] == [
        ["...", "Libraries", "(torch),", "6.0", "s"],
        ["...", "Libraries", "(torch),", "46", "s"],
        ["✓", "Libraries", "46", "s"],
    ]


def test_a_terminal_that_knows_only_ascii(clock: Clock) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    terminal = Terminal(stream, live=True, environment={"NO_COLOR": "1"}, clock=clock)
    with terminal.step("Bücher"):
        terminal.refresh()
    stream.flush()
    text = stream.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
    assert "* B?cher" in text
    assert "ok B?cher" in text


def test_a_closed_stream_is_no_failure(clock: Clock) -> None:
    stream = io.StringIO()
    terminal = Terminal(stream, live=False, environment={}, clock=clock)
    stream.close()
    terminal.line("nobody reads this")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.9, "9.9 s"), (9.96, "10 s"), (99, "99 s"), (125, "2:05")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
