"""A simulated shop whose shoppers' preferences are known: regret over 10,000 slates, and off-policy estimates.

    python -m tests.bench.bench_learning [--slates 10000] [--repeats 5]

Each slate shows 3 of 20 candidates with 4 signals. A shopper takes at most one thing: the first shown that passes, with
probability sigmoid(true weights . signals - 2.5). Regret is the expected number of things taken by an oracle's slates less
that of the policy's. `popular` ranks by one fixed signal; `greedy` refits every 500 slates and never explores; `ours` is the
same with the last place drawn in a tenth of the slates; `thompson` draws weights from a Gaussian posterior of the same model.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from profiling.learn.off_policy import LoggedChoices, doubly_robust, ips, snips
from profiling.recommend.exploration import draw
from tests.bench.record import write_result

SIGNALS, CANDIDATES, SHOWN, REFIT_EVERY = 4, 20, 3, 500
TRUTH = np.array([1.6, -1.2, 0.9, 0.2])
EXPLORE = 0.1
POLICIES = ("popular", "greedy", "ours", "thompson")


def chance(features: np.ndarray, weights: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return 1.0 / (1.0 + np.exp(2.5 - features @ weights))


def taken(features: np.ndarray) -> float:  # type: ignore[type-arg]
    """Expected number of things taken from a slate, at most one."""
    return float(1.0 - np.prod(1.0 - chance(features, TRUTH)))


class Learner:
    """Logistic regression by Newton's method over what was shown, with the curvature for Thompson sampling."""

    def __init__(self, start: np.ndarray) -> None:  # type: ignore[type-arg]
        self.weights = np.append(start, -2.5)
        self.precision = np.eye(SIGNALS + 1)
        self.rows: list[np.ndarray] = []  # type: ignore[type-arg]
        self.rewards: list[float] = []

    def add(self, features: np.ndarray, reward: float) -> None:  # type: ignore[type-arg]
        self.rows.append(np.append(features, 1.0))
        self.rewards.append(reward)

    def refit(self) -> None:
        rows, rewards = np.array(self.rows), np.array(self.rewards)
        for _ in range(8):
            p = 1.0 / (1.0 + np.exp(-rows @ self.weights))
            self.precision = np.eye(SIGNALS + 1) + (rows * (p * (1 - p))[:, None]).T @ rows
            self.weights = self.weights + np.linalg.solve(self.precision, rows.T @ (rewards - p) - self.weights)


def simulate(policy: str, slates: int, seed: int) -> float:
    """Total regret of a policy."""
    rng = np.random.default_rng(seed)
    start = np.array([0.0, 0.0, 0.0, 1.0])
    learner, regret = Learner(start), 0.0
    for number in range(slates):
        features = rng.normal(size=(CANDIDATES, SIGNALS))
        weights = start if policy == "popular" else learner.weights[:SIGNALS]
        if policy == "thompson":
            weights = rng.multivariate_normal(learner.weights, np.linalg.inv(learner.precision))[:SIGNALS]
        order = np.argsort(-features @ weights)
        rows = list(order[:SHOWN])
        if policy == "ours":
            contenders = order[SHOWN - 1 : SHOWN + 7]
            drawn = draw(list(features[contenders] @ weights), share=EXPLORE, seed=f"{seed}:{number}")
            rows[-1] = contenders[drawn.chosen]
        best = np.argsort(-features @ TRUTH)[:SHOWN]
        regret += taken(features[best]) - taken(features[rows])
        for row in rows:
            hit = rng.random() < chance(features[row], TRUTH)
            learner.add(features[row], float(hit))
            if hit:
                break
        if policy != "popular" and (number + 1) % REFIT_EVERY == 0:
            learner.refit()
    return regret


def off_policy(repeats: int, draws: int = 2_000) -> dict[str, dict[str, float]]:
    """Bias and coverage of the 95 % intervals: a logged policy that explores, a target policy with the true weights."""
    rng = np.random.default_rng(7)
    found: dict[str, list[tuple[float, bool, float]]] = {"ips": [], "snips": [], "doubly_robust": []}
    logging, count = np.array([0.5, 0.0, 0.0, 1.0]), 8
    truth = true_value(count)
    for _ in range(repeats):
        features = rng.normal(size=(draws, count, SIGNALS))
        logged = np.full((draws, count), EXPLORE * 3 / count)
        logged[np.arange(draws), (features @ logging).argmax(1)] += 1 - EXPLORE * 3
        target = np.full((draws, count), EXPLORE / count)
        target[np.arange(draws), (features @ TRUTH).argmax(1)] += 1 - EXPLORE
        chances = chance(features, TRUTH)
        chosen = (rng.random((draws, 1)) > logged.cumsum(1)).sum(1).clip(0, count - 1)
        at = (np.arange(draws), chosen)
        rewards = (rng.random(draws) < chances[at]).astype(np.float64)
        model = chance(features, TRUTH * 0.7)  # a reward model that is wrong, as models are
        log = LoggedChoices(rewards, logged[at], target[at], model[at], (target * model).sum(1))
        for name, estimate in (("ips", ips(log)), ("snips", snips(log)), ("doubly_robust", doubly_robust(log))):
            found[name].append(
                (estimate.value - truth, estimate.low <= truth <= estimate.high, estimate.high - estimate.low)
            )
    return {
        name: {
            "bias": round(float(np.mean([row[0] for row in rows])), 5),
            "bias_error": round(float(np.std([row[0] for row in rows]) / np.sqrt(repeats)), 5),
            "coverage": round(float(np.mean([row[1] for row in rows])), 3),
            "interval_width": round(float(np.mean([row[2] for row in rows])), 4),
        }
        for name, rows in found.items()
    }


def true_value(count: int) -> float:
    """Expected reward of the target policy, from many more draws than any estimate has."""
    features = np.random.default_rng(99).normal(size=(400_000, count, SIGNALS))
    chances = chance(features, TRUTH)
    best = chances[np.arange(len(chances)), (features @ TRUTH).argmax(1)]
    return float((1 - EXPLORE) * best.mean() + EXPLORE * chances.mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slates", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--off-policy-repeats", type=int, default=300)
    arguments = parser.parse_args()
    regrets: dict[str, list[float]] = {policy: [] for policy in POLICIES}
    for seed in range(arguments.repeats):
        for policy in POLICIES:
            started = time.perf_counter()
            regrets[policy].append(simulate(policy, arguments.slates, seed))
            print(f"{policy:9} {regrets[policy][-1]:8.1f}  {time.perf_counter() - started:.1f} s", flush=True)
    metrics = {
        "regret": {
            name: {
                "mean": round(float(np.mean(values)), 1),
                "error": round(float(np.std(values) / len(values) ** 0.5), 1),
            }
            for name, values in regrets.items()
        },
        "off_policy": off_policy(arguments.off_policy_repeats),
    }
    print(metrics)
    print(write_result("bench_learning", data="simulated shop", licence="own", n=arguments.slates, metrics=metrics))


if __name__ == "__main__":
    main()
