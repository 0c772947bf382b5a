"""What a clause of a shopper asks for: cancel, return, swap, ... or one of the questions."""

# ruff: noqa: E501, PLR0911 - patterns and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Sequence

from actions.desk.idioms import IDIOMS
from actions.desk.phrases import (
    ABOUT_MONEY,
    DONE_TO_IT,
    GOES_BACK,
    HOW_IT_IS_TO_BE,
    IN_AN_ORDER,
    KEPT_IN_ACCOUNT,
    NOT_WANTED,
    PAID_BY,
    REFUND_FOR,
    SENT_TO,
)

_PLAIN: Sequence[tuple[str, str]] = (
    ("undo", r"\b(?:undo(?:ing)?|un-?cancel|reinstate|reverse) .{0,40}(?:cancel\w*|order)"),
    ("split", r"\bsplit\w* (?:the |my )?(?:payment|cost|order)|\bapply .{0,30}(?:gift card|balance)|(?:with|across|between|over) two (?:different )?cards"),
    ("person", r"\b(?:human|representative|real person|live agent|someone real|supervisor|manager)\b"),
    ("account_address", r"\b(?:default|profile|account|user)(?: \w+)? address|address (?:in|on|of) my (?:profile|account)|update (?:it|my address)\b|my (?:current |new )?address (?:is|should be)|my address is still the old|\b(?:account|profile)\b[^.;]{0,60}\b(?:(?:new|this|that) address|address too)\b|" + KEPT_IN_ACCOUNT),
    ("address", r"(?:chang|modif|updat|correct|fix|switch|redirect|use|set)\w*\b.{0,90}\b(?:address(?:es)?|(?:my|new|nyc|the) (?:\w+ )?(?:place|home|house))\b|\baddress(?:es)?\b.{0,40}\b(?:chang|modif|updat)\w*|(?<!was )(?<!were )(?<!been )(?<!got )\b(?:deliver|ship|sen[dt])\w*\b (?:it |that |this |them |(?:my |the )?(?:order|parcel) (?:#?w?\d+ )?|#?w\d+ )?(?:instead )?to (?:my|a|the|suite|another)\b.{0,60}(?:instead|address|home|house)|\b(?:have|get|want|receive|need)\b (?:it|that|this|them|(?:my|the|this|that) (?:order|parcel|package)) (?:\w+ ){0,2}(?:at|to) (?:my|the|a|another) .{0,40}(?:address|home|house|place)|be (?:delivered|sent|shipped) (?:to|there)|\b(?:have|get|want)\b (?:my|the|that) (?:\w+ )?order\b.{0,40}\b(?:delivered|sent|shipped) to\b|wrong address|order address|" + SENT_TO),
    ("payment", r"(?:chang|switch|modif|updat|us|pay)\w*\b.{0,60}\bpayment(?: method)?\b.{0,30}\b(?:to|method|from)\b|(?:pay|charge)\w* .{0,30}\b(?:instead|with another)|\bpay(?:ing)?\b .{0,60}\border\b.{0,60}\b(?:with|by|from|using) (?:my|the|a)\b|" + PAID_BY),
    ("shipping", r"\b(?:express|standard|faster|priority) (?:shipping|delivery)|(?:chang|switch|upgrad)\w* .{0,30}(?:shipping|delivery) (?:method|to)|pick ?(?:it )?up .{0,20}(?:store|showroom)|to pick-?up"),
    ("cancel_subscription", r"(?:cancel|stop|end)\w* .{0,20}subscription"),
    ("skip_subscription", r"(?:skip|pause|leave out) .{0,30}(?:delivery|subscription|month|box)"),
    ("problem", r"\b(?:damaged|broken|smashed|cracked|torn|faulty|defective|arrived wrong|wrong (?:item|size|colou?r|one) (?:arrived|came|was)|(?:got|received|sent me) the wrong|is missing|are missing|missing from|never (?:arrived|came)|not (?:arrived|here yet)|hasn'?t (?:arrived|come)|lost (?:in|parcel|package)|(?:parcel|package|order) (?:is|got|was|seems) lost|still waiting|is late|too late|incomplete)\b"),
    ("swap", r"\b(?:exchang|swap|switch|upgrad|modif|adjust|replac)\w*|\bchang(?:e|ing|ed)\b(?! my mind)|\b(?:get|want) (?!to (?:return|cancel|send|give|keep)\b).{0,40}\binstead\b|\bget the maximum\b|\bneeds? to be (?:bigger|smaller)|"
     r"\b(?:want|like|need|prefer)\b(?! to\b)(?!.{0,40}\b(?:difference|refund|money|payment|price|total|parcel|package|order|address)\b).{1,60}\bto be\b" + DONE_TO_IT + r"|\bshould (?:instead |rather |really )?be\b" + DONE_TO_IT + r"|\b(?:to|should|shall|must) become\b|" + IN_AN_ORDER + "|" + HOW_IT_IS_TO_BE),
    ("return", r"\breturn(?:s|ing|ed)?\b|\b(?:send|giv|bring)(?:ing|e)? (?:\w+ ){0,6}back\b|\bmoney back for\b|\bget a refund\b|" + GOES_BACK),
    ("cancel", r"\bcancel\w*|\bcall(?:ing)? off\b|\bremove\b.{0,40}\border\b|\bdon'?t (?:want|need) (?:the|my) order\b|" + NOT_WANTED),
    ("add", r"\b(?:add|order|place a new order|buy)\b .{0,30}\b(?:to (?:my|the|this|that|an) (?:\w+ ){0,2}order|through (?:you|the agent)|another one)\b"),
)  # fmt: skip
_VERBS = tuple((act, f"{pattern}|{IDIOMS[act]}" if act in IDIOMS else pattern) for act, pattern in _PLAIN)
_PATTERNS = dict(_VERBS)
_BEFORE_ALL = ("undo", "split", "person")
"""Acts that count whatever else a clause says."""
_ASKS = re.compile(
    r"\?|\b(?:want to know|like to know|wonder|tell me|let me know|check|list)\b|^(?:how|what|which|when|where|is|are|whether)\b"
)
_QUESTIONS: Sequence[tuple[str, str]] = (
    ("balance", r"\bbalance\b|how much .{0,30}(?:left |is )?on .{0,20}gift ?card"),
    ("refund", r"\bwhen .{0,30}\b(?:refund|money back)|\bwhere .{0,20}\bmy (?:refund|money)\b|refund (?:status|yet)|refunded (?:yet|already)"),
    ("status", r"\btrack\w*|\bwhere(?:'s| is)\b|\bstatus\b|\bwhen (?:will|does)\b.{0,40}(?:arrive|come|deliver)|\bwhich card|whether i used"),
    ("count", r"\bhow many\b|\ball (?:the |available )?(?:\w+ )?(?:options|variants)\b|what (?:\w+ )?(?:options|colou?rs|sizes)\b|\bavailable\b.{0,30}\?"),
    ("total", r"\b(?:total|how much(?! (?:longer|more time|time)))\b|\bprice\b|\bmy (?!.{0,15}subscription).{1,30}\bcosts?\b|\bdid\b.{1,40}\bcost\b|\bmost expensive item\b|\bhow many? (?:can|will) (?:i|you) (?:save|get)|much (?:will i|do i|can i|i can)\b"),
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
_NEGATED = re.compile(
    r"\b(?:do(?:n't| not)|never|without) (?:want to |wish to |need to |plan to )?(?:cancel|return|exchang|chang|modif)\w*|"
    r"\b(?:not|isn't|if) (?:possible|able) to (?:cancel|return|exchange)\w*|"
    r"\b(?:was|were|been|already) (?:cancell?ed|returned)\b|\bto be (?:exchanged|returned)\b|\bthe (?:exchange|return|cancellation|refund) to be\b|\bcancelled order\b|\breturned (?:it )?items?\b"
)
_BARE = re.compile(
    r"\b(?:as|for) (?:payment or refund|refund)\b|\bthe return (?:is|of)\b|\b(?:returns?|refunds?|exchange|cancellation) polic(?:y|ies)\b"
)


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
    is_about_money = bool(re.match(ABOUT_MONEY, said))
    found = [
        (match.start(), place, act)
        for place, (act, pattern) in enumerate(_VERBS)
        if (match := re.search(pattern, said)) and not (is_about_money and act in {"swap", "return"})
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


def asks_refund_only(text: str) -> bool:
    """Whether a text asks for the money for a thing and not for its return: of a broken thing, that is what is to be made good."""
    return bool(REFUND_FOR.search(text.lower())) and not re.search(r"\breturn|\bback\b", text.lower())


def _is_own_cover(said: str) -> bool:
    """Whether words about the warranty are about something that the shopper has."""
    return bool(_MINE.search(said) or (_OWN_COVER.search(said) and not _IN_GENERAL.match(said)))


def _weigh(said: str, act: str, acts: set[str], found: Sequence[tuple[int, int, str]]) -> str:
    """Where a clause has verbs for several acts: "return it because it is broken" is a return."""
    if act == "problem" and asks_refund_only(said):
        return act
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
