from __future__ import annotations

from pathlib import Path

import pytest

from profiling.encoder import OnnxEncoder
from profiling.errors import InputError
from profiling.policy_pages import Passage, PolicyPages

PAGE = """# Gift cards

Cards are valid for three years. They cannot be
paid out.

## Amounts

- **Small.** The small card holds 25 euros.
- ok

| Kind | Where | Price |
|---|---|---|
| Plastic card | sold in the showroom | 2 euros |
"""


@pytest.fixture
def pages(tmp_path: Path, encoder: OnnxEncoder) -> PolicyPages:
    (tmp_path / "cards.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "visits.md").write_text("# Visits\n\nDogs may come in with you.\n", encoding="utf-8")
    return PolicyPages(tmp_path, encoder=encoder)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how long are the cards valid", Passage("cards.md", "Gift cards", "Cards are valid for three years.")),
        ("can a gift card be paid out", Passage("cards.md", "Gift cards", "They cannot be paid out.")),
        ("how much is on a small card", Passage("cards.md", "Amounts", "The small card holds 25 euros.")),
        (
            "where is the plastic card sold",
            Passage("cards.md", "Amounts", "Plastic card – Where: sold in the showroom; Price: 2 euros."),
        ),
        ("may i bring my dog", Passage("visits.md", "Visits", "Dogs may come in with you.")),
    ],
)
def test_the_statement_comes_with_its_place(
    pages: PolicyPages, encoder: OnnxEncoder, question: str, expected: Passage
) -> None:
    passage, score = pages.nearest(question, encoder.encode([question])[0])
    assert passage == expected
    assert score > 0.5


def test_pages_narrow_the_answers_down(pages: PolicyPages, encoder: OnnxEncoder) -> None:
    question = "how long are the cards valid"
    passage, _ = pages.nearest(question, encoder.encode([question])[0], pages={"visits.md"})
    assert passage is not None
    assert passage.page == "visits.md"
    assert pages.nearest(question, encoder.encode([question])[0], pages=()) == (None, 0.0)


def test_a_question_about_something_else_scores_low(pages: PolicyPages, encoder: OnnxEncoder) -> None:
    question = "who won the world cup"
    assert pages.nearest(question, encoder.encode([question])[0])[1] < 0.5


def test_without_pages_there_is_no_statement(tmp_path: Path, encoder: OnnxEncoder) -> None:
    empty = PolicyPages(tmp_path / "nowhere", encoder=encoder)
    assert empty.nearest("anything", encoder.encode(["anything"])[0]) == (None, 0.0)


def test_a_page_that_is_no_text_is_refused(tmp_path: Path, encoder: OnnxEncoder) -> None:
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"bad\.md"):
        PolicyPages(tmp_path, encoder=encoder)
