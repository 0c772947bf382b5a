"""Reads the facts out of a sentence, with the vocabulary alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from profiling.entities import EntityExtractor
from profiling.relations import extract_candidates, is_request
from profiling.settings import Settings
from profiling.text.words import WordList
from profiling.vocabulary import load_vocabulary

FactsOf = Callable[[str], list[tuple[str, str]]]


@pytest.fixture(scope="module")
def facts_of() -> FactsOf:
    """(predicate, object) of each fact that an utterance gives."""
    words = WordList.from_tokenizer(Settings.from_environment().encoder_dir / "tokenizer.json")
    extractor = EntityExtractor(
        load_vocabulary(), brands=("Logitech", "HP", "Trust"), nodes=[], words=words, currency="EUR"
    )

    def facts(utterance: str) -> list[tuple[str, str]]:
        mentions = extractor.mentions(utterance)
        candidates = extract_candidates(utterance, mentions, wishing=is_request(utterance, mentions))
        return [(each.predicate, each.object.partition(":")[2]) for each in candidates if each.predicate != "about"]

    return facts
