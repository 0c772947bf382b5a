"""The desk's questions about what a wish means, and what is made of the answers: which order, which things, which way."""

# ruff: noqa: E501, PLR0911 - ladders of cases and sentences read best as they are
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from actions.desk.acts import act_of
from actions.desk.addresses import written
from actions.desk.case import Case, Job, Piece
from actions.desk.jobs.registry import propose, resolve
from actions.desk.outcome import Missing, Resolved
from actions.desk.turn import LEFT_AS_IT_IS, Heard, Said
from actions.desk.wishes import ACTS, Wish, order_numbers
from actions.desk.words import options_of, order_line
from actions.desk.world import World
from actions.shop.types import Order

_VERBS = {
    "swap": "change or exchange",
    "return": "send back",
    "cancel": "cancel",
    "problem": "report",
    "warranty": "claim the warranty for",
}
_RECENT = re.compile(r"\b(?:recent|latest|last|newest)\b")
_BARE_NUMBER = re.compile(r"(?<![\w$€.,])(\d{4,8})(?![\w])")


def ask_which(wish: Wish, resolved: Resolved, case: Case, world: World, said: Said) -> None:
    """Asks what a wish is about."""
    case.question, case.offer = resolved.question, list(resolved.offer)
    case.listed = case.offer if case.question == "order" else case.listed
    ask = {"order": _which_order, "line": _which_line, "items": _which_items}[resolved.question]
    said.texts.append(ask(wish, resolved, world))


def _which_order(wish: Wish, resolved: Resolved, world: World) -> str:
    del wish
    offered = [order for number in resolved.offer if (order := world.order(number))]
    if not resolved.unknown:
        return which_order(offered or world.orders)
    head = f"I find no order {resolved.unknown} in your account."
    if offered:
        return f"{head} Do you mean {' or '.join(order.order_number for order in offered)}?"
    return f"{head} Which order is it about?"


def which_order(orders: Sequence[Order]) -> str:
    """The question which of these orders is meant."""
    return "\n".join(["Which order is it about?", *numbered(order_line(one) for one in orders)])


def _which_line(wish: Wish, resolved: Resolved, world: World) -> str:
    del wish
    lines = [line for number, line_id in map(_order_and_line, resolved.offer)
             for line in world.existing(number).lines if line.line_id == line_id]  # fmt: skip
    return "\n".join(["Which one do you mean?", *numbered(f"{x.title} ({options_of(x.options)})" for x in lines)])


def _which_items(wish: Wish, resolved: Resolved, world: World) -> str:
    asked = f"What exactly would you like to {_VERBS.get(wish.act, 'change')}?"
    if len(resolved.offer) == 1 and (order := world.order(resolved.offer[0])):
        return f"{asked} Order {order_line(order)}"
    return "\n".join([f"{asked} Your orders:", *(f"- {order_line(order)}" for order in world.orders)])


def numbered(lines: Iterable[str]) -> list[str]:
    """Lines with their numbers before them."""
    return [f"{place}. {line}" for place, line in enumerate(lines, 1)]


def hear_order(heard: Heard) -> bool:
    """The answer to which order the first wish is about."""
    case = heard.case
    wish = case.wishes[0]
    if numbers := _answered_numbers(heard, case.offer):
        case.wishes[0] = replace(wish, orders=tuple(numbers))
        return True
    if heard.drops_it:
        return _drop_wish(heard)
    if chosen := _described(heard):
        case.wishes[0] = replace(wish.more(heard.utterance), orders=tuple(order.order_number for order in chosen))
        return True
    if heard.wishes:
        return False
    if wish.act == "address" and _tells_address(heard):
        case.wishes[0] = wish.more(heard.utterance)
        return True
    again = replace(wish.more(heard.utterance), orders=())
    if resolve(again, heard.world, focus=case.focus).question:
        return False
    case.wishes[0] = again
    return True


def _answered_numbers(heard: Heard, offer: Sequence[str]) -> Sequence[str]:
    """The order numbers that an answer gives, points at, or takes all of."""
    if found := order_numbers(heard.utterance):
        return found
    bare = _BARE_NUMBER.search(heard.utterance)
    if bare and (heard.world.order(bare[1]) or not _tells_address(heard)):
        return [bare[1]]
    picked = heard.picks_only(offer)
    if picked is not None:
        return [offer[picked]]
    return offer if re.search(r"\b(?:all|both|every)\b", heard.lowered) else []


def _tells_address(heard: Heard) -> bool:
    """Whether an answer holds an address in full, whose postcode is no order number."""
    return written(heard.utterance, heard.world) is not None


def _described(heard: Heard) -> list[Order]:
    """The offered orders that the answer describes: the latest, those with a thing, those in a state."""
    scope = [order for number in heard.case.offer if (order := heard.world.order(number))]
    if _RECENT.search(heard.lowered):
        return scope[:1]
    named = heard.world.named(heard.utterance, scope)
    holding = {order.order_number for thing in named for order, _ in thing.lines}
    if holding:
        return [order for order in scope if order.order_number in holding]
    meant = [order for order in heard.world.orders_meant(heard.utterance, ()) if order in scope]
    return meant if len(meant) < len(scope) else []


def hear_items(heard: Heard) -> bool:
    """The answer to what exactly the first wish is about."""
    if heard.drops_it:
        return _drop_wish(heard)
    if heard.wishes and heard.wishes[0].act not in ACTS:
        return False
    return _is_clearer(heard, than="items")


def hear_line(heard: Heard) -> bool:
    """The answer to which of several like things is meant."""
    case = heard.case
    picked = heard.picks(case.offer)
    if picked is None:
        return _is_clearer(heard, than="line")
    wish = case.wishes.pop(0)
    number, line_id = _order_and_line(case.offer[picked])
    case.jobs.append(Job(wish.act, number, [Piece(line_id, 1, wish.text)], wish.text))
    return True


def hear_which_one(heard: Heard) -> bool:
    """The answer to whether an order is to be returned or exchanged, where only one is possible."""
    case = heard.case
    picked = heard.picks(case.offer)
    act = act_of(heard.utterance) or (case.offer[picked] if picked is not None else "")
    order = heard.job.order
    if act not in case.offer and heard.drops_it:
        case.jobs = [job for job in case.jobs if job.order != order or job.act not in case.offer]
        case.question = ""
        heard.said.texts.append("All right, I leave both.")
        return True
    if act not in case.offer:
        return False
    case.jobs = [job for job in case.jobs if job.order != order or job.act == act or job.act not in case.offer]
    case.question = ""
    return True


def hear_words(heard: Heard) -> bool:
    """The answer to a question about the first job (where to, how paid, how sent), which its words then hold."""
    if heard.drops_it:
        heard.said.texts.append(LEFT_AS_IT_IS)
        heard.case.close("The shopper decided against it.")
        return True
    job, before = heard.job, heard.job.words
    for words in (heard.utterance, f"{before} . {heard.utterance}"):
        job.words = words
        if not isinstance(propose(job, heard.world), Missing):
            return True
    return False


def _is_clearer(heard: Heard, *, than: str) -> bool:
    """Whether the first wish with the answer's words is not the same question again."""
    again = heard.case.wishes[0].more(heard.utterance)
    if resolve(again, heard.world, focus=heard.case.focus).question == than:
        return False
    heard.case.wishes[0] = again
    return True


def _drop_wish(heard: Heard) -> bool:
    heard.case.wishes.pop(0)
    heard.said.texts.append("All right, I leave that.")
    return True


def _order_and_line(offered: str) -> tuple[str, str]:
    number, _, line_id = offered.partition("/")
    return number, line_id
