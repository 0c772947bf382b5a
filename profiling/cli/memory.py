"""Commands about shoppers: show, why, forget, export, merge, split, rebuild, expire; and the back-up of the store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from profiling.errors import NotFoundError
from profiling.graph.export import neighbourhood, write_graph
from profiling.graph.graph import Graph
from profiling.profile.manner import kept_with
from profiling.profile.memory import Memory
from profiling.profile.profile import Profile
from profiling.profile.retention import expire as expire_now
from profiling.profile.retention import load_retention
from profiling.profile.telling import explain, profile_json
from profiling.profile.telling import export as export_all
from profiling.settings import Settings
from profiling.store import Store
from profiling.vocabulary import load_vocabulary

SHOWN_REPLIES = 5
"""Turns whose replies `show` tells about."""


def open_memory() -> Memory:
    """The memory over the store that the settings name."""
    settings = Settings.from_environment()
    return Memory(Store(settings.database), load_vocabulary(settings.vocabulary).product_types)


@click.command()
@click.argument("shopper_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(shopper_id: str, as_json: bool) -> None:
    """Show what is known about a shopper, each fact with the words that it came from; and how replies followed that."""
    memory = open_memory()
    profile = memory.profile(shopper_id)
    replies = _replies(memory, profile.shopper_id)
    told = [
        {
            "fact_id": fact.fact_id,
            "text": text,
            "quote": fact.quote,
            "said_at": fact.valid_from.isoformat(),
            "weight": round(profile.weights[fact.fact_id], 3),
        }
        for fact, text in profile.tell()
    ]
    if as_json:
        click.echo(
            json.dumps(
                {"shopper_id": shopper_id, "facts": told, **profile_json(profile), "replies": replies},
                ensure_ascii=False,
            )
        )
        return
    if told:
        _tell_facts(told)
    else:
        click.echo(f"Nothing is known about {shopper_id}.")
    click.echo(_state(profile))
    for reply in replies:
        click.echo(f"{reply['at'][:16]}  {reply['said']}")


def _tell_facts(told: list[dict[str, object]]) -> None:
    table = Table("fact", "in the shopper's words", "said", "weight")
    table.add_column("id", no_wrap=True, min_width=16)  # `why` takes it
    for fact in told:
        cells = (fact["text"], f"“{fact['quote']}”", str(fact["said_at"])[:16], f"{fact['weight']:.2f}")
        table.add_row(*map(str, cells), str(fact["fact_id"]))
    Console().print(table)


def _state(profile: Profile) -> str:
    """Lifecycle, mood and an open complaint in one line."""
    mood = f", mood {profile.mood.label} ({profile.mood.probability:.2f})" if profile.mood else ""
    complaint = f", a complaint since {profile.complaint_at:%Y-%m-%d %H:%M} UTC" if profile.complaint_at else ""
    return f"{profile.lifecycle.replace('_', ' ').capitalize()} shopper{mood}{complaint}."


def _replies(memory: Memory, shopper_id: str) -> list[dict[str, str]]:
    """How the latest replies followed the shopper, and why; the latest first."""
    return [
        {"message_id": turn["message_id"], "at": turn["at"], "said": trait.tell()}
        for turn in memory.log.turns(shopper_id, limit=SHOWN_REPLIES)
        for trait in kept_with(turn)
    ]


@click.command()
@click.argument("shopper_id")
@click.argument("fact_id", required=False)
def why(shopper_id: str, fact_id: str | None) -> None:
    """Say why a fact is believed, with the shopper's words and the date; every fact that holds if none is named."""
    memory = open_memory()
    facts = [memory.fact(shopper_id, fact_id)] if fact_id else list(memory.profile(shopper_id).facts)
    if not facts:
        raise NotFoundError(f"nothing is known about {shopper_id}")
    for fact in facts:
        click.echo(explain(memory, fact))


@click.command()
@click.argument("shopper_id")
@click.confirmation_option(prompt="Delete everything about this shopper?")
def forget(shopper_id: str) -> None:
    """Delete all that is stored about a shopper."""
    count = open_memory().forget(shopper_id)
    click.echo(f"{count} facts and everything else about {shopper_id} deleted.")


