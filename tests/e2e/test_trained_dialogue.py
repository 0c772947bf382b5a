"""The trained dialogue learnt from what data/nlu marks: Rasa trains an extractor on nothing without a word."""

from __future__ import annotations

import json
import tarfile

import pytest

from bot.setup.recipe import MODEL
from bot.setup.settings import Settings
from tests.e2e.system import NOT_BUILT, is_trained

pytestmark = pytest.mark.skipif(not is_trained(), reason=NOT_BUILT)


def test_the_extractor_has_seen_every_kind_of_entity_that_it_is_there_for() -> None:
    with tarfile.open(Settings.from_environment().root / "models" / MODEL) as archive:
        name = next(name for name in archive.getnames() if name.endswith("crf_dataset.json"))
        file = archive.extractfile(name)
        assert file is not None
        sentences = json.load(file)
    kinds = {token["entity_tag"].split("-")[-1] for sentence in sentences for token in sentence}
    assert {"item_ref", "order_number"} <= kinds
