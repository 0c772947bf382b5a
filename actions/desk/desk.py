"""The desk's side of the conversation: it hears a turn, moves the case on, and says what comes next."""

# ruff: noqa: E501, PLR0911, PLR0917 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from actions.desk import answers
from actions.desk.case import Case, Job, Piece
from actions.desk.identity import KNOWN_FOR, Doorkeeper
from actions.desk.options import choose, mentioned, plain, read_wanted
from actions.desk.policy import Policy
from actions.desk.proposals import Missing, Outcome, Proposal, Refused, owned_variant, propose
from actions.desk.resolve import Resolved, reason_in, resolve
from actions.desk.wishes import ACTS, Wish, act_of, read_wishes
from actions.desk.world import World
from actions.shop.changes import CancelSubscription, Change, SkipDelivery
from actions.shop.client import ChangeRefused, OutcomeUnknown, ShopClient, ShopUnavailable

logger = logging.getLogger(__name__)
YES = re.compile(
    r"^\W*(?:yes|yep|yeah|yup|sure|ok(?:ay)?|correct|confirm(?:ed)?|go ahead|please do|do it|exactly|fine|right|"
    r"that'?s (?:right|correct|fine)|sounds good|proceed|i confirm|i agree|agreed|perfect)\b",
    re.IGNORECASE,
)
NO = re.compile(
    r"^\W*(?:no|nope|nah|don'?t|do not|never mind|stop|wait|not (?:now|really)|leave it|forget it|keep it)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|just)\b")
_ALSO = re.compile(r"\b(?:also|as well|too|in addition|and add)\b")
_FORGET_IT = re.compile(
    r"\b(?:leave it|forget (?:it|about)|never mind|keep (?:it|them|the order)|don'?t (?:want|bother|change|cancel|do)|do not (?:want|change|cancel|do)|neither|none of|myself)\b"
)
_ORDINALS = {
    "first": 0,
    "1": 0,
    "1st": 0,
    "second": 1,
    "2": 1,
    "2nd": 1,
    "third": 2,
    "3": 2,
    "3rd": 2,
    "fourth": 3,
    "4": 3,
    "last": -1,
}
ASIDES = ("ask_", "recommend", "refine", "compare", "show_more", "state_preference")
"""Beginnings of intents that have nothing to do with who the shopper is."""
ELSE = "Is there anything else?"


