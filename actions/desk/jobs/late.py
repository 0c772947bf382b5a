"""A parcel that is late: from when on it counts as lost, and what can be done where it is not cancelled or returned."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.desk.case import Job, Piece
from actions.desk.words import day
from actions.desk.world import World
from actions.shop.changes import Pieces, ReportProblem
from actions.shop.types import Order

ON_ITS_WAY = frozenset({"shipped", "in_transit", "out_for_delivery", "delayed", "lost"})
_SATURDAY = 5


def is_late(order: Order, now: datetime) -> bool:
    """Whether a parcel should be there by now."""
    if order.status in {"delayed", "lost"}:
        return True
    return order.status in ON_ITS_WAY and order.expected_at is not None and order.expected_at < now


def kind_of(job: Job, order: Order, world: World) -> str:
    """What is wrong with a parcel as things stand: one on its way is late until the policy calls it lost."""
    rule = world.policy.rules.get("report_problem")
    limit = rule.lost_after_working_days if rule else 0
    if job.detail not in {"late", "lost"} or order.status not in ON_ITS_WAY:
        return job.detail
    if order.status == "lost" or (limit and order.note_at and _working_days(order.note_at, world.now) >= limit):
        return "lost"
    return "late" if limit else job.detail


def not_lost_yet(order: Order, world: World) -> str:
    """Why there is neither money nor a new one for a late parcel yet."""
    expected = f" It is expected on {day(order.expected_at)}." if order.expected_at else ""
    why = world.policy.sentences.get("lost_parcel", "What is still on its way can be neither paid back nor sent anew.")
    return f"Order {order.order_number} is still on its way.{expected} {why}"


def report_instead(job: Job, order: Order, world: World, *, remedy: str = "") -> Job | None:
    """The report of a late parcel in place of a change that came too late, or too early; None where it is not late."""
    lines = [Pieces(line.line_id, line.quantity) for line in order.lines]
    if not is_late(order, world.now) or world.refusal(ReportProblem(order.order_number, "late", lines, remedy), order):
        return None
    pieces = [Piece(line.line_id, line.quantity) for line in order.lines]
    return Job("problem", order.order_number, pieces, job.words, reason=remedy, detail="late")


def _working_days(since: datetime, until: datetime) -> int:
    days = (since + timedelta(days=number) for number in range(1, (until - since).days + 1))
    return sum(one.weekday() < _SATURDAY for one in days)
