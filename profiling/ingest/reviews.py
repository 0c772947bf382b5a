"""A file of reviews through language, sentiment, aspects, entities and relations into the store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from profiling.engine import Engine
from profiling.errors import ArtefactError
from profiling.ingest.rows import Place, Record, ReviewColumns, ReviewFile, ReviewRow, content_hash
from profiling.relations import EXTRACTOR_VERSION, Candidate, extract_candidates
from profiling.sentiment import UNSURE, Sentiment, SentimentModel
from profiling.sentiment.aspects import find_aspects
from profiling.sentiment.model import LANGUAGES
from profiling.text.language import detect_language
from profiling.types import Row

CHUNK = 64
MAX_REJECTIONS_KEPT = 1_000
MAX_CHARACTERS = 20_000
"""Of a review's text in which aspects, entities and relations are looked for."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass
class IngestReport:
    """What became of the records of this run. `resumed_at` is the line from which an interrupted run was continued."""

    source: str
    resumed_at: int = 0
    read: int = 0
    added: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejections: list[tuple[int, str]] = field(default_factory=list)
    complete_before: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """After a chunk: reviews of this run, and the share of the file that is done, in [0, 1]."""

    reviews: int
    share: float


@dataclass(frozen=True, slots=True)
class _Named:
    """An aspect in the sentence that names it; its span is that in the whole text."""

    aspect: str
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """A review before it is judged."""

    row: ReviewRow
    language: str
    named: Sequence[_Named]
    facts: Sequence[Row]


def ingest_reviews(
    engine: Engine,
    path: Path,
    *,
    source: str = "",
    columns: ReviewColumns | None = None,
    on_chunk: Callable[[Progress], None] = lambda _: None,
) -> IngestReport:
    """Reads a file chunk by chunk; each chunk and the place behind it are one transaction.

    Killed at any moment it goes on behind the last whole chunk. A file that was read before costs nothing; of a file
    that has changed only the reviews that are new or different are judged. Memory does not grow with the file.

    Args:
        source: names the file in the store; its name if not given.

    Raises:
        InputError: the file as a whole is unusable; single bad records are reported.
        ArtefactError: there is no sentiment model.
    """
    if engine.sentiment is None:
        raise ArtefactError("no sentiment model; build it with `python -m profiling build`")
    file = ReviewFile(path, columns or ReviewColumns())
    report = IngestReport(source or path.name)
    reviews = engine.reviews
    reader = f"{engine.sentiment.fingerprint}/{EXTRACTOR_VERSION}"
    digest = f"{file.digest()}/{reader}"
    done = reviews.progress(report.source, digest)
    start = Place(*done) if done else file.first
    report.resumed_at = start.line if done else 0
    for records in _chunks(file.records(start)):
        rows = _sort_out(records, report)
        known = reviews.known(row.review_id for row in rows)
        fresh = [row for row in rows if known.get(row.review_id) != (content_hash(row.product, row.text), reader)]
        readings = [_read(engine, row) for row in fresh]
        judged = _judge(engine.sentiment, readings)
        with engine.store.writing():
            for reading, (whole, *of_aspects) in zip(readings, judged, strict=True):
                row = _review_row(reading, whole, report.source, reader)
                reviews.add(row, _aspect_rows(reading, of_aspects), reading.facts)
            place = records[-1].place
            reviews.set_progress(report.source, digest, bytes_done=place.position, lines_done=place.line)
        report.added += len(fresh)
        report.unchanged += len(rows) - len(fresh)
        on_chunk(Progress(report.read, min(1.0, place.position / max(1, file.plain_size))))
    report.complete_before = bool(done) and not report.read
    return report


def _chunks(records: Iterator[Record]) -> Iterator[list[Record]]:
    while chunk := list(islice(records, CHUNK)):
        yield chunk


