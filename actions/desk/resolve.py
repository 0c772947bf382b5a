"""From a wish to jobs: which orders and which lines the words mean."""

# ruff: noqa: E501, PLR0911 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from actions.desk.case import Job, Piece
from actions.desk.options import plain, read_wanted
from actions.desk.things import Named, all_meant, left_out, without_left_out
from actions.desk.wishes import Wish
from actions.desk.world import World
from actions.shop.changes import (  # fmt: skip
    CancelOrder,
    ChangeAddress,
    ChangeItems,
    ChangePayment,
    ChangeShipping,
    ExchangeItems,
    ReportProblem,
    ReturnItems,
)
from actions.shop.types import Order, OrderLine

_EACH = re.compile(r"\b(?:every|each|all|both|any)\b")
_KINDS = {
    "lost": r"\blost\b|never (?:arrived|came)|not (?:arrived|here)|hasn'?t (?:arrived|come)",
    "late": r"\blate\b|still waiting|delayed",
    "wrong": r"\bwrong\b",
    "missing": r"\bmissing\b|incomplete",
    "damaged": r"damaged|broken|smashed|cracked|torn|faulty|defective",
}


@dataclass(frozen=True)
class Resolved:
    """What a wish comes to. Where `question` is set the jobs are not clear yet; `offer` are the order numbers to choose from."""

    jobs: Sequence[Job] = ()
    question: str = ""
    offer: Sequence[str] = field(default_factory=tuple)
    say: str = ""


def resolve(wish: Wish, world: World, *, focus: Job | None = None) -> Resolved:
    """The jobs of a wish that changes something."""
    if wish.orders and (unknown := [number for number in wish.orders if world.order(number) is None]):
        near = [order.order_number for order in world.orders for number in unknown if _near(order.order_number, number)]
        if len(unknown) == len(wish.orders):
            return Resolved(question="order", offer=near, say=unknown[0])
    if (
        focus
        and not wish.orders
        and re.search(r"\b(?:in it|(?:in|from|of) (?:that|this|the same) order)\b", wish.text.lower())
    ):
        wish = replace(wish, orders=(focus.order,))
    resolvers = {
        "cancel": _cancel,
        "return": _return,
        "swap": _swap,
        "address": _order_wide,
        "payment": _order_wide,
        "shipping": _order_wide,
        "problem": _problem,
    }
    if wish.act == "account_address":
        return Resolved([Job("account_address", words=wish.text)])
    return resolvers[wish.act](wish, world, focus)


def _cancel(wish: Wish, world: World, focus: Job | None) -> Resolved:
    said = wish.text.lower()
    reason = reason_in(said)
    everything = (
        all_meant(re.sub(r"\b(?:whole|entire) order\b", " ", said))
        and re.search(r"\borders?\b|\beverything\b|\bthings?\b", said) is not None
    )
    scope = world.orders_meant(wish.text, wish.orders)
    if re.search(r"\b(?:or|and) return", said) and everything:
        cancelled = [_whole(order, reason, wish.text) for order in world.allowed(CancelOrder)]
        return Resolved([*cancelled, *_everything_back(wish, world)])
    if wish.orders and not world.named(wish.text, scope):
        return Resolved([_whole(order, reason, wish.text) for order in scope])
    named = world.named(wish.text, [order for order in scope if order in world.allowed(CancelOrder)])
    if named:
        return _cancel_named(named, world, reason, wish)
    if everything:
        orders = [order for order in scope if order in world.allowed(CancelOrder)]
        if orders:
            return Resolved([_whole(order, reason, wish.text) for order in orders])
    opened = [order for order in scope if order in world.allowed(CancelOrder)]
    single = re.search(r"\b(?:that|this|the|one|single) (?:one |single )?item\b", said)
    if single and len(opened) == 1:
        return Resolved([replace(_whole(opened[0], reason, wish.text), pieces=[Piece(opened[0].lines[0].line_id)])])
    arrived = world.named(wish.text, world.allowed(ReturnItems))
    if arrived:
        return _return(wish, world, focus)
    if (
        focus
        and world.order(focus.order)
        and not wish.orders
        and re.search(r"\b(?:it|this|that|the) ?(?:whole |entire )?(?:order)?\b", said)
    ):
        return Resolved([_whole(_existing(world, focus.order), reason, wish.text)])
    return _ask_order(
        world,
        [order for order in scope if order in world.allowed(CancelOrder)],
        lambda order: _whole(order, reason, wish.text),
    )


