"""Which item the shopper points at: "the second one", "this", or simply the one that the talk is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from actions.call import Call
from profiling import Engine, Item
from profiling.relations.ordinals import pointed_places
from profiling.text.tokens import terms

NAMED_AMONG = 8
MIN_NAMED = 2
LONG_WORD = 5
"""Letters from which on a slip makes no other word."""
_slips = DamerauLevenshtein.distance
_DESCRIBED = re.compile(r"\bthe\s+(?:[\w-]+\s+){1,3}(?:ones?|pair)\b", re.IGNORECASE)


def table(engine: Engine, call: Call) -> list[Item]:
    """The items that were shown last."""
    return engine.last_slate(call.shopper_id)


def pointed(engine: Engine, call: Call) -> Item | None:
    """The item that the utterance points at by an ordinal or "this"; None if it points at none."""
    if call.item_ref is None:
        places = pointed_places(call.utterance)
        return nth(table(engine, call), places[0]) if len(places) == 1 else None
    if call.item_ref == "this":
        return focus(engine, call)
    return nth(table(engine, call), call.item_ref)


def focus(engine: Engine, call: Call) -> Item | None:
    """The item that the talk is about:

    pointed at, else on the screen, else chosen before, else first of those shown.
    """
    shown = table(engine, call)
    if call.item_ref not in {None, "this"} and (item := nth(shown, str(call.item_ref))):
        return item
    for item_id in (call.item_on_screen, call.slots.get("focus_item")):
        known = engine.catalogue.items.get([item_id]) if item_id else []
        if known:
            return known[0]
    return shown[0] if shown else None


def described(engine: Engine, call: Call) -> Item | None:
    """The item shown, or its variant, that "the green one" is; None where nothing is pointed at so."""
    if call.item_ref is not None or not _DESCRIBED.search(call.utterance):
        return None
    mentions = engine.catalogue.view.extractor.mentions(call.utterance, by_form=True)
    asked = [mention for mention in mentions if mention.kind in {"colour", "material", "size", "brand"}]
    shown = table(engine, call) if asked else []
    view = engine.catalogue.view
    exact = next((item for item in shown if view.has(item.item_id, asked)), None)
    variants = (variant for item in shown for variant in engine.variants_like(item, asked))
    return exact or next(variants, None)


def named(engine: Engine, call: Call) -> Item | None:
    """The item whose title the utterance begins to say: its first two words at least; None where it says none."""
    said = set(terms(call.utterance))
    for item in engine.search(call.utterance, k=NAMED_AMONG) if said else ():
        title = terms(item.title)
        if len(title) >= MIN_NAMED and said.issuperset(title[:MIN_NAMED]):
            return item
    return None


def named_places(engine: Engine, items: Sequence[Item], utterance: str) -> list[str]:
    """The places, "1", "2", ..., of the items that a word says which stands in one title alone: "the piccina".

    A word that nobody knows may be a slip away from such a word.
    """
    known = engine.catalogue.view.extractor.known_words
    said, titles = terms(utterance), [set(terms(item.title)) for item in items]
    common = Counter(word for title in titles for word in title)
    odd = [word for word in said if len(word) >= LONG_WORD and known and word not in known]
    found = []
    for place, title in enumerate(titles, 1):
        own = [word for word in title if common[word] == 1 and len(word) > MIN_NAMED]
        if any(word in said or process.extractOne(word, odd, scorer=_slips, score_cutoff=1) for word in own):
            found.append(str(place))
    return found


def nth(items: Sequence[Item], ref: str) -> Item | None:
    """The item with the ordinal "1", "2", ... or "last"."""
    if not items:
        return None
    if ref == "last":
        return items[-1]
    return items[int(ref) - 1] if ref.isdigit() and 1 <= int(ref) <= len(items) else None
