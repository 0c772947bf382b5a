from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from profiling import training
from profiling.errors import InputError
from profiling.training.assemble import assemble, thin
from profiling.training.examples import Columns, Example, join_texts, read_examples, split_of, text_key

SENTENCES = Path(training.__file__).parent / "sentences.csv"
MAMS = """<?xml version="1.0"?><sentences><sentence><text>Nice bar, slow waiter, odd lamp.</text><aspectTerms>
<aspectTerm from="5" to="8" term="bar" polarity="positive"/><aspectTerm term="waiter" polarity="negative"/>
<aspectTerm term="lamp" polarity="conflict"/></aspectTerms></sentence></sentences>"""


def read(tmp_path: Path, name: str, content: str, columns: Columns | None = None) -> list[Example]:
    path = tmp_path / name
    path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    return read_examples(path, columns)


def test_words_are_labels(tmp_path: Path) -> None:
    examples = read(tmp_path, "a.csv", "text,label\nfine,neutral\ngood,Positive\nbad,neg\n")
    assert [(e.label, e.recommends) for e in examples] == [(1, None), (2, True), (0, False)]


def test_stars_and_a_flag_are_found_by_their_usual_names(tmp_path: Path) -> None:
    content = "Title,Review Text,Rating,Recommended IND\nNice,Fits well,3,1\n,Too small,2,0\n,,5,1\n"
    examples = read(tmp_path, "a.csv.gz", content)
    assert examples == [Example("Nice. Fits well", "", 1, True), Example("Too small", "", 0, False)]


@pytest.mark.parametrize(
    ("thresholds", "labels"),
    [((0.0,), [0, 2, 2]), ((-0.5, 0.5), [0, 1, 2]), ((1.0,), [0, 0, 2]), ((-1.0, 2.0), [0, 1, 1])],
)
def test_thresholds_say_what_a_number_means(tmp_path: Path, thresholds: tuple[float, ...], labels: list[int]) -> None:
    columns = Columns(("words",), "mean", thresholds)
    examples = read(tmp_path, "a.csv", "words,mean\na,-1\nb,0.1\nc,1.5\n", columns)
    assert [example.label for example in examples] == labels


def test_zero_and_one_need_no_thresholds(tmp_path: Path) -> None:
    assert [e.label for e in read(tmp_path, "a.csv", "text,label\na,0\nb,1\n")] == [0, 2]


def test_lines_with_a_tab_or_a_blank(tmp_path: Path) -> None:
    assert read(tmp_path, "a.txt", "Great.\t1\nBad! 0\n\n") == [
        Example("Great.", "", 2, True),
        Example("Bad!", "", 0, False),
    ]


def test_aspects_of_mams_and_semeval(tmp_path: Path) -> None:
    text = "Nice bar, slow waiter, odd lamp."
    assert read(tmp_path, "a.xml.gz", MAMS) == [Example(text, "bar", 2), Example(text, "waiter", 0)]
    segments = "I like the $T$ a lot .\nscreen\n1\nThe $T$ is a fan .\nfan\n-1\n"
    assert [(e.text, e.aspect, e.label) for e in read(tmp_path, "a.xml.seg", segments)] == [
        ("I like the screen a lot .", "screen", 2),
        ("The fan is a fan .", "fan", 0),
    ]


def test_opinion_targets_of_later_semevals(tmp_path: Path) -> None:
    content = """<Reviews><Review><sentences><sentence><text>Nice bar, all in all.</text><Opinions>
    <Opinion target="bar" category="AMBIENCE#GENERAL" polarity="positive" from="5" to="8"/>
    <Opinion target="NULL" category="RESTAURANT#GENERAL" polarity="positive"/></Opinions></sentence></sentences></Review></Reviews>"""
    assert read(tmp_path, "a.xml", content) == [Example("Nice bar, all in all.", "bar", 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
def test_xml_is_read_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    content = MAMS.replace('<?xml version="1.0"?>', head).replace("bar", "café")
    (tmp_path / "a.xml").write_bytes(content.encode(encoding))
    assert [example.aspect for example in read_examples(tmp_path / "a.xml")] == ["café", "waiter"]


@pytest.mark.parametrize("declared", ["", ' encoding="utf-7"', ' encoding="klingon"'])
def test_xml_in_an_encoding_that_it_does_not_declare_is_told_with_its_line(tmp_path: Path, declared: str) -> None:
    content = MAMS.replace('"1.0"', f'"1.0"{declared}').replace("bar", "café")
    (tmp_path / "a.xml").write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError, match=r"a\.xml, line 1"):
        read_examples(tmp_path / "a.xml")


@pytest.mark.parametrize("name", ["a.csv", "a.seg", "a.txt"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, name: str) -> None:
    content = {"a.csv": "text,label\nGood,1\n", "a.seg": "$T$ rocks\nGood\n1\n", "a.txt": "Good\t1\n"}[name]
    assert read(tmp_path, name, "\ufeff" + content)[0].text.startswith("Good")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "text,label\nok,positive\nwhat,maybe\n", r"a\.csv, line 3: label 'maybe'"),
        ("a.csv", "text,label\nok,7\n", r"line 2: label '7'; say with --thresholds"),
        ("a.csv", "comment,mark\nok,1\n", r"line 1: no column with a label"),
        ("a.csv", "mark\n1\n", r"line 1: no column with a text"),
        ("a.csv", "text,label\n,positive\n", r"no labelled text"),
        ("a.csv", "", r"a\.csv: the file is empty"),
        ("a.csv", "text,recommended\nok,yes\n", r"line 2: recommended is 'yes'"),
        ("a.txt", "Great.\t1\nno label\n", r"line 2: expected a text"),
        ("a.xml", "<sentences><sentence>", r"a\.xml, line 1"),
        ("a.seg", "no place\nscreen\n1\n", r"line 1: expected a text with \$T\$"),
    ],
)
def test_bad_input_is_told_with_its_line(tmp_path: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, name, content)


