from __future__ import annotations

from pathlib import Path

import pytest

from profiling.encoder import OnnxEncoder
from profiling.errors import InputError
from profiling.faq import Faq

SHOP_FAQ = Path("data/shop/faq.yml")


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [
        ("How much does shipping cost?", "shipping-cost"),
        ("when is the delivery free", "shipping-free"),
        ("how many days does delivery take", "shipping-time"),
    ],
)
def test_a_question_in_other_words_finds_its_entry(encoder: OnnxEncoder, question: str, entry_id: str) -> None:
    found = Faq(SHOP_FAQ, encoder=encoder).answer(question)
    assert found is not None
    assert found[0].entry_id == entry_id


@pytest.mark.parametrize("question", ["who won the world cup", "what is the square root of nine", "sing me a song", ""])
def test_what_the_shop_does_not_answer_gets_no_answer(encoder: OnnxEncoder, question: str) -> None:
    assert Faq(SHOP_FAQ, encoder=encoder).answer(question) is None


def test_topics_narrow_the_answers_down(encoder: OnnxEncoder) -> None:
    faq = Faq(SHOP_FAQ, encoder=encoder)
    found = faq.answer("how long does it take?", topics=("shipping",))
    assert found is not None
    assert found[0].topic == "shipping"
    assert faq.answer("how much is shipping", topics=("no-such-topic",)) is None


def test_without_an_encoder_shared_words_count() -> None:
    found = Faq(SHOP_FAQ, encoder=None).answer("how much does shipping cost")
    assert found is not None
    assert found[0].entry_id == "shipping-cost"


def test_another_form_is_refused_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "faq.yml"
    file.write_text("- question: what?\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"faq\.yml"):
        Faq(file, encoder=None)
