"""Which things of a shopper's orders the words name: "the small t-shirt", "everything except the pet bed"."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from actions.desk.options import mentioned, plain
from actions.shop.types import Order, OrderLine, Variant

_SYNONYMS = {"bike": "bicycle", "sneaker": "shoe", "jigsaw": "puzzle", "pc": "laptop", "notebook": "laptop", "headphone": "headphones", "earphone": "earbud", "cleaner": "vacuum"}  # fmt: skip
_STOP = {"set", "smart", "digital", "wireless", "and", "for", "of", "the", "with", "action", "home", "water", "electric", "indoor", "portable", "mechanical", "kit"}  # fmt: skip
_ELSE_STAYS = re.compile(
    r"\b(?:(?:keep|leave|with) )?(?:everything|all|anything) (?:else|the rest|the other \w+|other \w+)\b[^.;]{0,40}?"
    r"\b(?:same|unchanged|identical|stays?|remains?|as (?:it|they) (?:is|are|was|were))\b"
)
"""What is to stay as it is of the thing that is changed: "everything else the same"."""
_ALL = re.compile(r"\b(?:all|everything|every|whole|entire|anything|both)\b")
_THE_REST = re.compile(
    r"(?<!keep )(?<!keeping )(?<!leave )\b(?:the rest|all the others?|the others)\b(?!.{0,20}\b(?:stay|same|unchanged|remain|keep|as is))"
)
_EXCEPT = re.compile(
    r"\b(?:except(?: for)?|but not|apart from|other than|besides(?!,)|everything but|but (?:i want to )?keep|keep(?:ing)?)\b(.*?)"
    r"(?= (?:and|but) (?:only|just|i|to|return|exchange|cancel|change|send)\b|,? (?:because|since)\b|[.;]|$)"
)
_HOLDER = re.compile(
    r"\border (?:with|containing|including|(?:that|which) (?:has|had|contains|holds|includes)) ((?:the|my|a|an|that|those) .{2,40}?)"
    r"(?=[.,;!?]| (?:to|into|except|but|and|because|since|as|for|instead|by|from|in|please|which|that|i)\b|$)"
)
"""The thing by which an order is told from others: "the order with the tent"."""
_COMPANION = re.compile(
    r"\b(?:received|ordered|bought|came|arrived|got) (?:together |along )?with (?:the|my|a|an) (?:\w+ )?$"
)
_POINTED = re.compile(
    r"\b(?:the|my|that|this) ((?:[\w%./]+ ){1,4})ones?\b|"
    r"\bthe one (?:with|in|of|that (?:is|has)|which (?:is|has)) ([^,.;]{1,40}?)(?= (?:to|for|into|should|instead|and)\b|[,.;]|$)"
)
_CONNECT = re.compile(
    r"\b(?:(?:(?:do|does)(?:n't| not) )?(?:need|needs|has|have) to be|to|for|into|with|instead|should be|in|want|need|prefer|would like|rather)\b"
)
_TARGET = re.compile(
    r"\b(?:to|for|into|with|as|than|other) (?:(?:exactly|just) )?(?:the|a|an|my|another|one|its) (?:\w+ ){0,3}$"
)
_WANTED_ONE = re.compile(r"\b(?:want|like|need|prefer)(?: to have)? (?:an?|another) (?:[\w%./]+ ){0,4}$")
"""Words before a thing that is not there yet: "I want a black t-shirt" tells what it is to become."""
_GIVEN_UP = re.compile(r"\b(?:in place of|instead of|rather than) (?:the|my) (?:\w+ ){0,3}$")
_RANKED = re.compile(r"\b(?:cheapest|most expensive|least expensive|dearest|priciest)\b")
_THE_ONE = re.compile(r"[.;,] the ones? $")
_STOPS = re.compile(r"[,.;]| (?:but|and|because|since|as) ")
_ONE = re.compile(r"\b(?:ones?|version|variant|model)\b")
_BECOMES = re.compile(r"\b(?:to|for|into|should be)\b")


@dataclass(frozen=True)
class Named:
    """A kind of thing in a text: the lines it can be, the words before it and those after."""

    lines: Sequence[tuple[Order, OrderLine]]
    start: int
    end: int
    given: str
    wanted: str


def words_of(title: str) -> list[str]:
    """The words that name a product, the last one the most telling."""
    return [stem(word) for word in plain(title).split()]


def stem(word: str) -> str:
    """A word without its plural, under its usual name."""
    word = word.removesuffix("'s")
    if word.endswith(("ches", "shes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("es") and word[-3] in "sxzv" and not word.endswith("oes"):
        word = word[:-2] if word[-3] != "v" else word[:-3] + "f"
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return _SYNONYMS.get(word, word)


def spots(text: str, titles: Mapping[str, str]) -> list[tuple[int, int, list[str]]]:
    """(start, end, product ids) of the products that the text names; titles: product id -> title."""
    tokens = [(match.start(), match.end(), stem(match[0])) for match in re.finditer(r"[\w']+", text)]
    known = {product_id: words_of(title) for product_id, title in titles.items()}
    found: list[tuple[int, int, list[str]]] = []
    by_id = [(start, end, [word]) for start, end, word in tokens if word in titles]
    place = 0
    while place < len(tokens):
        best: list[str] = []
        length = 0
        for product_id, words in known.items():
            hit = _length(tokens, place, words)
            if hit > length:
                best, length = [product_id], hit
            elif hit and hit == length:
                best.append(product_id)
        if length:
            found.append((tokens[place][0], tokens[place + length - 1][1], best))
        place += max(length, 1)
    return sorted(by_id + found)


def named_in(text: str, orders: Sequence[Order], variants: Mapping[str, Sequence[Variant]]) -> list[Named]:
    """The things of the orders that the text names, with the words around each.

    The words before a thing ("the small", "my 17-inch") narrow which line is meant, those after tell what it is to
    become. Several mentions of one product are one thing.
    """
    said = plain(text)
    titles = {line.product_id: line.title for order in orders for line in order.lines}
    found: list[Named] = []
    beside: set[str] = set()
    places = spots(said, titles)
    for number, (start, end, product_ids) in enumerate(places):
        begin = places[number - 1][1] if number else 0
        stop = places[number + 1][0] if number + 1 < len(places) else len(said)
        before, after = _before(said[begin:start]), said[end:stop]
        wanted_one = _WANTED_ONE.search(said[begin:start])
        lines = [(order, line) for order in orders for line in order.lines if line.product_id in product_ids]
        border = _border(after)
        if _COMPANION.search(said[:start]):
            beside |= {order.order_number for order, _ in lines}
            if len(places) > 1 and any(set(product_ids) & set(ids) for _, _, ids in places[number + 1 :]):
                continue  # "that came with the notebook, and that notebook": it is named again for itself
        known = next((place for place, one in enumerate(found) if _same(one, lines)), None)
        if known is not None and not _separate(said[begin:start]):
            old = found[known]
            if _GIVEN_UP.search(said[begin:start]):  # "a black bike in place of the red bike": the first is the new one
                found[known] = replace(old, given=f"{old.given} {before}", wanted=f"{old.wanted} {after}")
            elif before.strip() and not _TARGET.search(said[begin:start]):  # "two lamps. change the black lamp to ..."
                found[known] = Named(lines, old.start, end, f"{old.given} {before} {after[:border]}", after[border:])
            else:
                found[known] = Named(old.lines, old.start, end, old.given, f"{old.wanted} {before} {after}")
            continue
        if wanted_one:
            found.append(Named(lines, start, end, "", f"{before} {after}"))
        else:
            found.append(Named(lines, start, end, f"{before} {after[:border]}", after[border:]))
    leading = [thing for thing in found if not _COMPANION.search(said[: thing.start])]
    return [_narrowed(_beside(thing, beside), variants) for thing in leading or found]


def _border(after: str) -> int:
    """Where the words after a thing stop describing it: "with 500ml | to one with 1000ml", "i received | for a red one"."""
    connect = _CONNECT.search(after)
    if connect is None or _RANKED.search(after, 0, connect.start()) or _THE_ONE.search(after[: connect.start()]):
        return 0
    becomes = _BECOMES.search(after, connect.end())
    if connect[0] not in {"with", "in"} or after[: connect.start()].strip() or becomes is None:
        return connect.start()
    stop = _STOPS.search(after, connect.end(), becomes.start())
    end = stop.start() if stop else becomes.start()
    return connect.start() if _ONE.search(after, connect.end(), end) else end


def pointed(words: str) -> tuple[str, str]:
    """What words after a product say of the one that there is, and of what it is to become.

    "i have two keyboards. change the tactile one to a clicky one": ("tactile", "to a clicky one"). ("", all of them)
    where they do not point at one of several.
    """
    match = _POINTED.search(words)
    connect = _CONNECT.search(words)
    if match is None or (connect and connect.start() < match.start() and connect[0] in {"to", "into", "instead"}):
        return "", words
    return next(filter(None, match.groups())), words[match.end() :]


def all_meant(text: str) -> bool:
    """Whether everything is meant."""
    said = without_what_stays(text)
    return bool(_ALL.search(said) or _THE_REST.search(said))


def without_what_stays(text: str) -> str:
    """A text, in lower case, without "everything else the same"."""
    return _ELSE_STAYS.sub(" ", text.lower())


def holder(text: str) -> str:
    """The thing by which a text tells an order from others: "all of the order with the tent" -> "the tent"."""
    match = _HOLDER.search(text.lower())
    return match[1] if match else ""


def without_holder(text: str) -> str:
    """A text without that thing, which says where to look and not what is meant."""
    return _HOLDER.sub("order", text.lower())


def left_out(text: str) -> str:
    """The part of a text that says what is to stay: "all but the bed" -> "the bed"."""
    match = _EXCEPT.search(text.lower())
    return match[1] if match else ""


def without_left_out(text: str) -> str:
    """A text without that part."""
    return _EXCEPT.sub(" ", text.lower())


def _length(tokens: Sequence[tuple[int, int, str]], place: int, words: Sequence[str]) -> int:
    """How many tokens from here name the product: a run of its title's words that has its telling one."""
    joined = "".join(words)
    if tokens[place][2] == joined:
        return 1
    if place + 1 < len(tokens) and stem(tokens[place][2] + tokens[place + 1][2]) in {joined, *words}:
        return 2
    count = 0
    while place + count < len(tokens) and tokens[place + count][2] in words:
        count += 1
    run = [tokens[place + step][2] for step in range(count)]
    telling = [word for word in words if word not in _STOP] or [words[-1]]
    return count if any(word in telling for word in run) else 0


