"""The main job on real products: 19,406 of Open Icecat in a fresh store, everything running, a shopper who refines a wish.

Each card is checked against the files themselves, by this test's own reading of them.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.gateway_client import Event
from tests.bot.shopper import Shopper, texts
from tests.e2e.system import System, running_system, shared_data

CATALOGUE = "catalogue"
FOUR = ("icecat_1.json.zip", "icecat_2.json.zip", "icecat_3.json.zip", "icecat_4.json.zip")

pytestmark = [pytest.mark.slow, pytest.mark.system, pytest.mark.timeout(1_800)]

Record = Mapping[str, Any]


def folder() -> Path:
    data = shared_data()
    if data is None:
        pytest.skip("RAPPORT_SHARED_DATA names no folder")
    if missing := [name for name in FOUR if not (data / CATALOGUE / name).exists()]:
        pytest.skip(f"no {missing[0]} in {CATALOGUE} under RAPPORT_SHARED_DATA")
    return data / CATALOGUE


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    """The files' records by id, read without the importer."""
    found = {}
    for name in FOUR:
        with zipfile.ZipFile(folder() / name) as archive:
            for record in json.loads(archive.read(archive.namelist()[0])):
                found[str(record["id"])] = record
    return found


@pytest.fixture(scope="module")
def icecat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running_system(tmp_path_factory.mktemp("icecat")) as system:
        imported = system.command("-m", "profiling", "import", str(folder()), "--format", "icecat")
        assert imported.returncode == 0, imported.stderr
        assert "19406 added" in imported.stdout
        indexed = system.command("-m", "profiling", "index")
        assert indexed.returncode == 0, indexed.stderr
        assert "index of 19406 items" in indexed.stdout
        system.start()
        yield system


@pytest.fixture
def shopper(icecat: System) -> Iterator[Shopper]:
    guest = Shopper(icecat.url)
    yield guest
    guest.close()


def ask(shopper: Shopper, text: str) -> list[Event]:
    return shopper.until_end(shopper.send(text), limit_s=60)


def cards(events: list[Event]) -> list[dict[str, Any]]:
    return [item for event in events for item in event.get("items", [])]


def words(record: Record) -> str:
    return " ".join(str(value) for value in record.values() if isinstance(value, str)).lower()


def is_mouse(record: Record) -> bool:
    title = record["title"].lower()
    return bool(re.search(r"\bmouse\b|\bmice\b|\btrackball\b", title)) and not re.search(r"mouse ?pad|\bmat\b", title)


def is_wireless(record: Record) -> bool:
    return bool(re.search(r"wireless|cordless|bluetooth|\brf\b|2\.4 ?ghz|wi-?fi", words(record)))


def is_black(record: Record) -> bool:
    return bool(re.search(r"black|schwarz", words(record)))


def bulk(record: Record) -> float | None:
    """Width by depth by height, from three numbers or from one text that holds all three."""
    sides = [record.get(f"attr_n_{side}") for side in ("width", "depth", "height")]
    for name, value in record.items():
        three = re.findall(r"\d+(?:\.\d+)?", value) if isinstance(value, str) and "dimensions" in name else []
        if None in sides and len(three) == 3 and not re.search("package|pallet|case|carton", name):
            sides = [float(side) for side in three]
    return None if None in sides else float(np.prod([float(side) for side in sides]))


def is_smaller(record: Record, reference: Record) -> bool:
    """By bulk where the reference's is known, else by weight."""
    mine, other = bulk(record), bulk(reference)
    if other is None:
        return float(record["attr_n_weight"]) < float(reference["attr_n_weight"])
    return mine is not None and mine < other


def test_the_fields_that_are_checked_are_in_the_files(records: dict[str, Record]) -> None:
    assert len(records) == 19_406
    assert sum(is_mouse(record) for record in records.values()) > 80


def test_a_wish_is_refined_and_every_card_satisfies_all_of_it(shopper: Shopper, records: dict[str, Record]) -> None:
    first = cards(ask(shopper, "I need a wireless mouse under 30, not from Logitech"))
    assert len(first) == 3

    def fits(card: dict[str, Any]) -> bool:
        record = records[card["item_id"]]
        return (
            is_mouse(record)
            and is_wireless(record)
            and card["price"]["cents"] == record["price"] <= 3_000
            and "logitech" not in f"{record['title']} {record['supplier']}".lower()
        )

    assert [card["title"] for card in first if not fits(card)] == []

    smaller = cards(ask(shopper, "something smaller"))
    assert smaller
    assert [card["title"] for card in smaller if not fits(card)] == []
    facts = known(shopper)
    compared = next(fact for fact in facts if fact.startswith("Smaller than"))
    named = compared.removeprefix("Smaller than ").rstrip(" ….")
    reference = next(card for card in first if card["title"].startswith(named))
    assert {card["item_id"] for card in smaller}.isdisjoint({reference["item_id"]})
    assert all(is_smaller(records[card["item_id"]], records[reference["item_id"]]) for card in smaller)

    stock = ask(shopper, "is the first one in stock?")
    assert smaller[0]["title"] in texts(stock)[0]
    assert texts(stock)[0].startswith("Yes")

    black = cards(ask(shopper, "and in black?"))
    assert black
    for card in black:
        record = records[card["item_id"]]
        assert fits(card), card["title"]
        assert is_black(record), card["title"]
        assert is_smaller(record, records[reference["item_id"]]), card["title"]

    assert known(shopper) == [
        "It should be: wireless.",
        "You are looking for: mouse.",
        "It may cost at most €30.00.",
        "Not from Logitech.",
        compared,
        "In black.",
    ]


def known(shopper: Shopper) -> list[str]:
    return [fact["text"] for event in ask(shopper, "what do you know about me?") for fact in event.get("facts", [])
            if event["kind"] == "reply"]  # fmt: skip


PARAPHRASES = [
    ("wireles mouse max 30 not logitec", "smaller pls", "in black"),
    (
        "looking for a cordless mouse, budget thirty euros, anything but Logitech",
        "a smaller one",
        "do you have it in black?",
    ),
    ("hi! need mouse without cable for less than 30€ and no logitech please", "thats too big", "black one?"),
    ("I don't want a mouse from Logitech. Wireless, up to 30 bucks", "more compact", "and black"),
]


@pytest.mark.parametrize("said", PARAPHRASES, ids=[said[0] for said in PARAPHRASES])
def test_the_same_in_other_words(shopper: Shopper, records: dict[str, Record], said: tuple[str, str, str]) -> None:
    for text in said:
        shown = cards(ask(shopper, text))
        assert shown, text
        for card in shown:
            record = records[card["item_id"]]
            assert is_mouse(record), (text, card["title"])
            assert is_wireless(record), (text, card["title"])
            assert record["price"] <= 3_000, (text, card["title"])
            assert record["supplier"].lower() != "logitech", (text, card["title"])
    assert all(is_black(records[card["item_id"]]) for card in shown)
