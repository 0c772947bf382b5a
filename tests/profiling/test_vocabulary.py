from __future__ import annotations

from pathlib import Path

import pytest

from profiling.errors import VocabularyError
from profiling.text.tokens import terms
from profiling.vocabulary import load_vocabulary
from profiling.vocabulary.taxonomy import build_taxonomy


def test_synonyms_and_plurals_lead_to_the_node() -> None:
    types = load_vocabulary().product_types
    assert [types.find(terms(words)) for words in ("mice", "Sneakers", "note books", "notebook", "rain coats")] == [
        "mouse", "trainer", None, "laptop", "rain jacket",
    ]  # fmt: skip


def test_longest_match_wins() -> None:
    found = load_vocabulary().product_types.scan(terms("a laptop bag and a desk lamp"))
    assert [node for *_, node in found] == ["laptop bag", "desk lamp"]


def test_who_asks_for_shoes_is_shown_boots_but_not_the_other_way_round() -> None:
    types = load_vocabulary().product_types
    assert "hiking boot" in types.narrower("shoe")
    assert "trainer" not in types.narrower("boot")
    assert types.ancestors("hiking boot") == ["hiking boot", "boot", "shoe"]


def test_every_wording_of_the_built_in_vocabulary_is_found() -> None:
    vocabulary = load_vocabulary()
    for taxonomy in (vocabulary.product_types, vocabulary.colours, vocabulary.materials, vocabulary.features):
        for node, wordings in taxonomy.wordings.items():
            assert taxonomy.find(terms(node)) == node
            assert all(taxonomy.find(terms(wording)) for wording in wordings), node


def test_a_shop_adds_its_own_words(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("product_types:\n  didgeridoo: {also: [didge]}\n", encoding="utf-8")
    vocabulary = load_vocabulary(own)
    assert vocabulary.product_types.find(["didge"]) == "didgeridoo"
    assert vocabulary.product_types.find(["mouse"]) == "mouse"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("- a list\n", "mapping at the top"), ("colors: {}\n", "unknown sections"), ("colours: {red: [no]}\n", "red")],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    own = tmp_path / "own.yml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=complaint):
        load_vocabulary(own)


def test_the_first_node_keeps_a_wording_that_two_claim() -> None:
    taxonomy = build_taxonomy({"mug": {"also": ["cup"]}, "trophy": {"also": ["cup"]}})
    assert taxonomy.find(["cup"]) == "mug"
