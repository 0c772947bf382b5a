"""Rarer ways to say what is wanted, by act: added to the patterns of `acts.py`."""

# ruff: noqa: E501 - patterns read best as they are
from __future__ import annotations

from collections.abc import Mapping

_METHOD = r"(?:(?:my|the|a) )?(?:(?:other|credit|debit|gift) )*(?:card|paypal|giftcard|visa|mastercard|amex)\b"
_AN_ORDER = r"(?:(?:the|my|this|that) (?:\w+ ){0,2}order\b|(?:order )?#?w\d{4,})"
_THING = r"(?:the|my) (?!(?:\w+ )?(?:order|parcel|package|delivery|payment|address|account|money|refund|call|time)\b)(?:[\w'-]+ ){1,3}"

IDIOMS: Mapping[str, str] = {
    "return": (
        r"\b(?:hand|ship|post|mail)(?:ing)? (?:\w+ ){1,6}back\b(?! (?:in|to my)\b)"
    ),
    "swap": (
        rf"\bmake {_THING}(?:an?|in|size|with|without)\b|\bturn {_THING}into (?:an?|the)\b|"
        rf"\b(?:have|take|get|give me) {_THING}.{{0,30}}\binstead of\b|\brather than (?:the|my)\b.{{1,40}}\b(?:give me|get|want|have|take)\b|"
        rf"{_THING}should come (?:with|without|in)\b|\b(?:could|can) {_THING}be (?:an?|the|in)\b|"
        rf"\b(?:need|want|like) my (?:[\w'-]+ ){{1,3}}(?:one|a|two) sizes? \w+er\b|"
        r"\b(?:picked|chose|ordered|selected) the wrong (?:colou?r|size|version|model|variant)\b|"
        r"\b(?:want|need|like|prefer|get|have)\b.{1,60}\bthan the ones? (?:that )?i (?:ordered|have|got|bought|received)\b|"
        r"(?:\b(?:get|want|need|like)|\bto have) the same (?:[\w'-]+ ){1,2}in (?!the\b|my\b|stock\b|time\b)"
    ),
    "cancel": (
        rf"\b(?:drop|withdraw|void|abort|kill|scrap|revoke|annul|stop|get rid of) {_AN_ORDER}|"
        r"\border\b[^.;]{0,40}\bis (?:not|no longer) needed\b|\b(?:don'?t|do not) (?:ship|send|deliver) " + _AN_ORDER
    ),
    "address": (
        r"\b(?:come|arrive|go|deliver\w*|ship\w*|sen[dt]\w*|rerout\w*|forward\w*)\b.{0,80}\b(?:to|at) \d+\w? [^;]{3,70}\b\d{5}\b|"
        r"\b(?:send|ship|deliver|forward|reroute) (?!.{0,30}\bback\b)(?:the|my|both|everything|all)\b[^.;]{0,40}\bto my\b[^.;]{0,20}\b(?:home|house|place|address|office)\b|"
        r"\bhas my old address\b|\b(?:going|goes) to (?:the wrong (?:place|address|city)|my old (?:place|address|home))\b"
    ),
    "payment": (
        rf"\buse {_METHOD}[^.;]{{0,20}}\bfor {_AN_ORDER}|\bpay(?:ing)? (?:for )?{_AN_ORDER}[^.;]{{0,40}}\b(?:by|with|via|through|using) {_METHOD}|"
        rf"\b(?:switch|move|change) (?:{_AN_ORDER}|the payment)[^.;]{{0,40}}\b(?:to|onto) {_METHOD}|"
        rf"\border\b[^.;]{{0,40}}\bbe charged to {_METHOD}|\b(?:bill|charge) {_METHOD} for\b"
    ),
    "account_address": r"\b\d{5}\b[^.;]{0,10} as my (?:default |home |new )?address\b",
}  # fmt: skip
