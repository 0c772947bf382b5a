"""Evaluating recommendations on a file of interactions."""

from __future__ import annotations

import json
from pathlib import Path

import click

PROTOCOL_NAMES = ("leave-one-out", "time-split", "cold", "next-basket")


@click.command(name="recommend")
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Sequences, .inter or order log; .gz too.")
@click.option("--attributes", type=click.Path(path_type=Path), help="JSON: item -> attributes; or TSV: item, title.")
@click.option("--protocol", type=click.Choice(PROTOCOL_NAMES), default="leave-one-out", show_default=True)
def evaluate_recommend(data: Path, attributes: Path | None, protocol: str) -> None:
    """Hit rate and NDCG of the next item, all items competing, beside popularity, item-kNN and a count model."""
    from profiling.evaluate.interactions import read_attributes, read_interactions
    from profiling.evaluate.recommend import PROTOCOLS, attribute_table

    interactions = read_interactions(data)
    table = attribute_table(interactions, read_attributes(attributes) if attributes else None)
    figures = PROTOCOLS[protocol](interactions, table)
    click.echo(json.dumps({"protocol": protocol, **figures}))
