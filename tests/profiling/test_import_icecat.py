from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from profiling.catalogue.feed import ReadOptions, Rejection
from profiling.catalogue.importers.icecat import read_icecat
from profiling.catalogue.importers.icecat_attributes import product_type_of
from profiling.errors import CatalogueError
from profiling.types import Item

FEED = Path(__file__).parents[1] / "fixtures" / "feeds" / "icecat.json"


def read(path: Path) -> list[Item | Rejection]:
    return list(read_icecat(path, ReadOptions(currency="USD")))


def read_record(folder: Path, **fields: Any) -> Item:
    path = folder / "icecat.json"
    record = {"id": "1", "name": "X1", "supplier": "Larchtec", "title": "Larchtec X1", "price": 100, **fields}
    path.write_text(json.dumps([record]), encoding="utf-8")
    (item,) = read(path)
    assert isinstance(item, Item)
    return item


def test_record() -> None:
    assert read(FEED)[0] == Item(
        item_id="9000001",
        title="Larchtec LT-200 mouse USB Type-A Optical 1000 DPI Black,Silver",
        description="A quiet mouse for the train",
        brand="Larchtec",
        product_type="mouse",
        price_cents=1_995,
        currency="USD",
        colours=("black", "silver"),
        image_url="http://images.example/500.jpg",
        attributes={
            "Model": "LT-200",
            "EAN": "4006381333931",
            "Product colour": "Black, Silver",
            "Mouse dimensions": "63 x 116 x 38",
            "Receiver dimensions": "10 x 20 x 5",
            "Weight": "85 g",
            "USB 3 0": "no",
            "Print technology": "Laser",
            "Cable length": "1.8 m",
            "Operating temperature": "0 - 40",
            "Country of origin": "Germany",
            "Compatibility": "A1, B2, C3",
        },
        measures={"width_mm": 63.0, "depth_mm": 116.0, "height_mm": 38.0, "weight_g": 85.0},
    )


def test_rejections_give_the_position_of_the_record() -> None:
    assert [entry for entry in read(FEED) if isinstance(entry, Rejection)] == [
        Rejection(6, "id 9000005 appears twice (first in line 5)", "9000005"),
        Rejection(7, "no title", "9000006"),
        Rejection(8, "price -0.01 is negative", "9000007"),
        Rejection(9, "the record is a str, not an object"),
    ]


@pytest.mark.parametrize(
    ("title", "brand", "name", "product_type"),
    [
        ("Inkwell TC-6 toner cartridge Original Black 6 pc(s)", "Inkwell", "TC-6", "toner cartridge"),
        ("Larchtec LT-200 mouse USB Type-A optical", "Larchtec", "LT-200", "mouse"),
        ("Sequoia Core q5-10 processor 2.26 GHz 3 MB L3", "Sequoia", "q5-10", "processor"),
        ("Powerline RB7 UPS battery Sealed Lead Acid (VRLA)", "Powerline", "RB7", "UPS battery"),
        ("Helio P7/37 portable DVD/Blu-Ray player Black", "Helio", "P7/37", "portable DVD/Blu-Ray player"),
        ('Torvane C3 notebook case 34 cm (13.4") Briefcase', "Torvane", "C3", "notebook case"),
        ("Powerline B5 uninterruptible power supply (UPS) 550 VA", "Powerline", "B5", "uninterruptible power supply"),
        ("Powerline P1 power adapter/inverter indoor 90 W", "Powerline", "P1", "power adapter/inverter"),
        ("Larchtec.com Cat6 patch cable with clips", "Larchtec.com", "Cat6", "patch cable"),
        ("Inkwell 70 Original Yellow 2 pc(s)", "Inkwell", "70", ""),
        ("Inkwell 70 pc(s)", "Inkwell", "70", ""),
        ("Inkwell 70 not categorized", "Inkwell", "70", ""),
        ("Inkwell GT-1", "Inkwell", "Inkwell GT-1", ""),
        ("", "", "", ""),
    ],
)
def test_product_type(title: str, brand: str, name: str, product_type: str) -> None:
    assert product_type_of(title, brand, name) == product_type


@pytest.mark.parametrize(
    ("fields", "colours"),
    [
        ({"attr_t_product_colour": "Black,Silver", "attr_t_cable_colour": "Red"}, ("black", "silver")),
        ({"attr_t_cable_colour": "Orange/Yellow,Blue"}, ("orange", "yellow", "blue")),
        ({"attr_t_label_colour": "Black on white"}, ("black", "white")),
        ({"attr_t_printing_colours": "cyan,magenta"}, ("cyan", "magenta")),
        ({"attr_t_backlight_colour": "Red", "attr_t_number_of_colours": "16 million"}, ()),
        ({"attr_t_product_colour": 7}, ()),
    ],
)
def test_colours(fields: dict[str, Any], colours: tuple[str, ...], tmp_path: Path) -> None:
    assert read_record(tmp_path, **fields).colours == colours


