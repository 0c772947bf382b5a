"""Files sealed at rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiling.errors import StoreError
from profiling.privacy.file_seal import FileSeal


def test_a_sealed_file_is_read_with_its_passphrase_and_its_name_only(tmp_path: Path) -> None:
    seal = FileSeal("a passphrase", tmp_path)
    stored = seal.seal("picture", b"quokka" * 100)
    assert b"quokka" not in stored
    assert stored != seal.seal("picture", b"quokka" * 100)
    assert FileSeal("a passphrase", tmp_path).open("picture", stored) == b"quokka" * 100
    broken = stored[:-1] + bytes([stored[-1] ^ 1])
    for passphrase, name, content in (
        ("another", "picture", stored),
        ("", "picture", stored),
        ("a passphrase", "another", stored),
        ("a passphrase", "picture", broken),
        ("a passphrase", "picture", stored[:30]),
    ):
        with pytest.raises(StoreError):
            FileSeal(passphrase, tmp_path).open(name, content)


def test_what_was_stored_in_clear_can_still_be_read(tmp_path: Path) -> None:
    assert FileSeal("", tmp_path).seal("picture", b"quokka") == b"quokka"
    assert not any(tmp_path.iterdir())
    assert FileSeal("a passphrase", tmp_path).open("picture", b"quokka") == b"quokka"
