"""Whether an utterance speaks of nothing but what may be spent: "what if I pay up to 120", "130 at a push"."""

from __future__ import annotations

from collections.abc import Sequence

from profiling.text.stretches import meets
from profiling.text.tokens import tokenize
from profiling.types import Mention

_BESIDE_AN_AMOUNT = frozenset(
    "a able about absolute actually afford all allow amount an and anything at be below best better budget but can "
    "cap ceiling cost costs could do don end even extend fine for from go goes going gonna good great happy have high "
    "higher how i if in is it its just keep let limit ll lower m make max maximum maybe me might min mind minimum "
    "money more my need no not now of ok okay on one only or out over paid pay perhaps please pls prepared price push "
    "raise range re ready s say should show something spend spending stay stretch stretched t than that the there "
    "these they thing to top tops total under up upper us want was we well went were what which will with within "
    "worth would".split()
)


def is_budget(utterance: str, mentions: Sequence[Mention]) -> bool:
    """Whether a bound of the price is named, and all other words only serve to name it."""
    prices = [mention for mention in mentions if mention.kind == "price"]
    if not any(mention.value.startswith(("price_max", "price_min")) for mention in prices):
        return False
    return all(token.text.lower() in _BESIDE_AN_AMOUNT or meets(token, prices) for token in tokenize(utterance))
