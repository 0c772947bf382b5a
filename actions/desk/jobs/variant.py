"""Which variant a thing becomes: settled from the shopper's words, or asked for and heard."""

# ruff: noqa: E501, PLR0911 - sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from actions.desk.case import Job, Piece
from actions.desk.choice import Choice, choose
from actions.desk.jobs.likeness import likened
from actions.desk.options import Wanted, mentioned, plain, read_wanted
from actions.desk.outcome import Missing, Refused
from actions.desk.turn import LEFT_AS_IT_IS, Heard, without_denied
from actions.desk.wishes import ACTS
from actions.desk.words import MAX_OFFERED, line_of, options_of, variants_listed
from actions.desk.world import World
from actions.shop.types import Order, OrderLine, Variant

NOT_FOUND = "I do not find that one."
ONLY = re.compile(r"\b(?:only|just)\b")
_OWNED = re.compile(
    r"\b(?:pending|other|another|that|my) order\b|\bother one\b|\bthe (?:one|type|kind|other \w+(?: \w+)?) (?:that )?(?:i|is) |"
    r"\bsame (?:(?:type|kind|one|variant) )?as (?:the|my|in|i)\b|\bother (?:\w+ ){0,3}(?:i|in)\b"
)


def settle(piece: Piece, order: Order, world: World) -> Missing | None:
    """Finds the variant that a piece becomes, or says what is unclear about it.

    A piece that is the cheapest (or dearest) already, when that was asked for, stays without a variant.
    """
    line = line_of(order, piece)
    variants = world.variants(line.product_id)
    words = likened(piece.words, line, world)
    wanted = read_wanted(words, variants, title=line.title)
    is_ranked = wanted.price or wanted.extreme or wanted.more
    owned = "" if is_ranked else _owned(words, line, order, world, wanted=wanted)
    if any(variant.item_id == owned and variant.available for variant in variants):
        piece.item_id = owned
        return None
    if not wanted.says_something:
        return _offer(f"What should the {line.title} ({options_of(line.options)}) become? There is:", _others(line, variants), order)  # fmt: skip
    choice = choose(line.options, line.item_id, line.unit_price_cents, wanted=wanted, variants=variants)
    if _is_clear(choice, wanted):
        best = choice.variants[0]
        if not choice.exact and not wanted.preferred and _changes_more(line, best, wanted.values):
            return _offer(f"There is no {line.title} that is exactly that. The nearest one available is:", choice.variants, order, "Shall I take it?")  # fmt: skip
        is_best = all(line.options.get(name) in values for name, values in wanted.values.items())
        if not is_best or (best.price_cents - line.unit_price_cents) * wanted.price >= 0:
            piece.item_id = best.item_id
        return None
    if choice.variants:
        head = f"These {line.title} variants fit" if choice.exact else f"No {line.title} is exactly that, but these are available"  # fmt: skip
        return _offer(f"{head}:", choice.variants, order, "Which one?")
    head = (
        f"There is no {line.title} like that at that price"
        if wanted.not_dearer or wanted.below_cents
        else f"That {line.title} is not available"
    )
    return _offer(f"{head}. There is:", _others(line, variants), order, "One of these, or shall I leave it?")  # fmt: skip


def unaffordable(piece: Piece, order: Order, world: World, *, most_cents: int, refusal: str) -> Missing | Refused:
    """Offers what costs no more than that on top, where the variant that was chosen costs too much."""
    line = line_of(order, piece)
    within = [
        variant
        for variant in _others(line, world.variants(line.product_id))
        if variant.price_cents - line.unit_price_cents <= most_cents
    ]
    if not within:
        return Refused(refusal)
    chosen = world.variant(piece.item_id, line)
    within.sort(key=lambda variant: sum(variant.options[n] != v for n, v in (chosen or variant).options.items()))
    piece.item_id = ""
    return _offer(f"{refusal} Within that there is:", within, order, "One of these, or shall I leave it?")


def _is_clear(choice: Choice, wanted: Wanted) -> bool:
    if not choice.settled or not choice.variants:
        return False
    return choice.exact or bool(wanted.price) or len(choice.variants) == 1


def _offer(head: str, variants: Sequence[Variant], order: Order, question: str = "") -> Missing:
    text = "\n".join(part for part in (head, variants_listed(variants, order), question) if part)
    return Missing("variant", text, [variant.item_id for variant in variants[:MAX_OFFERED]])


def _others(line: OrderLine, variants: Sequence[Variant]) -> list[Variant]:
    return [variant for variant in variants if variant.available and variant.item_id != line.item_id]


def _changes_more(line: OrderLine, variant: Variant, asked: Collection[str]) -> bool:
    """Whether more would change than the options that were asked for."""
    return any(variant.options.get(name) != value for name, value in line.options.items() if name not in asked)


