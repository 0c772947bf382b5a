from __future__ import annotations

import pytest

from profiling.engine import Engine
from profiling.entities.sounding import by_sound, sounding_alike


def test_a_word_is_found_by_its_sound_where_the_sound_means_one_thing() -> None:
    sounds = by_sound(["headphone", "scarf", "flower", "flour"], {"headphone": 1, "scarf": 2, "flower": 3, "flour": 4})
    assert sounding_alike("headfone", sounds) == ("headphone", 2)
    assert sounding_alike("skarf", sounds) == ("scarf", 1)
    assert sounding_alike("flowr", sounds) is None
    assert sounding_alike("telephone", sounds) is None


def test_a_thing_written_as_it_sounds_is_found(engine: Engine) -> None:
    extractor = engine.catalogue.view.extractor
    for written, meant in (
        ("headfones", "headphones"),
        ("a wireless keebord", "keyboard"),
        ("sandels", "sandal"),
        ("sandles", "sandal"),
        ("a speekar", "loudspeaker"),
    ):
        things = [
            mention.label for mention in extractor.mentions(written, by_form=True) if mention.kind == "product_type"
        ]
        assert things == [meant]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("hyking boots", "hiking boot"),
        ("a fleese jaket", "fleece jacket"),
        ("rain coat for my dog", "dog coat"),
        ("a perfume, not too sweet", "perfume"),
    ],
)
def test_a_name_of_several_words_is_found(engine: Engine, written: str, meant: str) -> None:
    mentions = engine.catalogue.view.extractor.mentions(written, by_form=True)
    assert [mention.label for mention in mentions if mention.kind == "product_type"] == [meant]
