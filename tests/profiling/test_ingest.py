"""Whole files of reviews: what is stored, what is reported, and what a kill leaves."""

from __future__ import annotations

import gzip
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from profiling.engine import Engine
from profiling.errors import ArtefactError, InputError
from profiling.ingest import ingest_reviews
from profiling.ingest.rows import ReviewColumns
from profiling.sentiment import Sentiment
from profiling.sentiment.aspects import find_aspects
from profiling.settings import Settings

HEADER = "review_id,handle,rating,title,text\n"
REVIEWS = HEADER + (
    'R1,coat,5,Warm,"The zip is great. I love wool, it keeps me warm."\n'
    'R2,coat,2,Cold,"The zip is bad.\nThe hood, too, is bad"\n'
    "R3,coat,4,,The zipper works and is good\n"
    "R4,boot,3,,Die Stiefel sind warm und der Verschluss ist leider schlecht geworden\n"
)


class KeywordModel:
    """A model whose answer is known: "good" and "great" are positive, "bad" is negative; it counts its texts."""

    fingerprint = "keywords"

    def __init__(self) -> None:
        self.texts = 0

    def classify(self, texts: Sequence[str], aspects: Sequence[str] | None = None) -> list[Sentiment]:
        self.texts += len(texts)
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Sentiment:
        if "bad" in text:
            return Sentiment("negative", 0.9, (0.9, 0.05, 0.05), 0.1)
        if "good" in text or "great" in text:
            return Sentiment("positive", 0.8, (0.1, 0.1, 0.8), 0.9)
        return Sentiment("neutral", 0.7, (0.15, 0.7, 0.15), 0.5)


@pytest.fixture
def shop(settings: Settings) -> Engine:
    return Engine(settings, encoder=None, sentiment=KeywordModel())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, encoding="utf-8")
    return path


def rows(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in engine.store.db.conn.execute(sql).fetchall()]


def test_what_reviews_say_about_aspects_can_be_counted(shop: Engine, file: Path) -> None:
    report = ingest_reviews(shop, file)
    assert (report.read, report.added, report.rejected) == (4, 4, 0)
    counts = {count.aspect: count for count in shop.reviews.aspects("coat")}
    assert (counts["zip"].reviews, counts["zip"].positive, counts["zip"].negative) == (3, 2, 1)
    assert (counts["hood"].reviews, counts["hood"].negative) == (1, 1)
    assert shop.reviews.sentiments("coat") == {"negative": 1, "positive": 2}


def test_every_span_is_in_the_text(shop: Engine, file: Path) -> None:
    ingest_reviews(shop, file)
    found = rows(shop, 'SELECT text, start, "end", quote FROM review_aspects JOIN reviews USING (review_id)')
    assert found
    for text, start, end, quote in found:
        assert text[start:end].lower() in {"zip", "zipper", "hood"}  # type: ignore[index]
        assert quote in text  # type: ignore[operator]
    facts = rows(shop, 'SELECT text, predicate, start, "end", quote FROM review_facts JOIN reviews USING (review_id)')
    assert [fact[1] for fact in facts] == ["likes"]
    for text, _, start, end, quote in facts:
        assert text[start:end] == quote  # type: ignore[index]


def test_another_language_is_neutral_with_little_probability_and_without_aspects(shop: Engine, file: Path) -> None:
    ingest_reviews(shop, file)
    assert rows(shop, "SELECT language, sentiment, probability FROM reviews WHERE product = 'boot'") == [
        ("de", "neutral", 0.34)
    ]


def test_a_second_run_does_nothing(shop: Engine, file: Path) -> None:
    ingest_reviews(shop, file)
    judged = shop.sentiment.texts  # type: ignore[union-attr]
    assert ingest_reviews(shop, file).complete_before
    assert shop.sentiment.texts == judged  # type: ignore[union-attr]


def test_of_a_changed_file_only_what_is_new_is_judged(shop: Engine, file: Path) -> None:
    ingest_reviews(shop, file)
    file.write_text(REVIEWS.replace("works and is good", "is bad now") + "R5,coat,,,bad\n", encoding="utf-8")
    report = ingest_reviews(shop, file)
    assert (report.added, report.unchanged) == (2, 3)
    assert {count.aspect: count.negative for count in shop.reviews.aspects("coat")}["zip"] == 2
    assert rows(shop, "SELECT count(*) FROM reviews") == [(5,)]


def test_another_model_judges_everything_again(shop: Engine, file: Path) -> None:
    ingest_reviews(shop, file)
    shop.sentiment.fingerprint = "keywords-2"  # type: ignore[union-attr,misc]
    assert ingest_reviews(shop, file).added == 4


