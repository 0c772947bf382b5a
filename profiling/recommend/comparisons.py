"""What "smaller", "not that brand" or "something like this" is compared with: an item on the table."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Sequence

from profiling.profile.observe import Triple
from profiling.relations.critiques import find_critiques
from profiling.types import Item

MEASURED = frozenset({"smaller_than", "larger_than", "lighter_than", "heavier_than"})
TITLE_LENGTH = 60


def comparison(
    predicate: str, table: Sequence[Item], *, pointed: bool, strictest: Callable[[], Item | None]
) -> Triple | None:
    """What a critique says, or None where there is nothing to compare with.

    Args:
        pointed: whether the first item on the table is the one that was pointed at: then it is meant.
        strictest: else the strictest one on the table that leaves a choice.
    """
    if not table:
        return None
    if predicate == "not_brand":
        return ("excludes", f"brand:{table[0].brand}", table[0].brand) if table[0].brand else None
    chosen = table[0] if predicate == "similar_to" or pointed else strictest()
    return (predicate, f"item:{chosen.item_id}", _short_title(chosen)) if chosen else None


def measures_asked_for(utterance: str, known_words: Collection[str] = ()) -> frozenset[str]:
    """The predicates of "smaller", "lighter" ... that need a measure; `known_words` as for `find_critiques`."""
    return MEASURED.intersection(critique.predicate for critique in find_critiques(utterance, known_words))


def _short_title(item: Item) -> str:
    """The title as far as one would say it: feeds put whole data sheets into theirs."""
    return textwrap.shorten(item.title, TITLE_LENGTH, placeholder=" …")
