from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from profiling.softmax_regression import SoftmaxRegression


def test_the_same_as_scikit_learn_on_dense_and_sparse_blocks() -> None:
    random = np.random.default_rng(3)
    dense = random.normal(size=(90, 5)).astype(np.float32)
    words = sparse.random(90, 7, density=0.3, random_state=3, format="csr", dtype=np.float32)
    targets = (dense[:, 0] > 0).astype(np.int64) + (dense[:, 1] > 0.5)
    ours = SoftmaxRegression.fit([dense, words], targets, penalty=0.5).chances([dense, words])
    both = np.hstack([dense, words.toarray()])
    theirs = LogisticRegression(C=2.0, max_iter=1_000, tol=1e-8).fit(both, targets).predict_proba(both)
    assert ours == pytest.approx(theirs, abs=0.02)
    assert ours.sum(axis=1) == pytest.approx(np.ones(90))


def test_one_class_alone_is_certain() -> None:
    rows = np.eye(3, dtype=np.float32)
    model = SoftmaxRegression.fit([rows], np.zeros(3, dtype=np.int64), penalty=1.0)
    assert model.chances([rows]).tolist() == [[1.0]] * 3
