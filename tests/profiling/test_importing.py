from __future__ import annotations

from pathlib import Path

import pytest

from profiling.catalogue.importing import ImportReport, import_feed
from profiling.errors import CatalogueError
from profiling.store import Store
from profiling.vocabulary import load_vocabulary

HEADER = "item_id,title,price,colour\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "rapport.db")


def import_rows(store: Store, tmp_path: Path, *rows: str, feed: str = "shop") -> ImportReport:
    file = tmp_path / "feed.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return import_feed(store, file, vocabulary=load_vocabulary(), feed=feed, feed_format="csv")


def on_sale(store: Store) -> dict[str, int | None]:
    rows = store.db.query("SELECT item_id, price_cents FROM items WHERE in_feed ORDER BY item_id")
    return {row["item_id"]: row["price_cents"] for row in rows}


def test_a_second_import_updates_and_does_not_duplicate(store: Store, tmp_path: Path) -> None:
    first = import_rows(store, tmp_path, "1,Mouse,10,black", "2,Kettle,20,silver", "3,Lamp,30,white")
    assert (first.changes.added, first.changes.changed, first.left_feed) == (3, 0, 0)
    second = import_rows(store, tmp_path, "1,Mouse,11,black", "2,Kettle,20,silver")
    assert (second.changes.added, second.changes.changed, second.changes.unchanged, second.left_feed) == (0, 1, 1, 1)
    assert on_sale(store) == {"1": 1100, "2": 2000}
    back = import_rows(store, tmp_path, "1,Mouse,11,black", "2,Kettle,20,silver", "3,Lamp,30,white")
    assert (back.changes.changed, back.left_feed) == (1, 0)
    assert set(on_sale(store)) == {"1", "2", "3"}


def test_an_import_that_changes_nothing_keeps_the_version(store: Store, tmp_path: Path) -> None:
    def version() -> int:
        return int(store.db.execute("SELECT version FROM catalogue_version").fetchone()[0])

    import_rows(store, tmp_path, "1,Mouse,10,black")
    before = version()
    import_rows(store, tmp_path, "1,Mouse,10,black")
    assert version() == before


def test_a_broken_row_is_reported_with_its_line_and_the_good_ones_stay(store: Store, tmp_path: Path) -> None:
    import_rows(store, tmp_path, "1,Mouse,10,black", "2,Kettle,20,silver")
    report = import_rows(store, tmp_path, "1,Mouse,10,black", "2,Kettle,-5,silver", "3,,30,white")
    assert [(rejection.line, rejection.item_id) for rejection in report.rejections] == [(3, "2"), (4, "3")]
    assert on_sale(store) == {"1": 1000, "2": 2000}


def test_other_feeds_are_left_alone(store: Store, tmp_path: Path) -> None:
    import_rows(store, tmp_path, "1,Mouse,10,black", feed="a")
    import_rows(store, tmp_path, "2,Kettle,20,silver", feed="b")
    assert set(on_sale(store)) == {"1", "2"}


def test_a_feed_in_which_nothing_can_be_read_changes_nothing(store: Store, tmp_path: Path) -> None:
    import_rows(store, tmp_path, "1,Mouse,10,black")
    with pytest.raises(CatalogueError, match=r"no readable row \(1 rejected; first: line 2"):
        import_rows(store, tmp_path, "2,,20,silver")
    assert set(on_sale(store)) == {"1"}
    assert store.db.execute("SELECT count(*) FROM imports").fetchone()[0] == 1


def test_a_missing_file_and_an_unknown_format_are_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.csv"):
        import_feed(store, tmp_path / "none.csv", vocabulary=load_vocabulary())
    (tmp_path / "x.csv").write_text(HEADER, encoding="utf-8")
    with pytest.raises(CatalogueError, match="unknown format 'abacus'"):
        import_feed(store, tmp_path / "x.csv", vocabulary=load_vocabulary(), feed_format="abacus")


def test_an_import_that_breaks_off_leaves_the_old_catalogue(store: Store, tmp_path: Path) -> None:
    import_rows(store, tmp_path, "1,Mouse,10,black")
    file = tmp_path / "feed.csv"
    file.write_text(HEADER + "1,Mouse,99,black\n2,Kettle,20,silver\n", encoding="utf-8")

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_feed(store, file, vocabulary=load_vocabulary(), feed="shop", feed_format="csv", on_entry=stop)
    assert on_sale(store) == {"1": 1000}
