from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import faiss
import numpy as np
import pytest

from profiling.errors import ArtefactError
from profiling.index import ItemIndex, approximate, files, item_index

KINDS = ("flat", "hnsw", "ivf_pq")


def unit_vectors(count: int, dimension: int = 32, seed: int = 7) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_is_its_own_nearest(kind: str) -> None:
    vectors = unit_vectors(500)
    index = ItemIndex.build(vectors, encoder="k", kind=kind)  # type: ignore[arg-type]
    positions, scores = index.search(vectors[42], 5)
    assert positions[0] == 42
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert list(scores) == sorted(scores, reverse=True)


@pytest.mark.parametrize("kind", KINDS)
def test_only_allowed_items_are_found(kind: str) -> None:
    vectors = unit_vectors(500)
    allowed = np.zeros(500, dtype=bool)
    allowed[[3, 77, 130]] = True
    positions, _ = ItemIndex.build(vectors, encoder="k", kind=kind).search(vectors[42], 10, allowed=allowed)  # type: ignore[arg-type]
    assert set(positions) == {3, 77, 130}


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("share", [1.0, 0.3])
def test_approximate_search_finds_what_exact_search_finds(
    kind: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_index, "FEW_ALLOWED", 100)
    monkeypatch.setattr(approximate, "PROBED_SHARE", 0.75)  # vectors without any structure are near to no centre
    vectors, queries = unit_vectors(5_000), unit_vectors(50, seed=8)
    allowed = np.random.default_rng(3).random(5_000) < share
    exact, near = (ItemIndex.build(vectors, encoder="k", kind=one) for one in ("flat", kind))  # type: ignore[arg-type]
    shared = []
    for query in queries:
        truth, found = (index.search(query, 10, allowed=allowed) for index in (exact, near))
        shared.append(len(set(truth[0]) & set(found[0])))
        assert allowed[found[0]].all()
        assert found[1] == pytest.approx(vectors[found[0]] @ query, abs=1e-5)
    assert np.mean(shared) >= 9.5


def test_the_kind_follows_the_size() -> None:
    assert ItemIndex.build(unit_vectors(10), encoder="k").kind == "flat"
    assert [approximate.kind_for(count) for count in (100_000, 100_001, 250_000, 1_000_000)] == [
        "flat",
        "hnsw",
        "hnsw",
        "ivf_pq",
    ]


def test_asking_for_more_than_there_is() -> None:
    index = ItemIndex.build(unit_vectors(3), encoder="k")
    assert len(index.search(unit_vectors(1)[0], 10)[0]) == 3
    assert len(index.search(unit_vectors(1)[0], 10, allowed=np.zeros(3, dtype=bool))[0]) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_saved_and_loaded_it_answers_the_same(tmp_path: Path, kind: str) -> None:
    vectors = unit_vectors(200)
    index = ItemIndex.build(vectors, encoder="abc", kind=kind)  # type: ignore[arg-type]
    index.save(tmp_path)
    index.save(tmp_path)
    loaded = ItemIndex.load(tmp_path)
    assert (loaded.encoder, loaded.kind, len(loaded)) == ("abc", kind, 200)
    assert np.array_equal(loaded.search(vectors[5], 7)[0], index.search(vectors[5], 7)[0])
    assert len(list(tmp_path.iterdir())) == (3 if kind == "flat" else 4)


def test_a_loaded_index_is_mapped_and_outlives_its_files(tmp_path: Path) -> None:
    vectors = unit_vectors(200)
    ItemIndex.build(vectors, encoder="old").save(tmp_path)
    loaded = ItemIndex.load(tmp_path)
    mapped = Path("/proc/self/maps")
    if mapped.exists():
        assert str(tmp_path) in mapped.read_text(encoding="utf-8")
    before = files.stamp(tmp_path)
    ItemIndex.build(unit_vectors(300, seed=9), encoder="new").save(tmp_path)
    assert files.stamp(tmp_path) != before
    assert loaded.search(vectors[5], 1)[0].tolist() == [5]
    assert ItemIndex.load(tmp_path).encoder == "new"


