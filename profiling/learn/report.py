"""The report of a refit: figures in Markdown, weights and off-policy estimates as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from profiling.evaluate.foretelling import FittedComparison
from profiling.learn.off_policy import Estimate
from profiling.learn.refit import Comparison


def write_report(
    folder: Path, comparison: Comparison, live: Mapping[str, float], *, version: int, fitted: FittedComparison
) -> Path:
    """Writes report.md, weights.png and off_policy.png into a folder, and returns the report's path."""
    folder.mkdir(parents=True, exist_ok=True)
    _plot_weights(folder / "weights.png", comparison.weights, live)
    _plot_estimates(folder / "off_policy.png", comparison)
    path = folder / "report.md"
    lines = [*_lines(comparison, live, version), "", *_count_model(fitted)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _lines(comparison: Comparison, live: Mapping[str, float], version: int) -> list[str]:
    policies = (("live", comparison.live_off_policy), ("new", comparison.new_off_policy))
    return [
        f"# Ranker version {version}: {comparison.verdict}",
        "",
        f"Fitted on {comparison.train_slates} slates with a choice, compared on {comparison.test_slates} after them; "
        f"what made the shop show them: {_counted(comparison.occasions)}.",
        "",
        "| reciprocal rank of what was taken | value | 95 % interval |",
        "|---|---|---|",
        _row("live", comparison.live_rank),
        _row("new", comparison.new_rank),
        _row("gain", comparison.gain),
        "",
        f"Reward of the place that is drawn, off-policy, from {comparison.trials} draws:",
        "",
        "| ranker and estimate | value | 95 % interval |",
        "|---|---|---|",
        *(_row(f"{name}, {kind}", value) for name, estimates in policies for kind, value in estimates.items()),
        _row("gain, doubly_robust", comparison.off_policy_gain),
        "",
        "| signal | live weight | new weight |",
        "|---|---|---|",
        *(f"| {name} | {live[name]:.3f} | {weight:.3f} |" for name, weight in comparison.weights.items()),
        "",
        "![weights](weights.png) ![off-policy estimates](off_policy.png)",
    ]


def _count_model(fitted: FittedComparison) -> list[str]:
    live = "none" if fitted.live is None else f"{fitted.live:.4f}"
    return [
        f"# Count model: {fitted.verdict}",
        "",
        f"NDCG@10 of what {fitted.cases} shoppers took after a date: new {fitted.new:.4f}, live {live}, "
        f"plain counts {fitted.plain:.4f}.",
    ]


def _counted(occasions: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(occasions.items())) or "nothing"


def _row(name: str, estimate: Estimate) -> str:
    return f"| {name} | {estimate.value:.4f} | {estimate.low:.4f} to {estimate.high:.4f} |"


def _plot_weights(path: Path, new: Mapping[str, float], live: Mapping[str, float]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    rows = range(len(new))
    axes.barh([row + 0.2 for row in rows], [live[name] for name in new], height=0.4, label="live")
    axes.barh([row - 0.2 for row in rows], list(new.values()), height=0.4, label="new")
    axes.set_yticks(list(rows), list(new))
    axes.set_xlabel("weight")
    axes.legend()
    figure.savefig(path, dpi=110)


def _plot_estimates(path: Path, comparison: Comparison) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for shift, (name, estimates) in enumerate(
        (("live", comparison.live_off_policy), ("new", comparison.new_off_policy))
    ):
        values = list(estimates.values())
        axes.errorbar(
            [row + 0.15 * shift for row in range(len(values))],
            [value.value for value in values],
            yerr=[[v.value - v.low for v in values], [v.high - v.value for v in values]],
            fmt="o",
            capsize=4,
            label=name,
        )
    axes.set_xticks(range(len(comparison.live_off_policy)), list(comparison.live_off_policy))
    axes.set_ylabel("reward of the drawn place")
    axes.legend()
    figure.savefig(path, dpi=110)
