"""What a shopper wants done: read out of an utterance, clause by clause, several wishes at once."""

# ruff: noqa: E501, PLR0911 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from actions.desk.phrases import DONE_TO_IT, IN_AN_ORDER

ACTS = ("cancel", "return", "swap", "address", "account_address", "payment", "shipping", "problem", "warranty")
"""Wishes that change something. The others (status, refund, total, ...) only ask."""

_VERBS: Sequence[tuple[str, str]] = (
    ("undo", r"\b(?:undo(?:ing)?|un-?cancel|reinstate|reverse) .{0,40}(?:cancel\w*|order)"),
    ("split", r"\bsplit\w* (?:the |my )?(?:payment|cost|order)|\bapply .{0,30}(?:gift card|balance)|(?:with|across|between|over) two (?:different )?cards"),
    ("person", r"\b(?:human|representative|real person|live agent|someone real|supervisor|manager)\b"),
    ("account_address", r"\b(?:default|profile|account|user)(?: \w+)? address|address (?:in|on|of) my (?:profile|account)|update (?:it|my address)\b|my (?:current |new )?address (?:is|should be)|my address is still the old|\b(?:account|profile)\b[^.;]{0,60}\b(?:(?:new|this|that) address|address too)\b"),
    ("address", r"(?:chang|modif|updat|correct|fix|switch|redirect|use|set)\w*\b.{0,90}\b(?:address(?:es)?|(?:my|new|nyc|the) (?:\w+ )?(?:place|home|house))\b|\baddress(?:es)?\b.{0,40}\b(?:chang|modif|updat)\w*|(?<!was )(?<!were )(?<!been )(?<!got )\b(?:deliver|ship|sen[dt])\w*\b (?:it |that |this |them |(?:my |the )?(?:order|parcel) (?:#?w?\d+ )?|#?w\d+ )?(?:instead )?to (?:my|a|the|suite|another)\b.{0,60}(?:instead|address|home|house)|\b(?:have|get|want|receive|need)\b (?:it|that|this|them|(?:my|the|this|that) (?:order|parcel|package)) (?:\w+ ){0,2}(?:at|to) (?:my|the|a|another) .{0,40}(?:address|home|house|place)|be (?:delivered|sent|shipped) (?:to|there)|\b(?:have|get|want)\b (?:my|the|that) (?:\w+ )?order\b.{0,40}\b(?:delivered|sent|shipped) to\b|wrong address|order address"),
    ("payment", r"(?:chang|switch|modif|updat|us|pay)\w*\b.{0,60}\bpayment(?: method)?\b.{0,30}\b(?:to|method|from)\b|(?:pay|charge)\w* .{0,30}\b(?:instead|with another)|\bpay(?:ing)?\b .{0,60}\border\b.{0,60}\b(?:with|by|from|using) (?:my|the|a)\b"),
    ("shipping", r"\b(?:express|standard|faster|priority) (?:shipping|delivery)|(?:chang|switch|upgrad)\w* .{0,30}(?:shipping|delivery) (?:method|to)|pick ?(?:it )?up .{0,20}(?:store|showroom)|to pick-?up"),
    ("cancel_subscription", r"(?:cancel|stop|end)\w* .{0,20}subscription"),
    ("skip_subscription", r"(?:skip|pause|leave out) .{0,30}(?:delivery|subscription|month|box)"),
    ("problem", r"\b(?:damaged|broken|smashed|cracked|torn|faulty|defective|arrived wrong|wrong (?:item|size|colou?r|one) (?:arrived|came|was)|(?:got|received|sent me) the wrong|is missing|are missing|missing from|never (?:arrived|came)|not (?:arrived|here yet)|hasn'?t (?:arrived|come)|lost (?:in|parcel|package)|(?:parcel|package|order) (?:is|got|was|seems) lost|still waiting|is late|too late|incomplete)\b"),
    ("swap", r"\b(?:exchang|swap|switch|upgrad|modif|adjust|replac)\w*|\bchang(?:e|ing|ed)\b(?! my mind)|\b(?:get|want) (?!to (?:return|cancel|send|give|keep)\b).{0,40}\binstead\b|\bget the maximum\b|\bneeds? to be (?:bigger|smaller)|"
     r"\b(?:want|like|need|prefer)\b(?! to\b)(?!.{0,40}\b(?:difference|refund|money|payment|price|total|parcel|package|order|address)\b).{1,60}\bto be\b" + DONE_TO_IT + r"|\bshould (?:instead |rather |really )?be\b" + DONE_TO_IT + r"|\b(?:to|should|shall|must) become\b|" + IN_AN_ORDER),
    ("return", r"\breturn(?:s|ing|ed)?\b|\b(?:send|giv|bring)(?:ing|e)? (?:\w+ ){0,6}back\b|\bmoney back for\b|\bget a refund\b"),
    ("cancel", r"\bcancel\w*|\bcall(?:ing)? off\b|\bremove\b.{0,40}\border\b|\bdon'?t (?:want|need) (?:the|my) order\b"),
    ("add", r"\b(?:add|order|place a new order|buy)\b .{0,30}\b(?:to (?:my|the|this|that|an) (?:\w+ ){0,2}order|through (?:you|the agent)|another one)\b"),
)  # fmt: skip
_PATTERNS = dict(_VERBS)
_BEFORE_ALL = ("undo", "split", "person")
"""Acts that count whatever else a clause says."""
_ASKS = re.compile(
    r"\?|\b(?:want to know|like to know|wonder|tell me|let me know|check|list)\b|^(?:how|what|which|when|where|is|are|whether)\b"
)
_QUESTIONS: Sequence[tuple[str, str]] = (
    ("balance", r"\bbalance\b|how much .{0,30}(?:left |is )?on .{0,20}gift ?card"),
    ("refund", r"\bwhen .{0,30}\brefund|\bwhere .{0,20}\bmy (?:refund|money)\b|refund (?:status|yet)|refunded (?:yet|already)"),
    ("status", r"\btrack\w*|\bwhere(?:'s| is)\b|\bstatus\b|\bwhen (?:will|does)\b.{0,40}(?:arrive|come|deliver)|\bwhich card|whether i used"),
    ("count", r"\bhow many\b|\ball (?:the |available )?(?:\w+ )?(?:options|variants)\b|what (?:\w+ )?(?:options|colou?rs|sizes)\b|\bavailable\b.{0,30}\?"),
    ("total", r"\b(?:total|how much(?! (?:longer|more time|time)))\b|\bprice\b|\bmost expensive item\b|\bhow many? (?:can|will) (?:i|you) (?:save|get)|much (?:will i|do i|can i|i can)\b"),
    ("items", r"\b(?:list|which|what) .{0,50}\b(?:ordered|items|in (?:my|the|that) order|bought)\b|\bwhat materials?\b"),
    ("invoice", r"\binvoice|\breceipt\b|\bbill\b"),
    ("subscriptions", r"\bsubscription"),
    ("account", r"(?<!in )(?<!from )(?<!of )\bmy (?:account|profile|address book|details)\b"),
)  # fmt: skip
FAULT = re.compile(
    r"\b(?:died|dead|broke|broken|faulty|defective|failed|cracked|snapped|torn|tore|leak(?:s|y|ed|ing)?|packed up|conked out)\b|"
    r"\b(?:stopped|quit|gave up) \w+ing\b|\bgave (?:up|out)\b|\b(?:came|fell|comes|falls|coming|falling) (?:off|apart|loose)\b|"
    r"\b(?:doesn'?t|does not|don'?t|do not|won'?t|will not|no longer|not|never|hardly) (?:\w+ )?(?:work|turn|switch|charg|start|clos|open|heat|cool|hold|connect|print|light|spin|respond)\w*"
)
"""Words for a thing that has failed in use. (Something that came broken is a problem with the parcel; see `jobs/problem.py`.)"""
_CHARGED = re.compile(
    r"\b(?:charged?|billed|debited|deducted)\b.{0,40}\b(?:twice|two times|double|too much)\b|"
    r"\bpaid\b.{0,40}\b(?:twice|two times|double)\b|"
    r"\b(?:double|twice)[- ](?:charged?|billed|paid)\b|\b(?:two|2|double) (?:payments|charges)\b|"
    r"\b(?:bank|statement) (?:says|shows|sees|has|still)\b.{0,30}\b(?:nothing|no|not|never)\b|"
    r"\b(?:money|refund)\b.{0,20}\b(?:never|not|hasn'?t|nothing)\b.{0,15}\b(?:on|in|at) my (?:bank|account|card)\b"
)
"""Words for money that was taken wrongly, or that the bank does not show: the shop's rows cannot tell why."""
_PERHAPS = re.compile(r"\b(?:will|would|if|can|could)\b")
_COVER = re.compile(r"\b(?:warrant\w*|guarantee\w*)\b")
_MINE = re.compile(
    r"\b(?:my|our) (?!warrant|guarantee|account|profile|address|password|login|code|voucher|card|payment|cart|basket|browser|phone number)\w+|"
    r"\bi(?:'ve| have)? (?:just |recently )?(?:bought|ordered|got|had)\b|\bw-?\d{3,}\b"
)
_OWN_COVER = re.compile(
    r"\bstill\b|\bclaim\w*\b|\bunder (?:the )?(?:warranty|guarantee)\b|\b(?:it|they|this|that) (?:is |just |suddenly )?(?:broke|broken|died|failed|stopped)\b"
)
"""With a word for the warranty: it is about a thing that the shopper has, and not about warranties in general."""
_IN_GENERAL = re.compile(
    r"^\W*(?:how|what|which|do (?:you|i) (?:get|give|have|offer|sell)|does (?:it|the|your)|is there|are there|until when|when)\b"
)
_IN_USE = re.compile(
    r"\bafter (?:only |just |about |less than )?(?:an?|one|two|three|half|\d+|some|few) (?:a |few )?(?:day|week|month|year)s?\b"
)
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
    r",?\s+\band\s+(?=(?:to )?(?:also )?(?:i(?:'d)? (?:want|would|need|like)|cancel|return|exchange|modify|change its|change the|change my|swap|adjust|update|if (?:i|you) can|get (?:the|a) tracking)\b)",
    re.IGNORECASE,
)
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
_NEGATED = re.compile(
    r"\b(?:do(?:n't| not)|never|without) (?:want to |wish to |need to |plan to )?(?:cancel|return|exchang|chang|modif)\w*|"
    r"\b(?:not|isn't|if) (?:possible|able) to (?:cancel|return|exchange)\w*|"
    r"\b(?:was|were|been|already) (?:cancell?ed|returned)\b|\bto be (?:exchanged|returned)\b|\bthe (?:exchange|return|cancellation|refund) to be\b|\bcancelled order\b|\breturned (?:it )?items?\b"
)
_ANOTHER_ORDER = re.compile(
    r"(?:and |but )?(?:i (?:also )?(?:have|placed|made)|there(?:'s| is)) (?:also )?(?:an|another|one more|a second) (?:\w+ )?(?:order|parcel|package)\b",
    re.IGNORECASE,
)
"""A clause that turns to another order: the wish that follows is about it, not the one before."""
_BARE = re.compile(r"\b(?:as|for) (?:payment or refund|refund)\b|\bthe return (?:is|of)\b")


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
        elif wishes and wishes[-1].act == act and _continues(clause):
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
    return [clause.strip(" ,") for clause in _SPLIT.split(utterance) if clause and clause.strip(" ,.!?;")]


