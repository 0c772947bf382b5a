"""The desk's side of a conversation: it hears a turn, moves the case on, and says what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from actions.desk import answers, confirming, making, narrowing, questions
from actions.desk.case import Case, Job
from actions.desk.identity import KNOWN_FOR, Doorkeeper
from actions.desk.invoice import send_invoice
from actions.desk.jobs import cancel, problem, subscription, variant, warranty
from actions.desk.jobs.registry import propose, resolve
from actions.desk.outcome import Missing, Proposal, Refused, Resolved
from actions.desk.policy import Policy
from actions.desk.turn import Heard, Said
from actions.desk.wishes import ACTS, Wish, asks_when, read_wishes
from actions.desk.words import NO_MORE, most_asked_cents
from actions.desk.world import World
from actions.shop.client import ShopClient, ShopUnavailable

ASIDES = ("ask_", "recommend", "refine", "compare", "show_more", "state_preference")
"""Beginnings of intents that have nothing to do with who the shopper is."""
WANTS_PERSON = "The shopper asks for a person."
ELSE = "Is there anything else?"
NOT_THE_REST = "For the rest I cannot reach the shop's system just now. Please tell me again in a moment."
_HEARERS: Mapping[str, Callable[[Heard], bool]] = {
    "whole": cancel.hear_whole,
    "reason": cancel.hear_reason,
    "variant": variant.hear_variant,
    "address": questions.hear_words,
    "method": questions.hear_words,
    "shipping": questions.hear_words,
    "remedy": problem.hear_remedy,
    "fault": warranty.hear_fault,
    "order": questions.hear_order,
    "items": questions.hear_items,
    "line": questions.hear_line,
    "piece": narrowing.hear_piece,
    "which_one": questions.hear_which_one,
}
"""The desk's question -> what takes the answer; False where it is none. "confirm" needs the desk itself."""


