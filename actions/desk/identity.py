"""Who is this? Nothing of an order is shown before the shopper has proved it."""

# ruff: noqa: E501, PLR0911 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.desk.addresses import holds_address
from actions.desk.case import Case
from actions.desk.mail import Mailer, MailNotSent
from actions.desk.policy import Identity
from actions.desk.wishes import order_numbers
from actions.shop.client import ShopClient
from actions.shop.types import Account
from profiling.store.codes import CodeStore

KNOWN_FOR = timedelta(hours=12)
"""How long a shopper counts as known in a conversation without proving it anew."""
_NEEDS = {"order_and_email": ("order", "email"), "email": ("email",), "name_and_postcode": ("name", "postcode")}
_EMAIL = re.compile(r"[^\s@<>,;()]+@[^\s@<>,;()]+\.[^\s@<>,;().]{2,}")
_CODE = re.compile(r"(?<!\d)(\d{3}[ -]?\d{3})(?!\d)")
_POSTCODE = re.compile(r"(?<![\w#])(\d{5})(?![\w-])")
_NAME = re.compile(
    r"(?:\bmy name(?:'s| is)|\bi am|\bi'm|\bname:|\bname is|\bthis is|\bit's|\bcalled)\s+"
    r"([A-ZÀ-Ý][\w'’À-ÿ-]+(?:\s+[A-ZÀ-Ý][\w'’À-ÿ-]+)+)"
)
_NO_NUMBER = re.compile(
    r"\b(?:don['’]?t|do not|didn['’]?t|can['’]?t|cannot|haven['’]?t|no idea|lost|forgot|without|never got)\b"
    r"(?=.{0,40}\b(?:number|no|nr|it|that|one|mail)\b|\W*$)",
    re.IGNORECASE,
)
"""Of the shopper who was asked for the number of the order: "i dont have it here"."""
_CODE_AGAIN = re.compile(
    r"\bsen[dt]\b.{0,25}\bagain\b|^\W*(?:please )?(?:again|once more)\b|\b(?:resend|re-send|(?:another|new) (?:one|code|e?-?mail))\b|"
    r"(?:\b(?:no|not|never|nothing|nowhere)\b|n['’]?t\b)(?!.{0,30}\b(?:access|remember)\b).{0,25}\b(?:got|get|received?|arriv\w+|came|come|see|find|there|here|code|e?-?mail)\b|"
    r"\bwhere\b.{0,20}\b(?:code|e?-?mail)\b|\bcode\b.{0,25}\b(?:expired|run out|ran out|too old|invalid|not work\w*|n['’]?t work\w*)",
    re.IGNORECASE,
)
"""Of the shopper who was asked for the code: "didnt get a code", "send it again", "the code does not work"."""
WAITING = "If that belongs together, a mail with a six-digit code is on its way to you. Please type the code here."
SENT_OFTEN = (
    "I have sent that several times now, and send no more codes in this chat. Please look among the unwanted mail too, "
    "type the last code, or ask for a person."
)
_TWO_WORDS = re.compile(r"\b([A-ZÀ-Ý][a-zÀ-ÿ'’-]+\s+[A-ZÀ-Ý][\w'’À-ÿ-]+)\b")


@dataclass(frozen=True)
class Answer:
    """What to say next; `account` is set when the shopper has proved who they are.

    `understood` is False where the utterance was no answer to what they were asked.
    """

    text: str = ""
    account: Account | None = None
    question: str = "identity"
    understood: bool = True


