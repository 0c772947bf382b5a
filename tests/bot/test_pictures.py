from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from bot.gateway.pictures import UnknownPictureError, draw

SHOP = Path(__file__).parents[2] / "data" / "shop"
SHAPES = sorted(path.stem for path in (SHOP / "pictures").glob("*.svg"))
COLOURS = yaml.safe_load((SHOP / "colours.yml").read_text(encoding="utf-8"))
ALLOWED = {"svg", "g", "path", "circle", "ellipse", "rect"}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_a_small_harmless_drawing_in_every_colour(shape: str) -> None:
    for colour in COLOURS:
        picture = draw(shape, colour, shop_dir=SHOP)
        tree = ElementTree.fromstring(picture)
        assert len(picture) < 4096
        assert b"{{" not in picture
        assert tree.get("viewBox") == "0 0 240 240"
        assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= ALLOWED
        attributes = {name for element in tree.iter() for name in element.attrib}
        assert not any(name.startswith("on") or name.endswith("href") or name == "style" for name in attributes)
        assert b"url(" not in picture


@pytest.mark.parametrize("shape", SHAPES)
def test_a_template_is_under_two_kilobytes_and_takes_the_colour(shape: str) -> None:
    template = (SHOP / "pictures" / f"{shape}.svg").read_bytes()
    assert len(template) < 2048
    assert b"{{main}}" in template
    assert draw(shape, "red", shop_dir=SHOP) != draw(shape, "navy", shop_dir=SHOP)


def test_the_catalogue_names_only_pictures_that_can_be_drawn() -> None:
    with (SHOP / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    paths = {row[column] for row in rows for column in ("Product image URL", "Variant image URL")} - {""}
    assert len(paths) > 300
    for path in paths:
        match = re.fullmatch(r"/pictures/([a-z0-9-]+)/([a-z0-9-]+)\.svg", path)
        assert match, path
        assert draw(match[1], match[2], shop_dir=SHOP)


def test_the_main_colour_is_the_one_of_the_table() -> None:
    assert COLOURS["forest"]["hex"].encode() in draw("mug", "forest", shop_dir=SHOP)


def test_shade_is_darker_and_light_is_lighter(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "dot.svg").write_text("{{shade}} {{main}} {{light}}", encoding="utf-8")
    (tmp_path / "colours.yml").write_text('mid: {name: Mid, hex: "#808080"}\n', encoding="utf-8")
    shade, main, light = draw("dot", "mid", shop_dir=tmp_path).split()
    assert shade < main == b"#808080" < light


@pytest.mark.parametrize(
    "shape",
    ["spaceship", "../colours", "..", "", "mug.svg", "mug/", "MUG", "mug\n", "%2e%2e", "/etc/passwd", "mug\x00"],
)
def test_unknown_shapes_and_paths_are_refused(shape: str) -> None:
    with pytest.raises(UnknownPictureError, match="no shape"):
        draw(shape, "red", shop_dir=SHOP)


@pytest.mark.parametrize("colour", ["octarine", "../red", "", "#ff0000", "Red", "red\n"])
def test_unknown_colours_are_refused(colour: str) -> None:
    with pytest.raises(UnknownPictureError, match="no colour"):
        draw("mug", colour, shop_dir=SHOP)


def test_the_error_is_a_key_error_with_a_readable_message() -> None:
    with pytest.raises(KeyError) as caught:
        draw("spaceship", "red", shop_dir=SHOP)
    assert str(caught.value).startswith("no shape 'spaceship' in ")
