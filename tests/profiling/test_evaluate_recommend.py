"""Reading interactions, ranking against all items, and the command."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from profiling.cli.commands import main
from profiling.errors import InputError
from profiling.evaluate.interactions import read_attributes, read_interactions
from profiling.evaluate.recommend import PROTOCOLS, Case, RecommendEvaluator, attribute_table

ORDERS = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def case(history: list[int], *targets: int) -> Case:
    ages = np.arange(len(history))[::-1]
    return Case(np.array(history, dtype=np.int64), ages, np.array(targets, dtype=np.int64))


def write_sequences(path: Path, count: int = 200) -> Path:
    """Item i + 1 after item i, items 1 to 30."""
    rng = np.random.default_rng(0)
    lines = []
    for shopper in range(count):
        start = int(rng.integers(30))
        lines.append(" ".join(map(str, [shopper, *((start + step) % 30 + 1 for step in range(6))])))
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def write_orders(path: Path) -> Path:
    """Every shopper buys their own thing each month, and in the last month a lamp that is new."""
    rows = []
    for shopper in range(40):
        for month in range(1, 7):
            own, new = f"1{shopper % 12:03}", f"2{month:03}"
            for code in (own, new):
                rows.append(f"{shopper}{month},{code},THING {code},1,2011-0{month}-05 10:00:00,1.0,c{shopper},UK")
    rows += ["C9,1000,BACK,-1,2011-06-07 10:00:00,1.0,c1,UK", "10,POST,POSTAGE,1,2011-06-07 10:00:00,1.0,c1,UK"]
    rows.append("11,1000,NOBODY,1,2011-06-07 10:00:00,1.0,,UK")
    path.write_text(ORDERS + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_ties_count_against_us_and_the_history_is_left_out() -> None:
    evaluator = RecommendEvaluator([case([0, 1], 9)])
    assert evaluator(lambda items, ages: np.zeros(11))["hr@10"] == 1.0  # nine items tie, two are history
    assert evaluator(lambda items, ages: np.zeros(13))["hr@10"] == 0.0
    assert evaluator(lambda items, ages: -np.abs(np.arange(40.0) - 9))["ndcg@10"] == 1.0


def test_one_of_several_targets_is_enough() -> None:
    figures = RecommendEvaluator([case([0], 3, 4)])(lambda items, ages: np.arange(50.0)[::-1])
    assert figures["ndcg@10"] == pytest.approx(1 / np.log2(4), abs=1e-4)


def test_sequences_are_read_as_they_are(tmp_path: Path) -> None:
    data = read_interactions(write_sequences(tmp_path / "ring.txt.gz"))
    assert len(data.histories) == 200
    items, ages = data.histories.of(0)
    assert (np.diff(items) % 30 == 1).all()
    assert ages.tolist() == [5, 4, 3, 2, 1, 0]


def test_numbers_of_items_may_lie_far_apart(tmp_path: Path) -> None:
    far = tmp_path / "far.txt"
    lines = [f"{shopper} {9_000_000_000 + shopper % 7} {-3} {12 + shopper % 5}" for shopper in range(60)]
    far.write_text("\n".join(lines) + "\n", encoding="utf-8")
    data = read_interactions(far)
    assert data.histories.item_count == len(data.item_ids) == 13
    assert [data.item_ids[item] for item in data.histories.of(0)[0]] == ["9000000000", "-3", "12"]
    table = attribute_table(data, {"9000000003": ["a"], "12": ["b"], "999": ["c"]})
    assert PROTOCOLS["leave-one-out"](data, table)["cases"] == 60
    near = tmp_path / "near.txt"
    near.write_text("1 0 2 4\n", encoding="utf-8")
    assert read_interactions(near).item_ids == ["0", "1", "2", "3", "4"]


def test_a_file_with_targets_is_read(tmp_path: Path) -> None:
    file = tmp_path / "games.inter"
    file.write_text("user_id:token\titem_id_list:token_seq\titem_id:token\n0\t4 5 6\t7\n", encoding="utf-8")
    assert read_interactions(file).histories.items.tolist() == [4, 5, 6, 7]


def test_orders_leave_out_returns_charges_and_guests(tmp_path: Path) -> None:
    data = read_interactions(write_orders(tmp_path / "orders.csv"))
    assert len(data.histories) == 40
    assert not {"POST"} & set(data.item_ids)
    assert len(data.histories.items) == 40 * 6 * 2
    assert (data.histories.steps[:4]).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("text", ["1 2 three\n", "user_id\titem\n1\t2\n"])
def test_another_form_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"line \d"):
        read_interactions(file)


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.txt"
    file.write_bytes("1 2 3\n2 3 é\n".encode("latin-1"))
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        read_interactions(file)


def test_a_damaged_or_missing_file_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "cut.gz"
    damaged.write_bytes(b"\x1f\x8bnot really")
    for file in (damaged, tmp_path / "none.txt"):
        with pytest.raises(InputError, match=file.name):
            read_interactions(file)


def test_titles_serve_as_attributes(tmp_path: Path) -> None:
    file = tmp_path / "titles.tsv"
    file.write_text("item_id:token\ttitle:token_seq\n0\tBlack Mouse\n1\tmice\n", encoding="utf-8")
    assert read_attributes(file) == {"0": ["black", "mouse"], "1": ["mouse"]}
    file.write_text("nothing of the kind", encoding="utf-8")
    with pytest.raises(InputError, match=r"titles\.tsv"):
        read_attributes(file)


def test_the_command_prints_one_json_object(tmp_path: Path) -> None:
    data = write_sequences(tmp_path / "ring.txt.gz")
    attributes = tmp_path / "attributes.json"
    attributes.write_text(json.dumps({str(item): [item % 7] for item in range(1, 31)}), encoding="utf-8")
    arguments = ["evaluate", "recommend", "--data", str(data), "--attributes", str(attributes)]
    result = CliRunner().invoke(main, [*arguments, "--protocol", "leave-one-out"], catch_exceptions=False)
    figures = json.loads(result.output.splitlines()[-1])
    assert {"hr@5", "hr@10", "ndcg@10", "fit_s", "p50_ms"} <= set(figures)
    assert figures["ndcg@10"] > 0.95 > figures["baselines"]["popularity"]["ndcg@10"]


def test_dates_are_needed_for_a_time_split_and_attributes_for_new_items(tmp_path: Path) -> None:
    data = read_interactions(write_sequences(tmp_path / "ring.txt.gz"))
    with pytest.raises(InputError, match="dates"):
        PROTOCOLS["time-split"](data, None)
    empty = tmp_path / "empty.csv"
    empty.write_text(ORDERS, encoding="utf-8")
    for protocol in ("time-split", "next-basket"):
        with pytest.raises(InputError, match="nobody"):
            PROTOCOLS[protocol](read_interactions(empty), None)
    with pytest.raises(InputError, match="--attributes"):
        PROTOCOLS["cold"](data, None)


def test_a_basket_of_what_is_always_bought_and_a_new_thing(tmp_path: Path) -> None:
    data = read_interactions(write_orders(tmp_path / "orders.csv"))
    figures = PROTOCOLS["next-basket"](data, attribute_table(data, None))
    assert figures["hr@10"] == 1.0
    assert figures["baselines"]["buy_again"]["hr@10"] == 1.0  # type: ignore[index]
    assert "hr@10" in figures["new"]  # type: ignore[operator]
    assert figures["regulars"]["cases"] == 40  # type: ignore[index]  # five orders each before the last month
    split = PROTOCOLS["time-split"](data, attribute_table(data, None))
    assert 0.0 <= split["hr@10"] <= 1.0  # type: ignore[operator]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least_hit_rate", "least_ndcg"), [("Beauty", 0.093, 0.058), ("Toys_and_Games", 0.110, 0.072)]
)
def test_amazon_sequences_reach_the_aim(name: str, least_hit_rate: float, least_ndcg: float) -> None:
    folder = os.environ.get("RAPPORT_SHARED_DATA")
    if not folder or not (Path(folder) / "recsys").is_dir():
        pytest.skip("RAPPORT_SHARED_DATA names no folder with recsys/s3rec_*.txt.gz")
    data = read_interactions(Path(folder) / "recsys" / f"s3rec_{name}.txt.gz")
    attributes = read_attributes(Path(folder) / "recsys" / f"s3rec_{name}_item2attributes.json.gz")
    figures = PROTOCOLS["leave-one-out"](data, attribute_table(data, attributes))
    assert figures["hr@10"] >= least_hit_rate  # type: ignore[operator]
    assert figures["ndcg@10"] >= least_ndcg  # type: ignore[operator]