class Desk:
    """Serves one shopper's wishes one after the other. Keeps nothing itself: all state is in the case."""

    def __init__(self, shop: ShopClient, policy: Policy, door: Doorkeeper) -> None:
        self.shop = shop
        self.policy = policy
        self.door = door

    def hear(
        self, case: Case, utterance: str, *, intent: str, sender_id: str, at: datetime, signed_as: str = ""
    ) -> Said:
        """Takes a turn and changes the case.

        Raises:
            ShopUnavailable: the shop could not be reached, and nothing was changed.
        """
        self._part_with(case, signed_as)
        said, done_count = Said(), len(case.done)
        wishes = read_wishes(utterance, intent=intent)
        if case.focus and case.account and not case.question and asks_when(utterance):
            wishes = [Wish("when", utterance, (case.focus.order,))]
        if not case.account or case.known_to < at.isoformat():
            wishes = [] if case.question and intent.startswith(ASIDES) else wishes
            if self.door.wants_code_again(case, utterance):
                wishes = [wish for wish in wishes if wish.act == "person"]
            case.wishes += [wish for wish in wishes if wish.act != "person"]
            if any(wish.act == "person" for wish in wishes):
                return replace(said, person=WANTS_PERSON)
            if not self._is_known(
                case, utterance, said, sender_id=sender_id, at=at, signed_as=signed_as, has_wishes=bool(wishes)
            ):
                return said
            wishes = []
        account = self.shop.account(case.account)
        if account is None:
            case.begin_anew()
            return Said([self.door.ask()])
        world = World(self.shop, self.policy, account, case.former)
        if case.question and case.question not in {"identity", "code"}:
            self._hear_answer(Heard(utterance, intent, wishes, case, world, said), sender_id=sender_id)
        else:
            case.question = ""
            case.wishes += wishes
            said.understood = bool(case.wishes or case.jobs)  # jobs: the proof had run out in the middle of them
        if not said.person and said.understood and not said.has_asked:
            try:
                if len(case.done) > done_count:  # what was read before the change is not so any more
                    world = World(self.shop, self.policy, self.shop.account(case.account) or account, case.former)
                self._go_on(case, world, said)
            except ShopUnavailable:
                if len(case.done) == done_count:
                    raise
                said.texts.append(NOT_THE_REST)  # what was done in this turn must not go untold
        return said

    def _part_with(self, case: Case, signed_as: str) -> None:
        """Whoever signs in where another account was proved sees nothing of that one."""
        if case.account and signed_as not in {"", case.account} and self.shop.account(signed_as):
            case.begin_anew()

    def _is_known(
        self, case: Case, utterance: str, said: Said, *, sender_id: str, at: datetime, signed_as: str, has_wishes: bool
    ) -> bool:
        """Whether the shopper has proved who they are; else says what is missing."""
        if signed_as and self.shop.account(signed_as):
            _know(case, signed_as)
        else:
            answer = self.door.hear(case, utterance, sender_id=sender_id, at=at)
            if answer.account is None:
                said.understood = answer.understood or has_wishes
                case.question = answer.question
                said.texts.append(answer.text)
                return False
            _know(case, answer.account.shopper_id)
            said.texts.append(f"Thank you, {answer.account.name.split()[0]}.")
            if number := case.claim.get("order"):
                case.wishes = _about(number, case.wishes) or [Wish("status", number, (number,))]
            if not case.wishes and not case.jobs:
                said.texts.append("What can I do for you?")
        case.known_to, case.claim, case.question, case.mails = (at + KNOWN_FOR).isoformat(), {}, "", 0
        case.began_at = case.began_at or at.isoformat()
        return True

    def _hear_answer(self, heard: Heard, *, sender_id: str) -> None:
        """Takes the utterance as the answer to what was asked, if it can be one; else as a question or a new wish."""
        case, said = heard.case, heard.said
        if any(wish.act == "person" for wish in heard.wishes):
            said.person = WANTS_PERSON
            return
        if case.question == "confirm":
            is_answer = confirming.hear_confirm(
                heard, make=lambda: making.make(case, heard.world, said, sender_id=sender_id)
            )
        else:
            is_answer = _HEARERS[case.question](heard)
        if is_answer:
            return
        asking = [wish for wish in heard.wishes if wish.act not in ACTS]
        for wish in asking:
            self._tell(wish, case, heard.world, said)
        if not asking:
            case.wishes += heard.wishes
            said.understood = bool(heard.wishes)

    def _go_on(self, case: Case, world: World, said: Said) -> None:
        """Works through jobs and wishes until something has to be asked."""
        has_asked = False
        while not said.person and not has_asked:
            if case.jobs:
                has_asked = self._work(case, world, said)
            elif case.wishes:
                has_asked = self._take(case, world, said)
            else:
                case.question, case.offer, case.shown = "", [], ""
                said.texts.append(ELSE)
                return

    def _take(self, case: Case, world: World, said: Said) -> bool:
        """Takes up the next wish, with those that belong to it; True if something was asked."""
        _put_in_order(case.wishes)
        wish = case.wishes.pop(0)
        if wish.act not in ACTS:
            self._tell(wish, case, world, said)
            return False
        resolved = resolve(wish, world, focus=case.focus)
        if resolved.question:
            case.wishes.insert(0, wish)
            questions.ask_which(wish, resolved, case, world, said)
            return True
        jobs = [*resolved.jobs, *_taken_along(wish, resolved.jobs, case, world)]
        if not jobs:
            said.texts.append("I find nothing in your account that this could be done with.")
        for job in jobs:
            _merge(case.jobs, job)
        return False

    def _tell(self, wish: Wish, case: Case, world: World, said: Said) -> None:
        """Answers a wish that changes nothing, or that begins as a question."""
        if wish.act == "person":
            said.person = WANTS_PERSON
        elif wish.act == "undo":
            said.texts.append("A cancelled order cannot be brought back; it would have to be ordered anew.")
            said.person = "The shopper wants a cancellation undone, which I cannot do."
        elif wish.act == "charge":
            said.texts.append("I am sorry. I do not see what the bank sees, so a person looks into that payment.")
            said.person = "The shopper says that a payment went wrong."
        elif wish.act == "invoice":
            said.texts.append(send_invoice(wish, world, mail=self.door.mail))
        elif wish.act in subscription.ACTS and (jobs := subscription.resolve(wish, world).jobs):
            case.jobs += jobs
        else:
            said.texts.append(answers.answer(wish, world, case))
            self._look_at(wish, case, world, said)

    def _look_at(self, wish: Wish, case: Case, world: World, said: Said) -> None:
        """What was asked about is what is spoken of from here on."""
        orders = world.orders_meant(wish.text, wish.orders) if wish.act in answers.ABOUT_ORDERS else []
        if len(orders) == 1:
            case.focus = Job("", orders[0].order_number)
            said.order = orders[0].order_number if wish.act == "status" else said.order

    def _work(self, case: Case, world: World, said: Said) -> bool:
        """Moves the first job on; True if something was asked."""
        job = case.jobs[0]
        clash = _clash(case.jobs, world)
        if clash and case.question != "which_one":
            case.question, case.offer = "which_one", [job.act, clash.act]
            said.texts.append(_only_one_of(job, clash))
            return True
        match propose(job, world):
            case Missing(question, text, offer):
                case.question, case.offer, case.shown = question, list(offer), ""
                case.listed = case.offer if question == "variant" else case.listed
                said.texts.append(text)
            case Refused(text, instead):
                said.texts.append(text)
                if instead is None:
                    case.focus = case.jobs.pop(0)
                    case.done.append(f"Refused: {text}")
                    return False
                case.jobs[0] = instead
                return self._work(case, world, said)
            case Proposal() as proposal:
                case.question, case.offer, case.shown = "confirm", [], proposal.fingerprint
                most = f" {NO_MORE}" if 0 < proposal.refund_cents < most_asked_cents(job.words) else ""
                said.texts.append(f"I will {proposal.does}.{most} Shall I?")
                said.buttons = [("Yes", "/affirm"), ("No", "/deny")]
        return True