@click.command()
@click.argument("shopper_id")
def export(shopper_id: str) -> None:
    """Print a copy of everything that is stored about a shopper, as one JSON object."""
    click.echo(json.dumps(export_all(open_memory(), shopper_id), ensure_ascii=False, indent=1))


@click.command()
@click.argument("source")
@click.argument("target")
def merge(source: str, target: str) -> None:
    """Make what SOURCE (a guest) said a part of TARGET (an account). `split SOURCE` takes it back."""
    memory = open_memory()
    memory.merge(source, target, proof="owner")
    click.echo(f"{source} is a part of {target} now: {len(memory.profile(target).facts)} facts hold.")


@click.command()
@click.argument("source")
def split(source: str) -> None:
    """Take SOURCE out of what it was merged into; both are again what they would be without the merge."""
    open_memory().split(source)
    click.echo(f"{source} stands alone again.")


@click.command()
@click.argument("shopper_id", required=False)
def rebuild(shopper_id: str | None) -> None:
    """Make the facts anew from the log, of one shopper or of all, and say whether that changed anything."""
    memory = open_memory()
    shopper_ids = [shopper_id] if shopper_id else memory.log.shopper_ids()
    changed = [one for one in shopper_ids if memory.rebuild(one)]
    click.echo(f"{len(shopper_ids)} rebuilt, {len(changed)} changed{': ' + ', '.join(changed) if changed else ''}.")
    if shopper_id:
        click.echo(memory.digest(shopper_id))


@click.command()
@click.option("--days", type=click.Path(path_type=Path), help="A YAML file with the shop's own times.")
def expire(days: Path | None) -> None:
    """Delete what has been kept for its time (profile/retention.yml)."""
    own = days or Settings.from_environment().retention
    deleted = expire_now(open_memory(), load_retention(own), at=datetime.now(UTC))
    click.echo(json.dumps(deleted))


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def backup(path: Path) -> None:
    """Write a copy of the store while the shop runs. To put it back: stop the shop, replace rapport.db by it."""
    Store(Settings.from_environment().database).back_up(path)
    click.echo(f"{path} written.")


@click.command()
@click.argument("node")
@click.option("--to", "target", default="", help="Another node: the best paths to it.")
@click.option(
    "--depth", type=click.IntRange(min=1), default=1, show_default=True, help="How many steps out of the node."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write .ttl, .jsonld, .graphml, .png or .svg.")
def graph(node: str, target: str, depth: int, out: Path | None) -> None:
    """Show the graph around NODE ("shopper:ID", "item:ID", "colour:red"), or the best paths to another one."""
    settings = Settings.from_environment()
    whole = Graph(Store(settings.database), load_vocabulary(settings.vocabulary))
    whole.refresh()
    if target:
        paths = whole.best_paths(node, target)
        for path in paths:
            click.echo(f"{path.cost:.1f}  " + "; ".join(f"{e.subject} {e.predicate} {e.object}" for e in path.edges))
        if not paths:
            click.echo(f"No path leads from {node} to {target}.")
        return
    edges = neighbourhood(whole, node, depth=depth)
    if not edges:
        raise NotFoundError(f"nothing leads out of {node!r}; a node is kind and name, as in shopper:ID or colour:red")
    if out:
        write_graph(edges, out)
        click.echo(f"{len(edges)} edges written to {out}.")
        return
    for edge in edges:
        click.echo(f"{edge.subject} {edge.predicate} {edge.object}  ({edge.source})")


@click.command(name="memory")
@click.option("--locomo", required=True, type=click.Path(path_type=Path), help="A LoCoMo file, JSON or gzipped.")
@click.option("--skip", default=0, show_default=True, help="Leave out this many conversations at the beginning.")
def evaluate_memory(locomo: Path, skip: int) -> None:
    """Share of the evidence among the first ten messages recalled, beside plain BM25 and embeddings alone."""
    from profiling.encoder import OnnxEncoder
    from profiling.evaluate.memory import MemoryEvaluator, read_locomo

    settings = Settings.from_environment()
    encoder = OnnxEncoder(settings.encoder_dir, threads=settings.threads)
    figures = MemoryEvaluator(read_locomo(locomo)[skip:])(encoder)
    click.echo(json.dumps({name: round(value, 4) for name, value in figures.items()}))


COMMANDS = (show, why, forget, export, merge, split, rebuild, expire, backup, graph)