def act_of(clause: str) -> str | None:
    """The act that a clause asks for, or None."""
    said = _BARE.sub(" ", _NEGATED.sub(" ", clause.lower().replace("’", "'")))
    if act := next((act for act in _BEFORE_ALL if re.search(_PATTERNS[act], said)), None):
        return act
    if _CHARGED.search(said) and not _PERHAPS.search(said):
        return "charge"
    if _COVER.search(said):
        return "warranty" if _is_own_cover(said) else None
    if _ASKS.search(said) and (act := _asked(said)):
        return act
    found = [
        (match.start(), place, act)
        for place, (act, pattern) in enumerate(_VERBS)
        if (match := re.search(pattern, said))
    ]
    if (
        {act for _, _, act in found} <= {"problem"}
        and FAULT.search(said)
        and _IN_USE.search(said)
        and _MINE.search(said)
    ):
        return "warranty"
    if found:
        first = min(found, key=lambda hit: hit[1])
        return _weigh(said, first[2], {act for _, _, act in found}, found)
    for act, pattern in _QUESTIONS:
        if act not in {"count", "total", "items"} and re.search(pattern, said):
            return act
    return "problem" if _MINE.search(said) and FAULT.search(said) else None


def _asked(said: str) -> str | None:
    """What a question is for. A swap or a broken thing that a price is named with is no question for the price."""
    speaks_of_change = any(re.search(_PATTERNS[act], said) for act in ("problem", "swap"))
    found = (act for act, pattern in _QUESTIONS if re.search(pattern, said))
    return next((act for act in found if act != "total" or not speaks_of_change), None)