def _sort_out(records: Sequence[Record], report: IngestReport) -> list[ReviewRow]:
    """The good rows; the bad ones go into the report, the first thousand with line and reason."""
    rows = []
    for record in records:
        report.read += 1
        if record.row is not None:
            rows.append(record.row)
            continue
        report.rejected += 1
        if len(report.rejections) < MAX_REJECTIONS_KEPT:
            report.rejections.append((record.line, record.reason))
    return rows


def _read(engine: Engine, row: ReviewRow) -> _Reading:
    """Everything that needs no neural network."""
    language = detect_language(row.text)
    if language not in LANGUAGES:
        return _Reading(row, language, (), ())
    named: list[_Named] = []
    facts: list[Row] = []
    for start, sentence in _sentences(row.text[:MAX_CHARACTERS]):
        own = {mention.aspect: mention for mention in reversed(find_aspects(sentence))}
        named += [_Named(m.aspect, start + m.start, start + m.end, sentence) for m in own.values()]
        mentions = engine.catalogue.view.extractor.mentions(sentence, by_form=True)
        for candidate in extract_candidates(sentence, mentions, wishing=False):
            facts.append(_fact_row(row, candidate, start, sentence))
    return _Reading(row, language, named, facts)


def _judge(model: SentimentModel, readings: Sequence[_Reading]) -> list[list[Sentiment]]:
    """For each review what it feels as a whole, then about each named aspect; all in one call of the model."""
    pairs = [
        pair
        for reading in readings
        if reading.language in LANGUAGES
        for pair in [
            (reading.row.text, ""),
            *((named.sentence, reading.row.text[named.start : named.end]) for named in reading.named),
        ]
    ]
    judged = iter(model.classify([text for text, _ in pairs], [aspect for _, aspect in pairs]))
    return [
        list(islice(judged, 1 + len(reading.named))) if reading.language in LANGUAGES else [UNSURE]
        for reading in readings
    ]


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Sentences with where they start."""
    start = 0
    for end in [*_SENTENCE_END.finditer(text), None]:
        stop = end.start() if end else len(text)
        if text[start:stop].strip():
            yield start, text[start:stop]
        start = end.end() if end else stop


def _review_row(reading: _Reading, whole: Sentiment, source: str, reader: str) -> Row:
    row = reading.row
    return {
        "review_id": row.review_id,
        "source": source,
        "product": row.product,
        "rating": row.rating,
        "text": row.text,
        "language": reading.language,
        "sentiment": whole.label,
        "probability": round(whole.probability, 4),
        "model": reader,
        "content_hash": content_hash(row.product, row.text),
    }


def _aspect_rows(reading: _Reading, judged: Sequence[Sentiment]) -> list[Row]:
    """One row an aspect. Of several sentences about it the one that feels something, and feels it most clearly."""
    best: dict[str, tuple[_Named, Sentiment]] = {}
    for named, sentiment in zip(reading.named, judged, strict=True):
        known = best.get(named.aspect)
        if known is None or _clarity(sentiment) > _clarity(known[1]):
            best[named.aspect] = (named, sentiment)
    return [
        {
            "review_id": reading.row.review_id,
            "aspect": named.aspect,
            "sentiment": sentiment.label,
            "probability": round(sentiment.probability, 4),
            "start": named.start,
            "end": named.end,
            "quote": named.sentence,
        }
        for named, sentiment in best.values()
    ]


def _clarity(sentiment: Sentiment) -> tuple[bool, float]:
    return sentiment.label != "neutral", sentiment.probability


def _fact_row(row: ReviewRow, candidate: Candidate, start: int, sentence: str) -> Row:
    return {
        "review_id": row.review_id,
        "predicate": candidate.predicate,
        "object": candidate.object,
        "label": candidate.label,
        "confidence": candidate.confidence,
        "start": start + candidate.start,
        "end": start + candidate.end,
        "quote": sentence[candidate.start : candidate.end],
        "extractor": EXTRACTOR_VERSION,
    }
