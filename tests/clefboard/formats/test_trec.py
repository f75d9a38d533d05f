"""TREC run files."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clefboard.formats import CannotConvert, Conversion
from tests.clefboard.formats.converting import convert, kinds, text

TREC = "q1 Q0 d1 1 -1.5 tag\nq1 Q0 d2 2 -2 tag\nq2\tQ0\td1\t1\t3e2\ttag\n"


def test_a_trec_run(folder: Path):
    done = convert(folder, TREC, "run.csv")

    assert text(folder / "run.csv") == (
        "QueryId;ClassId;Probability\nq1;d1;-1.5\nq1;d2;-2.0\nq2;d1;300.0\n"
    )
    assert (done.n_queries, done.n_predictions, done.problems) == (2, 3, ())
    [warning] = done.warnings
    assert warning.message.startswith("scores from -2.0 to 300.0: only a task with 'scores: any'")


def test_scores_scaled_into_0_to_1(folder: Path):
    done = convert(folder, TREC.replace("3e2", "0"), "run.csv", scale=True)

    assert text(folder / "run.csv").splitlines()[1:] == ["q1;d1;0.25", "q1;d2;0.0", "q2;d1;1.0"]
    assert done.warnings == ()


def test_scores_that_cannot_be_scaled_without_becoming_equal(folder: Path):
    with pytest.raises(CannotConvert, match="1e-300 and 1e-301 of the query 'q' would be equal"):
        convert(folder, "q;a;1e-300\nq;b;1e-301\nq;c;-1e308\nq;d;1e308\n", "run.csv", scale=True)
    assert not (folder / "run.csv").exists()

    convert(folder, "q;a;7\nq;b;7\n", "run.csv", scale=True)
    assert text(folder / "run.csv").splitlines()[1:] == ["q;a;1.0", "q;b;1.0"]


def test_a_run_as_trec(folder: Path):
    done = convert(
        folder, "id;class;p\nq;b;0.5\nq;c;0.25\nq;a;0.5\nq;d;0.75\n", "run.trec", tag="x"
    )

    assert text(folder / "run.trec") == (
        "q Q0 d 1 0.75 x\nq Q0 a 2 0.5 x\nq Q0 b 2 0.5 x\nq Q0 c 4 0.25 x\n"
    )
    assert done == Conversion((), (), 1, 4)


def test_rank_parts_equal_scores_there_and_back(folder: Path):
    convert(folder, "q;a;0.5;9\nq;b;0.5;3\nq;c;0.5;9\n", "run.trec")
    assert text(folder / "run.trec").splitlines() == [
        "q Q0 b 1 0.5 clefboard",
        "q Q0 a 2 0.5 clefboard",
        "q Q0 c 2 0.5 clefboard",
    ]

    convert(folder, text(folder / "run.trec"), "run.csv")
    assert text(folder / "run.csv") == (
        "QueryId;ClassId;Probability;Rank\nq;b;0.5;1\nq;a;0.5;2\nq;c;0.5;2\n"
    )


def test_trec_ranks_may_begin_at_0(folder: Path):
    convert(folder, "q Q0 a 1 0.5 t\nq Q0 b 0 0.5 t\n", "run.csv")
    assert text(folder / "run.csv").splitlines()[1:] == ["q;b;0.5;1", "q;a;0.5;2"]


def test_segments_keep_their_form(folder: Path):
    line = "rec/1;00:00:05-00:00:10;a;0.5"
    convert(folder, line, "run.trec")
    assert text(folder / "run.trec") == "rec/1/00:00:05-00:00:10 Q0 a 1 0.5 clefboard\n"

    convert(folder, text(folder / "run.trec"), "run.csv")
    assert text(folder / "run.csv") == f"MediaId;Time;ClassId;Probability\n{line}\n"

    convert(folder, text(folder / "run.csv"), "run.parquet")
    assert pq.read_table(folder / "run.parquet").to_pylist() == [
        {"QueryId": "rec/1/00:00:05-00:00:10", "ClassId": "a", "Probability": 0.5}
    ]
    convert(folder, text(folder / "run.csv"), "ranked.csv", layout="ranked")
    assert text(folder / "ranked.csv").splitlines()[1] == "rec/1/00:00:05-00:00:10;a;0.5"


def test_a_segment_has_no_rank(folder: Path):
    query = "r/00:00:05-00:00:10"
    done = convert(folder, f"{query} Q0 a 1 0.5 t\n{query} Q0 b 2 0.5 t\n", "run.csv")

    assert kinds(done.warnings) == {"rank_lost": ([], 1)}
    assert text(folder / "run.csv").splitlines()[1:] == [
        "r;00:00:05-00:00:10;a;0.5",
        "r;00:00:05-00:00:10;b;0.5",
    ]


def test_an_image_run(folder: Path):
    convert(folder, "m1 Q0 a 1 0.5 t\n", "run.csv", layout="image_run")
    assert text(folder / "run.csv") == "MediaId;ClassId;Probability\nm1;a;0.5\n"


def test_only_a_run_file_is_warned_of_for_its_scores(folder: Path):
    for name in ("run.trec", "run.parquet"):
        assert convert(folder, TREC, name).warnings == ()
    assert len(convert(folder, TREC, "run.csv").warnings) == 1
    assert " -1.5 " in text(folder / "run.trec")


def test_what_is_no_segment(folder: Path):
    with pytest.raises(CannotConvert, match="the query 'q1' is no segment"):
        convert(folder, TREC, "run.csv", layout="segment")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("q;a b;0.5\n", "the class 'a b' has a blank"),
        ("q x;a;0.5\n", "the query 'q x' has a blank"),
        ("q\x0bx;a;0.5\n", "has a blank"),
        (";a;0.5\n", "the query '' is empty"),
    ],
)
def test_blanks_cannot_be_written_as_trec(folder: Path, content: str, message: str):
    with pytest.raises(CannotConvert, match=message):
        convert(folder, content, "run.trec")
    assert [path.name for path in folder.iterdir()] == ["source"]


def test_every_problem_of_a_trec_run(folder: Path):
    content = (
        b"\xef\xbb\xbfq Q0 a 1 0.5 t\nq Q0 b 1 0.5\nq Q0 b 1 nan t\n\nq Q0 c -1 1 t\nq Q0 d 1 1e999 t\n"
        b"q Q0 a 2 0.1 t\nq Q0 \xff 2 0.1 t\nq Q0 e 2 1_0 t\nq Q0 e 99999999999 1 t\n\n"
    )
    done = convert(folder, content, "run.csv")

    assert kinds(done.problems) == {
        "columns": ([2], 1),
        "score": ([3, 6, 9], 3),
        "blank_line": ([4], 1),
        "rank": ([5, 10], 2),
        "duplicate": ([7], 1),
        "not_utf8": ([8], 1),
    }
    assert not (folder / "run.csv").exists()


def test_scattered_queries(folder: Path):
    convert(folder, "q Q0 a 1 0.5 t\np Q0 a 1 0.5 t\nq Q0 b 1 0.75 t\n", "run.csv")
    assert text(folder / "run.csv").splitlines()[1:] == ["q;b;0.75", "q;a;0.5", "p;a;0.5"]

    done = convert(folder, "q;a;1\np;a;0.5\nq;a;1\n", "run.trec")
    assert kinds(done.problems) == {"duplicate": ([3], 1)}


@pytest.mark.parametrize("content", ["", "\n\n", "QueryId;ClassId;Probability\n"])
def test_files_without_a_prediction(folder: Path, content: str):
    assert [problem.kind for problem in convert(folder, content, "run.trec").problems] == ["empty"]


def test_an_empty_trec_run(folder: Path):
    assert kinds(convert(folder, "", "run.csv", of="trec").problems) == {"empty": ([], 1)}
