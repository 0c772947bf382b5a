from __future__ import annotations

import json
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from click.testing import CliRunner

from profiling.cli.commands import main
from profiling.errors import InputError
from profiling.evaluate.faq import FaqQuestion, evaluate_faq, read_questions
from profiling.faq import read_faq, read_unanswered

QUESTIONS = Path("data/labelled/faq_questions.jsonl")
FAQ = Path("data/shop/faq.yml")
OTHER_SHOP = Path("data/labelled/plant_shop")


def test_figures_of_an_answerer_whose_answers_are_known() -> None:
    asked = [
        FaqQuestion("a", "one", "dev"),
        FaqQuestion("b", "two", "dev"),
        FaqQuestion("c", None, "dev"),
        FaqQuestion("d", None, "dev"),
    ]
    given = {"a": "one", "b": "one", "c": None, "d": "two"}
    figures = evaluate_faq(given.get, asked)
    assert figures["right_first"] == 0.5
    assert figures["says_unknown"] == 0.5
    assert figures["wrong"] == 0.5


def test_the_set_is_as_large_as_it_says_and_names_real_entries() -> None:
    known = {entry.entry_id for entry in read_faq(FAQ)}
    for part in ("dev", "test"):
        asked = read_questions(QUESTIONS, part=part)
        assert Counter(question.entry_id is None for question in asked) == {False: 100, True: 50}
        assert {question.entry_id for question in asked} - {None} <= known


def test_the_other_shops_questions_name_its_entries_and_headings() -> None:
    known = {entry.entry_id for entry in read_faq(OTHER_SHOP / "faq.yml")}
    for page in OTHER_SHOP.glob("policies/*.md"):
        lines = page.read_text(encoding="utf-8").splitlines()
        known |= {f"policies/{page.name}#{line.lstrip('# ')}" for line in lines if line.startswith("#")}
    asked = [q for part in ("dev", "test") for q in read_questions(OTHER_SHOP / "questions.jsonl", part=part)]
    assert len(asked) == 90
    assert {question.entry_id for question in asked} - {None} <= known


def test_no_question_of_the_set_stands_in_the_faq() -> None:
    wordings = [wording.lower() for entry in read_faq(FAQ) for wording in (entry.question, *entry.also)]
    wordings += [question.lower() for question in read_unanswered(FAQ.with_name("faq_unanswered.yml"))]
    asked = [question.question.lower() for part in ("dev", "test") for question in read_questions(QUESTIONS, part=part)]
    near = [(one, other) for one in asked for other in wordings if _alike(one, other)]
    assert near == []


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other)
    return matcher.real_quick_ratio() > 0.85 and matcher.quick_ratio() > 0.85 and matcher.ratio() > 0.85


def test_the_command_prints_figures_beside_a_baseline() -> None:
    done = CliRunner().invoke(main, ["evaluate", "faq", "--part", "dev"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output.splitlines()[-1])
    assert figures["right_first"] >= 0.95
    assert figures["says_unknown"] >= 0.92
    assert figures["right_first"] > figures["word_overlap_right_first"]


@pytest.mark.parametrize("content", ["", "{}\n", "not json\n", '{"question": "a", "entry": null, "part": "dev"}\n'])
def test_another_form_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"odd\.jsonl"):
        read_questions(path, part="test")
