"""The shop's policy file: what may be changed, until when, at what cost. This is the one place where it is checked."""

# ruff: noqa: E501, PLR0917 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from actions.shop.changes import (
    CancelOrder,
    Change,
    ChangeAddress,
    ChangeItems,
    ChangePayment,
    ChangeShipping,
    ClaimWarranty,
    ExchangeItems,
    ReportProblem,
    ReturnItems,
)
from actions.shop.types import STATUSES, Account, Order, PaymentMethod, Variant
from profiling.money import format_price

NAMES: Mapping[type[Change], str] = {
    CancelOrder: "cancel",
    ChangeItems: "change_items",
    ChangeAddress: "change_address",
    ChangePayment: "change_payment",
    ChangeShipping: "change_shipping",
    ReturnItems: "return",
    ExchangeItems: "exchange",
    ReportProblem: "report_problem",
    ClaimWarranty: "warranty",
}
"""The policy file's word for each change of an order."""


@dataclass(frozen=True)
class Rule:
    """One entry of the policy file. `rule` is the sentence that the shopper is told; 0 days or months: without limit."""

    rule: str
    statuses: frozenset[str]
    within_days: int = 0
    gift_within_days: int = 0
    within_months: int = 0
    lost_after_working_days: int = 0
    not_covered: Sequence[str] = ()
    reasons: Sequence[str] = ()
    refund_to: Sequence[str] = ()
    not_returnable: Sequence[str] = ()
    once: bool = False
    label_cents: Mapping[str, int] = field(default_factory=dict)
    methods: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def ends_at(self, order: Order) -> datetime | None:
        """Until when it is possible for an order; None: without limit. Months count from the delivery, else the order."""
        days = self.gift_within_days if order.is_gift and self.gift_within_days else self.within_days
        if days and order.delivered_at:
            return order.delivered_at + timedelta(days=days)
        begins_at = order.delivered_at or order.placed_at
        return _months_after(begins_at, self.within_months) if self.within_months and begins_at else None

    def prices(self, country: str) -> Mapping[str, int]:
        """Ways of delivery to a country and their prices in cents; "*" stands for all countries that are not listed."""
        return self.methods.get(country) or self.methods.get("*") or {}


@dataclass(frozen=True)
class Identity:
    """How a shopper proves who they are. `ways`: order_and_email, email, name_and_postcode."""

    ways: Sequence[str]
    one_time_code: bool
    wrong_tries: int
    code_valid: timedelta
    locked: timedelta


@dataclass(frozen=True)
class Policy:
    """A shop's policy. `refund_time` and the like are sentences for the shopper."""

    identity: Identity
    rules: Mapping[str, Rule]
    sentences: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> Policy:
        """Reads a policy file.

        Raises:
            ValueError: the file is missing or says something that is not understood.
        """
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            rules = {name: _rule(entry) for name, entry in data["orders"].items()}
            return cls(_identity(data["identity"]), rules, dict(data.get("sentences") or {}))
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"{path}: is no policy file ({error!r})") from error

    def statuses(self, kind: type[Change]) -> frozenset[str]:
        """The states of an order in which the change may be made."""
        rule = self.rules.get(NAMES[kind])
        return rule.statuses if rule else frozenset()

    def return_label_cents(self, order: Order) -> int:
        """What sending something of this order back costs the shopper: it is taken off the refund."""
        rule = self.rules.get("return")
        return rule.label_cents.get(order.address.country, 0) if rule and order.address else 0

    @property
    def excludes_return_and_exchange(self) -> bool:
        """Whether an order can have either a return or an exchange, not both: each takes it out of the other's states."""
        states = self.statuses(ReturnItems), self.statuses(ExchangeItems)
        return "return_requested" not in states[1] and "exchange_requested" not in states[0]

    def refusal(
        self,
        change: Change,
        *,
        order: Order | None,
        account: Account,
        now: datetime,
        variants: Mapping[str, Variant] | None = None,
    ) -> str:
        """Why a change may not be made, in a sentence for the shopper; "" if it may.

        Args:
            variants: item id -> variant, for the items that a swap would bring in.
        """
        name = NAMES.get(type(change))
        if name is None:
            return ""
        if order is None or order.shopper_id != account.shopper_id:
            return "I find no such order in your account."
        rule = self.rules.get(name)
        if rule is None:
            return "This shop does not offer that."
        checks = (_status, _deadline, _reason, _lines, _money, _variants)
        return next(filter(None, (check(rule, change, order, account, now, variants or {}) for check in checks)), "")


def _rule(entry: Mapping[str, Any]) -> Rule:
    unknown = set(entry["while"]) - set(STATUSES)
    if unknown:
        raise ValueError(f"no such status: {', '.join(sorted(unknown))}")
    names = (
        "within_days",
        "gift_within_days",
        "within_months",
        "lost_after_working_days",
        "not_covered",
        "reasons",
        "refund_to",
        "not_returnable",
        "once",
        "label_cents",
        "methods",
    )
    return Rule(str(entry["rule"]), frozenset(entry["while"]), **{key: entry[key] for key in names if key in entry})


def _identity(entry: Mapping[str, Any]) -> Identity:
    return Identity(
        ways=entry["ways"],
        one_time_code=bool(entry["one_time_code"]),
        wrong_tries=int(entry.get("wrong_tries", 3)),
        code_valid=timedelta(minutes=int(entry.get("code_valid_minutes", 10))),
        locked=timedelta(minutes=int(entry.get("locked_minutes", 60))),
    )


