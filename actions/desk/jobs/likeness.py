"""What a thing is to have like another of the shopper's: "in the color of the bigger one", "the size of my other pair"."""

# ruff: noqa: E501 - patterns read best as they are
from __future__ import annotations

import re
from collections.abc import Sequence

from actions.desk.jobs.which_things import Line, told_apart
from actions.desk.options import plain
from actions.desk.things import words_of
from actions.desk.world import World
from actions.shop.types import OrderLine

_WHOLE = {"type", "kind", "style", "model"}
"""Options whose name stands for the thing itself: "the same type as the one I got" is that very variant."""


def likened(text: str, line: OrderLine, world: World) -> str:
    """The words with the value itself where they compare with another thing of the same product."""
    said, found = plain(text), False
    held = [(order, one) for order in world.orders for one in order.lines if one.product_id == line.product_id]
    for name in line.options.keys() - _WHOLE:
        match = _comparison(name, line.title).search(said)
        value = _value(name, match[1], held, line, world) if match else ""
        if match and value:
            said, found = f"{said[: match.start()]}{_in_words(name, value)}{said[match.end() :]}", True
    return said if found else text


def _comparison(name: str, title: str) -> re.Pattern[str]:
    things = "|".join(["ones?", *(f"{re.escape(word)}s?" for word in [*plain(title).split(), words_of(title)[-1]])])
    return re.compile(
        rf"\b(?:same )?{re.escape(plain(name))}(?: level)?(?: to be| is| should be)?(?: the)?(?: same)? (?:as|of|like) "
        rf"(?:the|my|that of (?:the|my)|your) ((?:[\w.]+ )*?)(?:{things})\b"
    )


def _value(name: str, told: str, held: Sequence[Line], line: OrderLine, world: World) -> str:
    """The option's value of the thing that is compared with; "" where it is not clear which one that is."""
    told = re.sub(r"\bother\b", " ", told).strip()
    others = [pair for pair in held if pair[1] is not line]
    if told and (known := told_apart(held, told, world)):
        others = [known] if known[1] is not line else []
    values = {one.options.get(name, "") for _, one in others}
    return values.pop() if len(values) == 1 else ""


def _in_words(name: str, value: str) -> str:
    if plain(value) in {"yes", "no", "none"}:
        return plain(name) if plain(value) == "yes" else f"no {plain(name)}"
    return plain(value)