def test_a_named_column_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no column 'stars'; there are 'text', 'label'"):
        read(tmp_path, "a.csv", "text,label\na,1\n", Columns(("text",), "stars"))


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"text,label\nfine,positive\ncaf\xe9,neutral\n")
    with pytest.raises(InputError, match=r"line 3: not UTF-8"):
        read_examples(tmp_path / "a.csv")


@pytest.mark.parametrize("content", [b"not gzip", gzip.compress(b"text,label\n" * 99)[:-9]])
def test_a_damaged_archive_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv.gz").write_bytes(content)
    with pytest.raises(InputError):
        read_examples(tmp_path / "a.csv.gz")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_examples(tmp_path / "a.csv")


def test_all_aspects_of_a_text_are_in_the_same_split() -> None:
    splits = Counter()
    for number in range(3_000):
        whole, aspect = Example(f"text {number}"), Example(f"text {number}", "zip")
        assert split_of(whole) == split_of(aspect)
        splits[split_of(whole)] += 1
    assert splits["train"] / 3_000 == pytest.approx(0.8, abs=0.03)
    assert splits["test"] / 3_000 == pytest.approx(0.1, abs=0.02)


def test_the_commonest_label_is_thinned_to_the_others_and_no_other() -> None:
    examples = [Example(f"text {n}", "", 2 if n % 10 else 0) for n in range(2_000)]
    counts = Counter(example.label for example in thin(examples))
    assert counts[0] == 200
    assert counts[2] == pytest.approx(200, rel=0.2)
    assert thin(examples) == thin(examples)


def test_nothing_of_the_test_split_is_learnt_not_even_a_title(tmp_path: Path) -> None:
    rows = "".join(f"title {n},text {n},{n % 5 + 1},1\n" for n in range(400))
    path = tmp_path / "a.csv"
    path.write_text(f"title,text,rating,recommended\n{rows}")
    training, validation = assemble([path])
    kept = {
        number
        for n in range(400)
        if split_of(Example(join_texts([f"title {n}", f"text {n}"]))) == "test"
        for number in [str(n)]
    }
    assert kept
    assert not kept & {example.text.split()[-1] for example in [*training, *validation]}
    assert any(example.text.startswith("title") and "text" not in example.text for example in training)


class TestNotedAspects:
    def test_they_are_learnt_with_the_text_that_they_belong_to(self, tmp_path: Path) -> None:
        lines = [f"The lens number {n} is fine." for n in range(50)]
        (tmp_path / "a.txt").write_text("".join(f"{line}\t1\n" for line in lines))
        (tmp_path / "notes.csv").write_text(
            "key,aspect,label\n" + "".join(f"{text_key(line)},lens,positive\n" for line in lines)
        )
        training, validation = assemble([tmp_path / "a.txt"], notes=[tmp_path / "notes.csv"])
        learnt = {example.text for example in training}
        assert learnt == {line for line in lines if split_of(Example(line)) == "train"}
        assert {example.text for example in training if example == Example(example.text, "lens", 2)} == learnt
        assert any(example.aspect for example in validation)

    def test_a_text_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Great.\t1\n")
        (tmp_path / "notes.csv").write_text("key,aspect,label\n0123456789ab,lens,positive\n")
        with pytest.raises(InputError, match="no text with the key '0123456789ab'"):
            assemble([tmp_path / "a.txt"], notes=[tmp_path / "notes.csv"])


def test_our_own_sentences_name_their_aspects_and_are_there_once() -> None:
    examples = read_examples(SENTENCES)
    assert all(example.aspect.lower() in example.text.lower() for example in examples)
    assert len(set(examples)) == len(examples) > 1_500
    assert {example.label for example in examples if example.aspect} == {0, 1, 2}