def test_bad_rows_are_told_with_their_line_and_the_rest_is_read(shop: Engine, file: Path) -> None:
    bad = (
        b"B1,coat,5,,\n"
        b"B2,,5,,no item\n"
        b"B3,coat,nine,,what a rating\n"
        b"B4,coat,11,,what a rating\n"
        b"B5,coat,5\n"
        b"B6,coat,5,,caf\xe9 on the sleeve\n"
        b'B7,coat,5,,"two\nlines"\n'
        b"B8,coat,5,," + b"long " * 20_000 + b"\n"
        b"B9,coat,5,,\x00\x1b control\n"
    )
    file.write_bytes(REVIEWS.encode() + bad)
    report = ingest_reviews(shop, file)
    assert (report.read, report.added, report.rejected) == (13, 7, 6)
    assert report.rejections == [
        (7, "no text"),
        (8, "no item"),
        (9, "rating 'nine' is no number"),
        (10, "rating 11 is not between 0 and 5"),
        (11, "3 columns in place of 5"),
        (12, "not UTF-8"),
    ]


def test_an_open_quote_costs_its_own_part_of_the_file_only(shop: Engine, file: Path) -> None:
    lines = "".join(f"L{n},coat,5,,line {n} is good and has a fair length indeed\n" for n in range(6_000))
    file.write_text(f'{HEADER}Q,coat,5,,"never closed\n{lines}', encoding="utf-8")
    report = ingest_reviews(shop, file)
    assert report.rejected >= 1
    assert report.rejections[0][0] == 2
    assert report.added > 1_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no header"),
        (b"\xff\xfe\x00,text\n", "not UTF-8"),
        (b"handle,stars\ncoat,5\n", "no column with the text"),
        (b"text\nnice\n", "no column with the item"),
    ],
)
def test_a_file_without_the_columns_is_refused(shop: Engine, file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        ingest_reviews(shop, file)


def test_columns_can_be_named(shop: Engine, file: Path) -> None:
    file.write_text("what,says\ncoat,the zip is good\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column 'who'"):
        ingest_reviews(shop, file, columns=ReviewColumns(("says",), "who"))
    assert ingest_reviews(shop, file, columns=ReviewColumns(("says",), "what")).added == 1


def test_a_compressed_file_is_read_too(shop: Engine, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv.gz"
    path.write_bytes(gzip.compress(REVIEWS.encode()))
    shares: list[float] = []
    assert ingest_reviews(shop, path, on_chunk=lambda done: shares.append(done.share)).added == 4
    assert shares == [1.0]


def test_without_a_model_it_says_what_to_build(settings: Settings, file: Path) -> None:
    with pytest.raises(ArtefactError, match="profiling build"):
        ingest_reviews(Engine(settings, encoder=None), file)


def test_a_killed_run_goes_on_and_does_nothing_twice(shop: Engine, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    count = 3_000
    lines = "".join(f'M{n},coat,5,,"The zip of number {n}\nis good"\n' for n in range(count))
    path.write_text(HEADER + lines, encoding="utf-8")
    shop.store.close()
    script = textwrap.dedent(
        f"""
        import time
        from pathlib import Path
        from profiling.engine import Engine
        from profiling.ingest import ingest_reviews
        from profiling.settings import Settings
        from tests.profiling.test_ingest import KeywordModel
        engine = Engine(Settings(home=Path({str(settings.home)!r})), encoder=None, sentiment=KeywordModel())
        ingest_reviews(engine, Path({str(path)!r}), on_chunk=lambda done: time.sleep(0.05))
        """
    )
    process = subprocess.Popen([sys.executable, "-c", script])
    stored = 0
    deadline = time.monotonic() + 120
    while stored < 200 and time.monotonic() < deadline:
        time.sleep(0.02)
        if settings.database.exists():
            with sqlite3.connect(settings.database, timeout=5) as conn:
                stored = conn.execute("SELECT count(*) FROM reviews").fetchone()[0]
            conn.close()
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    engine = Engine(settings, encoder=None, sentiment=(model := KeywordModel()))
    kept = rows(engine, "SELECT count(*) FROM reviews")[0][0]
    assert 200 <= kept < count  # type: ignore[operator]
    report = ingest_reviews(engine, path)
    assert report.resumed_at > 200
    assert report.added == report.read == count - kept  # type: ignore[operator]
    assert model.texts == 2 * report.added
    assert rows(engine, "SELECT count(*), count(DISTINCT review_id) FROM reviews") == [(count, count)]
    assert engine.reviews.aspects("coat")[0].reviews == count


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("The battery life and the zips", ["battery", "zip"]),
        ("Customer service was slow", ["customer service"]),
        ("nothing named here", []),
        ("", []),
    ],
)
def test_aspects_are_found_by_their_longest_name(text: str, aspects: list[str]) -> None:
    assert [mention.aspect for mention in find_aspects(text)] == aspects