def _is_own_cover(said: str) -> bool:
    """Whether words about the warranty are about something that the shopper has."""
    return bool(_MINE.search(said) or (_OWN_COVER.search(said) and not _IN_GENERAL.match(said)))


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


def _weigh(said: str, act: str, acts: set[str], found: Sequence[tuple[int, int, str]]) -> str:
    """Where a clause has verbs for several acts: "return it because it is broken" is a return."""
    if act == "account_address" and re.search(
        r"\b(?:to|with|use|by) (?:my|the|their) (?:default|profile|account|home)\b", said
    ):
        return "address"
    if act == "problem" and acts & {"return", "swap", "cancel"}:
        return min((place, other) for place, _, other in found if other in {"return", "swap", "cancel"})[1]
    if act in {"swap", "return", "cancel"} and len(acts & {"swap", "return", "cancel"}) > 1:
        return min((place, other) for place, _, other in found if other in {"swap", "return", "cancel"})[1]
    if (
        act == "address"
        and "swap" in acts
        and not re.search(r"\baddress\b|deliver|ship|\b(?:place|home|house)\b", said)
    ):
        return "swap"
    return act


def _continues(clause: str) -> bool:
    """Whether a clause with the same verb goes on about the same wish rather than opening another one."""
    return not order_numbers(clause) and bool(
        re.match(
            r"(?:in fact,? |and )?(?:i (?:want|wish|would like|'d like) to |i'd like to )?(?:exchange|change|modify|swap|return) (?:it|them|the .* to)\b",
            clause.lower(),
        )
    )
