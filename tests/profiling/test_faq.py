from __future__ import annotations

from pathlib import Path

import pytest

from profiling.encoder import OnnxEncoder, open_nlu_encoder
from profiling.errors import InputError
from profiling.faq import Faq, FaqEntry
from profiling.policy_pages import SHORTEST, PolicyPages
from profiling.settings import Settings

SHOP_FAQ = Path("data/shop/faq.yml")
TWO_ENTRIES = """
- id: hours
  topic: store
  question: When are you open?
  also: [opening hours, until when are you there]
  answer: From nine to five.
- id: parking
  topic: store
  question: Where can I park?
  also: [is there a car park, parking near the shop]
  answer: Behind the house.
  source: policies/visits.md
"""


@pytest.fixture(scope="module")
def faq(encoder: OnnxEncoder) -> Faq:
    return Faq(SHOP_FAQ, encoder=encoder, second=open_nlu_encoder(Settings.from_environment()))


def answer_of(faq: Faq, question: str) -> FaqEntry:
    found = faq.answer(question)
    assert found is not None
    return found[0]


def small_shop(folder: Path, *, unanswered: str = "[]") -> Path:
    (folder / "policies").mkdir()
    (folder / "policies" / "visits.md").write_text("# Visits\n\nDogs may come in with you.\n", encoding="utf-8")
    (folder / "faq.yml").write_text(TWO_ENTRIES, encoding="utf-8")
    (folder / "faq_unanswered.yml").write_text(unanswered, encoding="utf-8")
    return folder / "faq.yml"


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [
        ("How much does shipping cost?", "shipping-cost"),
        ("when is the delivery free", "shipping-free"),
        ("how many days does delivery take", "shipping-time"),
    ],
)
def test_a_question_in_other_words_finds_its_entry(faq: Faq, question: str, entry_id: str) -> None:
    assert answer_of(faq, question).entry_id == entry_id


@pytest.mark.parametrize("question", ["who won the world cup", "what is the square root of nine", "sing me a song", ""])
def test_what_the_shop_does_not_answer_gets_no_answer(faq: Faq, question: str) -> None:
    assert faq.answer(question) is None


@pytest.mark.parametrize(
    "question", ["wie viel kostet der versand", "Wie lange habe ich Garantie?", "quanto costa la spedizione"]
)
def test_a_question_in_a_language_that_the_shop_does_not_write_gets_no_answer(faq: Faq, question: str) -> None:
    assert faq.answer(question) is None


@pytest.mark.parametrize(
    ("question", "source", "words"),
    [
        ("how much is express to norway", "policies/shipping.md", "Express: 19.90 €, 2 to 3 working days."),
        ("how long is a gift card valid", "policies/payment.md", "valid for 3 years"),
        ("can i pay cash in the showroom", "policies/payment.md", "by card or in cash"),
        ("how long do you keep invoices", "policies/privacy.md", "10 years"),
    ],
)
def test_a_policy_page_answers_what_no_entry_does(faq: Faq, question: str, source: str, words: str) -> None:
    entry = answer_of(faq, question)
    assert entry.source == source
    assert entry.entry_id.startswith(f"{source}#")
    assert words in entry.answer


@pytest.mark.parametrize(
    ("page", "statements"),
    [
        ("We take\n\n- cards,\n- gift cards, once.\n", ["We take: cards.", "We take: gift cards, once."]),
        (
            "Not for\nus:\n\n1. old tyres,\n2. Paint is for nobody.\n",
            ["Not for us: old tyres.", "Paint is for nobody."],
        ),
        ("## We ship to\n\n- all of Europe\n", ["We ship to: all of Europe."]),
        (
            "| To | Standard | Express |\n|---|---|---|\n| Malta | 4 €, 3 days | |\n| Oslo | 5 € | 9 € |\n",
            ["Malta – Standard: 4 €, 3 days.", "Oslo – Standard: 5 €; Express: 9 €."],
        ),
        ("| Malta | 4 euros |\n| Oslo | 5 euros |\n", ["Malta – 4 euros.", "Oslo – 5 euros."]),
        (
            '"Who are you?" tells you all. It is free of charge.\n',
            ['"Who are you?" tells you all.', "It is free of charge."],
        ),
    ],
)
def test_a_page_is_told_in_whole_statements(
    tmp_path: Path, encoder: OnnxEncoder, page: str, statements: list[str]
) -> None:
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    pages = PolicyPages(tmp_path, encoder=encoder)
    assert [passage.text for passage in pages.passages] == [each for each in statements if len(each) >= SHORTEST]


