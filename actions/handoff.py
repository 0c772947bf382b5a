"""A person takes over: a ticket with all that they need to know, and when somebody is there."""

# ruff: noqa: E501 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk.events import SlotSet

from actions.call import Call, Reply, ShopAction
from actions.context import Context
from actions.desk.case import Case
from actions.shop import ShopInfo
from profiling.errors import StoreError
from profiling.profile.profile import tell
from profiling.store.tickets import Ticket, TicketMessage
from profiling.text.translation import weekday

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_FACTS = 12
logger = logging.getLogger(__name__)


class ActionHandoff(ShopAction):
    """The shopper asks for a person."""

    action_name = "action_handoff"

    def answer(self, call: Call) -> Reply:
        """Opens a ticket; the same conversation has one at a time."""
        return hand_over(
            self.context, call, Case.from_slot(call.slots.get("case")), reason="The shopper asks for a person."
        )


def hand_over(context: Context, call: Call, case: Case, *, reason: str) -> Reply:
    """Opens a ticket and tells the shopper what happens next."""
    now = datetime.now(UTC)
    opens = reopens_at(context.info.data, now)
    is_fresh = _open_ticket(context, call, case, reason=reason, now=now, handed_over=True)
    has_person = not is_fresh and not _hand_over_note(context, call, reason=reason, now=now)
    case.drop()
    again = [call.say("A person has your conversation already.")] if has_person else []
    handed = call.say("I hand you over to a person, with all that we have written.")
    text = " ".join([*again, handed, _when(context.info.data, opens, now, call), _elsewhere(context.info, call)])
    return Reply(text, events=[SlotSet("case", case.to_slot())])


def note_for_people(context: Context, call: Call, case: Case, *, reason: str) -> None:
    """Opens a ticket, or adds a line to the conversation's open one, while the bot goes on talking."""
    now = datetime.now(UTC)
    try:
        is_fresh = _open_ticket(context, call, case, reason=reason, now=now, handed_over=False)
        if not is_fresh and (known := context.engine.tickets.of_sender(call.sender_id)):
            context.engine.tickets.add_message(known.ticket_id, _note(call, reason, now))
    except StoreError:  # what was done stands in the shop's system; the shopper must hear that it is done
        logger.exception("no ticket for message %s", call.message_id)


def _open_ticket(context: Context, call: Call, case: Case, *, reason: str, now: datetime, handed_over: bool) -> bool:
    """Whether a ticket was opened; False where the conversation has one."""
    opens = reopens_at(context.info.data, now)
    mood = str(call.slots.get("mood") or ("angry" if case.anger else ""))
    ticket = Ticket(
        ticket_id=f"t-{call.message_id or call.sender_id}",
        shopper_id=call.shopper_id,
        sender_id=call.sender_id,
        channel=call.channel,
        mood=mood,
        summary=_summary(case, reason),
        details={
            "tried": case.done,
            "facts": [tell(fact) for fact in context.engine.profile(call.shopper_id).facts][:MAX_FACTS],
            "orders": list(
                dict.fromkeys(job.order for job in [*case.jobs, *([case.focus] if case.focus else [])] if job.order)
            ),
            "account": case.account,
            "handed_over": handed_over,
            "reopens_at": opens.isoformat() if opens else "",
        },
        opened_at=now,
        changed_at=now,
    )
    return context.engine.tickets.open(ticket, _said(ticket.ticket_id, call, now)).ticket_id == ticket.ticket_id


def _hand_over_note(context: Context, call: Call, *, reason: str, now: datetime) -> bool:
    """Makes a note for people a conversation with them, with what was said since; False where it was one already."""
    tickets = context.engine.tickets
    known = tickets.of_sender(call.sender_id)
    if known is None or known.details.get("handed_over", True):
        return False
    for line in [*_said(known.ticket_id, call, now), _note(call, reason, now)]:
        tickets.add_message(known.ticket_id, line)
    tickets.hand_over(known.ticket_id)
    return True


def _said(ticket_id: str, call: Call, now: datetime) -> list[TicketMessage]:
    """The conversation so far; a line has the same id whenever the ticket gets it."""
    return [
        TicketMessage(f"{ticket_id}:{place}", author, text, now + timedelta(microseconds=place))
        for place, (author, text) in enumerate(call.transcript)
    ]


def _note(call: Call, reason: str, now: datetime) -> TicketMessage:
    return TicketMessage(f"{call.message_id}:note", "bot", reason, now + timedelta(microseconds=len(call.transcript)))


def reopens_at(shop: Mapping[str, Any], now: datetime) -> datetime | None:
    """When the shop's people are there again, in the shop's time zone; None while they are there, or where it is not known."""
    hours = shop.get("team_hours") or {}
    local = now.astimezone(ZoneInfo(str(shop.get("time_zone", "UTC"))))
    for ahead in range(8):
        day = local + timedelta(days=ahead)
        span = hours.get(WEEKDAYS[day.weekday()])
        if not span:
            continue
        opens, closes = (_at(day, str(clock)) for clock in span)
        if ahead == 0 and opens <= local < closes:
            return None
        if opens > local:
            return opens
    return None


def _at(day: datetime, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


def _when(shop: Mapping[str, Any], opens: datetime | None, now: datetime, call: Call) -> str:
    """When somebody answers; nothing is promised where the shop does not tell its hours."""
    if not shop.get("team_hours"):
        return call.say("Somebody answers here as soon as they can.")
    if opens is None:
        return call.say("Somebody answers here in a moment.")
    ahead = (opens.date() - now.astimezone(opens.tzinfo).date()).days
    near = {0: "today", 1: "tomorrow"}.get(ahead)
    return call.say(
        "Nobody is there right now; {day} from {time} ({zone} time) on somebody answers here.",
        day=call.say(near) if near else weekday(opens, call.language),
        time=f"{opens:%H:%M}",
        zone=str(shop.get("time_zone", "UTC")).rpartition("/")[2].replace("_", " "),
    )


def _elsewhere(shop: ShopInfo, call: Call) -> str:
    text = "You can also write to {email} or call {phone}." if shop.phone else "You can also write to {email}."
    return call.say(text, email=shop.email, phone=shop.phone)


def _summary(case: Case, reason: str) -> str:
    wanted = [f"{job.act} {job.order}".strip() for job in case.jobs] + [wish.text for wish in case.wishes]
    return f"{reason} Wanted: {'; '.join(wanted)}." if wanted else reason