def _know(case: Case, account: str) -> None:
    if case.account not in {"", account}:  # the proof of another one ran out in this conversation
        case.begin_anew()
    case.account = account


def _about(number: str, wishes: list[Wish]) -> list[Wish]:
    """The order that a shopper named to prove who they are is the one that they speak of, if they name no other."""
    of_one_order = {*ACTS, "status", "refund", "invoice", "items", "total"} - {"account_address"}
    return [
        replace(wish, orders=(number,)) if wish.act in of_one_order and not wish.orders else wish for wish in wishes
    ]


def _put_in_order(wishes: list[Wish]) -> None:
    """Address and payment first: once the items of an order are changed, some shops change nothing more in it."""
    first = {"address", "payment", "account_address", "shipping"}
    if wishes and wishes[0].act == "swap":
        wishes.sort(key=lambda wish: wish.act not in first)


def _taken_along(wish: Wish, first: Sequence[Job], case: Case, world: World) -> list[Job]:
    """The jobs of the other wishes to return or swap something: they are worked on, and may clash, together.

    Where one of them can be about several orders, it is about the first wish's order, if that is among them.
    """
    jobs: list[Job] = []
    for other in [other for other in case.wishes if {other.act, wish.act} <= {"swap", "return"}]:
        resolved: Resolved = resolve(other, world, focus=case.focus)
        if resolved.question == "order" and (shared := [job.order for job in first if job.order in resolved.offer]):
            resolved = resolve(replace(other, orders=(shared[0],)), world, focus=case.focus)
        if not resolved.question:
            case.wishes.remove(other)
            jobs += resolved.jobs
    return jobs


def _merge(jobs: list[Job], job: Job) -> None:
    """Changes of one kind for one order are one change."""
    for known in jobs:
        if known.act == job.act and known.order == job.order and job.act in {"swap", "return"}:
            held = {piece.line_id for piece in known.pieces}
            known.pieces += [piece for piece in job.pieces if piece.line_id not in held]
            known.words = f"{known.words} . {job.words}"
            return
    jobs.append(job)


def _clash(jobs: list[Job], world: World) -> Job | None:
    """Another job for the same order that the first one would make impossible."""
    first, both = jobs[0], {"return", "swap"}
    if first.act not in both or not world.policy.excludes_return_and_exchange:
        return None
    order = world.order(first.order)
    if order is None or order.status != "delivered":
        return None
    others = (job for job in jobs[1:] if job.order == first.order and job.act in both - {first.act})
    return next(others, None)


def _only_one_of(job: Job, clash: Job) -> str:
    nouns = {"return": "return", "swap": "exchange"}
    one, other = nouns[job.act], nouns[clash.act]
    return f"For order {job.order} only one of the two is possible: the {one} or the {other}. Which one shall it be?"
