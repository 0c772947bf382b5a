"""What is put side by side, and which of it comes first in what was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from actions.call import Call
from actions.cards import price_text
from actions.pointing import LONG_WORD, named_places, nth, table
from profiling import Engine, Item
from profiling.text.tokens import terms

MOST = 3
MOST_WORDS = 8
_PAIR = re.compile(r"\b(?:two|2|both)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last)(?= one\b| (?:and|or|with|to|against|vs)\b|\W*$)", re.IGNORECASE
)
"""A place in what was shown, where an item's name could be meant too: "the second" is not the Second Rain jacket."""
_SIZES = ("width_mm", "depth_mm", "height_mm")


def compared(engine: Engine, call: Call) -> list[Item]:
    """The items pointed at; else those named; else the best of each kind that is named; else the first shown."""
    shown = table(engine, call)
    places = [*call.entities.get("item_ref", ()), *named_places(engine, shown, call.utterance)]
    picked = [item for ref in dict.fromkeys(places) if (item := nth(shown, ref))]
    for several in (picked, _by_names(engine, call), _of_kinds(engine, call)):
        if len(several) > 1:
            return several[:MOST]
    return shown[: 2 if _PAIR.search(call.utterance) else MOST]


def _by_names(engine: Engine, call: Call) -> list[Item]:
    """The items whose titles begin with words of the message, whether shown or not: "the piccina or the torchio"."""
    said = [word for word in terms(_PLACE.sub(" ", call.utterance)) if len(word) >= LONG_WORD]
    found = (
        next((item for item in engine.search(word) if terms(item.title)[:1] == [word]), None)
        for word in dict.fromkeys(said[:MOST_WORDS])
    )
    return list({item.item_id: item for item in found if item is not None}.values())


def _of_kinds(engine: Engine, call: Call) -> list[Item]:
    """The best item of each of several kinds: "compare the cafetiere and the filter machine"."""
    mentions = engine.catalogue.view.extractor.mentions(call.utterance, by_form=True)
    things = {mention.value: mention for mention in mentions if mention.kind == "product_type"}
    if len(things) < 2:
        return []
    view = engine.catalogue.view
    best = (
        next((item for item in engine.search(thing.text) if view.has(item.item_id, [thing])), None)
        for thing in list(things.values())[:MOST]
    )
    return [item for item in best if item is not None]


def first_of(items: Sequence[Item], question: str) -> list[str]:
    """The answer to "which one is the cheapest?", where that was asked and it is known of all of them."""
    for word, (value, sign, say) in _BEST.items():
        if re.search(rf"\b{word}\b", question, re.IGNORECASE):
            known = [(value(item), item) for item in items]
            if any(number is None for number, _ in known):
                return []
            best = min((item for _, item in known), key=lambda item: sign * (value(item) or 0))
            named = re.sub(r"\W.*", "", word)
            told = f"The {named} of these is {best.title}, {say(best)}."
            return [told if len(items) > 1 else f"It is {say(best)}."]
    return []


def _price(item: Item) -> float | None:
    return item.price_cents


def _weight(item: Item) -> float | None:
    return item.measures.get("weight_g")


def _bulk(item: Item) -> float | None:
    width, depth, height = (item.measures.get(name) for name in _SIZES)
    return width * depth * height if width and depth and height else None


def _grams(item: Item) -> str:
    return f"{item.measures['weight_g']:.0f} g"


def _measured(item: Item) -> str:
    return f"{' × '.join(f'{item.measures[name]:.0f}' for name in _SIZES)} mm"


Value = Callable[[Item], float | None]
_BEST: Mapping[str, tuple[Value, int, Callable[[Item], str]]] = {
    "cheapest": (_price, 1, price_text),
    "dearest": (_price, -1, price_text),
    "lightest": (_weight, 1, _grams),
    "heaviest": (_weight, -1, _grams),
    "smallest": (_bulk, 1, _measured),
    "largest": (_bulk, -1, _measured),
    "biggest": (_bulk, -1, _measured),
}