def _before(text: str) -> str:
    """The words that describe the thing that follows: back to the last verb, comma or connective."""
    return re.split(r"[,.;]| and | to | for | the | my | your | a | an | one ", f" {text} ")[-1]


def _same(thing: Named, lines: Sequence[tuple[Order, OrderLine]]) -> bool:
    return bool({(o.order_number, x.line_id) for o, x in thing.lines} & {(o.order_number, x.line_id) for o, x in lines})


def _separate(between: str) -> bool:
    return bool(re.search(r"\banother\b", between))


def _beside(thing: Named, orders: Collection[str]) -> Named:
    """ "The camera that came with the perfume": the one in the perfume's order."""
    lines = [(order, line) for order, line in thing.lines if order.order_number in orders]
    return replace(thing, lines=lines) if lines else thing


def _narrowed(thing: Named, variants: Mapping[str, Sequence[Variant]]) -> Named:
    """Fewer lines, where the words before the thing fit some of its lines only."""
    fitting = []
    for order, line in thing.lines:
        told = mentioned(thing.given, variants.get(line.product_id, ()), title=line.title)
        if all(line.options.get(name) in values for name, values in told.items()):
            fitting.append((order, line))
    return Named(fitting or thing.lines, thing.start, thing.end, thing.given, thing.wanted)
