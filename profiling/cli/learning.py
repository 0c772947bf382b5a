"""Refitting the ranker from the log of slates, and going back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from profiling.errors import InputError
from profiling.settings import Settings
from profiling.store import Store

FEW = 30
"""Shoppers with something new after the date below whom the count model is not judged."""


@click.command()
@click.option("--roll-back", is_flag=True, help="Rank with the promoted version before this one again.")
@click.option("--dry-run", is_flag=True, help="Write the report, but promote nothing.")
def learn(roll_back: bool, dry_run: bool) -> None:
    """Refit count model and ranker from what shoppers took; promote each only if it is better. Prints one JSON object
    last.
    """
    from profiling.learn.log import read_log
    from profiling.learn.refit import compare_refitted
    from profiling.learn.report import write_report
    from profiling.recommend.signals import WEIGHTS
    from profiling.store.rankers import RankerStore

    settings = Settings.from_environment()
    store = Store(settings.database)
    rankers = RankerStore(store)
    if roll_back:
        click.echo(json.dumps({"live": rankers.roll_back().version}))
        return
    foretelling = _refit_foretelling(store, settings, dry_run=dry_run)
    live = {**WEIGHTS, **rankers.live().weights}
    comparison = compare_refitted(read_log(store), live)
    promote = comparison.better and not dry_run
    figures = {"promoted": promote, **asdict(comparison)}
    kept = rankers.add(comparison.weights, figures, at=datetime.now(UTC), promote=promote)
    report = write_report(settings.home / "learn" / f"{kept.version:04}", comparison, live, version=kept.version)
    click.echo(f"version {kept.version}: {comparison.verdict}; report in {report}")
    click.echo(
        json.dumps({"version": kept.version, "verdict": comparison.verdict, **figures, "foretelling": foretelling})
    )


def _refit_foretelling(store: Store, settings: Settings, *, dry_run: bool) -> dict[str, object]:
    """Compares the count model with plain counts on what shoppers took after a date, and keeps it if it is no worse:

    plain counts are among its signals.
    """
    from profiling.evaluate.interactions import Interactions
    from profiling.evaluate.recommend import evaluate_time_split
    from profiling.learn.behaviour import BehaviourModel
    from profiling.learn.foretelling import Foretelling
    from profiling.learn.shop_log import read_shop_log

    log = read_shop_log(store)
    try:
        figures: Mapping[str, Any] = evaluate_time_split(Interactions(log.histories, log.item_ids, {}), log.attributes)
    except InputError as error:
        return {"kept": False, "verdict": str(error)}
    cases, plain = figures["cases"], figures["baselines"]["count_model"]
    if cases < FEW:
        return {"kept": False, "verdict": f"too few cases ({cases} of {FEW})"}
    worse = figures["ndcg@10"] < plain["ndcg@10"]
    if not worse and not dry_run:
        Foretelling(BehaviourModel.fit(log.histories, log.attributes), log.item_ids).save(settings.foretelling)
    verdict = "worse than plain counts" if worse else "no worse than plain counts"
    kept = not worse and not dry_run
    return {"kept": kept, "verdict": verdict, "ndcg@10": figures["ndcg@10"], "plain_ndcg@10": plain["ndcg@10"]}