def _status(rule: Rule, change: Change, order: Order, *_: object) -> str:
    del change
    if order.status in rule.statuses:
        return ""
    return f"{rule.rule} Order {order.order_number} is {status_words(order.status)}."


def _deadline(rule: Rule, change: Change, order: Order, account: Account, now: datetime, _: object) -> str:
    del change, account
    ends_at = rule.ends_at(order)
    if ends_at is None or now <= ends_at:
        return ""
    if rule.within_months or order.delivered_at is None:
        return (
            f"{rule.rule} For order {order.order_number} that was until {ends_at.day} {ends_at:%B %Y}, so it is over."
        )
    return f"{rule.rule} Order {order.order_number} was delivered {(now - order.delivered_at).days} days ago."


def _reason(rule: Rule, change: Change, *_: object) -> str:
    if isinstance(change, CancelOrder) and rule.reasons and change.reason not in rule.reasons:
        return f"An order can be cancelled for these reasons only: {', '.join(rule.reasons)}."
    return ""


def _lines(rule: Rule, change: Change, order: Order, *_: object) -> str:
    if not isinstance(change, ReturnItems | ExchangeItems | ChangeItems | ReportProblem | ClaimWarranty):
        return ""
    wanted = change.swaps if isinstance(change, ExchangeItems | ChangeItems) else change.pieces
    counts: dict[str, int] = {}
    for piece in wanted:
        counts[piece.line_id] = counts.get(piece.line_id, 0) + piece.quantity
    lines = {line.line_id: line for line in order.lines}
    for line_id, quantity in counts.items():
        line = lines.get(line_id)
        if line is None or quantity > line.quantity:
            return f"Order {order.order_number} does not have that many of it."
        if any(word.casefold() in line.title.casefold() for word in rule.not_returnable):
            return f"{line.title} cannot come back: we do not take back {', '.join(rule.not_returnable)}."
        if any(word.casefold() in line.title.casefold() for word in rule.not_covered):
            return f"{rule.rule} It does not cover {', '.join(rule.not_covered)}."
    return ""


def _money(
    rule: Rule, change: Change, order: Order, account: Account, now: datetime, variants: Mapping[str, Variant]
) -> str:
    del now
    if not isinstance(change, ReturnItems | ExchangeItems | ChangeItems | ChangePayment):
        return ""
    method = account.method(change.payment_method_id)
    if method is None and not (isinstance(change, ReturnItems) and change.payment_method_id == order.payment_method_id):
        return "I do not find that payment method in your account."
    if isinstance(change, ReturnItems):
        return _refund_target(rule, change, order, method)
    if isinstance(change, ChangePayment):
        if change.payment_method_id == order.payment_method_id:
            return "The order is paid that way already."
        return _balance(method, order.total_cents, order.currency)
    extra_cents = sum(
        swap.quantity * (variants[swap.item_id].price_cents - _line_price(order, swap.line_id))
        for swap in change.swaps
        if swap.item_id in variants
    )
    return _balance(method, extra_cents, order.currency)


def _refund_target(rule: Rule, change: ReturnItems, order: Order, method: PaymentMethod | None) -> str:
    if change.payment_method_id == order.payment_method_id and "original" in rule.refund_to:
        return ""
    if method and method.kind in rule.refund_to:
        return ""
    ways = " or ".join("the payment method that you paid with" if way == "original" else f"a {way.replace('_', ' ')}" for way in rule.refund_to)  # fmt: skip
    return f"A refund can only go to {ways}."


def _balance(method: PaymentMethod | None, amount_cents: int, currency: str) -> str:
    if method is None or method.kind != "gift_card" or amount_cents <= 0:
        return ""
    if method.balance_cents is not None and method.balance_cents >= amount_cents:
        return ""
    left = format_price(method.balance_cents or 0, currency)
    return f"That is not possible: the gift card has {left} left, and {format_price(amount_cents, currency)} would be needed."


def _variants(
    rule: Rule, change: Change, order: Order, account: Account, now: datetime, variants: Mapping[str, Variant]
) -> str:
    del account, now
    if isinstance(change, ChangeShipping):
        country = order.address.country if order.address else ""
        return "" if change.method in rule.prices(country) else f"We do not deliver by {change.method}."
    if not isinstance(change, ExchangeItems | ChangeItems):
        return ""
    lines = {line.line_id: line for line in order.lines}
    for swap in change.swaps:
        variant = variants.get(swap.item_id)
        if variant is None or variant.product_id != lines[swap.line_id].product_id:
            return "Something can only be swapped for another variant of the same product."
        if variant.item_id == lines[swap.line_id].item_id:
            return "Something can only be swapped for another variant, not for the same one."
        if not variant.available:
            return f"{variant.title} ({', '.join(variant.options.values())}) is not available."
    return ""


def _months_after(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def _line_price(order: Order, line_id: str) -> int:
    return next(line.unit_price_cents for line in order.lines if line.line_id == line_id)


def status_words(status: str) -> str:
    """A status as a predicate: "return_requested" -> "waiting for its return"."""
    special = {
        "return_requested": "waiting for its return",
        "exchange_requested": "waiting for its exchange",
        "modified": "changed already",
        "pending_payment": "waiting for the payment",
        "in_transit": "on its way",
    }
    return special.get(status, status.replace("_", " "))
