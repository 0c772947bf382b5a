from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.desk.policy import Policy
from actions.shop import Account, Order, OrderLine, PaymentMethod, Variant
from actions.shop.changes import CancelOrder, Change, ChangeItems, ClaimWarranty, Pieces, ReturnItems, Swap
from tests.actions.conftest import SHOP

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
LINE = OrderLine("A-1", "Wool jumper", 1, 5000, "0", "jumper", {"size": "M"})
ACCOUNT = Account(
    "s",
    "Ada",
    "ada@example.org",
    None,
    [PaymentMethod("visa-1", "visa", "1"), PaymentMethod("gift_card-2", "gift_card", "2", 100)],
)
ORDER = Order("W1", "s", "paid", NOW, [LINE], 5000, "EUR", payment_method_id="visa-1")
DELIVERED = replace(ORDER, status="delivered", delivered_at=NOW - timedelta(days=10))
DEARER = Variant("A-2", "jumper", "Wool jumper", {"size": "L"}, 6000, available=True)
RETURN = ReturnItems("W1", [Pieces("0")], "visa-1")
CLAIM = ClaimWarranty("W1", [Pieces("0")], "the seam opened")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.read(SHOP / "policy.yml")


def refusal(policy: Policy, change: Change, order: Order) -> str:
    variants = {variant.item_id: variant for variant in (DEARER, replace(DEARER, item_id="B-1", product_id="scarf"))}
    return policy.refusal(change, order=order, account=ACCOUNT, now=NOW, variants=variants)


@pytest.mark.parametrize(
    ("change", "order", "says"),
    [
        (CancelOrder("W1", "x"), ORDER, ""),
        (CancelOrder("W1", "x"), replace(ORDER, status="packed"), "until it is packed"),
        (CancelOrder("W1", "x"), replace(ORDER, shopper_id="other"), "no such order in your account"),
        (RETURN, DELIVERED, ""),
        (RETURN, ORDER, "within 30 days"),
        (RETURN, replace(DELIVERED, delivered_at=NOW - timedelta(days=31)), "31 days ago"),
        (RETURN, replace(DELIVERED, delivered_at=NOW - timedelta(days=31), is_gift=True), ""),
        (RETURN, replace(DELIVERED, delivered_at=NOW - timedelta(days=61), is_gift=True), "61 days ago"),
        (replace(RETURN, pieces=[Pieces("0", 2)]), DELIVERED, "that many"),
        (replace(RETURN, pieces=[Pieces("0"), Pieces("0")]), DELIVERED, "that many"),
        (replace(RETURN, payment_method_id="gift_card-2"), DELIVERED, ""),
        (replace(RETURN, payment_method_id="paypal"), DELIVERED, "do not find that payment method"),
        (RETURN, replace(DELIVERED, lines=[replace(LINE, title="Gift card")]), "do not take back"),
        (CLAIM, replace(DELIVERED, delivered_at=datetime(2024, 5, 10, 12, tzinfo=UTC)), ""),
        (CLAIM, replace(DELIVERED, delivered_at=datetime(2024, 5, 10, 11, tzinfo=UTC)), "until 10 May 2026"),
        (CLAIM, replace(DELIVERED, delivered_at=None, placed_at=datetime(2024, 5, 9, tzinfo=UTC)), "until 9 May 2026"),
        (CLAIM, ORDER, "24 months from the day of delivery"),
        (CLAIM, replace(DELIVERED, lines=[replace(LINE, title="Gift card")]), "does not cover gift card"),
        (replace(CLAIM, pieces=[Pieces("0", 2)]), DELIVERED, "that many"),
        (ChangeItems("W1", [Swap("0", "A-2")], "visa-1"), ORDER, ""),
        (ChangeItems("W1", [Swap("0", "A-2")], "gift_card-2"), ORDER, "€1.00 left"),
        (ChangeItems("W1", [Swap("0", "B-1")], "visa-1"), ORDER, "same product"),
        (ChangeItems("W1", [Swap("0", "nothing")], "visa-1"), ORDER, "same product"),
    ],
)  # fmt: skip
def test_the_policy_file_decides(policy: Policy, change: Change, order: Order, says: str) -> None:
    told = refusal(policy, change, order)
    assert says in told if says else told == ""


def test_months_end_with_a_shorter_month(policy: Policy) -> None:
    rule = replace(policy.rules["warranty"], within_months=6)
    ends_at = rule.ends_at(replace(DELIVERED, delivered_at=datetime(2026, 8, 31, tzinfo=UTC)))
    assert ends_at == datetime(2027, 2, 28, tzinfo=UTC)


def test_what_the_file_does_not_name_is_not_offered(policy: Policy) -> None:
    without = replace(policy, rules={name: rule for name, rule in policy.rules.items() if name != "warranty"})
    assert refusal(without, CLAIM, DELIVERED) == "This shop does not offer that."


def test_a_policy_file_with_an_unknown_state_is_refused(tmp_path: Path) -> None:
    text = (SHOP / "policy.yml").read_text(encoding="utf-8").replace("[pending_payment, paid, processing]", "[open]", 1)
    (tmp_path / "policy.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="no such status: open"):
        Policy.read(tmp_path / "policy.yml")
