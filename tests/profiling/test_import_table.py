from __future__ import annotations

import csv
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from profiling.catalogue.feed import MAX_CELL, Rejection
from profiling.catalogue.importers.table import MAX_RECORD, Row, detect_encoding, open_table
from profiling.errors import CatalogueError


def write(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def rows_of(path: Path) -> list[tuple[int, tuple[str, ...]] | Rejection]:
    return [(row.line, row.cells) if isinstance(row, Row) else row for row in open_table(path).rows()]


def lines_and_ids(path: Path) -> list[tuple[int, str]]:
    return [(row.line, row.cells[0] if isinstance(row, Row) else "rejected") for row in open_table(path).rows()]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("id;größe\n1;ä\n".encode(), "utf-8"),
        ("\ufeffid;größe\n1;ä\n".encode(), "utf-8-sig"),
        ("\ufeffid;größe\n1;ä\n".encode("utf-16-le"), "utf-16"),
        ("\ufeffid;größe\n1;ä\n".encode("utf-16-be"), "utf-16"),
        ("id;größe\n1;ä\n".encode("cp1252"), "cp1252"),
        ("id;größe\n1;ä\n".encode() + b"2;\xe4\n", "utf-8"),
        (b"id;title\n1;x\n", "utf-8"),
    ],
)
def test_encoding_and_delimiter_are_found(content: bytes, encoding: str, tmp_path: Path) -> None:
    path = write(tmp_path, content)
    assert detect_encoding(path) == encoding
    table = open_table(path)
    assert table.delimiter == ";"
    first = next(table.rows())
    assert isinstance(first, Row)
    assert first.cells in {("1", "ä"), ("1", "x")}


@pytest.mark.parametrize(("delimiter"), [",", ";", "\t", "|"])
def test_delimiter_is_the_one_that_splits_the_header(delimiter: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"id{delimiter}title of it{delimiter}price\n1{delimiter}x{delimiter}2\n")
    assert open_table(path).header == ("id", "title of it", "price")


def test_first_line_may_name_the_delimiter(tmp_path: Path) -> None:
    path = write(tmp_path, "sep=|\r\nid|a,b,c,d\r\n1|x\r\n")
    assert open_table(path).header == ("id", "a,b,c,d")
    assert rows_of(path) == [(3, ("1", "x"))]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,text\n1,"two\nlines"\n\n2,x\n3,"a\r\n\r\nb"\r\n4,y')
    assert lines_and_ids(path) == [(2, "1"), (5, "2"), (6, "3"), (9, "4")]


def test_short_rows_are_filled_and_long_ones_rejected(tmp_path: Path) -> None:
    path = write(tmp_path, "id,title,price\n1,a\n2,b,3,,\n3,c,4,surplus\n")
    first, second, third = rows_of(path)
    assert first == (2, ("1", "a", ""))
    assert second == (3, ("2", "b", "3", "", ""))
    assert third == Rejection(4, "the row has 4 cells, the header 3; is a quote or delimiter misplaced?")


def test_inch_mark_in_an_unquoted_cell_is_text(tmp_path: Path) -> None:
    path = write(tmp_path, 'id\ttitle\n1\t15" monitor\n2\t17" monitor\n')
    assert rows_of(path) == [(2, ("1", '15" monitor')), (3, ("2", '17" monitor'))]


def test_open_quote_costs_its_row_only(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,title,price\n1,"never closed,3\n2,b,3\n3,"c",3\n4,d,3\n')
    assert lines_and_ids(path) == [(2, "rejected"), (3, "2"), (4, "3"), (5, "4")]


def test_open_quote_in_the_last_row(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,title\n1,a\n2,"b')
    assert rows_of(path)[1] == Rejection(3, "a quote is opened and never closed")


def test_many_open_quotes_take_no_longer_than_a_moment(tmp_path: Path) -> None:
    path = write(tmp_path, "id,title\n" + 'x","y\n' * 60_000)
    assert all(isinstance(row, Rejection) for row in rows_of(path))


def test_nul_and_invalid_bytes_cost_their_row_only(tmp_path: Path) -> None:
    path = write(tmp_path, b"id,title\n1,\xc3\xa4\n2,\xe4\n3,a\0b\n4,\xc3\xb6\n")
    first, second, third, fourth = rows_of(path)
    assert first == (2, ("1", "ä"))
    assert second == Rejection(3, "the row is not valid UTF-8")
    assert third == Rejection(4, "the row holds a NUL byte")
    assert fourth == (5, ("4", "ö"))


def test_bytes_that_windows_does_not_know(tmp_path: Path) -> None:
    path = write(tmp_path, b"id,title\n1,\xe4\n2,\x81\n")
    assert rows_of(path) == [(2, ("1", "ä")), Rejection(3, "the row is not valid Windows-1252")]


def test_cut_off_utf_16(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeffid,title\n1,a\n2,b".encode("utf-16-le") + b"\0")
    assert rows_of(path) == [(2, ("1", "a")), Rejection(3, "the row is not valid UTF-16")]


def test_cells_above_the_limit_cost_their_row_only(tmp_path: Path) -> None:
    path = write(tmp_path, f"id,title\n1,{'x' * MAX_CELL}\n2,{'x' * (MAX_CELL + 1)}\n3,y\n")
    first, second, third = rows_of(path)
    assert not isinstance(first, Rejection)
    assert len(first[1][1]) == MAX_CELL
    assert second == Rejection(3, "a cell holds more than 1,000,000 characters")
    assert third == (4, ("3", "y"))


@pytest.mark.parametrize("filler", ["x" * 1_000, '""' * 500, "x" * 999 + "\n"])
def test_cell_of_50_mb_is_skipped_in_bounded_memory(filler: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write('id,title\n1,a\n2,"')
        file.writelines(filler for _ in range(50_000))
        file.write('"\n3,"c"\n4,d\n')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = rows_of(path)
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    last = 4 + filler.count("\n") * 50_000
    too_long = Rejection(3, "a cell holds more than 1,000,000 characters")
    assert rows == [(2, ("1", "a")), too_long, (last, ("3", "c")), (last + 1, ("4", "d"))]
    assert grown_kb < 60_000


def test_quote_that_swallows_the_rest_of_a_long_file_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,title\n1,a\n2,"b\n' + "3,c\n" * (MAX_RECORD // 4 + 10))
    with pytest.raises(CatalogueError, match=r"a quote that is opened in or near line .* is never closed"):
        rows_of(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"i\0d,title\n" + b"1,2\n" * 20, "the row holds a NUL byte"),
        ("id,title\n1,2\n".encode("utf-16-le"), "save it as UTF-8"),
    ],
)
def test_what_is_no_table(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=message):
        open_table(write(tmp_path, content))


def test_columns_that_share_a_name(tmp_path: Path) -> None:
    row = next(open_table(write(tmp_path, "id,Tag, tag \n1,,b\n2,a,b\n")).rows())
    assert isinstance(row, Row)
    assert row.get("nothing", "tag") == "b"
    assert row.all("tag") == ["b"]
    assert row.all("other") == []


def test_limit_of_csv_stays_put_between_threads(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    path = write(tmp_path, "id,title\n" + "1,a\n" * 2_000)

    def read(rows: Iterator[Row | Rejection]) -> None:
        for _ in rows:
            pass

    threads = [threading.Thread(target=read, args=[open_table(path).rows()]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert csv.field_size_limit() == before
