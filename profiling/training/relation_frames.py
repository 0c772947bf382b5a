"""Utterances put together from frames, so that what is learnt is who speaks of whose taste, and not of what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml

from profiling.training.compose import load_wares

_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"^(?:an?|the|some|two) ", re.IGNORECASE)
_WORN = re.compile(r"^(?:(?:UK|EU|US) )?\d+(?:\.5)?$|^[SMLX3]+$|^small$|^medium$|^large$")
_SHARES = {"shopper": 3, "wish": 3, "none": 5}
_PERSONS = (
    "he",
    "she",
    "everyone",
    "everybody",
    "nobody",
    "my whole family",
    "the guy next door",
    "some friend of mine",
)
_CROWDS = (
    "people",
    "most people",
    "my kids",
    "kids these days",
    "teenagers",
    "they",
    "my parents",
    "some men",
    "women",
)


def compose_relations(count: int, *, seed: int) -> list[str]:
    """So many different utterances with their relations marked, as `training.relations.read_line` reads them."""
    random = Random(seed)  # noqa: S311  nothing here is secret
    frames: Mapping[str, Sequence[str]] = _load("relation_frames.yml")
    wares = load_wares()
    names = {
        **wares,
        "size": [size for size in wares["size"] if _WORN.match(size)],
        "other": [*(person for person in wares["recipient"] if person.startswith("my ")), *_PERSONS],
        "others": _CROWDS,
    }
    utterances: dict[str, None] = {}
    while len(utterances) < count:
        frame = random.choice(frames[random.choices(list(_SHARES), list(_SHARES.values()))[0]])
        utterances[_filled(frame, names, random)] = None
    return list(utterances)


def _filled(frame: str, names: Mapping[str, Sequence[str]], random: Random) -> str:
    while choice := _CHOICE.search(frame):
        frame = frame[: choice.start()] + random.choice(choice[1].split("|")) + frame[choice.end() :]
    text = _SLOT.sub(lambda slot: _ARTICLE.sub("", random.choice(names[slot[1]])), frame)
    manner = random.random()
    if manner < 0.7:
        text = text.lower()
    elif manner < 0.85:
        text = text[:1].upper() + text[1:]
    return " ".join(text.split()) + random.choice(("", "", "", ".", "!", " lol", " tbh"))


def _load(name: str) -> Any:
    return yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
