"""Personal data is recognised, masked, and sealed where the dialogue needs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.errors import StoreError
from profiling.privacy import Vault, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my mail is anna.smith+shop@example.co.uk ok?", "my mail is [e-mail] ok?"),
        ("call me on +44 20 7946 0958 please", "call me on [phone number] please"),
        ("my mobile is 07911 123456", "my mobile is [phone number]"),
        ("(212) 555-0187 is my number", "[phone number] is my number"),
        ("phone: 415-555-2671", "phone: [phone number]"),
        ("my card is 4111 1111 1111 1111.", "my card is [card number]."),
        ("amex 378282246310005", "amex [card number]"),
        ("pay to DE89 3704 0044 0532 0130 00 please", "pay to [IBAN] please"),
        ("iban gb29nwbk60161331926819", "iban [IBAN]"),
        ("身份证 11010519491231002X", "身份证 [identity number]"),
        ("我的手机号是13812345678", "我的手机号是[phone number]"),
        ("收件人：王小明", "收件人：[name]"),
        ("deliver to 12 Main Street, Springfield, IL 62704", "deliver to [address]"),
        ("my address is 221b Baker Street, London NW1 6XE", "my address is [address]"),
        ("ship it to 4 Privet Drive, Little Whinging", "ship it to [address]"),
        ("Hauptstraße 12, 10115 Berlin", "[address]"),
        ("北京市朝阳区建国路88号", "[address]"),
        ("a gift for my sister Laura", "a gift for my sister [name]"),
        ("please address it to Mrs Jane Doe", "please address it to Mrs [name]"),
        ("my name is Anna Schmidt", "my name is Anna [name]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "order W1042 please",
        "where is order 1234567890",
        "#W-1066",
        "a wireless mouse under 30, not from Logitech",
        "size 42 or 43, 100 to 200 euros",
        "the EAN is 4006381333931",
        "a 27 inch screen, 2560 x 1440, 144 Hz",
        "my shoe size is 42",
        "from 2024-05-01 to 2024-06-30",
        "I love The North Face",
        "a jacket for my sister",
        "my name is Anna",
        "1 2 3 4 5 6 7 8 9 10",
        "I need 2 jackets this way",
        "is it 3 in stock",
    ],
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert mask(text) == text


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def test_what_is_sealed_can_be_opened_with_the_key_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "privacy.key")
    text = "anna@example.org, 12 Main Street, call +44 20 7946 0958"
    sealed = vault.seal(text)
    assert not any(word in sealed for word in ("anna", "Main", "7946"))
    assert Vault(tmp_path / "privacy.key").open(sealed) == text
    assert Vault(tmp_path / "other.key").open(sealed) == sealed
    assert vault.seal(sealed) == sealed
    assert (tmp_path / "privacy.key").stat().st_mode & 0o077 == 0


def test_a_sealed_email_still_looks_like_one(tmp_path: Path) -> None:
    sealed = Vault(tmp_path / "privacy.key").seal("it is anna@example.org")
    assert sealed.startswith("it is ")
    assert sealed.endswith("@sealed.invalid")
    assert mask(sealed) == "it is [e-mail]"


def test_a_damaged_key_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "privacy.key").write_bytes(b"short")
    with pytest.raises(StoreError, match=r"privacy\.key"):
        Vault(tmp_path / "privacy.key")
