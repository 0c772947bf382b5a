"""The commands. Figures and tables go to standard output, progress and complaints to standard error."""

from __future__ import annotations

import json
import logging
import uuid
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from profiling.catalogue.feed import ReadOptions
from profiling.catalogue.importers import READERS
from profiling.catalogue.importing import ImportReport, import_feed
from profiling.cli import memory
from profiling.cli.entities import build_entity_model, export_entities, train_entities
from profiling.cli.faq import evaluate_faq
from profiling.cli.ingest import ingest_reviews_command
from profiling.cli.labelled import evaluate_attributes, evaluate_entities, evaluate_facts
from profiling.cli.learning import learn
from profiling.cli.progress import counter, steps
from profiling.cli.recommendation import evaluate_recommend
from profiling.cli.relations import build_relation_model, export_relations, train_relations
from profiling.cli.sentiment import (
    build_sentiment_model,
    evaluate_aspects,
    evaluate_sentiment,
    export_sentiment,
    train_sentiment,
)
from profiling.engine import Engine
from profiling.errors import ProfilingError
from profiling.money import format_price
from profiling.profile.profile import tell
from profiling.settings import Settings
from profiling.types import Slate, Turn

_MAX_REJECTIONS = 20


class _Group(click.Group):
    """Says what is wrong in one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ProfilingError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, help="Rapport's engine: catalogue, profiles, recommendations.")
def main() -> None:
    """Entry point."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


@main.command()
@click.argument("names", nargs=-1, type=click.Choice(["encoder", "nlu_encoder", "sentiment", "entities", "relations"]))
def build(names: tuple[str, ...]) -> None:
    """Build all models, or those named, from their packaged weights; what is up to date is left alone."""
    settings = Settings.from_environment()
    builders = {
        "encoder": _build_encoder,
        "nlu_encoder": _build_nlu_encoder,
        "sentiment": build_sentiment_model,
        "entities": build_entity_model,
        "relations": build_relation_model,
    }
    for name in names or builders:
        click.echo(builders[name](settings))


@main.command(name="import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--feed", default="", help="Name of the feed; the file's name if not given. Other feeds are not touched.")
@click.option(
    "--format",
    "feed_format",
    default="auto",
    type=click.Choice(["auto", *sorted(READERS)]),
    show_default=True,
)
@click.option("--map", "columns", multiple=True, metavar="FIELD=COLUMN", help="Column of a plain CSV file; repeatable.")
@click.option("--base-url", default="", help="Completes relative links.")
def import_(path: Path, feed: str, feed_format: str, columns: tuple[str, ...], base_url: str) -> None:
    """Import a catalogue feed: Shopify CSV, Google Merchant XML or TSV, JSON-LD pages, Icecat JSON, or any CSV."""
    settings = Settings.from_environment()
    engine = Engine(settings, encoder=None)
    mapping = dict(_pair(column) for column in columns)
    with counter("reading", unit="rows") as advance:
        report = import_feed(
            engine.store,
            path,
            vocabulary=engine.vocabulary,
            feed=feed,
            feed_format=feed_format,
            options=ReadOptions(currency=settings.currency, columns=mapping, base_url=base_url),
            on_entry=lambda: advance(1),
        )
    _tell_import(report)


@main.command()
def index() -> None:
    """Embed what is new in the catalogue and build the FAISS index."""
    engine = Engine.open()
    with counter("embedding", unit="items") as advance:
        embedded = engine.embed(on_batch=advance)
    saved = engine.save_index()
    engine.graph.refresh()
    click.echo(
        f"{embedded} items embedded; "
        + (f"index of {len(saved)} items ({saved.kind})" if saved else "nothing to index")
    )


