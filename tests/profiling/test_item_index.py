from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from profiling.errors import ArtefactError
from profiling.index import ItemIndex
from profiling.index.item_index import index_key


def unit_vectors(count: int, dimension: int = 32, seed: int = 7) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("kind", ["flat", "hnsw"])
def test_an_item_is_its_own_nearest(kind: str) -> None:
    vectors = unit_vectors(500)
    index = ItemIndex.build(vectors, key="k", kind=kind)  # type: ignore[arg-type]
    positions, scores = index.search(vectors[42], 5)
    assert positions[0] == 42
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert list(scores) == sorted(scores, reverse=True)


@pytest.mark.parametrize("kind", ["flat", "hnsw"])
def test_only_allowed_items_are_found(kind: str) -> None:
    vectors = unit_vectors(500)
    allowed = np.zeros(500, dtype=bool)
    allowed[[3, 77, 130]] = True
    positions, _ = ItemIndex.build(vectors, key="k", kind=kind).search(vectors[42], 10, allowed=allowed)  # type: ignore[arg-type]
    assert set(positions) == {3, 77, 130}


def test_approximate_search_finds_what_exact_search_finds() -> None:
    vectors, queries = unit_vectors(5_000), unit_vectors(50, seed=8)
    exact, approximate = (ItemIndex.build(vectors, key="k", kind=kind) for kind in ("flat", "hnsw"))
    shared = [len(set(exact.search(query, 10)[0]) & set(approximate.search(query, 10)[0])) for query in queries]
    assert np.mean(shared) >= 9.5


def test_the_kind_follows_the_size() -> None:
    assert ItemIndex.build(unit_vectors(10), key="k").kind == "flat"


def test_asking_for_more_than_there_is() -> None:
    index = ItemIndex.build(unit_vectors(3), key="k")
    assert len(index.search(unit_vectors(1)[0], 10)[0]) == 3
    assert len(index.search(unit_vectors(1)[0], 10, allowed=np.zeros(3, dtype=bool))[0]) == 0


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    vectors = unit_vectors(200)
    index = ItemIndex.build(vectors, key="abc")
    index.save(tmp_path)
    index.save(tmp_path)
    loaded = ItemIndex.load(tmp_path)
    assert (loaded.key, loaded.kind, len(loaded)) == ("abc", "flat", 200)
    assert np.array_equal(loaded.search(vectors[5], 7)[0], index.search(vectors[5], 7)[0])
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["nothing there", "cut", "flipped", "no manifest"])
def test_a_damaged_index_is_refused_with_the_command_that_mends_it(tmp_path: Path, damage: str) -> None:
    if damage != "nothing there":
        ItemIndex.build(unit_vectors(50), key="k").save(tmp_path)
        file = next(tmp_path.glob("*.faiss"))
        data = bytearray(file.read_bytes())
        if damage == "cut":
            file.write_bytes(data[: len(data) // 2])
        elif damage == "flipped":
            data[len(data) // 2] ^= 0xFF
            file.write_bytes(data)
        else:
            (tmp_path / "manifest.json").unlink()
    with pytest.raises(ArtefactError, match="profiling index"):
        ItemIndex.load(tmp_path)


def test_the_key_depends_on_encoder_texts_and_order() -> None:
    keys = {index_key("e", ["a", "b"]), index_key("e", ["b", "a"]), index_key("f", ["a", "b"]), index_key("e", ["a"])}
    assert len(keys) == 4
