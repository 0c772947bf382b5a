"""Utterances put together from frames and wares, so that names are learnt from what stands around them.

Each is of one sort of shop. Names are often made up, words misspelt, capital letters left out: what is to be learnt is
not the lists, but how shoppers speak.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml

from profiling.training import made_up

_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_MARK = re.compile(r"\[([^\[\]]*)\]\((\w+)\)")
_ARTICLE = re.compile(r"(?:an?|the|some|two) ")
_WITHOUT_ARTICLE = frozenset({"feature", "use", "product_type"})
_SHARES = {"wish": 50, "things": 14, "list": 8, "order": 14, "talk": 8, "several": 6}
_LISTED = ("product_type", "brand", "colour", "size", "material", "feature", "use", "recipient", "price", "model")
_MADE_UP = {"brand": 0.3, "model": 0.4, "price": 1.0, "order_number": 1.0, "date": 1.0}
_BEFORE = {"recipient": 0.12, "size": 0.2, "adjective": 0.35, "colour": 0.3, "material": 0.28, "brand": 0.25}
_AFTER = {
    "with {feature}": 0.16, "with {feature} and {feature}": 0.06, "for {recipient}": 0.25, "for {use}": 0.25,
    "{price}": 0.3, "in {colour}": 0.1, "in {colour} or {colour}": 0.05, "made of {material}": 0.1, "{size}": 0.15,
    "{adjective}": 0.03, "size {size}": 0.02, "{adjective} and {adjective}": 0.02, "from {brand}": 0.03,
    "no {material}": 0.02, "not {colour}": 0.02, "that is {adjective}": 0.02, "not from {brand}": 0.02,
}  # fmt: skip
Wares = Mapping[str, Sequence[str]]


def compose(count: int, *, seed: int) -> list[str]:
    """So many different utterances with their spans marked, as `read_marked` reads them."""
    composer = _Composer(Random(seed))  # noqa: S311  nothing here is secret
    utterances: dict[str, None] = {}
    while len(utterances) < count:
        utterances[composer.utterance()] = None
    return list(utterances)


class _Composer:
    def __init__(self, random: Random) -> None:
        folder = Path(__file__).parent
        self._random = random
        self._frames: Mapping[str, Sequence[str]] = _load(folder / "frames.yml")
        self._shops: Sequence[Wares] = [
            {label: [str(word) for word in words] for label, words in wares.items()}
            for wares in _load(folder / "wares.yml").values()
        ]

    def utterance(self) -> str:
        wares = self._random.choice(self._shops)
        frame = self._frame(self._random.choices(list(_SHARES), list(_SHARES.values()))[0])
        while "{things}" in frame:
            frame = frame.replace("{things}", self._things(), 1)
        while choice := _CHOICE.search(frame):
            frame = frame[: choice.start()] + self._random.choice(choice[1].split("|")) + frame[choice.end() :]
        filled = _SLOT.sub(lambda slot: self._filled(slot[1], wares), frame)
        return " ".join(self._written(filled).split())

    def _frame(self, sort: str) -> str:
        choice = self._random.choice
        if sort == "things":
            return "{things}"
        if sort == "list":
            labels = self._random.sample(_LISTED, self._random.randint(2, 5))
            first = [] if "product_type" in labels or self._random.random() < 0.3 else ["product_type"]
            return choice((" ", ", ")).join(f"{{{label}}}" for label in [*first, *labels])
        if sort == "several":
            second = choice([*self._frames["wish"], *self._frames["order"], *self._frames["talk"]])
            return choice(self._frames["wish"]) + choice((". ", ", ", " and ", "; ", "! ")) + second
        return choice(self._frames[sort])

    def _things(self) -> str:
        """A thing with up to three properties before it and three behind."""
        before = [f"{{{label}}}" for label, share in _BEFORE.items() if self._random.random() < share][:3]
        if "{brand}" in before and self._random.random() < 0.35:
            before[before.index("{brand}")] = "{brand} {model}"
        after = [phrase for phrase, share in _AFTER.items() if self._random.random() < share]
        self._random.shuffle(after)
        separator = self._random.choice((" ", " ", " - ", ", ", ", "))
        text = " ".join([*before, "{product_type}"])
        for phrase in after[:3]:
            runs_on = not phrase.startswith("{") and self._random.random() < 0.7
            text += (" " if runs_on else separator) + phrase
        return text

    def _filled(self, slot: str, wares: Wares) -> str:
        label = "feature" if slot == "adjective" else slot
        if self._random.random() < _MADE_UP.get(label, 0.0):
            words = str(getattr(made_up, label)(self._random))
        else:
            known = wares[label]
            words = self._random.choice([w for w in known if not _ARTICLE.match(w)] if slot == "adjective" else known)
        article = _ARTICLE.match(words) if label in _WITHOUT_ARTICLE else None
        start = article.end() if article else 0
        return f"{words[:start]}[{words[start:]}]({label})"

    def _written(self, text: str) -> str:
        """As shoppers write: mostly without capitals, some with slips."""
        manner = self._random.random()
        if manner < 0.62:
            text = _MARK.sub(lambda mark: f"[{mark[1].lower()}]({mark[2]})", text)
        elif manner < 0.66:
            text = _MARK.sub(lambda mark: f"[{mark[1].upper()}]({mark[2]})", text)
        elif manner < 0.85:
            text = re.sub(r"(^|[.!?] )(\[?)([a-z])", lambda first: first[1] + first[2] + first[3].upper(), text)
        if self._random.random() < 0.22:
            text = re.sub(r"(?<![(\w])[a-zA-Z]{5,}(?![\w)])", self._slipped, text)
        if self._random.random() < 0.15:
            text += self._random.choice(("?", "!", ".", " please", " pls", "??", " thanks", " thx"))
        return text

    def _slipped(self, word: re.Match[str]) -> str:
        return made_up.slip(word[0], self._random) if self._random.random() < 0.3 else word[0]


def load_wares() -> dict[str, list[str]]:
    """The wares of all shops, by label."""
    merged: dict[str, list[str]] = {}
    for shop in _load(Path(__file__).parent / "wares.yml").values():
        for label, words in shop.items():
            merged.setdefault(label, []).extend(str(word) for word in words)
    return merged


def _load(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))
