"""Commands that read whole files into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from profiling.engine import Engine
from profiling.ingest import IngestReport, ingest_reviews
from profiling.ingest.reviews import Progress as Done
from profiling.ingest.rows import ReviewColumns

_MAX_REJECTIONS = 20


@click.command(name="reviews")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--source", default="", help="Name of the file in the store; the file's name if not given.")
@click.option("--text", "text", multiple=True, help="Column with the text; repeatable: title, then text.")
@click.option("--item", default="", help="Column with the product that the review is about.")
@click.option("--rating", default="", help="Column with the stars.")
def ingest_reviews_command(path: Path, *, source: str, text: tuple[str, ...], item: str, rating: str) -> None:
    """Read a CSV file of reviews: sentiment, aspects, entities and relations. Run it again to go on after a stop."""
    engine = Engine.open()
    with _bar() as on_chunk:
        report = ingest_reviews(
            engine, path, source=source, columns=ReviewColumns(text, item, rating), on_chunk=on_chunk
        )
    _tell(report)


@contextmanager
def _bar() -> Iterator[Callable[[Done], None]]:
    columns = (
        TextColumn("reviews"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[reviews]} read, {task.fields[rate]:.0f}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=1.0, reviews=0, rate=0.0)

        def show(done: Done) -> None:
            elapsed_s = progress.tasks[0].elapsed or 0.0
            progress.update(task, completed=done.share, reviews=done.reviews, rate=done.reviews / max(elapsed_s, 0.001))

        yield show


def _tell(report: IngestReport) -> None:
    if report.complete_before:
        click.echo(f"{report.source}: read before, nothing new")
        return
    resumed = f"went on at line {report.resumed_at}; " if report.resumed_at else ""
    click.echo(
        f"{report.source}: {resumed}{report.read} reviews read, {report.added} added or changed, "
        f"{report.unchanged} unchanged, {report.rejected} rejected"
    )
    for line, reason in report.rejections[:_MAX_REJECTIONS]:
        click.echo(f"  line {line}: {reason}", err=True)
    if report.rejected > _MAX_REJECTIONS:
        click.echo(f"  and {report.rejected - _MAX_REJECTIONS} more", err=True)
