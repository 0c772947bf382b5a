"""Refitting the ranker from the log of slates, and going back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from profiling.settings import Settings


@click.command()
@click.option("--roll-back", is_flag=True, help="Rank with the promoted version before this one again.")
@click.option("--dry-run", is_flag=True, help="Write the report, but promote nothing.")
def learn(roll_back: bool, dry_run: bool) -> None:
    """Refit the ranker from what shoppers took; promote it only if it is better. Prints one JSON object last."""
    from profiling.learn.log import read_log
    from profiling.learn.refit import compare_refitted
    from profiling.learn.report import write_report
    from profiling.recommend.signals import WEIGHTS
    from profiling.store import Store
    from profiling.store.rankers import RankerStore

    settings = Settings.from_environment()
    store = Store(settings.database)
    rankers = RankerStore(store)
    if roll_back:
        click.echo(json.dumps({"live": rankers.roll_back().version}))
        return
    live = {**WEIGHTS, **rankers.live().weights}
    comparison = compare_refitted(read_log(store), live)
    promote = comparison.better and not dry_run
    figures = {"promoted": promote, **asdict(comparison)}
    kept = rankers.add(comparison.weights, figures, at=datetime.now(UTC), promote=promote)
    report = write_report(settings.home / "learn" / f"{kept.version:04}", comparison, live, version=kept.version)
    click.echo(f"version {kept.version}: {comparison.verdict}; report in {report}")
    click.echo(json.dumps({"version": kept.version, "verdict": comparison.verdict, **figures}))