def _owned(text: str, line: OrderLine, order: Order, world: World, *, wanted: Wanted) -> str:
    """ "The one in my other order": the variant of the same product that another order, or another line, holds."""
    if not _OWNED.search(text.lower()):
        return ""
    scope = [other for other in world.orders_meant(text, ()) if other.order_number != order.order_number]
    lines = [held for other in [*scope, order] for held in other.lines if held.product_id == line.product_id]
    found = {
        held.item_id
        for held in lines
        if held.item_id != line.item_id and all(held.options.get(n) in values for n, values in wanted.values.items())
    }
    return found.pop() if len(found) == 1 else ""


def hear_variant(heard: Heard) -> bool:
    """The answer to which variant the first unsettled piece is to become."""
    job, case, world = heard.job, heard.case, heard.world
    order = world.order(job.order)
    piece = next((piece for piece in job.pieces if not piece.item_id), None)
    if order is None or piece is None:
        return False
    line = line_of(order, piece)
    offered = [variant for item_id in case.offer if (variant := world.variant(item_id, line))]
    picked = 0 if heard.is_yes and len(offered) == 1 else heard.picks_only(offered)
    if picked is not None:
        piece.item_id = offered[picked].item_id
        return True
    named = world.lines_named(heard.utterance, order)
    if ONLY.search(heard.lowered) and named and piece.line_id not in named:
        job.pieces.remove(piece)
        return True
    wanted = _wanted_now(_positive(heard.utterance, line, world), line, world)
    owned = _owned(heard.utterance, line, order, world, wanted=wanted)
    if owned:
        piece.item_id = owned
        return True
    if not wanted.values and any(wish.act in {"cancel", "return"} for wish in heard.wishes):
        _give_way(heard)
        return True
    if wanted.says_something:
        _choose_among(offered, piece, line, wanted, heard)
        return True
    if heard.corrects and heard.is_no:
        heard.said.texts.append(NOT_FOUND)
        return True
    if heard.drops_it:
        _leave(piece, line, heard)
        return True
    return False


def _give_way(heard: Heard) -> None:
    """The shopper would rather have something else done with it."""
    case = heard.case
    case.focus = case.jobs.pop(0)
    case.wishes = [*[wish for wish in heard.wishes if wish.act in ACTS], *case.wishes]
    case.question = ""


def _choose_among(offered: Sequence[Variant], piece: Piece, line: OrderLine, wanted: Wanted, heard: Heard) -> None:
    among = choose(line.options, line.item_id, line.unit_price_cents, wanted=wanted, variants=offered)
    if among.variants and (among.settled or len(among.variants) == 1):
        piece.item_id = among.variants[0].item_id
    else:
        fresh = _positive(heard.utterance, line, heard.world)
        piece.words = _overridden(piece.words, fresh, line, heard.world)


def _leave(piece: Piece, line: OrderLine, heard: Heard) -> None:
    heard.job.pieces.remove(piece)
    if not heard.job.pieces:
        heard.said.texts.append(LEFT_AS_IT_IS)
        heard.case.close(f"No suitable variant of {line.title}.")


def revise(job: Job, words: str, heard: Heard) -> bool:
    """ "No, the blue one": another variant for the only thing, or for the one that is named; False if it says none."""
    world = heard.world
    order = world.order(job.order)
    if order is None:
        return False
    named = world.lines_named(words, order)
    held = {piece.line_id for piece in job.pieces}
    pieces = [piece for piece in job.pieces if piece.line_id in named]
    for piece in pieces or (job.pieces if len(held) == 1 and not named else []):
        line = line_of(order, piece)
        listed = [item_id for item_id in heard.case.listed if world.variant(item_id, line)]
        if (place := heard.picks_only(listed)) is not None:
            piece.item_id = listed[place]
            return True
        words = _positive(words, line, world)
        wanted = _wanted_now(words, line, world)
        if wanted.says_something:
            together = f"{piece.words} . {words}"
            piece.words = _overridden(piece.words, words, line, world) if wanted.values else together
            piece.item_id = ""
            return True
    return False


def _wanted_now(words: str, line: OrderLine, world: World) -> Wanted:
    return read_wanted(words, world.variants(line.product_id), title=line.title)


def _positive(words: str, line: OrderLine, world: World) -> str:
    """ "Not coral, cobalt" says cobalt; "not waterproof" says it with its not."""
    rest = without_denied(words)
    return rest if _wanted_now(rest, line, world).values else words


def _overridden(words: str, fresh: str, line: OrderLine, world: World) -> str:
    """The old words with the new ones: where both name a value of one option, the new one counts."""
    variants = world.variants(line.product_id)
    old = mentioned(plain(words), variants, title=line.title)
    new = mentioned(plain(fresh), variants, title=line.title)
    if not new:
        return f"{words} . {fresh}"
    kept = [value for name, values in old.items() if name not in new for value in values]
    told = " , ".join(value for value in kept if value not in {"yes", "no", "none"})
    return f"{told} . {fresh}"