@dataclass
class Said:
    """What the desk says in a turn. `person`: the shopper is to be handed over, for this reason. `order`: was told of."""

    texts: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    understood: bool = True
    person: str = ""
    order: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(text for text in self.texts if text)


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
            ShopUnavailable: the shop could not be reached; the case is as before.
        """
        said = Said()
        wishes = read_wishes(utterance, intent=intent)
        if not case.account or case.known_to < at.isoformat():
            wishes = [] if case.question and intent.startswith(ASIDES) else wishes
            case.wishes += [wish for wish in wishes if wish.act != "person"]
            if any(wish.act == "person" for wish in wishes):
                return replace(said, person="The shopper asks for a person.")
            if not self._known(
                case, utterance, said, sender_id=sender_id, at=at, signed_as=signed_as, told=bool(wishes)
            ):
                return said
            wishes = []
        account = self.shop.account(case.account)
        if account is None:
            case.account = ""
            return Said([self.door.ask()])
        world = World(self.shop, self.policy, account)
        if case.question and case.question not in {"identity", "code"}:
            self._hear_answer(case, utterance, wishes, world, said, intent=intent, sender_id=sender_id)
        else:
            case.question = ""
            case.wishes += wishes
            said.understood = bool(wishes) or bool(case.wishes)
        if not said.person and said.understood:
            self._go_on(case, world, said)
        return said

    def _known(
        self, case: Case, utterance: str, said: Said, *, sender_id: str, at: datetime, signed_as: str, told: bool
    ) -> bool:
        if signed_as and self.shop.account(signed_as):
            case.account = signed_as
        else:
            answer = self.door.hear(case, utterance, sender_id=sender_id, at=at)
            if answer.account is None:
                said.understood = answer.understood or told
                case.question = answer.question
                said.texts.append(answer.text)
                return False
            case.account = answer.account.shopper_id
            said.texts.append(f"Thank you, {answer.account.name.split()[0]}.")
            number = case.claim.get("order")
            if number:
                case.wishes = _about(number, case.wishes) or [Wish("status", number, (number,))]
        case.known_to, case.claim, case.question = (at + KNOWN_FOR).isoformat(), {}, ""
        return True

    def _go_on(self, case: Case, world: World, said: Said) -> None:
        """Works through jobs and wishes until something has to be asked."""
        while not said.person:
            if case.jobs:
                if self._work(case, world, said):
                    return
            elif case.wishes:
                if self._take(case, world, said):
                    return
            else:
                case.question, case.offer, case.shown = "", [], ""
                said.texts.append(ELSE)
                return

    def _take(self, case: Case, world: World, said: Said) -> bool:
        """Takes up the next wishes; True if something was asked."""
        _sort(case)
        wish = case.wishes.pop(0)
        if wish.act not in ACTS:
            self._tell(wish, case, world, said)
            return False
        if wish.act != "account_address":
            same = [other for other in case.wishes if {other.act, wish.act} <= {"swap", "return"}]
            resolved = resolve(wish, world, focus=case.focus)
            extra = [resolve(other, world, focus=case.focus) for other in same]
            for other, more in zip(same, extra, strict=True):
                if not more.question and not resolved.question:
                    case.wishes.remove(other)
                    resolved = replace(resolved, jobs=[*resolved.jobs, *more.jobs])
        else:
            resolved = resolve(wish, world)
        if resolved.question:
            case.wishes.insert(0, wish)
            _ask_which(case, resolved, world, said, wish)
            return True
        if not resolved.jobs:
            said.texts.append("I find nothing in your account that this could be done with.")
        for job in resolved.jobs:
            _merge(case.jobs, job)
        return False

    def _tell(self, wish: Wish, case: Case, world: World, said: Said) -> None:
        if wish.act == "person":
            said.person = "The shopper asks for a person."
        elif wish.act == "undo":
            said.texts.append("A cancelled order cannot be brought back; it would have to be ordered anew.")
            said.person = "The shopper wants a cancellation undone, which I cannot do."
        elif wish.act == "split":
            said.texts.append(
                "One payment method pays for a whole order; it cannot be split, and a balance cannot be applied to a part."
            )
        elif wish.act == "add":
            said.texts.append("I cannot add things to an order or place a new one; the shop's pages do that.")
        elif wish.act in {"skip_subscription", "cancel_subscription"}:
            self._subscription(wish, case, world, said)
        elif wish.act in {"invoice", "warranty"}:
            said.texts.append(self._paper(wish, world))
        else:
            said.texts.append(answers.answer(wish, world, case))
            orders = world.orders_meant(wish.text, wish.orders)
            if len(orders) == 1:
                case.focus = Job("", orders[0].order_number)
                said.order = orders[0].order_number if wish.act == "status" else said.order

    def _paper(self, wish: Wish, world: World) -> str:
        if wish.act == "warranty":
            return self.policy.sentences.get("warranty", "For a repair under warranty, a person looks at it with you.")
        order = next(iter(world.orders_meant(wish.text, wish.orders)), None)
        if order is None:
            return "For which order would you like the invoice?"
        lines = "\n".join(
            f"{line.quantity} × {line.title}: {answers._money(line.quantity * line.unit_price_cents, order)}"
            for line in order.lines
        )
        text = f"Invoice for order {order.order_number}\n\n{lines}\n\nTotal: {answers._money(order.total_cents, order)}"
        self.door.mail(world.account.email, f"Invoice for order {order.order_number}", text)
        return f"The invoice for order {order.order_number} is on its way to your e-mail address."

    def _subscription(self, wish: Wish, case: Case, world: World, said: Said) -> None:
        running = [one for one in self.shop.subscriptions(world.account.shopper_id) if one.active]
        fitting = [
            one
            for one in running
            if one.subscription_id.lower() in wish.text.lower()
            or any(word in wish.text.lower() for word in one.title.lower().replace(",", "").split()[:2])
        ]
        chosen = fitting or (running if len(running) == 1 else [])
        if not chosen:
            said.texts.append(answers.answer(replace(wish, act="subscriptions"), world, case))
            return
        case.jobs.append(
            Job("skip" if wish.act == "skip_subscription" else "end", detail=chosen[0].subscription_id, words=wish.text)
        )

    def _work(self, case: Case, world: World, said: Said) -> bool:
        """Moves the first job on; True if something was asked."""
        job = case.jobs[0]
        clash = _clash(case.jobs, world)
        if clash and case.question != "which_one":
            case.question, case.offer = "which_one", [job.act, clash.act]
            said.texts.append(f"For order {job.order} only one of the two is possible: the {_noun(job.act)} or the {_noun(clash.act)}. Which one shall it be?")  # fmt: skip
            return True
        outcome = self._outcome(job, world)
        if isinstance(outcome, Missing):
            case.question, case.offer, case.shown = outcome.question, list(outcome.offer), ""
            said.texts.append(outcome.text)
            return True
        if isinstance(outcome, Refused):
            said.texts.append(outcome.text)
            if outcome.instead:
                case.jobs[0] = outcome.instead
                return self._work(case, world, said)
            case.focus = case.jobs.pop(0)
            case.done.append(f"Refused: {outcome.text}")
            return False
        case.question, case.offer, case.shown = "confirm", [], outcome.fingerprint
        said.texts.append(f"I will {outcome.does}. Shall I?")
        said.buttons = [("Yes", "/affirm"), ("No", "/deny")]
        return True

    def _outcome(self, job: Job, world: World) -> Outcome:
        if job.act in {"skip", "end"}:
            one = next(
                (one for one in self.shop.subscriptions(world.account.shopper_id) if one.subscription_id == job.detail),
                None,
            )
            if one is None or not one.active:
                return Refused("That subscription does not run any more.")
            change: Change = SkipDelivery(job.detail) if job.act == "skip" else CancelSubscription(job.detail)
            does = (
                f"leave out the delivery of {one.title} on {answers.day(one.next_at)}"
                if job.act == "skip"
                else f"end the subscription of {one.title}"
            )
            return Proposal(change, does)
        outcome = propose(job, world)
        if isinstance(outcome, Proposal) and type(outcome.change) not in self.shop.supports:
            return Refused("The shop's system does not let me do that; a person can.")
        return outcome

    def _apply(self, case: Case, world: World, said: Said, *, sender_id: str) -> None:
        """Makes the change that was shown, once."""
        job = case.jobs[0]
        outcome = self._outcome(job, world)
        if not isinstance(outcome, Proposal) or outcome.fingerprint != case.shown:
            said.texts.append("Something has changed in the meantime.")
            return
        key = hashlib.sha256(f"{sender_id}|{case.number}|{outcome.fingerprint}".encode()).hexdigest()[:32]
        try:
            receipt = self.shop.apply(outcome.change, key=key)
        except OutcomeUnknown:
            receipt = self._reconcile(key)
            if receipt is None:
                said.texts.append(
                    "The shop's system broke off in the middle. I have looked: nothing was changed. Shall I try again?"
                )
                return
        except ShopUnavailable:
            said.texts.append("The shop's system does not answer just now. Nothing was changed. Shall I try again?")
            return
        except ChangeRefused as error:
            said.texts.append(f"The shop's system did not accept that: {error}")
            self._close(case, f"Refused by the shop: {error}")
            return
        logger.info("change made: %s key=%s", type(outcome.change).__name__, key)
        case.refund_cents += receipt.refund_cents
        done = f"Done: {outcome.does.split('. This can be')[0]}."
        note = {"return": "return_label", "cancel": "cancel_time" if receipt.refund_cents else ""}.get(job.act)
        said.texts.append(" ".join(part for part in (done, self.policy.sentences.get(note or "", "")) if part))
        self._close(case, done)

    def _reconcile(self, key: str):  # type: ignore[no-untyped-def]
        """What became of a change that broke off; raises ShopUnavailable where that cannot be seen either."""
        return self.shop.receipt(key)

    def _close(self, case: Case, done: str) -> None:
        case.focus = case.jobs.pop(0)
        case.done.append(done)
        case.number += 1
        case.question, case.offer, case.shown = "", [], ""

    def _hear_answer(
        self, case: Case, utterance: str, wishes: list[Wish], world: World, said: Said, *, intent: str, sender_id: str
    ) -> None:
        """Takes the utterance as the answer to what was asked, if it can be one."""
        if any(wish.act == "person" for wish in wishes):
            said.person = "The shopper asks for a person."
            return
        asking = [wish for wish in wishes if wish.act not in ACTS]
        hear = {
            "confirm": self._hear_confirm, "whole": self._hear_whole, "reason": self._hear_reason,
            "variant": self._hear_variant, "address": self._hear_words, "method": self._hear_words,
            "shipping": self._hear_words, "remedy": self._hear_remedy, "order": self._hear_order,
            "items": self._hear_items, "line": self._hear_line, "which_one": self._hear_which,
        }[case.question]  # fmt: skip
        yes = bool(YES.match(utterance)) or (intent == "affirm" and not NO.match(utterance))
        no = bool(NO.match(utterance)) or (intent in {"deny", "stop"} and not yes)
        if hear(case, utterance, wishes, world, said, yes=yes, no=no, sender_id=sender_id):
            return
        if asking:
            for wish in asking:
                self._tell(wish, case, world, said)
        elif wishes:
            case.wishes += wishes
        else:
            said.understood = False

    def _hear_confirm(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        job = case.jobs[0]
        rest = NO.sub("", YES.sub("", utterance)).strip(" ,.!")
        if self._corrected(case, job, rest, wishes, world, said, yes=yes, no=no):
            return True
        if yes:
            self._apply(case, world, said, sender_id=sender_id)
            case.wishes += [wish for wish in wishes if wish.act not in {job.act, "total"} or wish.orders]
            return True
        if no or _FORGET_IT.search(utterance.lower()):
            said.texts.append("All right, I leave that as it is.")
            self._close(case, "The shopper decided against it.")
            case.wishes += [wish for wish in wishes if wish.act in ACTS and not _FORGET_IT.search(wish.text.lower())]
            return True
        return False

    def _corrected(
        self, case: Case, job: Job, rest: str, wishes: list[Wish], world: World, said: Said, *, yes: bool, no: bool
    ) -> bool:
        """A correction in the answer to a confirmation: another payment method, fewer or other things, another wish."""
        order = world.order(job.order)
        lowered = plain(rest)
        method = world.method_in(rest, original=order.payment_method_id if order else "")
        changed = False
        if (
            method
            and job.act in {"swap", "return", "payment"}
            and method.method_id != (job.method_id or (order.payment_method_id if order else ""))
        ):
            job.method_id, changed = method.method_id, True
        named = world.named(rest, [order]) if order else []
        mine = {piece.line_id for piece in job.pieces}
        picked = [line.line_id for thing in named for _, line in thing.lines if line.line_id in mine]
        if picked and _ONLY.search(lowered) and len(mine) > len(picked):
            job.pieces, changed = [piece for piece in job.pieces if piece.line_id in picked], True
            return True
        others = [wish for wish in wishes if wish.act in ACTS]
        if others and not (yes and not _ALSO.search(lowered)) and job.act in {"swap", "return"}:
            other = others[0]
            resolved = resolve(other, world, focus=job)
            if not resolved.question and resolved.jobs and _orders(resolved) == {job.order} and other.act == job.act:
                for fresh in resolved.jobs:
                    _replace(job, fresh)
                return True
            if not yes and (other.act != job.act):
                if no or _ONLY.search(lowered) or "instead" in lowered or _touches(resolved, job):
                    case.focus = job
                    case.jobs.pop(0)
                    case.wishes = [*others, *case.wishes]
                    return True
                case.wishes += others
                return True
        if not yes and job.act == "swap" and order and not changed:
            changed = self._revariant(job, rest, world)
        if not yes and job.act == "address" and not changed:
            other_place = propose(replace(job, words=rest, address={}), world)
            if isinstance(other_place, Proposal) and other_place.fingerprint != case.shown:
                job.words, changed = rest, True
        return changed

    def _revariant(self, job: Job, rest: str, world: World) -> bool:
        """ "No, the blue one": another variant for the only thing, or for the one that is named."""
        order = world.order(job.order)
        if order is None or not job.pieces:
            return False
        named = {line.line_id for thing in world.named(rest, [order]) for _, line in thing.lines}
        pieces = [piece for piece in job.pieces if piece.line_id in named] or (
            job.pieces if len(job.pieces) == 1 else []
        )
        for piece in pieces:
            line = next(line for line in order.lines if line.line_id == piece.line_id)
            wanted = read_wanted(rest, world.variants(line.product_id), title=line.title)
            if wanted.says_something:
                piece.words, piece.item_id = (
                    f"{piece.words} . {rest}" if not wanted.values else _override(piece.words, rest, world, line),
                    "",
                )
                return True
        return False

    def _hear_whole(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del sender_id, world
        job = case.jobs[0]
        lowered = utterance.lower()
        if (
            not no
            and (yes or re.search(r"\b(?:whole|entire|cancel (?:it|the order))\b", lowered))
            and not _FORGET_IT.search(lowered)
        ):
            job.pieces = []
            job.reason = reason_in(lowered) or job.reason
            return True
        if no or _FORGET_IT.search(lowered):
            said.texts.append("All right, the order stays as it is.")
            self._close(case, "The shopper kept the order, since single items cannot be cancelled.")
            case.wishes += [
                wish for wish in wishes if wish.act != "cancel" and not _FORGET_IT.search(wish.text.lower())
            ]
            return True
        if any(wish.act in {"swap", "address", "payment", "account_address"} for wish in wishes):
            self._close(case, "The shopper kept the order, since single items cannot be cancelled.")
            case.wishes += [wish for wish in wishes if wish.act != "cancel"]
            return True
        return False

    def _hear_reason(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del world, sender_id, wishes, yes
        reason = reason_in(utterance)
        if reason:
            for job in case.jobs:
                if job.act == "cancel" and not job.reason:
                    job.reason = reason
            return True
        if no or _FORGET_IT.search(utterance.lower()):
            said.texts.append("All right, the order stays as it is.")
            self._close(case, "The shopper gave no reason for the cancellation.")
            return True
        said.texts.append(f"I can only cancel for one of these reasons: {', '.join(case.offer)}.")
        return True

    def _hear_variant(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del sender_id
        job = case.jobs[0]
        order = world.order(job.order)
        piece = next((piece for piece in job.pieces if not piece.item_id), None)
        if order is None or piece is None:
            return False
        line = next(line for line in order.lines if line.line_id == piece.line_id)
        offered = [variant for item_id in case.offer if (variant := world.variant(item_id, line))]
        picked = _ordinal(utterance)
        if yes and len(offered) == 1 and not NO.match(utterance):
            piece.item_id = offered[0].item_id
            return True
        if picked is not None and -len(offered) <= picked < len(offered) and len(utterance.split()) < 8:
            piece.item_id = offered[picked].item_id
            return True
        named = {found.line_id for thing in world.named(utterance, [order]) for _, found in thing.lines}
        keep = _ONLY.search(utterance.lower()) and named and piece.line_id not in named
        if keep:
            job.pieces = [other for other in job.pieces if other is not piece]
            return True
        elsewhere = owned_variant(utterance, line, order, world)
        wanted = read_wanted(utterance, world.variants(line.product_id), title=line.title)
        if elsewhere and not wanted.values:
            piece.item_id = elsewhere
            return True
        if any(wish.act in {"cancel", "return"} for wish in wishes) and not wanted.values:
            case.focus = job
            case.jobs.pop(0)
            case.wishes = [*[wish for wish in wishes if wish.act in ACTS], *case.wishes]
            case.question = ""
            return True
        if wanted.says_something:
            among = choose(line.options, line.item_id, line.unit_price_cents, wanted=wanted, variants=offered)
            if among.variants and (among.settled or len(among.variants) == 1):
                piece.item_id = among.variants[0].item_id
                return True
            piece.words = _override(piece.words, utterance, world, line)
            return True
        if no or _FORGET_IT.search(utterance.lower()):
            job.pieces = [other for other in job.pieces if other is not piece]
            if not job.pieces:
                said.texts.append("All right, I leave that as it is.")
                self._close(case, f"No suitable variant of {line.title}.")
            return True
        return False

    def _hear_words(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del yes, sender_id, wishes
        if no or _FORGET_IT.search(utterance.lower()):
            said.texts.append("All right, I leave that as it is.")
            self._close(case, "The shopper decided against it.")
            return True
        job = case.jobs[0]
        before = job.words
        job.words = utterance
        if isinstance(propose(job, world), Missing):
            job.words = f"{before} . {utterance}"
            return not isinstance(propose(job, world), Missing)
        return True

    def _hear_remedy(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del world, said, yes, no, sender_id, wishes
        lowered = utterance.lower()
        if re.search(r"\b(?:refund|money|cash)", lowered):
            case.jobs[0].reason = "refund"
        elif re.search(r"\b(?:replace\w*|new one|another|again|resend|exchange)\b", lowered):
            case.jobs[0].reason = "replacement"
        else:
            return False
        return True

    def _hear_order(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del yes, sender_id
        fresh = read_orders(utterance)
        wish = case.wishes[0]
        picked = _ordinal(utterance)
        if fresh:
            case.wishes[0] = replace(wish, orders=tuple(fresh))
            return True
        if picked is not None and -len(case.offer) <= picked < len(case.offer) and len(utterance.split()) < 8:
            case.wishes[0] = replace(wish, orders=(case.offer[picked],))
            return True
        if re.search(r"\b(?:all|both|every)\b", utterance.lower()) and case.offer:
            case.wishes[0] = replace(wish, orders=tuple(case.offer))
            return True
        if no or _FORGET_IT.search(utterance.lower()):
            case.wishes.pop(0)
            said.texts.append("All right, I leave that.")
            return True
        scope = [order for number in case.offer if (order := world.order(number))]
        named = world.named(utterance, scope)
        meant = [order for order in world.orders_meant(utterance, ()) if order in scope]
        holding = {order.order_number for thing in named for order, _ in thing.lines}
        chosen = [order for order in scope if order.order_number in holding] or (
            meant if len(meant) < len(scope) else []
        )
        recent = re.search(r"\b(?:recent|latest|last|newest)\b", utterance.lower())
        if recent and scope:
            chosen = scope[:1]
        if chosen:
            case.wishes[0] = replace(wish.more(utterance), orders=tuple(order.order_number for order in chosen))
            return True
        if wishes:
            return False
        again = wish.more(utterance)
        if not resolve(replace(again, orders=()), world, focus=case.focus).question:
            case.wishes[0] = replace(again, orders=())
            return True
        return False

    def _hear_items(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del yes, sender_id
        if no or _FORGET_IT.search(utterance.lower()):
            case.wishes.pop(0)
            said.texts.append("All right, I leave that.")
            return True
        if wishes and wishes[0].act not in ACTS:
            return False
        again = case.wishes[0].more(utterance)
        resolved = resolve(again, world, focus=case.focus)
        if resolved.question == "items":
            return False
        case.wishes[0] = again
        return True

    def _hear_line(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del yes, sender_id, said, no, wishes
        picked = _ordinal(utterance)
        lines = [entry.partition("/") for entry in case.offer]
        if picked is None or not -len(lines) <= picked < len(lines):
            again = case.wishes[0].more(utterance)
            if resolve(again, world, focus=case.focus).question == "line":
                return False
            case.wishes[0] = again
            return True
        wish = case.wishes.pop(0)
        number, _, line_id = lines[picked]
        case.jobs.append(Job(wish.act, number, [Piece(line_id, 1, wish.text)], wish.text))
        return True

    def _hear_which(
        self,
        case: Case,
        utterance: str,
        wishes: list[Wish],
        world: World,
        said: Said,
        *,
        yes: bool,
        no: bool,
        sender_id: str,
    ) -> bool:
        del yes, no, sender_id, said, world, wishes
        picked = _ordinal(utterance)
        act = act_of(utterance) or (case.offer[picked] if picked in (0, 1) else "")
        if act not in case.offer:
            return False
        order = case.jobs[0].order
        case.jobs = [job for job in case.jobs if job.order != order or job.act == act or job.act not in case.offer]
        case.question = ""
        return True


def _about(number: str, wishes: list[Wish]) -> list[Wish]:
    """The order that a shopper named to prove who they are is also the one that they speak of, if they name no other."""
    of_one_order = {*ACTS, "status", "refund", "invoice", "items", "total"} - {"account_address"}
    return [
        replace(wish, orders=(number,)) if wish.act in of_one_order and not wish.orders else wish for wish in wishes
    ]


def read_orders(utterance: str) -> list[str]:
    """Order numbers in an answer, where a bare number of any length will do."""
    from actions.desk.wishes import order_numbers

    found = order_numbers(utterance)
    bare = re.search(r"(?<![\w$€.,])(\d{4,8})(?![\w])", utterance)
    return found or ([bare[1]] if bare else [])


def _ordinal(utterance: str) -> int | None:
    for word in re.findall(r"\b\w+\b", utterance.lower()):
        if word in _ORDINALS and re.search(
            rf"\b(?:the|option|number|take|no\.?|#)\s*{word}\b|^\W*{word}\W*$|\b{word} (?:one|option)\b",
            utterance.lower(),
        ):
            return _ORDINALS[word]
    return None


def _override(words: str, fresh: str, world: World, line) -> str:  # type: ignore[no-untyped-def]
    """The old words with the new ones: where both name a value of one option, the new one counts."""
    variants = world.variants(line.product_id)
    old, new = mentioned(plain(words), variants, title=line.title), mentioned(plain(fresh), variants, title=line.title)
    kept = [
        value if value not in {"yes", "no", "none"} else ""
        for name, values in old.items()
        if name not in new
        for value in values
    ]
    return f"{' , '.join(part for part in kept if part)} . {fresh}" if new else f"{words} . {fresh}"


def _replace(job: Job, fresh: Job) -> None:
    """Pieces of the fresh job join the old one's; the same line is taken anew."""
    for piece in fresh.pieces:
        job.pieces = [*[old for old in job.pieces if old.line_id != piece.line_id], piece]
    job.method_id = fresh.method_id or job.method_id