def _cancel_named(named: Sequence[Named], world: World, reason: str, wish: Wish) -> Resolved:
    """Things of open orders were named. An order that holds nothing else is cancelled, from another one nothing can go."""
    jobs: dict[str, Job] = {}
    for thing in named:
        for order, line in thing.lines[:1]:
            job = jobs.setdefault(order.order_number, _whole(order, reason, wish.text))
            job.pieces.append(Piece(line.line_id, line.quantity))
    for job in jobs.values():
        if len(job.pieces) == len(_existing(world, job.order).lines) or re.search(
            r"\b(?:whole|entire|complete) order|\border with\b|\border (?:containing|that has)\b", wish.text.lower()
        ):
            job.pieces = []
    return Resolved(list(jobs.values()))


def _return(wish: Wish, world: World, focus: Job | None) -> Resolved:
    scope = [order for order in world.orders_meant(wish.text, wish.orders) if order in world.allowed(ReturnItems)]
    if not scope and wish.orders:
        scope = list(world.orders_meant(wish.text, wish.orders))
    named = world.named(without_left_out(wish.text), scope)
    if (all_meant(wish.text) or left_out(wish.text)) and not (named and not left_out(wish.text)):
        if re.search(r"\bcancel\b", wish.text.lower()) and not wish.orders:
            opened = [_whole(order, reason_in(wish.text), wish.text) for order in world.allowed(CancelOrder)]
            return Resolved([*opened, *_everything_back(wish, world)])
        if (
            len(scope) == 1
            or wish.orders
            or re.search(r"\borders\b|\ball (?:things|items)|everything|anything", wish.text.lower())
        ):
            return Resolved(_everything_back(wish, world, scope))
        return _ask_order(world, scope, lambda order: _back(order, _kept(order, wish, world), wish.text))
    if named:
        return _grouped("return", named, wish, world)
    elsewhere = world.named(wish.text, world.orders)
    if elsewhere:
        return _grouped("return", elsewhere, wish, world)
    if focus and focus.pieces and not wish.orders:
        return Resolved([Job("return", focus.order, [Piece(p.line_id, p.quantity) for p in focus.pieces], wish.text)])
    if len(scope) == 1 and len(scope[0].lines) == 1:
        return Resolved([_back(scope[0], list(scope[0].lines), wish.text)])
    if len(scope) == 1:
        return Resolved(question="items", offer=[scope[0].order_number])
    return Resolved(question="items")


def _everything_back(wish: Wish, world: World, scope: Sequence[Order] | None = None) -> list[Job]:
    orders = world.allowed(ReturnItems) if scope is None else scope
    jobs = [_back(order, _kept(order, wish, world), wish.text) for order in orders]
    return [job for job in jobs if job.pieces]


def _kept(order: Order, wish: Wish, world: World) -> list[OrderLine]:
    """The lines that come back: all but those that are to stay."""
    stay = {line.line_id for thing in world.named(left_out(wish.text), [order]) for _, line in thing.lines}
    return [line for line in order.lines if line.line_id not in stay]


def _swap(wish: Wish, world: World, focus: Job | None) -> Resolved:
    able = [*world.allowed(ChangeItems), *world.allowed(ExchangeItems)]
    scope = [order for order in world.orders_meant(wish.text, wish.orders) if order in able]
    if not scope:
        scope = list(world.orders_meant(wish.text, wish.orders)) if wish.orders else able
    named = world.named(wish.text, scope)
    if not named and not wish.orders:
        named = world.named(wish.text, able)
    everything = re.search(
        r"\ball (?:of )?(?:my |the |your )?(?:items|things|products)|\beverything\b", wish.text.lower()
    )
    if everything or (not named and all_meant(wish.text)):
        jobs = [
            Job(
                "swap",
                order.order_number,
                [Piece(line.line_id, line.quantity, wish.text) for line in order.lines],
                wish.text,
            )
            for order in (scope if wish.orders or len(scope) == 1 or not focus else [_existing(world, focus.order)])
        ]
        return Resolved(jobs)
    if named:
        return _grouped("swap", _inheriting(named, wish), wish, world)
    if focus and focus.pieces:
        words = wish.text
        return Resolved([Job("swap", focus.order, [Piece(p.line_id, p.quantity, words) for p in focus.pieces], words)])
    if len(scope) == 1 and len(scope[0].lines) == 1:
        line = scope[0].lines[0]
        return Resolved(
            [Job("swap", scope[0].order_number, [Piece(line.line_id, line.quantity, wish.text)], wish.text)]
        )
    return Resolved(question="items", offer=[scope[0].order_number] if len(scope) == 1 else [])