class Doorkeeper:
    """Asks for proof of identity and checks it, as the policy file wants it."""

    def __init__(self, shop: ShopClient, rules: Identity, codes: CodeStore, mailer: Mailer, *, shop_name: str) -> None:
        self._shop = shop
        self._rules = rules
        self._codes = codes
        self._mailer = mailer
        self._shop_name = shop_name

    def mail(self, to: str, subject: str, text: str) -> None:
        """Sends something to the address of an account. Raises MailNotSent."""
        self._mailer.send(to, subject, text)

    def ask(self) -> str:
        """What the shopper is asked for."""
        ways = {
            "order_and_email": "your order number and the e-mail address that you ordered with",
            "email": "the e-mail address that you ordered with",
            "name_and_postcode": "your name and postcode",
        }
        first = "order_and_email" if "order_and_email" in self._rules.ways else self._rules.ways[0]
        others = [
            ways[way] for way in self._rules.ways if way not in {first, "email" if first == "order_and_email" else ""}
        ]
        return f"So that nobody else gets at your orders: please tell me {' or '.join([ways[first], *others])}."

    @staticmethod
    def wants_code_again(case: Case, utterance: str) -> bool:
        """Whether the shopper who was asked for the code has none, or none that works."""
        return case.question == "code" and bool(_CODE_AGAIN.search(utterance)) and not read_claim(utterance, case)

    def missing(self, claim: Mapping[str, str]) -> tuple[str, ...]:
        """What is still to be told of the way that the shopper has begun, or of the policy's first way."""
        ways = [_NEEDS[way] for way in self._rules.ways]
        begun = max(ways, key=lambda way: len(claim.keys() & set(way)))
        return tuple(name for name in begun if name not in claim)

    def hear(self, case: Case, utterance: str, *, sender_id: str, at: datetime) -> Answer:
        """Takes what the utterance tells of the shopper; asks for what is missing; sends or checks a code."""
        if self._codes.is_locked(f"sender:{sender_id}", at=at):
            return Answer(self._locked(), question="")
        learnt = read_claim(utterance, case)
        if case.question == "code" and not learnt and (code := _CODE.search(utterance)):
            return self._check_code(case, re.sub(r"\D", "", code[1]), sender_id=sender_id, at=at)
        if not learnt and self.wants_code_again(case, utterance):
            return self._send_code(case, self._accounts(case.claim), sender_id=sender_id, at=at)
        if not learnt:
            asked_again = case.question == "code"
            text = (
                "Please type the six digits from the mail, or say “stop”."
                if asked_again
                else self._asked_anew(utterance)
            )
            return Answer(text, question="code" if asked_again else "identity", understood=not case.question)
        before = self._accounts(case.claim) if case.question == "code" else None
        case.claim |= learnt
        if before is not None and "email" not in learnt and self._accounts(case.claim) == before:
            return Answer(WAITING, question="code")  # the code that was sent holds
        if not self._is_enough(case.claim):
            return Answer(self._missing(case.claim))
        accounts = self._accounts(case.claim)
        if self._rules.one_time_code:
            return self._send_code(case, accounts, sender_id=sender_id, at=at)
        if len(accounts) == 1:
            return Answer(account=accounts[0], question="")
        self._codes.wrong(f"sender:{sender_id}", at=at)
        case.claim = {}
        if self._codes.is_locked(f"sender:{sender_id}", at=at):
            return Answer(self._locked(), question="")
        return Answer("I find no account with that. Please check it and try again.")

    def _asked_anew(self, utterance: str) -> str:
        """The question, or the way without an order number for whoever has none at hand."""
        if "email" in self._rules.ways and _NO_NUMBER.search(utterance):
            return "That is all right: tell me the e-mail address that you ordered with, and I send a code there."
        return self.ask()

    def _is_enough(self, claim: dict[str, str]) -> bool:
        return any(set(_NEEDS[way]) <= set(claim) for way in self._rules.ways)

    def _missing(self, claim: dict[str, str]) -> str:
        if "name" in claim and "name_and_postcode" in self._rules.ways:
            return "Thank you. And your postcode, please?"
        if "postcode" in claim and "name_and_postcode" in self._rules.ways:
            return "Thank you. And your full name, please?"
        if "order" in claim and "order_and_email" in self._rules.ways:
            return "Thank you. And the e-mail address that you ordered with?"
        return self.ask()

    def _accounts(self, claim: dict[str, str]) -> Sequence[Account]:
        accounts: Sequence[Account] = ()
        if "email" in claim:
            accounts = [account for email in claim["email"].split() for account in self._shop.accounts_by_email(email)]
        if not accounts and "name" in claim and "postcode" in claim and "name_and_postcode" in self._rules.ways:
            accounts = self._shop.accounts_by_name(claim["name"], claim["postcode"])
        if "order" in claim and "email" not in self._rules.ways:
            order = self._shop.order(claim["order"])
            accounts = [account for account in accounts if order and order.shopper_id == account.shopper_id]
        return accounts

    def _send_code(self, case: Case, accounts: Sequence[Account], *, sender_id: str, at: datetime) -> Answer:
        """Sends a code if the claim is right, and says the same if it is not: who guesses learns nothing.

        In one conversation no more codes are sent again than wrong ones may be typed.
        """
        case.mails += 1
        if case.mails > 1 + self._rules.wrong_tries:
            return Answer(SENT_OFTEN, question="code")
        if len(accounts) == 1:
            code = self._codes.issue(_subject(accounts[0], sender_id), at=at)
            if code is None:
                return Answer(self._locked(), question="")
            minutes = int(self._rules.code_valid.total_seconds() // 60)
            text = f"Your code for the chat of {self._shop_name}: {code}\n\nIt is valid for {minutes} minutes. If you did not ask for it, ignore this mail."
            try:
                self._mailer.send(accounts[0].email, f"Your code: {code}", text)
            except MailNotSent:
                return Answer(
                    "I could not send you the code just now. Please try again in a moment.", question="identity"
                )
        return Answer(WAITING, question="code")

    def _check_code(self, case: Case, code: str, *, sender_id: str, at: datetime) -> Answer:
        accounts = self._accounts(case.claim)
        account = accounts[0] if len(accounts) == 1 else None
        if account and self._codes.check(_subject(account, sender_id), code, at=at):
            return Answer(account=account, question="")
        self._codes.wrong(f"sender:{sender_id}", at=at)
        if self._codes.is_locked(f"sender:{sender_id}", at=at):
            case.claim = {}
            return Answer(self._locked(), question="")
        return Answer(
            "That code is not right, or it has run out. Please look again, say “send it again”, or give me number and address anew.",
            question="code",
        )

    def _locked(self) -> str:
        minutes = int(self._rules.locked.total_seconds() // 60)
        return f"That was wrong too often. So that nobody can guess at other people's orders, I stop here for {minutes} minutes; a person can help you further."


def read_claim(utterance: str, case: Case) -> dict[str, str]:
    """What an utterance says about who is speaking: email, order, name, postcode."""
    found: dict[str, str] = {}
    emails = [match[0].lower() for match in _EMAIL.finditer(utterance)]
    if emails:
        found["email"] = " ".join(dict.fromkeys(emails))
    numbers = order_numbers(_EMAIL.sub(" ", utterance))
    if (
        not numbers
        and case.question == "identity"
        and (bare := re.search(r"(?<![\w#])(\d{4,12})(?!\w)", _EMAIL.sub(" ", utterance)))
    ):
        numbers = order_numbers(f"#{bare[1]}") if len(bare[1]) != 5 else []
    if numbers:
        found["order"] = numbers[0]
    is_place = case.question != "identity" and holds_address(utterance)  # where to send it, and not who is there
    if not is_place and (postcode := _POSTCODE.search(utterance)):
        found["postcode"] = postcode[1]
    if name := _NAME.search(utterance) or (_TWO_WORDS.search(utterance) if case.question == "identity" else None):
        found["name"] = name[1]
    return found


def _subject(account: Account, sender_id: str) -> str:
    return f"{account.shopper_id}|{sender_id}"
