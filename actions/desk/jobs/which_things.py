"""Which lines of which orders the things that a shopper names are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.desk.case import Job, Piece
from actions.desk.options import magnitude, plain, read_wanted
from actions.desk.outcome import Resolved
from actions.desk.things import Named, pointed
from actions.desk.wishes import Wish
from actions.desk.world import World
from actions.shop.types import Order, OrderLine

_EACH = re.compile(r"\b(?:every|each|all|both|any)\b")
_EACH_OF_THEM = re.compile(
    r"\b(?:exchang|chang|swap|switch|replac|modif|upgrad|return)\w* (?:both|all|each|every)\b|"
    r"\b(?:both|all|each) of (?:them|these|those)\b(?! (?:are|is|were|came)\b)"
)
_OF_TWO = re.compile(r"\bthe ((?:more|less) \w+|(?!order|number|other)\w+er)(?: one)? of (?:the|my|those|these|both)\b")
"""One of several by comparison: "the heavier of my two sets"."""
_LONGEST_COMPARISON = 3
Line = tuple[Order, OrderLine]


def grouped(act: str, named: Sequence[Named], wish: Wish, world: World) -> Resolved:
    """One job an order. Where a thing is in several orders, the order that has most of the things is meant."""
    jobs: dict[str, Job] = {}
    used: set[tuple[str, str]] = set()
    for meant in _in_the_same_order(named, wish):
        thing = meant
        several = _several_meant(act, thing, wish, is_alone=len(named) == 1)
        numbers = list(dict.fromkeys(order.order_number for order, _ in thing.lines))
        words = thing.wanted
        if len(numbers) > 1 and not several:
            given, words = pointed(thing.wanted)
            told = told_apart(thing.lines, given, world) if given else None
            if told is None:
                return Resolved(question="order", offer=numbers)
            thing = replace(thing, lines=[told])
        fresh = [(order, line) for order, line in thing.lines if (order.order_number, line.line_id) not in used]
        if not several and len({line.item_id for _, line in fresh}) > 1:
            given, wanted = pointed(thing.wanted)
            of_two = _OF_TWO.search(plain(wish.text))
            told = told_apart(fresh, of_two[1] if of_two else given or wish.text, world)
            if told is None:
                offer = [f"{order.order_number}/{line.line_id}" for order, line in fresh]
                return Resolved(question="line", offer=offer)
            fresh, words = [told], wanted
        for order, line in fresh if several else fresh[:1]:
            used.add((order.order_number, line.line_id))
            job = jobs.setdefault(order.order_number, Job(act, order.order_number, [], wish.text))
            job.pieces.append(Piece(line.line_id, line.quantity, words))
    return Resolved(list(jobs.values()))


def _several_meant(act: str, thing: Named, wish: Wish, *, is_alone: bool) -> bool:
    """Whether each of the thing's lines is meant; "both" of two things named means one of each."""
    said = plain(wish.text)
    if act == "return" and _EACH.search(said):
        return True
    if is_alone and not pointed(thing.wanted)[0] and _EACH_OF_THEM.search(said):
        return True
    return bool(re.search(r"\b(?:all|both)\b", thing.given + said[:60]))


def _in_the_same_order(named: Sequence[Named], wish: Wish) -> list[Named]:
    if re.search(r"\bdifferent orders|\ball (?:my )?(?:\w+ )?\w+s\b.*\borders\b", wish.text.lower()):
        return list(named)
    counts: dict[str, int] = {}
    for thing in named:
        for number in _numbers(thing):
            counts[number] = counts.get(number, 0) + 1
    result = []
    for thing in named:
        top = max(counts[number] for number in _numbers(thing))
        lines = [pair for pair in thing.lines if counts[pair[0].order_number] == top]
        result.append(replace(thing, lines=lines))
    return result


def _numbers(thing: Named) -> set[str]:
    return {order.order_number for order, _ in thing.lines}


def told_apart(lines: Sequence[Line], text: str, world: World) -> Line | None:
    """The one line of several that the words describe: by its price or by an option that only it has."""
    said = plain(text)
    if sized := _by_size(lines, said, world):
        return sized
    if re.search(r"\b(?:more expensive|pricier|dearer)\b", said):
        return max(lines, key=lambda pair: pair[1].unit_price_cents)
    if re.search(r"\bcheaper\b", said):
        return min(lines, key=lambda pair: pair[1].unit_price_cents)
    variants = world.variants(lines[0][1].product_id)
    wanted = read_wanted(text, variants, title=lines[0][1].title).values
    scores = [sum(line.options.get(name) in values for name, values in wanted.items()) for _, line in lines]
    top = max(scores)
    return lines[scores.index(top)] if top and scores.count(top) == 1 else None


def _by_size(lines: Sequence[Line], said: str, world: World) -> Line | None:
    """ "The smaller one": the line at that end of the scale, where the words say nothing else."""
    if len(said.split()) > _LONGEST_COMPARISON:
        return None
    first = lines[0][1]
    more = read_wanted(said, world.variants(first.product_id), title=first.title).more
    for name, direction in more.items():
        marks = [magnitude(line.options.get(name, "")) for _, line in lines]
        known = [mark for mark in marks if mark is not None]
        if len(known) == len(marks) and len(set(known)) == len(known):
            return lines[marks.index(max(known) if direction > 0 else min(known))]
    return None
