from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.setup.stamps import Stamps, digest_of


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "config.yml").write_text("a: 1")
    (tmp_path / "data" / "nlu" / "greet.yml").write_text("- hello")
    return tmp_path


def digest(root: Path, *values: str) -> str:
    return digest_of([root / "config.yml", root / "data", root / "gone.yml"], root=root, values=values)


def test_dates_and_by_products_do_not_count(files: Path) -> None:
    before = digest(files)
    os.utime(files / "config.yml", (1, 1))
    (files / "data" / "__pycache__").mkdir()
    (files / "data" / "__pycache__" / "x.pyc").write_bytes(b"1")
    (files / "data" / ".hidden").write_text("1")
    assert digest(files) == before


@pytest.mark.parametrize(
    ("path", "content"),
    [("config.yml", "a: 2"), ("data/nlu/new.yml", ""), ("gone.yml", ""), ("data/nlu/greet.yml", "")],
)
def test_contents_and_names_count(files: Path, path: str, content: str) -> None:
    before = digest(files)
    (files / path).write_text(content)
    assert digest(files) != before


def test_a_moved_line_counts(files: Path) -> None:
    (files / "data" / "a").write_text("xy")
    (files / "data" / "b").write_text("z")
    before = digest(files)
    (files / "data" / "a").write_text("x")
    (files / "data" / "b").write_text("yz")
    assert digest(files) != before


def test_values_count_but_not_the_place(files: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert digest(files, "a") != digest(files, "b")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "moved"
    before = digest(files)
    files.rename(elsewhere)
    assert digest(elsewhere) == before


def test_a_stamp_holds_for_its_inputs_only(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert not stamps.is_current("train", "1")
    stamps.write("train", "1")
    assert stamps.is_current("train", "1")
    assert not stamps.is_current("train", "2")
    assert not stamps.is_current("index", "1")
    (tmp_path / "stamps" / "train").write_bytes(b"\xff\xfe")
    assert not stamps.is_current("train", "1")
