"""The shop's own words: facts, questions, policies and reviews from the files in data/shop."""

from __future__ import annotations

import csv
import logging
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markupsafe import Markup

_log = logging.getLogger("rapport.shop")


@dataclass(frozen=True, slots=True)
class Question:
    """One entry of the FAQ page."""

    key: str
    topic: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy page; `html` is rendered from Markdown in which HTML is not allowed."""

    key: str
    title: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Review:
    """What a shopper wrote about a product; `rating` is 1 to 5 stars."""

    rating: int
    title: str
    text: str
    at: datetime
    verified: bool


@dataclass(frozen=True)
class Shop:
    """Everything that the pages say apart from the catalogue. Each part is empty where its file is missing."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    policies: Mapping[str, Policy] = field(default_factory=dict)
    reviews: Mapping[str, tuple[Review, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the shop is called."""
        return str(self.facts.get("name", "Shop"))

    @property
    def email(self) -> str:
        """Where a person answers, or ""."""
        return str(self.facts.get("contact", {}).get("email", ""))

    @property
    def transcript_days(self) -> int:
        """For how long a chat is kept."""
        return int(self.facts.get("privacy", {}).get("chat_transcript_days", 90))

    def promotions_for(self, product_type: str) -> list[Mapping[str, Any]]:
        """The promotions with a text for a type of product; one without types counts for all."""
        return [
            promotion
            for promotion in self.facts.get("promotions") or []
            if promotion.get("text") and product_type in (promotion.get("types") or [product_type])
        ]


def load_shop(folder: Path) -> Shop:
    """Reads the files; what cannot be read is logged and left out, for the chat goes on without it."""
    facts = _yaml(folder / "shop.yml")
    entries = _yaml(folder / "faq.yml")
    return Shop(
        facts=facts if isinstance(facts, dict) else {},
        questions=tuple(
            Question(entry["id"], entry["topic"], entry["question"], entry["answer"].strip())
            for entry in (entries if isinstance(entries, list) else [])
        ),
        policies={path.stem: _policy(path) for path in sorted((folder / "policies").glob("*.md"))},
        reviews=_reviews(folder / "reviews.csv"),
    )


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        _log.error("%s cannot be read: %s", path, type(error).__name__)
        return None


def _policy(path: Path) -> Policy:
    heading, _, text = path.read_text(encoding="utf-8").partition("\n")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    html = html.replace("<table>", '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>')
    return Policy(path.stem, heading.lstrip("# ").strip(), Markup(html.replace("</table>", "</table></div>")))  # noqa: S704


def _reviews(path: Path) -> dict[str, tuple[Review, ...]]:
    found: defaultdict[str, list[Review]] = defaultdict(list)
    now = datetime.now(UTC)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                days = timedelta(days=float(row.get("days_ago") or 0))
                stars = int(re.sub(r"\D", "", row.get("rating") or "") or 0)
                verified = row.get("verified") == "true"
                found[row["handle"]].append(
                    Review(min(max(stars, 1), 5), row.get("title") or "", row["text"], now - days, verified)
                )
    except (OSError, KeyError, ValueError) as error:
        _log.error("%s cannot be read: %s", path, type(error).__name__)
    return {handle: tuple(sorted(reviews, key=lambda r: r.at, reverse=True)) for handle, reviews in found.items()}
