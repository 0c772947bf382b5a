"""Which of a product's available variants fits what the shopper wants."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.desk.options import Wanted, magnitude
from actions.shop.types import Variant


@dataclass(frozen=True)
class Choice:
    """What fits, the best first. `exact`: nothing but what was asked for differs from the present one."""

    variants: Sequence[Variant]
    exact: bool
    settled: bool


def choose(
    current: Mapping[str, str], current_item: str, paid_cents: int, *, wanted: Wanted, variants: Sequence[Variant]
) -> Choice:
    """The available variants that the words mean. `settled`: the words leave no doubt which one."""
    if wanted.item_id:
        same = [variant for variant in variants if variant.item_id == wanted.item_id and variant.available]
        return Choice(same, exact=True, settled=bool(same))
    if wanted.same_item and not wanted.values:
        return Choice([], exact=False, settled=False)  # the very same thing is no exchange
    fitting = [
        variant
        for variant in variants
        if variant.available and variant.item_id != current_item and _fits(variant, current, paid_cents, wanted)
    ]
    for name, direction in wanted.extreme.items():
        marks = [mark for variant in fitting if (mark := magnitude(variant.options.get(name, ""))) is not None]
        if marks:
            top = max(marks) if direction > 0 else min(marks)
            fitting = [variant for variant in fitting if magnitude(variant.options.get(name, "")) == top]
    if wanted.price:
        kept = _keeping(fitting, current, wanted)
        ranked = sorted(kept or fitting, key=lambda variant: wanted.price * -variant.price_cents)
        return Choice(ranked[:1], exact=True, settled=True)
    fitting = _keeping(fitting, current, wanted) or fitting
    soft = {name for variant in variants for name, value in variant.options.items() if value in wanted.preferred}
    asked = {*soft, *wanted.values, *wanted.more, *wanted.by_number, *wanted.extreme, *wanted.free}
    top_rank = min((_preference(variant, wanted) for variant in fitting), default=())
    liked = [variant for variant in fitting if _preference(variant, wanted) == top_rank]
    exact = [variant for variant in liked if _others_same(variant, current, asked)]
    pool = exact or liked
    ranked = sorted(pool, key=lambda variant: (_preference(variant, wanted), _changes(variant, current, asked)))
    best = [variant for variant in ranked if _preference(variant, wanted) == _preference(ranked[0], wanted)]
    if wanted.slightly and len(best) > 1:
        best = _nearest(best, current, wanted)
    picky = bool(wanted.preferred) or any(len(values) > 1 for values in wanted.values.values())
    settled = len(best) == 1 or (len(best) > 1 and picky and _changes(best[0], current, asked) < _changes(best[1], current, asked))  # fmt: skip
    return Choice(best if not settled else best[:1], exact=bool(exact), settled=settled)


def _fits(variant: Variant, current: Mapping[str, str], paid_cents: int, wanted: Wanted) -> bool:
    for name, values in wanted.values.items():
        if variant.options.get(name) not in values:
            return False
    for name, direction in wanted.more.items():
        new, old = magnitude(variant.options.get(name, "")), magnitude(current.get(name, ""))
        if new is None or old is None or (new - old) * direction <= 0:
            return False
    for name, difference in wanted.by_number.items():
        new, old = magnitude(variant.options.get(name, "")), magnitude(current.get(name, ""))
        if new is None or old is None or new - old != difference:
            return False
    if wanted.not_dearer and variant.price_cents > paid_cents:
        return False
    return wanted.below_cents is None or variant.price_cents < wanted.below_cents


def _others_same(variant: Variant, current: Mapping[str, str], asked: set[str]) -> bool:
    return all(variant.options.get(name) == value for name, value in current.items() if name not in asked)


def _keeping(variants: Sequence[Variant], current: Mapping[str, str], wanted: Wanted) -> list[Variant]:
    """Those that leave as it is what is to stay the same in so many words."""
    return [
        variant
        for variant in variants
        if all(
            variant.options.get(name) == current.get(name)
            for name in wanted.kept - {*wanted.values, *wanted.more, *wanted.by_number, *wanted.extreme}
        )
    ]


def _changes(variant: Variant, current: Mapping[str, str], asked: set[str]) -> int:
    return sum(variant.options.get(name) != value for name, value in current.items() if name not in asked)


def _preference(variant: Variant, wanted: Wanted) -> tuple[int, ...]:
    ranks = [values.index(variant.options[name]) for name, values in wanted.values.items() if len(values) > 1]
    options = list(variant.options.values())
    soft = [place for place, value in enumerate(wanted.preferred) if value in options]
    return (*ranks, min(soft, default=len(wanted.preferred)), len(wanted.preferred) - len(soft))


def _nearest(variants: Sequence[Variant], current: Mapping[str, str], wanted: Wanted) -> list[Variant]:
    def distance(variant: Variant) -> float:
        pairs = [(magnitude(variant.options.get(n, "")), magnitude(current.get(n, ""))) for n in wanted.more]
        return sum(abs(new - old) for new, old in pairs if new is not None and old is not None)

    closest = min(distance(variant) for variant in variants)
    return [variant for variant in variants if distance(variant) == closest]