@pytest.mark.parametrize(
    ("fields", "measures"),
    [
        ({"attr_n_width": 10.0, "attr_n_depth": 20, "attr_n_height": 30.5, "attr_n_weight": 400.0},
         {"width_mm": 10.0, "depth_mm": 20.0, "height_mm": 30.5, "weight_g": 400.0}),
        ({"attr_t_dimensions__wxdxh_": "98 x 60 x 34.5"}, {"width_mm": 98.0, "depth_mm": 60.0, "height_mm": 34.5}),
        ({"attr_t_product_dimensions__wxhxd_": "4 x 3 x 9"}, {"width_mm": 4.0, "height_mm": 3.0, "depth_mm": 9.0}),
        ({"attr_t_dimensions__wxdxh_": "1 x 2 x 3", "attr_n_width": 9.0},
         {"width_mm": 9.0, "depth_mm": 2.0, "height_mm": 3.0}),
        ({"attr_n_width__with_stand_": 500.0}, {"width_mm": 500.0}),
        ({"title": "Larchtec X1 keyboard", "attr_t_keyboard_dimensions__wxdxh_": "465 x 200 x 38"},
         {"width_mm": 465.0, "depth_mm": 200.0, "height_mm": 38.0}),
        ({"attr_t_keyboard_dimensions__wxdxh_": "465 x 200 x 38"}, {}),
        ({"attr_t_package_dimensions__wxdxh_": "1 x 2 x 3", "attr_t_pallet_dimensions__w_x_d_x_h_": "1 x 2 x 3"}, {}),
        ({"attr_t_receiver_dimensions__w_x_d_x_h_": "1 x 2 x 3", "attr_n_package_weight": 5.0}, {}),
        ({"attr_t_dimensions__w_x_d_x_h___imperial_": "1 x 2 x 3", "attr_n_width": -1, "attr_n_weight": True}, {}),
        ({"attr_t_dimensions__wxdxh_": "large"}, {}),
    ],
)  # fmt: skip
def test_measures(fields: dict[str, Any], measures: dict[str, float], tmp_path: Path) -> None:
    assert read_record(tmp_path, **fields).measures == measures


@pytest.mark.parametrize(
    ("fields", "screen_mm"),
    [
        ({"attr_n_display_diagonal": 24.0}, 609.6),
        ({"attr_n_display_diagonal__metric_": 61.0}, 610.0),
        ({"attr_n_viewable_size_diagonal": 609.0}, 609.0),
        ({"title": 'Larchtec X1 TV 101.6 cm (40") HD'}, 1_016.0),
        ({"title": 'Larchtec X1 notebook case 39.6 cm (15.6")'}, None),
        ({"title": 'Larchtec X1 media spindle 61 cm (24")'}, None),
        ({"title": "Larchtec X1 cable 48.26 cm (19-in.)"}, None),
        ({"title": "Larchtec X1 display privacy filters", "attr_n_display_diagonal": 15.6}, None),
    ],
)
def test_screen(fields: dict[str, Any], screen_mm: float | None, tmp_path: Path) -> None:
    assert read_record(tmp_path, **fields).measures.get("screen_mm") == screen_mm


def test_materials_and_fallbacks(tmp_path: Path) -> None:
    item = read_record(
        tmp_path, attr_t_housing_material="Aluminium,Plastic", img_high="http://i.example/h.jpg", ean="1"
    )
    assert item.materials == ("aluminium", "plastic")
    assert item.image_url == "http://i.example/h.jpg"
    assert "EAN" not in item.attributes


def test_folder_and_zip(tmp_path: Path) -> None:
    for number in (1, 2):
        with zipfile.ZipFile(tmp_path / f"icecat_{number}.json.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            records = [
                {"id": str(n), "title": f"Mug {n}", "supplier": "A", "price": 1} for n in range(number, number + 2)
            ]
            archive.writestr("icecat.json", json.dumps(records))
            archive.writestr("__MACOSX/._icecat.json", "junk")
    (tmp_path / "notes.txt").write_text("not a feed", encoding="utf-8")
    entries = read(tmp_path)
    assert [entry.item_id for entry in entries] == ["1", "2", "2", "3"]
    assert entries[2] == Rejection(1, "icecat_2.json.zip: id 2 appears twice (first in icecat_1.json.zip, line 2)", "2")


def test_long_lists_are_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    records = [
        {"id": str(n), "title": f"Mug {n}", "supplier": "A", "price": n, "attr_t_note": "x" * 900} for n in range(1_500)
    ]
    path.write_text(json.dumps(records, indent=1), encoding="utf-8")
    assert [entry.item_id for entry in read(path)] == [str(n) for n in range(1_500)]


def test_undecodable_bytes_cost_their_record_only(tmp_path: Path) -> None:
    path = tmp_path / "icecat.json"
    path.write_bytes(b'[{"id": "1", "title": "a\xff"}, {"id": "2", "title": "b", "price": null}]')
    first, second = read(path)
    assert first == Rejection(1, "a text is not valid UTF-8", "1")
    assert isinstance(second, Item)
    assert second.price_cents is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "1"}', "no list of records"),
        (b'[{"id": "1", "title": "a"}, {"id": "2", "ti', "broken or cut off after record 1"),
        (b'[{"id": "1", "title": "a"}', "broken or cut off after record 1"),
        (b"[" * 100_000, "broken or cut off after record 0"),
        (b"PK\x05\x06" + b"\0" * 18 + b"x", "no .*json in the archive"),
    ],
)
def test_broken_files_are_errors(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "icecat.json"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=message):
        read(path)


def test_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="in this folder"):
        read(tmp_path)


@pytest.mark.parametrize("price", [float("nan"), float("inf"), 1e30, [], {}, True, "12 %"])
def test_odd_prices_are_rejected(price: Any, tmp_path: Path) -> None:
    path = tmp_path / "icecat.json"
    path.write_text(json.dumps([{"id": "1", "title": "Mug", "price": price}]), encoding="utf-8")
    (entry,) = read(path)
    assert isinstance(entry, Rejection)
    assert "cannot be read" in entry.reason