def _orders(resolved: Resolved) -> set[str]:
    return {job.order for job in resolved.jobs}


def _touches(resolved: Resolved, job: Job) -> bool:
    mine = {piece.line_id for piece in job.pieces}
    return any(fresh.order == job.order and {piece.line_id for piece in fresh.pieces} & mine for fresh in resolved.jobs)


def _merge(jobs: list[Job], job: Job) -> None:
    """Changes of one kind for one order are one change."""
    for known in jobs:
        if known.act == job.act and known.order == job.order and job.act in {"swap", "return"}:
            for piece in job.pieces:
                if all(piece.line_id != old.line_id for old in known.pieces):
                    known.pieces.append(piece)
            known.words = f"{known.words} . {job.words}"
            return
    jobs.append(job)


def _sort(case: Case) -> None:
    """Address and payment first: once the items of an order are changed, some shops change nothing more in it."""
    rank = {"address": 0, "payment": 0, "account_address": 0, "shipping": 0}
    if case.wishes and case.wishes[0].act == "swap" and any(wish.act in rank for wish in case.wishes):
        case.wishes.sort(key=lambda wish: rank.get(wish.act, 1))


def _clash(jobs: list[Job], world: World) -> Job | None:
    """Another job for the same order that the first one would make impossible."""
    first = jobs[0]
    if first.act not in {"return", "swap"} or not world.policy.excludes_return_and_exchange:
        return None
    arrived = {order.order_number for order in world.orders if order.status == "delivered"}
    return next(
        (
            job
            for job in jobs[1:]
            if job.order == first.order
            and job.order in arrived
            and job.act in {"return", "swap"}
            and job.act != first.act
        ),
        None,
    )


