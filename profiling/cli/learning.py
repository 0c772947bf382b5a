"""Refitting the count model and the ranker from what shoppers did, and going back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from profiling.errors import ArtefactError
from profiling.settings import Settings
from profiling.store import Store
from profiling.store.rankers import CountModelStore, CountModelVersion, RankerStore

if TYPE_CHECKING:
    from profiling.evaluate.foretelling import FittedComparison, LiveModel

LEARNT = ("both", "ranker", "count-model")


@click.command()
@click.option(
    "--roll-back",
    is_flag=False,
    flag_value="both",
    type=click.Choice(LEARNT),
    help="Go back to the promoted version before this one: of both, or of the one named.",
)
@click.option("--dry-run", is_flag=True, help="Write the report, but promote nothing.")
def learn(roll_back: str | None, dry_run: bool) -> None:
    """Refit count model and ranker from what shoppers took; promote each only if it is better. Prints one JSON object
    last.
    """
    from profiling.learn.log import read_log
    from profiling.learn.refit import compare_refitted
    from profiling.learn.report import write_report
    from profiling.recommend.signals import WEIGHTS

    settings = Settings.from_environment()
    store = Store(settings.database)
    rankers = RankerStore(store)
    if roll_back:
        click.echo(json.dumps(_roll_back(store, roll_back)))
        return
    fitted, count_model = _refit_count_model(store, settings, dry_run=dry_run)
    live = {**WEIGHTS, **rankers.live().weights}
    comparison = compare_refitted(read_log(store), live)
    promote = comparison.better and not dry_run
    figures = {"promoted": promote, **asdict(comparison)}
    kept = rankers.add(comparison.weights, figures, at=datetime.now(UTC), promote=promote)
    folder = settings.home / "learn" / f"{kept.version:04}"
    report = write_report(folder, comparison, live, version=kept.version, fitted=fitted)
    click.echo(f"version {kept.version}: {comparison.verdict}; count model: {fitted.verdict}; report in {report}")
    click.echo(
        json.dumps(
            {
                "version": kept.version,
                "verdict": comparison.verdict,
                **figures,
                "count_model": {"promoted": count_model is not None, "version": count_model, **asdict(fitted)},
            }
        )
    )


def _roll_back(store: Store, what: str) -> dict[str, int]:
    """What is live after going back; 0 is the ranker that came with the program, and no count model at all."""
    rankers, count_models = RankerStore(store), CountModelStore(store)
    with store.writing():
        ranker = rankers.live() if what == "count-model" else rankers.roll_back()
        model = count_models.live() if what == "ranker" else count_models.roll_back()
    return {"ranker": ranker.version, "count_model": model.version if model else 0}


def _refit_count_model(store: Store, settings: Settings, *, dry_run: bool) -> tuple[FittedComparison, int | None]:
    """Compares a count model fitted now with the live one; the version that it has been promoted to, if it was."""
    from profiling.evaluate.foretelling import compare_fitted
    from profiling.learn.behaviour import BehaviourModel
    from profiling.learn.foretelling import Foretelling, version_file
    from profiling.learn.shop_log import read_shop_log

    log = read_shop_log(store)
    versions = CountModelStore(store)
    fitted = compare_fitted(log, _live_model(settings.count_models, versions.live()))
    if not fitted.better or dry_run or log.histories.days is None:
        return fitted, None
    version = versions.next_version()
    model = Foretelling(BehaviourModel.fit(log.histories, log.attributes), log.item_ids)
    model.save(version_file(settings.count_models, version))
    known_to = datetime.fromtimestamp(float(log.histories.days.max()) * 86_400, UTC)
    kept = versions.promote(version, asdict(fitted), at=datetime.now(UTC), known_to=known_to)
    kept_files = {version_file(settings.count_models, number) for number in kept}
    for file in settings.count_models.glob("*.npz"):
        if file not in kept_files:
            file.unlink()
    return fitted, version


def _live_model(folder: Path, live: CountModelVersion | None) -> LiveModel | None:
    """The live model; None where there is none, or none that can be read: then there is nothing to be better than."""
    from profiling.evaluate.foretelling import LiveModel
    from profiling.learn.foretelling import Foretelling, version_file

    if live is None:
        return None
    try:
        model = Foretelling.load(version_file(folder, live.version))
    except ArtefactError as error:
        click.echo(f"{error}; it is replaced", err=True)
        return None
    return LiveModel(model, live.known_to.timestamp() / 86_400)
