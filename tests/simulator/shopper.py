"""A shopper that follows a task's instructions by rules: says what they say, in the first person, and nothing else."""

# ruff: noqa: PLR0911 - patterns, sentences and ladders of cases read best as they are
from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_PERSON = (
    (r"\byou are\b", "I am"), (r"\byou're\b", "I'm"), (r"\byou were\b", "I was"), (r"\byou'd\b", "I'd"),
    (r"\byou have\b", "I have"), (r"\byourself\b", "myself"), (r"\byour\b", "my"), (r"\byours\b", "mine"),
    (r"\bthe (?:customer service )?agent's\b", "the shop's"),
    (r"\b(with|for|to|from|let|tells?|give|gives|offers|of|provide|provides) you\b", r"\1 me"), (r"\byou\b", "I"),
    (r"\bthe (?:customer service )?agent\b", "you"),
)  # fmt: skip
_DIRECTIVE = re.compile(
    r"\b(?:make sure (?:you|to) (?:briefly )?(?:mention|return both|all)|make sure you|do not (?:want to )?(?:reveal|mention|end|share)|don't reveal|"
    r"you (?:are|like to|randomly|do not remember|don't remember|do not know|can talk)\b(?! okay| ok| fine| happy to| willing| \w+ing\b)|be (?:polite|insistent)|try to make|"
    r"make everything|provide all details|mention the two things|respond exactly|you speak|you like to)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if(?: and only if)?|when|only if|in case)\b|\botherwise\b", re.IGNORECASE)
_SURE = re.compile(r"\b(?:wonder|ask|see|know|check|sure|knows|asks?(?: the agent)?) (?:if|when)\b", re.IGNORECASE)
_ACT = re.compile(
    r"\b(?:return|exchang\w*|cancel\w*|modif\w*|chang\w*|swap|upgrade|want to|wish to|would like|adjust|undo|know|refund|get)\b",
    re.IGNORECASE,
)


