"""What a shopper wants done: read out of an utterance, clause by clause, several wishes at once."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from actions.desk.acts import act_of, asks_refund_only

ACTS = ("cancel", "return", "swap", "address", "account_address", "payment", "shipping", "problem", "warranty")
"""Wishes that change something. The others (status, refund, total, ...) only ask."""

_WHEN = re.compile(
    r"^\W*(?:(?:and|but|so|ok|well) )*(?:when|how (?:much )?long(?:er)?)(?: (?:will|does|do|is|are|it|that|this|they|i|get|have|it's|come|comes|"
    r"coming|arrive|arrives|arriving|take|takes|today|exactly|then|now|there|here|be|until|till|still|wait|to|the|my|parcel|package|order))*\W*$"
)
"""A question for the date of what is spoken of, with no thing in it that it could be about instead."""
_IT = re.compile(r"\b(?:it|this|that|them|these|those|one)\b")
_SPLIT = re.compile(
    r"(?<=[.!?;])\s+|\n+|"
    r",?\s+\b(?:and|but|then)?\s*(?:also|additionally|finally|lastly|after that|then|plus)\b,?\s+(?=(?:i|we|can|could|please|would|want|to|cancel|return|exchange|change|modify)\b)|"
    r",?\s+\bbut\s+(?=(?:please |instead |rather |just )*(?:i(?:'d)? (?:want|would like|need) to|change|cancel|return|exchange|update|modify)\b)|"
    r",?\s+\band\s+(?=(?:to )?(?:also )?(?:i(?:'d)? (?:want|would|need|like)|cancel|return|exchange|modify|change its|change the|change my|swap|adjust|update|if (?:i|you) can|get (?:the|a) tracking)\b)|"
    r",?\s+\band\s+(?=(?:it|they|this|that|these|those) (?:should|needs?|has|have|must)\b)",
    re.IGNORECASE,
)
_DONE = r"(?:paid|sent|shipped|delivered) (?:by|with|from|using|through|over|to|there)"
_TWO_DONE = re.compile(rf"(.*?\b(?:have|get|want|like|need|be)\b(?:(?!\b(?:cancel|return|exchange)).)*?)\b({_DONE}\b.*?),?\s+and (?:to be |be )?({_DONE}\b.*)", re.IGNORECASE)  # fmt: skip
_ORDER = re.compile(r"#?\b[wW][\s-]?\d{3,10}\b|(?<![\w$.,@])#\d{4,12}\b|(?<![\w$.,@#])\d{7}\b(?!\d)")
_LAST_RESORT = {
    "cancel_order": "cancel", "return_item": "return", "exchange_item": "swap", "change_order": "swap",
    "change_address": "address", "refund_status": "refund", "order_status": "status", "report_problem": "problem",
    "invoice": "invoice", "handoff": "person", "subscription": "subscriptions", "account": "account", "gift_card_balance": "balance",
}  # fmt: skip
_FOR_ALL = re.compile(
    r"\b(?:both|all|each|any) (?:of the |the )?(?:orders|payments?|refunds?)\b|"
    r"\b(?:paypal|gift ?card|visa|master ?card|amex|credit card|debit card|original (?:payment|card|method))\b",
    re.IGNORECASE,
)
"""How it is paid, or refunded, holds for all that was wished for in the message."""
_STAYS = re.compile(r"(?:well,? |but )?(?:except(?: for)?|but not|apart from|other than)\b[^,.;]*", re.IGNORECASE)
"""What is left out of the wish of the clause before: "Return everything. Well, except the boots"."""
_ORDERS_TOO = re.compile(
    r"\b(?:and|as well as|plus|also)\b[^.;]*\border\w*(?: addresses)?\b(?! (?:history|number))", re.IGNORECASE
)
_ENDS = re.compile(
    r"\b(?:cancel|end|stop|terminate|finish|discontinue|unsubscribe|wind up)\b|\bout of\b|\bno (?:longer|more)\b|"
    r"\bdon't want any(?: ?more)?\b|\bnever signed up\b"
)
_SKIPS = re.compile(r"\b(?:skip\w*|pause\w*|suspend\w*|hold|leave out|miss (?:one|it) out|drop)\b|\bno \w+ (?:this|next)\b|\bthis time\b")  # fmt: skip
_ANOTHER_ORDER = re.compile(
    r"(?:and |but )?(?:i (?:also )?(?:have|placed|made)|there(?:'s| is)) (?:also )?(?:an|another|one more|a second) (?:\w+ )?(?:order|parcel|package)\b",
    re.IGNORECASE,
)
"""A clause that turns to another order: the wish that follows is about it, not the one before."""


@dataclass(frozen=True)
class Wish:
    """One thing that the shopper wants done or told.

    `text` holds the words that it was read from, `before` the clauses of the message that came before them: "the mug and
    the lamp: what were they? Return both of them".
    """

    act: str
    text: str
    orders: Sequence[str] = ()
    before: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the conversation's slot."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Wish:
        """The opposite of `to_json`."""
        return cls(**{name: record[name] for name in ("act", "text", "orders", "before") if name in record})

    def more(self, text: str) -> Wish:
        """The same wish with further words about it."""
        orders = tuple(dict.fromkeys([*self.orders, *order_numbers(text)]))
        return replace(self, text=f"{self.text} . {text}", orders=orders)


def read_wishes(utterance: str, *, intent: str = "") -> list[Wish]:
    """The wishes in an utterance, in its order.

    A clause without a verb of its own belongs to the wish before it ("same size", "use the gift card"). Where no clause
    has one, Rasa's intent decides.
    """
    wishes: list[Wish] = []
    loose: list[str] = []
    said = clauses(utterance)
    for place, part in enumerate(said):
        stays = _STAYS.match(part) if wishes else None
        if stays:
            wishes[-1] = wishes[-1].more(stays[0])
        clause = part[stays.end() :] if stays else part
        act = act_of(clause)
        if act is None and wishes and _FOR_ALL.search(clause):
            wishes = [wish.more(clause) for wish in wishes]
        elif act is None and wishes and place + 1 < len(said) and _ANOTHER_ORDER.match(clause):
            loose.append(clause)
        elif act is None and wishes:
            wishes[-1] = wishes[-1].more(clause)
        elif act is None:
            loose.append(clause)
        elif (wishes and wishes[-1].act == act and _continues(clause)) or (
            wishes and wishes[-1].act == "problem" and asks_refund_only(clause)
        ):
            wishes[-1] = wishes[-1].more(clause)
        elif wishes and wishes[-1].act == "problem" and act in {"return", "swap"} and _IT.search(clause.lower()):
            wishes[-1] = replace(wishes[-1].more(clause), act=act)  # "It is broken. I want to send it back."
        else:
            text = " . ".join([*loose, clause])
            wishes.append(Wish(act, text, tuple(order_numbers(text)), tuple(said[: place - len(loose)])))
            loose = []
        if act == "account_address" and _ORDERS_TOO.search(clause):
            wishes.append(replace(wishes[-1], act="address"))
    if not wishes and intent in _LAST_RESORT:
        act = _about_subscription(utterance) if intent == "subscription" else _LAST_RESORT[intent]
        wishes = [Wish(act, utterance, tuple(order_numbers(utterance)))]
    return wishes


def asks_when(utterance: str) -> bool:
    """Whether it asks when, and names nothing: "and how long", "when will it come then"."""
    return bool(_WHEN.match(utterance.lower().replace("’", "'")))


def clauses(utterance: str) -> list[str]:
    """An utterance cut where a new wish may begin."""
    found = [clause.strip(" ,") for clause in _SPLIT.split(utterance) if clause and clause.strip(" ,.!?;")]
    return [part for clause in found for part in _told_one_by_one(clause)]


def _told_one_by_one(clause: str) -> list[str]:
    """ "I want the order paid by card and sent to my home": each half with the words that both have."""
    match = _TWO_DONE.match(clause)
    return [f"{match[1]}{match[2]}", f"{match[1]}{match[3]}"] if match else [clause]


def order_numbers(text: str) -> list[str]:
    """Order numbers as the shop writes them, in the order of the text: "#w1042", "W-1042" and "9502127" too."""
    found = []
    for match in _ORDER.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        found.append(f"W{digits}" if re.search(r"[wW]", match[0]) or len(digits) in {4, 7} else digits)
    return list(dict.fromkeys(found))


def without_numbers(text: str) -> str:
    """A text without its order numbers."""
    return _ORDER.sub(" ", text)


def _about_subscription(utterance: str) -> str:
    """What is to happen to a subscription that was not called one: "no more coffee", "miss one out"."""
    said = utterance.lower().replace("’", "'")
    if _ENDS.search(said):
        return "cancel_subscription"
    return "skip_subscription" if _SKIPS.search(said) else "subscriptions"


def _continues(clause: str) -> bool:
    """Whether a clause with the same verb goes on about the same wish rather than opening another one."""
    return not order_numbers(clause) and bool(
        re.match(
            r"(?:in fact,? |and )?(?:i (?:want|wish|would like|'d like) to |i'd like to )?(?:exchange|change|modify|swap|return) (?:it|them|the .* to)\b",
            clause.lower(),
        )
    )