@main.command()
@click.argument("request")
@click.option(
    "--shopper",
    default="",
    help="Recommend for this shopper, with what is known; a passing guest if not given.",
)
@click.option("-k", type=click.IntRange(min=1), default=3, show_default=True, help="How many items.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def recommend(request: str, shopper: str, k: int, as_json: bool) -> None:
    """Recommend for a request in words, as the chat would."""
    engine = Engine.open()
    guest = shopper or f"guest:{uuid.uuid4().hex}"
    message_id = uuid.uuid4().hex
    engine.observe(
        Turn(message_id, guest, request, datetime.now(UTC), channel="cli", intent="recommend", probability=1.0)
    )
    slate = engine.recommend(guest, message_id=message_id, k=k, occasion="command")
    wishes = [tell(fact) for fact in engine.profile(guest).about_need]
    if not shopper:
        engine.memory.forget(guest)
    if as_json:
        click.echo(json.dumps(_slate_json(slate, wishes), ensure_ascii=False))
    else:
        _tell_slate(slate, wishes)


for _command in memory.COMMANDS:
    main.add_command(_command)


@main.group()
def ingest() -> None:
    """Read whole files into the store."""


ingest.add_command(ingest_reviews_command)


@main.group()
def train() -> None:
    """Train a model on labelled data."""


train.add_command(train_sentiment)
train.add_command(train_entities)
train.add_command(train_relations)


class _Export(click.Group):
    """`export SHOPPER` prints what is known about a shopper; `export sentiment` makes a model."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["shopper", *args])


@main.group(cls=_Export)
def export() -> None:
    """Export SHOPPER: a copy of everything stored about them. Export sentiment: what was trained, as ONNX."""


export.add_command(memory.export, "shopper")
export.add_command(export_sentiment)
export.add_command(export_entities)
export.add_command(export_relations)


@main.group()
def evaluate() -> None:
    """Measure quality; each command prints one JSON object last."""


evaluate.add_command(evaluate_entities)
evaluate.add_command(evaluate_facts)
evaluate.add_command(evaluate_attributes)
evaluate.add_command(evaluate_sentiment)
evaluate.add_command(evaluate_aspects)


@evaluate.command(name="search")
@click.option("--catalogue", required=True, type=click.Path(path_type=Path), help="A feed, or a folder with one.")
@click.option(
    "--judgements",
    required=True,
    type=click.Path(path_type=Path),
    help="CSV with query, docid, rating (0-3).",
)
@click.option(
    "--format",
    "feed_format",
    default="auto",
    type=click.Choice(["auto", *sorted(READERS)]),
    show_default=True,
)
def evaluate_search(catalogue: Path, judgements: Path, feed_format: str) -> None:
    """NDCG@10 of our search over a whole catalogue, beside plain BM25 and embeddings alone."""
    from profiling.cli.evaluation import run_search_evaluation

    click.echo(json.dumps(run_search_evaluation(Settings.from_environment(), catalogue, judgements, feed_format)))


evaluate.add_command(memory.evaluate_memory)
evaluate.add_command(evaluate_faq)
evaluate.add_command(evaluate_recommend)
main.add_command(learn)


def _build_encoder(settings: Settings) -> str:
    return _built("sentence encoder", settings.encoder_source, settings.encoder_dir)


def _build_nlu_encoder(settings: Settings) -> str:
    return _built("encoder of messages", settings.nlu_encoder_source, settings.nlu_encoder_dir)


def _built(title: str, source: str, directory: Path) -> str:
    from profiling.encoder.build import build_encoder

    with steps() as status:
        status(f"building the {title} (int8 ONNX)")
        manifest = build_encoder(source, directory)
    checked = f": mean cosine {manifest['mean_cosine']:.4f} to the float model" if "mean_cosine" in manifest else ""
    return f"{title} {manifest['fingerprint']} from {manifest['source']}{checked}"


def _pair(column: str) -> tuple[str, str]:
    field, equals, name = column.partition("=")
    if not equals:
        raise click.BadParameter(f"{column!r}: expected FIELD=COLUMN")
    return field, name


def _tell_import(report: ImportReport) -> None:
    changes = report.changes
    click.echo(
        f"{report.feed} ({report.format}): {changes.added} added, {changes.changed} changed, "
        f"{changes.unchanged} unchanged, {report.left_feed} left the feed, {len(report.rejections)} rejected"
    )
    for rejection in report.rejections[:_MAX_REJECTIONS]:
        click.echo(f"  line {rejection.line}: {rejection.reason}", err=True)
    if len(report.rejections) > _MAX_REJECTIONS:
        click.echo(f"  and {len(report.rejections) - _MAX_REJECTIONS} more", err=True)


def _slate_json(slate: Slate, wishes: list[str]) -> dict[str, object]:
    return {
        "wishes": wishes,
        "fitting": slate.fitting_count,
        "items": [
            {
                "item_id": shown.item.item_id,
                "title": shown.item.title,
                "price_cents": shown.item.price_cents,
                "currency": shown.item.currency,
                "score": round(shown.score, 4),
                "reasons": [reason.text for reason in shown.reasons],
            }
            for shown in slate.impressions
        ],
        "relaxations": [{"without": name, "items": count} for name, count in slate.relaxations],
    }


def _tell_slate(slate: Slate, wishes: list[str]) -> None:
    for wish in wishes:
        click.echo(f"- {wish}")
    if not slate.impressions:
        click.echo("Nothing satisfies all of this.")
        for name, count in slate.relaxations:
            click.echo(f"  without “{name}”: {count} products")
        return
    table = Table("item", "", "price", "why")
    for shown in slate.impressions:
        item = shown.item
        price = "" if item.price_cents is None else format_price(item.price_cents, item.currency)
        table.add_row(item.item_id, item.title, price, ", ".join(reason.text for reason in shown.reasons))
    Console().print(table)