def _noun(act: str) -> str:
    return {"return": "return", "swap": "exchange"}[act]


def _ask_which(case: Case, resolved: Resolved, world: World, said: Said, wish: Wish) -> None:
    case.question, case.offer = resolved.question, list(resolved.offer)
    verb = {"swap": "change or exchange", "return": "send back", "cancel": "cancel", "problem": "report"}.get(
        wish.act, "change"
    )
    if resolved.question == "order":
        head = f"I find no order {resolved.say} in your account. " if resolved.say else ""
        offered = [order for number in resolved.offer if (order := world.order(number))] or (
            [] if resolved.say else list(world.orders)
        )
        near = (
            "Do you mean " + " or ".join(order.order_number for order in offered) + "?"
            if resolved.say and offered
            else ""
        )
        listed = "\n".join(f"{place}. {answers.order_line(order)}" for place, order in enumerate(offered, 1))
        said.texts.append(
            f"{head}{near or 'Which order is it about?'}" + (f"\n{listed}" if listed and not resolved.say else "")
        )
    elif resolved.question == "line":
        lines: list[str] = []
        for entry in resolved.offer:
            number, _, line_id = entry.partition("/")
            order = world.order(number)
            line = next((line for line in order.lines if line.line_id == line_id), None) if order else None
            lines += [f"{len(lines) + 1}. {line.title} ({', '.join(line.options.values())})"] if line else []
        said.texts.append("Which one do you mean?\n" + "\n".join(lines))
    else:
        listed = "\n".join(f"- {answers.order_line(order)}" for order in world.orders)
        said.texts.append(f"What exactly would you like to {verb}? Your orders:\n{listed}")