_REFUSES = re.compile(
    r"\bcannot\b|\bdo not find\b|\bnot available\b|\bcan only\b|\bno .{0,40} is exactly|\bnot possible\b|"
    r"\bonly one of the two\b|\bthere is no\b|\bonly an order\b"
)
_GIVES_UP = re.compile(r"(?:I |just |then )*(?:forget|leave|drop)\b[\w ]*\.?$", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth")


@dataclass
class Rule:
    """What to say when something happens."""

    when: str
    say: str
    used: bool = False
    about_cancelling: bool = False
    orders: set[str] = field(default_factory=set)


@dataclass
class Script:
    """A task's instructions, taken apart."""

    identity: list[str]
    statements: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    afterwards: list[str] = field(default_factory=list)
    one_by_one: bool = False


def first_person(text: str) -> str:
    """Instructions to "you", as "I" would say them."""
    for pattern, said in _PERSON:
        text = re.sub(pattern, said, text, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip()


def read_script(instructions: Mapping[str, Any]) -> Script:
    """Takes a task's instructions apart: who one is, what to say, and what to answer to what."""
    known = str(instructions.get("known_info") or "")
    script = Script(_identity(known))
    text = f"{instructions.get('reason_for_call') or ''}\n{instructions.get('task_instructions') or ''}"
    text = re.sub(
        r"\((?:it's|you (?:can|do|want|won't)|everything|do not|don't|your?f)[^)]*\)", "", text, flags=re.IGNORECASE
    )
    text = re.sub(r"\bn't reveal[^.]*\.", ".", text)
    script.one_by_one = "one thing at a time" in text
    after = ""
    for sentence in re.split(r"(?<=[.!?])(?!\d)\s+|\n+", text):
        if len(sentence.strip()) >= 5:
            after = _take(script, sentence.strip(), after)
    return script


def _take(script: Script, sentence: str, after: str) -> str:
    condition = _CONDITION.search(_SURE.sub(lambda match: "_" * len(match[0]), sentence))
    if (
        re.search(r"\bif (?:multiple|both|several) \w*(?:colors|themes)?\b.*\bprefer\b", sentence, re.IGNORECASE)
        and "only if" not in sentence
    ):
        _state(script, sentence)
        return ""
    sentence = re.sub(r"\s*\bif both are available\b", "", sentence)
    condition = _CONDITION.search(_SURE.sub(lambda match: "_" * len(match[0]), sentence))
    if re.match(r"(?:if so|if yes)\b", sentence, re.IGNORECASE):
        return after
    if regret := re.match(
        r"(?:once|after) the agent (?:has|is|have)[^,]*, (?:then )?(you .*)", sentence, re.IGNORECASE
    ):
        script.afterwards.append(first_person(regret[1]))
        return ""
    if condition and (trigger := _trigger(sentence, after)):
        if trigger == "payment" and (change := re.search(r",? but when[^,]*confirm[^,]*, (.*)", sentence)):
            script.rules.append(Rule("confirm", first_person(change[1])))
        else:
            clause = re.split(r",| you (?:want|would|will|are|can)\b", sentence[condition.start() :])[0].lower()
            script.rules.append(Rule(trigger, _consequence(sentence), about_cancelling="cancel" in clause))
        lead = re.sub(r"(?:[\s,.;]|\b(?:but|and|or)$)*$", "", sentence[: condition.start()].strip(" ,.;"))
        if len(lead.split()) > 5 and not _DIRECTIVE.search(lead):
            _state(script, f"{lead}.")
        return trigger
    if _DIRECTIVE.search(sentence) and not re.search(r"\b(?:return|exchange|cancel|refund)\b(?!.*mention)", sentence):
        return after
    if re.match(r"make sure|mention|you do not want to (?:reveal|cancel)", sentence, re.IGNORECASE):
        return after
    _state(script, sentence)
    return ""


def _state(script: Script, sentence: str) -> None:
    said = first_person(sentence)
    if (script.statements and not _ACT.search(sentence)) or (
        script.statements and re.match(r"(?:you'd|you would|you) (?:rather|prefer|only)\b", sentence, re.IGNORECASE)
    ):
        script.statements[-1] += f" {said}"
    else:
        script.statements.append(said)


def _trigger(sentence: str, after: str) -> str | None:
    said = sentence.lower()
    condition = re.search(r"\b(?:if|when|in case)\b([^,]*)", said)
    if condition and condition[1].strip() in {"so", "yes"}:
        return None
    words = condition[1] if condition else said
    if re.search(r"\bagain\b", words) and "confirm" in words:
        return "confirm"
    if re.search(r"\bconfirm", words):
        return "confirm"
    if re.search(r"\border (?:id|number)|double check|doesn't work\b", words):
        return "order"
    if re.search(r"\breason\b", words):
        return "reason"
    if re.search(r"\bpayment method\b", words):
        return "payment"
    if re.search(r"\bseveral|multiple|all options|both are available", words):
        return "several"
    if re.search(
        r"\b(?:not|no|cannot|can't|unable|only|isn't|none)\b|\botherwise\b",
        words + (" otherwise" if "otherwise" in said else ""),
    ):
        return "refused"
    return after or ("refused" if "not" in said else None)


def _consequence(sentence: str) -> str:
    """What is to be said when the condition holds: what follows it, or what stands before it."""
    match = re.match(
        r"(?:but |and |then |well,? )*(?:if(?: and only if)?|when|in case|once)\b.*?,\s*((?:you|then|tell|ask|do|just|please|only|"
        r"respond|say|mention|go|choose|cancel|use|using|provide|suddenly|see|proceed|forget|it)\b.*)",
        sentence,
        re.IGNORECASE,
    )
    if match:
        said = match[1]
    else:
        parts = re.split(r"\b(?:if(?: and only if)?|when|otherwise)\b", sentence, flags=re.IGNORECASE)
        tail = parts[-1]
        said = tail.split(",", 1)[1] if "," in tail and "otherwise" not in sentence.lower() else tail
    said = re.sub(
        r"\b(?:you )?(?:say|mention(?: that)?|tell (?:it|the agent)|ask (?:the agent )?to|respond exactly with|suddenly change your mind and)\b(?: that)?",
        "",
        said.strip(),
        flags=re.IGNORECASE,
    )
    return first_person(said.strip(" ,'"))


def _identity(known: str) -> list[str]:
    found = []
    emails = re.findall(r"[\w.+-]+@[\w.-]+\w", known)
    if emails:
        found.append(f"My email is {' or '.join(emails)}.")
    name = re.search(r"(?:[Yy]ou are|[Yy]our? name is|[Yy]ou're|called)\s+([A-Z][a-z]+ [A-Z][a-z]+)", known)
    user = re.search(r"\b([a-z]+)_([a-z]+)_\d{4}\b", known)
    zips = re.findall(r"\b\d{5}\b", known)
    who = name[1] if name else f"{user[1].title()} {user[2].title()}" if user else ""
    for code in reversed(zips):
        found.append(f"I am {who}, zip code {code}.")
    return found or [f"I am {who}."]


def _together(statements: Sequence[str]) -> list[str]:
    """What is asked at the end stays apart, the rest is said in one message."""
    last = [
        text
        for text in statements
        if re.match(r"(?:finally|lastly|at the end|after)\b", text, re.IGNORECASE) and "know" in text
    ]
    return [" ".join(text for text in statements if text not in last), *last]


class Shopper:
    """Talks to the bot until there is nothing left to say. `seed` varies the words."""

    def __init__(self, script: Script, *, seed: int) -> None:
        self.script = script
        self._random = random.Random(seed)
        self._next = 0
        self._identity = 0
        self._repeats = 0
        self._last = ""
        self._confirms = 0

    def begins(self) -> str:
        """The first message: all wishes at once, or one after the other for somebody who likes that better."""
        if not self.script.one_by_one:
            self.script.statements[:] = _together(self.script.statements)
        self.script.statements += self.script.afterwards
        hello = self._random.choice(["Hi! ", "Hello, ", "Hey, ", ""])
        return f"{hello}{self._statement()}"

    def answers(self, reply: str) -> str | None:
        """The next message; None when the shopper has nothing more to say."""
        said = reply.lower()
        kind = self._kind(said)
        if kind == "identity":
            self._identity += 1
            if self._identity > len(self.script.identity) + 1:
                return None
            return self.script.identity[min(self._identity, len(self.script.identity)) - 1]
        if rule := self._fires(kind, said):
            rule.used = True
            self._repeats = 0
            return rule.say
        if kind == "confirm":
            return self._random.choice(["Yes, please.", "Yes.", "Yes, go ahead.", "Sure, please do."])
        if kind == "reason":
            return "I no longer need it."
        if kind == "whole":
            return "No, leave it."
        if kind == "pick":
            return self._picks(reply)
        if kind == "order":
            return self._points(reply)
        if kind == "else" or self._repeats >= 1:
            self._repeats = 0
            return self._statement() or None
        self._repeats += 1
        return self._last or None

    def _kind(self, said: str) -> str:
        tail = said[-260:]
        if (
            "nobody else gets at" in said
            or "i find no account" in said
            or "e-mail address that you ordered with" in tail
            or "your postcode" in tail
            or "your full name" in tail
        ):
            return "identity"
        if "whole order?" in tail:
            return "whole"
        if "for what reason" in tail or "one of these reasons" in tail:
            return "reason"
        if re.search(r"shall i\?\W*$", tail):
            return "confirm"
        if "which order is it" in said or "do you mean" in tail or "what exactly would you like" in said:
            return "order"
        if re.search(r"which one\?|one of these|shall i take it|there is:|which one shall", said):
            return "pick"
        if "anything else" in tail:
            return "else"
        return "other"

    def _fires(self, kind: str, said: str) -> Rule | None:
        refused = bool(_REFUSES.search(said))
        moved_on = kind in {"confirm", "pick"} and not _REFUSES.search(said.rsplit("\n\n", 1)[-1])
        number = re.search(r"\bw\d{5,}", said)
        for rule in self.script.rules:
            about_money = re.search(r"paypal|card|payment|only", rule.say, re.IGNORECASE)
            if rule.used and not (
                rule.when == "confirm" and number and number[0] not in rule.orders and "payment" in rule.say
            ):
                continue
            if kind == "confirm" and rule.when in {"confirm", "payment"} and about_money:
                if not re.search(r"go back to|you pay|price stays|go to your", said):
                    continue
                rule.orders.add(number[0] if number else "")
            if (
                rule.when == kind
                or (rule.when == "several" and kind == "pick")
                or (rule.when == "refused" and refused and ("cancel" in said or not rule.about_cancelling))
            ):
                if rule.when == "refused" and moved_on and _GIVES_UP.match(rule.say):
                    rule.used = True  # what was refused is given up; the question is about something else
                    continue
                return rule
            if rule.when == "payment" and kind == "confirm":
                return rule
        return None

    def _picks(self, reply: str) -> str:
        self._repeats += 1
        if self._repeats > 2:
            return "Leave it then."
        return self._random.choice(["The {} one.", "I take the {} one."]).format(self._nearest(reply))

    def _points(self, reply: str) -> str:
        self._repeats += 1
        if self._repeats == 1:
            return f"I don't know the order number. {self._last}"
        return f"The {self._nearest(reply)} one." if self._repeats < 4 else "Leave it."

    def _nearest(self, reply: str) -> str:
        """Which line of a numbered list has most of the words that the instructions have; the first of equals."""
        wanted = set(
            re.findall(r"\w+", " ".join([*self.script.statements, *(r.say for r in self.script.rules)]).lower())
        )
        listed = re.findall(r"^(\d)\. (.*)$", reply, re.MULTILINE)
        counts = [
            sum(word in wanted for word in set(re.findall(r"[a-z]\w+|\d+\w+", line.lower()))) for _, line in listed
        ]
        place = counts.index(max(counts)) if counts else 0
        return _ORDINALS[place] if place < len(_ORDINALS) else "last"

    def _statement(self) -> str:
        if self._next >= len(self.script.statements):
            return ""
        self._last = self.script.statements[self._next]
        self._next += 1
        return self._vary(self._last)

    def _vary(self, text: str) -> str:
        ways = ["I want to", "I'd like to", "I would like to", "I want to"]
        return re.sub(r"^I (?:want|wish) to\b", self._random.choice(ways), text)


def out_of_scope(task: Mapping[str, Any]) -> str:
    """Why a task cannot be judged by this shopper; "" where it can.

    Only tasks whose gold actions end with a person are out: a handover leaves no row behind.
    """
    names = {action["name"] for action in task["evaluation_criteria"]["actions"]}
    writes = {
        name for name in names if not name.startswith(("get_", "find_", "list_", "calculate", "transfer", "think"))
    }
    if not writes and "transfer_to_human_agents" in names:
        return "ends with a person and changes nothing"
    return ""


def gold_writes(task: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The gold actions, in order."""
    actions: Sequence[Mapping[str, Any]] = task["evaluation_criteria"]["actions"]
    return actions