def _inheriting(named: Sequence[Named], wish: Wish) -> list[Named]:
    """A thing about which nothing is said becomes what the next one becomes: "the bed and the chair to the cheapest"."""
    result: list[Named] = []
    after = ""
    for thing in reversed(named):
        words = thing.wanted.strip(" ,.")
        empty = len(words) < 5 or re.fullmatch(r"(?:and|or|the|my|also|,|\s)*", words) is not None
        after = after if empty and after else thing.wanted
        result.append(replace(thing, wanted=after if empty else thing.wanted))
    del wish
    return result[::-1]


def _grouped(act: str, named: Sequence[Named], wish: Wish, world: World) -> Resolved:
    """One job an order. Where a thing is in several orders, the order that has most of the things is meant."""
    fitting = _same_order(named, wish)
    jobs: dict[str, Job] = {}
    used: set[tuple[str, str]] = set()
    for thing in fitting:
        lines = list(thing.lines)
        several = (_EACH.search(plain(wish.text)) and act == "return") or re.search(
            r"\b(?:all|both)\b", thing.given + wish.text.lower()[:60]
        )
        orders = {order.order_number for order, _ in lines}
        if len(orders) > 1 and not several:
            return Resolved(question="order", offer=list(dict.fromkeys(order.order_number for order, _ in lines)))
        fresh = [(order, line) for order, line in lines if (order.order_number, line.line_id) not in used]
        if len(fresh) > 1 and not several and _differ(fresh):
            told = _told_apart(fresh, wish, world)
            if told is None:
                return Resolved(
                    question="line", offer=[f"{order.order_number}/{line.line_id}" for order, line in fresh]
                )
            fresh = [told]
        for order, line in fresh if several else fresh[:1]:
            used.add((order.order_number, line.line_id))
            job = jobs.setdefault(order.order_number, Job(act, order.order_number, [], wish.text))
            job.pieces.append(
                Piece(line.line_id, 1 if act == "swap" and line.quantity == 1 else line.quantity, thing.wanted)
            )
    return Resolved(list(jobs.values()))


def _same_order(named: Sequence[Named], wish: Wish) -> list[Named]:
    counts: dict[str, int] = {}
    for thing in named:
        for number in {order.order_number for order, _ in thing.lines}:
            counts[number] = counts.get(number, 0) + 1
    if re.search(r"\bdifferent orders|\ball (?:my )?(?:\w+ )?\w+s\b.*\borders\b", wish.text.lower()):
        return list(named)
    result = []
    for thing in named:
        numbers = {order.order_number for order, _ in thing.lines}
        top = max(counts[number] for number in numbers)
        best = {number for number in numbers if counts[number] == top}
        result.append(replace(thing, lines=[pair for pair in thing.lines if pair[0].order_number in best]))
    return result


def _differ(lines: Sequence[tuple[Order, OrderLine]]) -> bool:
    return len({line.item_id for _, line in lines}) > 1


def _told_apart(lines: Sequence[tuple[Order, OrderLine]], wish: Wish, world: World) -> tuple[Order, OrderLine] | None:
    """The one line of several that the words describe: by its price or by an option that only it has."""
    said = plain(wish.text)
    if re.search(r"\b(?:more expensive|pricier|dearer)\b", said):
        return max(lines, key=lambda pair: pair[1].unit_price_cents)
    if re.search(r"\bcheaper\b", said):
        return min(lines, key=lambda pair: pair[1].unit_price_cents)
    variants = world.variants(lines[0][1].product_id)
    wanted = read_wanted(wish.text, variants, title=lines[0][1].title).values
    scores = [
        (sum(line.options.get(name) in values for name, values in wanted.items()), place)
        for place, (_, line) in enumerate(lines)
    ]
    top = max(scores)[0]
    best = [place for score, place in scores if score == top]
    return lines[best[0]] if len(best) == 1 and top else None