def test_of_two_writers_at_once_the_later_one_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".vectors.1.faiss").touch()  # of a writer that was stopped
    later = threading.Thread(target=lambda: ItemIndex.build(unit_vectors(60), encoder="later").save(tmp_path))
    write = files._write_manifest

    def write_and_be_overtaken(directory: Path, manifest: Mapping[str, object]) -> None:
        write(directory, manifest)
        if manifest["encoder"] == "first":
            later.start()
            later.join(timeout=0.5)

    monkeypatch.setattr(files, "_write_manifest", write_and_be_overtaken)
    ItemIndex.build(unit_vectors(50), encoder="first").save(tmp_path)
    later.join()
    assert ItemIndex.load(tmp_path).encoder == "later"
    assert len(list(tmp_path.glob("*.faiss"))) == 1


def test_reading_while_another_is_written_gives_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    indexes = [ItemIndex.build(unit_vectors(400 + number), encoder=str(number)) for number in range(2)]
    indexes[0].save(tmp_path)
    over = threading.Event()

    def write() -> None:
        for number in range(60):
            indexes[number % 2].save(tmp_path)
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    keys = set()
    while not over.is_set():
        loaded = ItemIndex.load(tmp_path)
        keys.add(loaded.encoder)
        assert len(loaded) == 400 + int(loaded.encoder)
    writer.join()
    assert keys <= {"0", "1"}


class _Gpu:
    """FAISS built for a GPU, as far as we call it; the "GPU" is the processor."""

    StandardGpuResources = object
    GpuClonerOptions = staticmethod(type("Options", (), {}))
    get_num_gpus = staticmethod(lambda: 1)

    def __init__(self, *, full: bool) -> None:
        self.full = full

    def index_cpu_to_gpu(self, resources: object, number: int, index: object, options: object) -> object:
        if self.full:
            raise RuntimeError("out of memory")
        return index

    def __getattr__(self, name: str) -> object:
        return getattr(faiss, name)


@pytest.mark.parametrize("full", [False, True])
def test_a_gpu_is_used_where_there_is_one_and_not_needed(
    full: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(item_index, "FEW_ALLOWED", 10)
    vectors = unit_vectors(2_000)
    allowed = np.arange(2_000) % 3 == 0
    plain = ItemIndex.build(vectors, encoder="k", device="auto")
    monkeypatch.setitem(sys.modules, "faiss", _Gpu(full=full))
    index = ItemIndex.build(vectors, encoder="k", device="auto")
    assert plain.gpu is None
    assert (index.gpu is None) == full
    assert ("processor" in caplog.text) == full
    for mask in (None, allowed):
        assert (
            index.search(vectors[9], 12, allowed=mask)[0].tolist()
            == plain.search(vectors[9], 12, allowed=mask)[0].tolist()
        )
    assert ItemIndex.build(vectors, encoder="k", device="cpu").gpu is None


@pytest.mark.parametrize("damage", ["nothing there", "cut", "flipped", "no manifest", "no texts"])
def test_a_damaged_index_is_refused_with_the_command_that_mends_it(tmp_path: Path, damage: str) -> None:
    if damage != "nothing there":
        ItemIndex.build(unit_vectors(50), encoder="k").save(tmp_path)
        file = next(tmp_path.glob("*.faiss"))
        data = bytearray(file.read_bytes())
        if damage == "cut":
            file.write_bytes(data[: len(data) // 2])
        elif damage == "flipped":
            data[len(data) // 2] ^= 0xFF
            file.write_bytes(data)
        elif damage == "no texts":
            manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
            del manifest["files"]["texts"]
            (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        else:
            (tmp_path / "manifest.json").unlink()
    with pytest.raises(ArtefactError, match="profiling index"):
        ItemIndex.load(tmp_path)