def test_a_question_that_the_shop_leaves_open_gets_no_answer(tmp_path: Path, encoder: OnnxEncoder) -> None:
    question = "when are you open on the moon"
    assert answer_of(Faq(small_shop(tmp_path), encoder=encoder), question).entry_id == "hours"
    (tmp_path / "faq_unanswered.yml").write_text("[open on the moon, are you open on mars, moon hours]")
    assert Faq(tmp_path / "faq.yml", encoder=encoder).answer(question) is None


def test_pages_and_open_questions_may_be_missing(tmp_path: Path, encoder: OnnxEncoder) -> None:
    (tmp_path / "faq.yml").write_text(TWO_ENTRIES, encoding="utf-8")
    assert answer_of(Faq(tmp_path / "faq.yml", encoder=encoder), "when do you open").entry_id == "hours"


@pytest.mark.parametrize("question", ["who won the match on sunday", "can you write a song for my aunt"])
def test_a_shop_that_lists_no_open_questions_does_not_answer_what_no_shop_does(
    tmp_path: Path, encoder: OnnxEncoder, question: str
) -> None:
    (tmp_path / "faq.yml").write_text(TWO_ENTRIES, encoding="utf-8")
    faq = Faq(tmp_path / "faq.yml", encoder=encoder)
    assert faq.answer(question) is None
    assert answer_of(faq, "until when are you open").entry_id == "hours"


def test_topics_narrow_the_answers_down(faq: Faq) -> None:
    found = faq.answer("how long does it take?", topics=("shipping",))
    assert found is not None
    assert found[0].topic == "shipping"
    assert faq.answer("how much is shipping", topics=("no-such-topic",)) is None


def test_without_the_second_encoder_the_first_one_answers(tmp_path: Path, encoder: OnnxEncoder) -> None:
    assert open_nlu_encoder(Settings(home=tmp_path)) is None
    assert answer_of(Faq(small_shop(tmp_path), encoder=encoder), "until when are you open").entry_id == "hours"


def test_without_an_encoder_shared_words_count() -> None:
    found = Faq(SHOP_FAQ, encoder=None).answer("how much does shipping cost")
    assert found is not None
    assert found[0].entry_id == "shipping-cost"


def test_another_form_is_refused_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "faq.yml"
    file.write_text("- question: what?\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"faq\.yml"):
        Faq(file, encoder=None)


@pytest.mark.parametrize("content", ["- question: what?", "[1, 2", "text"])
def test_open_questions_of_another_form_are_refused_with_the_file(
    tmp_path: Path, encoder: OnnxEncoder, content: str
) -> None:
    with pytest.raises(InputError, match=r"faq_unanswered\.yml"):
        Faq(small_shop(tmp_path, unanswered=content), encoder=encoder)


def test_one_entry_alone_is_the_answer(tmp_path: Path, encoder: OnnxEncoder) -> None:
    (tmp_path / "faq.yml").write_text(TWO_ENTRIES[: TWO_ENTRIES.index("- id: parking")], encoding="utf-8")
    assert answer_of(Faq(tmp_path / "faq.yml", encoder=encoder), "when do you open").entry_id == "hours"
    (tmp_path / "faq_unanswered.yml").write_text("[who won the cup, sing a song]", encoding="utf-8")
    faq = Faq(tmp_path / "faq.yml", encoder=encoder)
    assert answer_of(faq, "when do you open").entry_id == "hours"
    assert faq.answer("who won the world cup") is None


def test_entries_without_a_word_break_nothing(tmp_path: Path, encoder: OnnxEncoder) -> None:
    content = TWO_ENTRIES.replace("When are you open?", "'??'").replace(
        "[opening hours, until when are you there]", "[]"
    )
    (tmp_path / "faq.yml").write_text(content, encoding="utf-8")
    assert answer_of(Faq(tmp_path / "faq.yml", encoder=encoder), "where can i park").entry_id == "parking"
