"""Names and numbers that no list holds: brands, models, prices, order numbers and dates, made up at random."""

from __future__ import annotations

import string
from random import Random

_SYLLABLES = (
    "ba be bo ka ke ki ko ku la le li lo lu ma me mi mo na ne ni no ra re ri ro sa se so ta te ti to va ve vi vo za zo "
    "ar en or el an bri cro dra fle gri hol jun kar lum mer nor pol qui ren sol tri ulf ven wel yor zen"
).split()
_ENDINGS = "a o ex is on ia ly ify tec wear lab co en us ka io craft works".split()
_FIRSTS = "Nordic North Little Old Silver Wild Royal Green Blue Urban Happy Stone Moon River Alpine Pure Bright".split()
_SECONDS = (
    "Oak Fox Bee Peak Harbour Field Kitchen Paws Thread Bloom Moss Hill Works Supply Labs House Coast Goat Atelier "
    "Mill Anchor Garden"
).split()
_LINES = "nova aero titan flex luna vector pulse orbit summit terra swift echo zen vista solo apex".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = ("january february march april may june july august september october november december").split()
_NAMED_DAYS = (
    "yesterday", "today", "tomorrow", "tomorrow evening", "last night", "this morning", "last week", "next week",
    "this weekend", "last month", "two weeks ago", "a month ago", "a week ago", "three days ago", "10 days ago",
    "christmas", "easter", "black friday",
)  # fmt: skip
_BEFORE = (
    "under ", "below ", "less than ", "up to ", "max ", "no more than ", "around ", "about ", "over ", "at most ",
    "not over ", "maximum ", "roughly ", "<", "", "",
)  # fmt: skip
_SPELT = ("fifteen", "twenty", "thirty", "forty five", "fifty", "a hundred", "two hundred", "a grand")


def brand(random: Random) -> str:
    """A name of syllables, or of two words."""
    if random.random() < 0.25:
        return f"{random.choice(_FIRSTS)} {random.choice(_SECONDS)}"
    name = "".join(random.choice(_SYLLABLES) for _ in range(random.choice((2, 2, 3))))
    return (name + (random.choice(_ENDINGS) if random.random() < 0.5 else "")).capitalize()


def model(random: Random) -> str:
    """Letters and digits in the usual orders, or a line with a number."""
    line = f"{random.choice(_LINES)} {random.choice((_digits(random, 2), 'pro', 'max', 'mini', 'plus', 'se', 's2'))}"
    letters, digits = _letters(random, random.randint(1, 3)), _digits(random, random.randint(1, 4))
    forms = (
        letters + digits, f"{letters}-{digits}", f"{digits} {letters[0].lower()}", f"{letters.lower()} {digits}",
        f"{letters}{digits} pro", f"{letters}{digits}{letters[0]}", _digits(random, 4), line, line, line,
    )  # fmt: skip
    return random.choice(forms)


def price(random: Random) -> str:
    """An amount with its currency and what bounds it."""
    low = random.randrange(10, 200, 5)
    high = low + random.randrange(10, 90, 10)
    if random.random() < 0.12:
        ranges = (f"between {low} and {high} euros", f"£{low}-{high}", f"{low}-{high} euros", f"{low} to {high} quid")
        return random.choice((*ranges, f"from {low} to {high} dollars", f"between {low} and {high} pounds"))
    before = random.choice(_BEFORE)
    if random.random() < 0.08:
        return f"{before.strip() or 'under'} {low}"
    after = random.choice((" max", " or less", " tops", " maximum")) if not before and random.random() < 0.5 else ""
    return before + _amount(random) + after


def _amount(random: Random) -> str:
    number = random.choice(
        (
            str(random.randint(5, 99)),
            str(random.randrange(10, 1_500, 5)),
            f"{random.randint(3, 80)}.{random.choice((50, 95, 99))}",
        )
    )
    forms = (f"£{number}", f"${number}", f"€{number}", f"{number}€", f"{number} euros", f"{number} quid")
    more = (f"{number} pounds", f"{number} bucks", f"{number} dollars", f"{random.choice(_SPELT)} pounds")
    return random.choice((*forms, *more))


def order_number(random: Random) -> str:
    """Digits, with a sign, letters or hyphens."""
    return random.choice(
        (
            f"#{_digits(random, 5)}", f"#{_digits(random, 6)}", _digits(random, 7), _digits(random, 8),
            _letters(random, 2) + _digits(random, 6), f"{_letters(random, 2)}-{_digits(random, 5)}",
            f"{_digits(random, 4)}-{_digits(random, 4)}", f"#{_letters(random, 1)}{_digits(random, 4)}",
            f"{_letters(random, 3)}-{_digits(random, 4)}-{_digits(random, 2)}",
        )
    )  # fmt: skip


def date(random: Random) -> str:
    """A day by its name or its number."""
    day, month = random.randint(1, 28), random.randint(1, 12)
    weekday, name = random.choice(_DAYS), random.choice(_MONTHS)
    named = (f"last {weekday}", f"next {weekday}", weekday, f"{weekday} morning", f"{random.randint(2, 9)} days ago")
    numbered = (f"{day} {name}", f"{name} {day}", f"{day}/{month}/2026", f"{day}.{month}.")
    return random.choice((*named, *numbered, *_NAMED_DAYS))


def slip(word: str, random: Random) -> str:
    """A word with one letter missing, doubled, exchanged or moved."""
    if len(word) < 5 or not word.isalpha():
        return word
    at = random.randrange(1, len(word) - 1)
    return random.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at] + word[at:],
            word[:at] + random.choice(string.ascii_lowercase) + word[at + 1 :],
        )
    )


def _letters(random: Random, count: int) -> str:
    return "".join(random.choice("ABCDEFGHKLMNPRSTVWXZ") for _ in range(count))


def _digits(random: Random, count: int) -> str:
    return str(random.randint(1, 9)) + "".join(random.choice(string.digits) for _ in range(count - 1))
