"""Refitting the ranker from the log, and deciding whether the new one is better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from profiling.learn.choice import fit_choice
from profiling.learn.log import NAMES, LoggedSlate, LoggedTrial
from profiling.learn.off_policy import Estimate, LoggedChoices, doubly_robust, ips, mean_of, snips

Reals = NDArray[np.float64]
TRAIN_SHARE = 0.8
PENALTY = 0.02
FEW = 30
"""Held-out slates with a choice below which nothing is promoted."""
FEW_TRIALS = 100


@dataclass(frozen=True)
class Comparison:
    """The live ranker and the new one on slates that came after those that the new one was fitted on.

    `occasions` counts the slates with a choice by what made the shop show them. Reciprocal ranks are of the item that
    was taken among those shown; `gain` is their paired difference. The off-policy estimates are of the reward of the
    place that was drawn.
    """

    weights: Mapping[str, float]
    occasions: Mapping[str, int]
    train_slates: int
    test_slates: int
    live_rank: Estimate
    new_rank: Estimate
    gain: Estimate
    trials: int
    live_off_policy: Mapping[str, Estimate]
    new_off_policy: Mapping[str, Estimate]
    off_policy_gain: Estimate

    @property
    def verdict(self) -> str:
        """Why the new ranker is promoted ("better") or is not."""
        if self.test_slates < FEW:
            return f"too few held-out choices ({self.test_slates} of {FEW})"
        if self.gain.low <= 0:
            return "not better on the held-out slates"
        if self.trials >= FEW_TRIALS and self.off_policy_gain.high < 0:
            return "worse off-policy"
        return "better"

    @property
    def better(self) -> bool:
        """Whether the new ranker is to go live."""
        return self.verdict == "better"


def compare_refitted(slates: Sequence[LoggedSlate], live: Mapping[str, float]) -> Comparison:
    """Fits on the earlier slates, compares on the later ones."""
    cut = int(len(slates) * TRAIN_SHARE)
    train, test = slates[:cut], slates[cut:]
    old = np.array([live[name] for name in NAMES])
    new = refit(train, old)
    taken = [slate for slate in test if slate.rewards.any()]
    ranks = {name: np.array([_reciprocal(slate, w) for slate in taken]) for name, w in (("old", old), ("new", new))}
    reward_model = _reward_model([slate.trial for slate in train if slate.trial])
    trials = [slate.trial for slate in test if slate.trial]
    before, after = (logged_choices(trials, weights, reward_model) for weights in (old, new))
    return Comparison(
        weights=dict(zip(NAMES, (round(float(w), 5) for w in new), strict=True)),
        occasions=dict(Counter(slate.occasion or "not kept" for slate in slates if slate.rewards.any())),
        train_slates=sum(bool(slate.rewards.any()) for slate in train),
        test_slates=len(taken),
        live_rank=mean_of(ranks["old"]),
        new_rank=mean_of(ranks["new"]),
        gain=mean_of(ranks["new"] - ranks["old"]),
        trials=len(trials),
        live_off_policy=_estimates(before),
        new_off_policy=_estimates(after),
        off_policy_gain=mean_of(after.robust_terms - before.robust_terms),
    )


def refit(slates: Sequence[LoggedSlate], live: Reals) -> Reals:
    """Weights under which what was taken is likeliest, drawn towards the live ones, on the live score's scale."""
    taken = [slate for slate in slates if slate.rewards.any()]
    if not taken:
        return live
    most = max(len(slate.signals) for slate in taken)
    features = np.zeros((len(taken), most, len(NAMES) + 1), dtype=np.float32)
    present = np.zeros((len(taken), most), dtype=bool)
    for row, slate in enumerate(taken):
        count = len(slate.signals)
        features[row, :count, 0] = slate.signals @ live
        features[row, :count, 1:] = slate.signals
        present[row, :count] = True
    model = fit_choice(features, np.array([slate.rewards.argmax() for slate in taken]), present, penalty=PENALTY)
    effective = model.weights / model.scales
    weights: Reals = max(effective[0], 0.0) * live + effective[1:]
    stacked = np.concatenate([slate.signals for slate in taken])
    spread = float((stacked @ weights).std())
    return weights * float((stacked @ live).std()) / spread if spread > 1e-9 else live


def target_probabilities(signals: Reals, weights: Reals, *, share: float) -> Reals:
    """What a ranker with these weights would have done in a trial: the same rule, with its own best."""
    probabilities = np.full(len(signals), share / len(signals))
    probabilities[int(np.argmax(signals @ weights))] += 1.0 - share
    return probabilities


def logged_choices(trials: Sequence[LoggedTrial], weights: Reals, model: Ridge | None) -> LoggedChoices:
    """The trials as off-policy evaluation of a ranker wants them. Without a reward model its expectations are 0."""
    rows = []
    for trial in trials:
        share = float(trial.probabilities.min() * len(trial.probabilities))
        target = target_probabilities(trial.signals, weights, share=share)
        expected = np.zeros(len(target)) if model is None else model.predict(trial.signals)
        rows.append(
            (
                trial.reward,
                trial.probabilities[trial.chosen],
                target[trial.chosen],
                expected[trial.chosen],
                float(target @ expected),
            )
        )
    return LoggedChoices(*np.array(rows, dtype=np.float64).reshape(-1, 5).T)


def _reward_model(trials: Sequence[LoggedTrial]) -> Ridge | None:
    if len(trials) < FEW:
        return None
    return Ridge(alpha=1.0).fit(
        np.array([trial.signals[trial.chosen] for trial in trials]), np.array([trial.reward for trial in trials])
    )


def _estimates(log: LoggedChoices) -> dict[str, Estimate]:
    return {"ips": ips(log), "snips": snips(log), "doubly_robust": doubly_robust(log)}


def _reciprocal(slate: LoggedSlate, weights: Reals) -> float:
    """1 / rank of what was taken; an item with the same score counts as ranked before it."""
    scores = slate.signals @ weights
    best = int(slate.rewards.argmax())
    return 1.0 / float((scores >= scores[best] - 1e-12).sum())