def _order_wide(wish: Wish, world: World, focus: Job | None) -> Resolved:
    kinds = {"address": ChangeAddress, "payment": ChangePayment, "shipping": ChangeShipping}
    scope = [
        order
        for order in world.orders_meant(wish.text, wish.orders[:1])
        if wish.orders or order in world.allowed(kinds[wish.act])
    ]
    if len(scope) > 1 and not wish.orders:
        scope = _narrow(scope, wish, world, focus)
    return _ask_order(world, scope, lambda order: Job(wish.act, order.order_number, words=wish.text), several="any")


def _narrow(scope: list[Order], wish: Wish, world: World, focus: Job | None) -> list[Order]:
    named = world.named(wish.text, scope)
    holding = {order.order_number for thing in named for order, _ in thing.lines}
    if holding and wish.act != "address":
        return [order for order in scope if order.order_number in holding]
    if wish.act == "address":
        target = address_in(wish.text, world, exclude="")
        elsewhere = [order for order in scope if target and order.address != target]
        if len(elsewhere) == 1:
            return elsewhere
    if focus and any(order.order_number == focus.order for order in scope):
        return [order for order in scope if order.order_number == focus.order]
    recent = re.search(r"\b(?:recent|latest|last|just placed)\b", wish.text.lower())
    return scope[:1] if recent else scope


def _problem(wish: Wish, world: World, focus: Job | None) -> Resolved:
    kind = next((kind for kind, pattern in _KINDS.items() if re.search(pattern, wish.text.lower())), "damaged")
    scope = [
        order
        for order in world.orders_meant(wish.text, wish.orders)
        if wish.orders or order in world.allowed(ReportProblem)
    ]
    if kind in {"lost", "late"} and not wish.orders:
        scope = [order for order in scope if order.status not in {"delivered"}] or scope
    named = world.named(wish.text, scope)
    if named and len({order.order_number for thing in named for order, _ in thing.lines}) == 1:
        grouped = _grouped("problem", named, wish, world)
        return replace(grouped, jobs=[replace(job, detail=kind) for job in grouped.jobs])
    if focus and not wish.orders and world.order(focus.order):
        scope = [_existing(world, focus.order)]

    def report(order: Order) -> Job:
        return Job(
            "problem",
            order.order_number,
            [Piece(line.line_id, line.quantity) for line in order.lines],
            wish.text,
            detail=kind,
        )

    return _ask_order(world, scope, report)


def _ask_order(world: World, scope: Sequence[Order], make, *, several: str = "") -> Resolved:  # type: ignore[no-untyped-def]
    del several
    if len(scope) == 1:
        return Resolved([make(scope[0])])
    offer = [order.order_number for order in (scope or world.orders)]
    return Resolved(question="order", offer=offer)


def _whole(order: Order, reason: str, words: str) -> Job:
    return Job("cancel", order.order_number, [], words, reason=reason)


def _back(order: Order, lines: Sequence[OrderLine], words: str) -> Job:
    return Job("return", order.order_number, [Piece(line.line_id, line.quantity) for line in lines], words)


def _existing(world: World, number: str) -> Order:
    order = world.order(number)
    if order is None:
        raise LookupError(number)
    return order


def reason_in(text: str) -> str:
    """The reason for a cancellation in the words that policies use, or ""."""
    said = text.lower()
    if re.search(r"\b(?:mistake|mistakenly|accident\w*|wrong order|in error|by error)\b", said):
        return "ordered by mistake"
    if re.search(
        r"\bno longer\b|\bdon'?t (?:need|want)\b|\bnot needed\b|\bchanged my mind\b|\bnot need\b|\bfinancial\b|\bany ?more\b",
        said,
    ):
        return "no longer needed"
    return ""


def address_in(text: str, world: World, *, exclude: str):  # type: ignore[no-untyped-def]
    """The address that a text means: another order's, the account's, one by its city, or one written out; None if unclear."""
    from actions.desk.addresses import read_address

    return read_address(text, world, exclude=exclude)


def _near(known: str, typed: str) -> bool:
    """Whether an order number is the typed one with one digit wrong, missing, extra, or two swapped."""
    from rapidfuzz.distance import OSA

    return OSA.distance(re.sub(r"\D", "", known), re.sub(r"\D", "", typed)) == 1
