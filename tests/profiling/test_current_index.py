"""A saved index, used for what it still holds of a catalogue that has changed since."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.encoder import OnnxEncoder
from profiling.engine import Engine
from profiling.index import CurrentIndex, ItemIndex, item_index
from profiling.index.current import NOWHERE, rows_of
from profiling.index.item_index import Texts, texts_of
from profiling.settings import Settings
from tests.known_catalogue import ITEMS, load_items
from tests.profiling.test_item_index import KINDS, unit_vectors

LAMP = replace(ITEMS[0], item_id="lamp", title="Paper lantern", product_type="lamp", group_id="lamp", brand="Glow")


def texts(names: list[str]) -> Texts:
    return texts_of([hashlib.sha256(name.encode()).hexdigest()[:32] if name else "" for name in names])


@given(st.lists(st.sampled_from(["", *"abcdef"])), st.lists(st.sampled_from(["", *"abcdef"])))
def test_each_text_finds_a_row_of_its_own_while_there_are_any(now: list[str], before: list[str]) -> None:
    rows = rows_of(texts(now), texts(before))
    found = {position: row for position, row in enumerate(rows.tolist()) if row != NOWHERE}
    assert len(set(found.values())) == len(found)
    assert all(now[position] == before[row] for position, row in found.items())
    assert len(found) == sum(min(now.count(name), before.count(name)) for name in set(now))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_after_changes_it_finds_what_an_index_made_anew_finds(
    kind: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_index, "FEW_ALLOWED", 100)
    monkeypatch.setattr("profiling.index.approximate.PROBED_SHARE", 1.0)
    rng = np.random.default_rng(2)
    old = unit_vectors(2_000)
    names = [f"t{number}" for number in range(2_000)]
    saved = ItemIndex.build(old, encoder="e", texts=texts(names), kind=kind)  # type: ignore[arg-type]
    kept = np.sort(rng.choice(2_000, 1_800, replace=False))  # 200 are gone, which moves the others
    vectors = np.concatenate([old[kept], unit_vectors(60, seed=3)])
    vectors[5:25] = unit_vectors(20, seed=4)  # and 20 have another text
    now = [*(names[number] for number in kept), *(f"new{number}" for number in range(60))]
    now[5:25] = [f"other{number}" for number in range(20)]
    rows = rows_of(texts(now), saved.texts)
    assert (rows == NOWHERE).sum() == 80
    current = CurrentIndex.of(saved, rows, vectors[rows == NOWHERE])
    exact = ItemIndex.build(vectors, encoder="e", kind="flat")
    allowed = rng.random(len(vectors)) < share
    assert np.array_equal(current.vectors(np.arange(len(vectors))), vectors)
    shared = []
    for query in (*unit_vectors(20, seed=9), vectors[-1], vectors[7]):
        truth, found = (index.search(query, 10, allowed=allowed) for index in (exact, current))
        assert allowed[found[0]].all()
        assert found[1] == pytest.approx(current.similarity(query, found[0]), abs=1e-5)
        assert found[1].tolist() == sorted(found[1], reverse=True)
        shared.append(len(set(truth[0].tolist()) & set(found[0].tolist())))
    assert np.mean(shared) >= 9.5
    assert current.search(vectors[-1], 1)[0].tolist() == [len(vectors) - 1]
    assert current.search(vectors[7], 1)[0].tolist() == [7]


@pytest.mark.parametrize(("now", "before"), [(["b", "a"], ["a", "b"]), (["c"], ["a", "b"]), (["a"], ["a", "b"])])
def test_all_moved_all_new_and_one_left(now: list[str], before: list[str]) -> None:
    made = dict(zip("abc", unit_vectors(3), strict=True))
    saved = ItemIndex.build(np.stack([made[name] for name in before]), encoder="e", texts=texts(before))
    rows = rows_of(texts(now), saved.texts)
    vectors = np.stack([made[name] for name in now])
    current = CurrentIndex.of(saved, rows, vectors[rows == NOWHERE])
    assert len(current) == len(now)
    for position, name in enumerate(now):
        assert current.search(made[name], 1)[0].tolist() == [position]
        assert current.vectors(np.array([position])) == pytest.approx(made[name][None, :])
    assert len(current.search(made["a"], 5, allowed=np.zeros(len(now), dtype=bool))[0]) == 0
    assert len(current.similarity(made["a"], np.empty(0, dtype=np.int64))) == 0


def test_a_changed_catalogue_goes_on_with_the_saved_index(
    engine: Engine, settings: Settings, encoder: OnnxEncoder
) -> None:
    engine.save_index()
    assert isinstance(Engine(settings, encoder=encoder).catalogue.view.index, ItemIndex)
    with engine.store.writing() as db:
        db.conn.execute("DELETE FROM items WHERE item_id = ?", [ITEMS[0].item_id])
    load_items(engine, (LAMP,))
    engine.embed()
    view = Engine(settings, encoder=encoder).catalogue.view
    assert isinstance(view.index, CurrentIndex)
    assert len(view.index) == len(view.snapshot)
    assert len(view.index.changes) == 1
    query = encoder.encode(["a lantern made of paper"])[0]
    position = int(view.index.search(query, 1)[0][0])
    assert view.snapshot.item_ids[position] == "lamp"
    engine.save_index()
    assert isinstance(Engine(settings, encoder=encoder).catalogue.view.index, ItemIndex)


def test_an_item_that_waits_for_its_vector_is_near_to_nothing(
    engine: Engine, settings: Settings, encoder: OnnxEncoder
) -> None:
    engine.save_index()
    load_items(engine, (*ITEMS, LAMP))
    view = Engine(settings, encoder=encoder).catalogue.view
    position = view.snapshot.position_of("lamp")
    assert isinstance(view.index, CurrentIndex)
    assert position is not None
    assert not view.index.vectors(np.array([position])).any()
    assert Engine(settings, encoder=encoder).search("paper lantern")[0].item_id == "lamp"


def test_an_index_of_another_encoder_is_not_used(engine: Engine, settings: Settings, encoder: OnnxEncoder) -> None:
    view = engine.catalogue.view
    vectors = unit_vectors(len(view.snapshot), encoder.dimension)
    ItemIndex.build(vectors, encoder="another", texts=texts([""] * len(vectors))).save(settings.index_dir)
    index = Engine(settings, encoder=encoder).catalogue.view.index
    assert isinstance(index, ItemIndex)
    assert index.encoder == encoder.fingerprint
