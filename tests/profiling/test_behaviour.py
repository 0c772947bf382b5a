"""Pairs, choices and behaviour on histories whose right answers are true by construction."""

from __future__ import annotations

import numpy as np
import pytest

from profiling.learn.attributes import AttributeTable
from profiling.learn.behaviour import CONTENT, BehaviourModel
from profiling.learn.choice import ChoiceModel, fit_choice
from profiling.learn.histories import Histories
from profiling.learn.pairs import PairTable
from profiling.learn.regression import ItemRegression

RING = 12


def histories(*sequences: list[int], item_count: int) -> Histories:
    return Histories.from_sequences([np.array(s, dtype=np.int64) for s in sequences], item_count=item_count)


@pytest.fixture(scope="module")
def ring() -> Histories:
    """After item i comes item i + 1, round and round; now and then somebody takes anything."""
    rng = np.random.default_rng(3)
    sequences = []
    for _ in range(300):
        start = int(rng.integers(RING))
        walk = [(start + step) % RING for step in range(int(rng.integers(3, 7)))]
        sequences.append([int(rng.integers(RING)) if rng.random() < 0.1 else item for item in walk])
    return histories(*sequences, item_count=RING)


def test_pairs_are_counted_in_both_directions() -> None:
    table = PairTable.from_histories(histories([0, 1, 2], [0, 1], item_count=4))
    after, following, before = (table.matrix(kind).toarray() for kind in ("after", "next", "before"))
    assert following[0, 2] == 0.0
    assert following[0, 1] > 0
    assert after[0, 1] > after[0, 2] > 0
    assert before[1, 0] > 0
    assert before[0, 1] == 0.0
    assert table.counts.tolist() == [2, 2, 1, 0]


def test_what_goes_into_one_basket_has_no_order() -> None:
    basket = Histories(items=np.array([0, 1, 2]), steps=np.array([0, 0, 1]), starts=np.array([0, 3]), item_count=3)
    table = PairTable.from_histories(basket)
    assert table.matrix("after").toarray()[0, 1] == 0.0
    assert table.matrix("together").toarray()[0, 1] > 0
    assert table.matrix("next").toarray()[0, 2] > 0


def test_what_everybody_takes_says_little_of_the_rest_of_a_history() -> None:
    """0 is taken by all; 1 and 2 by the same half: having 0 and 1 speaks for 2 because of the 1."""
    both = [[0, 1, 2]] * 20 + [[0, 3]] * 10 + [[0, 4]] * 10
    table = PairTable.from_histories(histories(*both, item_count=6)).matrix("together").toarray()
    weights = ItemRegression.fit(histories(*both, item_count=6)).weights.toarray()
    assert table[0, 2] == pytest.approx(table[1, 2])
    assert weights[1, 2] > 1.5 * weights[0, 2] > 0.0
    assert weights[1, 3] <= 0.0
    assert not weights[5].any()


def test_a_history_is_read_once_however_often_an_item_was_taken() -> None:
    regression = ItemRegression.fit(histories([0, 1, 2], [0, 1], [1, 2], [2, 3], item_count=4))
    once, often = regression.scores(np.array([0, 1])), regression.scores(np.array([0, 0, 1, 0, 1]))
    assert once.tolist() == often.tolist()
    assert once[2] > once[3] == 0.0
    assert not ItemRegression.fit(histories(item_count=4)).scores(np.array([1])).any()


def test_the_next_of_a_ring_is_foretold(ring: Histories) -> None:
    model = BehaviourModel.fit(ring)
    for item in range(RING):
        found, scores = model.recommend(np.array([(item - 1) % RING, item]), np.array([1, 0]), k=3)
        assert found[0] == (item + 1) % RING
        assert item not in found
        assert (np.diff(scores) <= 0).all()


def test_excluded_items_are_not_recommended(ring: Histories) -> None:
    found, _ = BehaviourModel.fit(ring).recommend(np.array([0]), np.array([0]), excluded=np.array([1]))
    assert 1 not in found
    assert len(found) == 10


def test_with_repeats_what_was_taken_may_come_again() -> None:
    weekly = [[shopper % 5] * 6 + [5 + shopper % 3] for shopper in range(60)]
    model = BehaviourModel.fit(histories(*[s[-1:] + s[:-1] for s in weekly], item_count=8), repeats=True)
    found, _ = model.recommend(np.array([2, 2, 2]), np.array([2, 1, 0]), k=1)
    assert found.tolist() == [2]


def test_a_new_item_is_found_by_what_it_is(ring: Histories) -> None:
    """Items i and i + 12 have the same attribute, and nobody has taken the latter yet."""
    attributes = AttributeTable.from_mapping({i: [i % RING] for i in range(2 * RING)}, item_count=2 * RING)
    wider = Histories(ring.items, ring.steps, ring.starts, 2 * RING)
    model = BehaviourModel.fit(wider, attributes, signals=CONTENT)
    found, _ = model.recommend(np.array([4]), np.array([0]), k=2, excluded=np.arange(RING))
    assert 5 + RING in found


def test_a_shopper_without_a_history_gets_what_is_popular(ring: Histories) -> None:
    skewed = histories(*[[0, 1]] * 20, [2, 3], item_count=5)
    found, _ = BehaviourModel.fit(skewed).recommend(np.array([], dtype=np.int64), np.array([], dtype=np.int64), k=2)
    assert set(found.tolist()) == {0, 1}


@pytest.mark.parametrize("sequences", [[], [[0]], [[0], [0]]])
def test_next_to_nothing_is_no_error(sequences: list[list[int]]) -> None:
    model = BehaviourModel.fit(histories(*sequences, item_count=1))
    found, _ = model.recommend(np.array([0]), np.array([0]))
    assert found.tolist() == []


def test_the_choice_model_finds_the_weights_that_made_the_choices() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(4_000, 6, 3)).astype(np.float32)
    truth = np.array([1.5, -0.7, 0.0])
    utility = features @ truth + rng.gumbel(size=(4_000, 6))
    model = fit_choice(features, utility.argmax(axis=1), np.ones((4_000, 6), dtype=bool))
    assert model.weights / model.scales == pytest.approx(truth, abs=0.08)
    assert ChoiceModel.from_json(model.to_json()).scores(features[0]) == pytest.approx(model.scores(features[0]))


def test_candidates_that_were_not_there_teach_nothing() -> None:
    features = np.array([[[1.0], [0.0], [9.0]]] * 50, dtype=np.float32)
    present = np.array([[True, True, False]] * 50)
    model = fit_choice(features, np.zeros(50, dtype=np.int64), present)
    assert model.weights[0] > 0


def test_without_choices_all_weights_are_zero() -> None:
    nothing = fit_choice(np.empty((0, 3, 2), np.float32), np.empty(0, np.int64), np.empty((0, 3), bool))
    assert nothing.weights.tolist() == [0.0, 0.0]
