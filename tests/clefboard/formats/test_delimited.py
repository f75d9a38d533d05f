"""Run files without a task, and where files are written."""

from pathlib import Path

import pytest

from clefboard.formats import CannotConvert, format_by_name
from scoring import CannotWrite
from tests.clefboard.formats.converting import convert, kinds, text


@pytest.mark.parametrize(
    "content",
    [
        "q;a;1\n",
        "QueryId,ClassId,Probability\r\nq,a,1\r\n",
        "\ufeffid\tclass\tp\tRank\nq\ta\t1\t7\n\n\n",
        '"q";"a";1e0',
        "MediaId;ClassId;Probability\nq;a;1\n",
    ],
)
def test_every_dialect_of_runs(folder: Path, content: str):
    convert(folder, content, "run.csv.gz")
    assert text(folder / "run.csv.gz") == "QueryId;ClassId;Probability\nq;a;1.0\n"


def test_a_query_that_is_called_like_a_header(folder: Path):
    convert(folder, "id;a;1\nQueryId;a;0.5\n", "run.csv")
    assert text(folder / "run.csv") == "QueryId_;ClassId;Probability\nid;a;1.0\nQueryId;a;0.5\n"

    convert(folder, text(folder / "run.csv"), "same.csv")
    assert text(folder / "same.csv") == text(folder / "run.csv")


def test_every_problem_of_a_run(folder: Path):
    done = convert(folder, 'q;a;1\nq;b;x\nq;c\nq";d;1\nq;a;1\n', "run.trec")

    assert kinds(done.problems) == {
        "probability": ([2], 1),
        "columns": ([3], 1),
        "quotes": ([4], 1),
        "duplicate": ([5], 1),
    }
    assert "run.trec" not in [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("content", ["q;a\np;b\n", "q;[a, b]\n", "q,[a, b, c]\np,[a]\n"])
def test_sets_and_labels_have_no_scores(folder: Path, content: str):
    with pytest.raises(CannotConvert, match="holds no scores"):
        convert(folder, content, "run.trec")


def test_a_line_without_a_score_is_a_problem_where_others_have_one(folder: Path):
    assert kinds(convert(folder, "q;a\nq;b;1\n", "run.trec").problems) == {"columns": ([1], 1)}
    done = convert(folder, "id,x;ClassId;Probability\nq;a;1\n", "run.trec")
    assert kinds(done.problems) == {"header": ([1], 1), "columns": ([2], 1)}


def test_a_damaged_file(folder: Path):
    done = convert(folder, b"\x1f\x8b\x08\x00rubbish", "run.trec")
    assert [problem.kind for problem in done.problems] == ["packing"]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("run.csv", "run"),
        ("run.csv.gz", "run"),
        ("run.tsv", None),
        ("run.trec.zst", "trec"),
        ("run.parquet", "parquet"),
        ("run.txt", None),
        ("run", None),
    ],
)
def test_what_a_name_promises(name: str, form: str | None):
    assert format_by_name(Path(name)) == form


@pytest.mark.parametrize(
    ("target", "to"),
    [
        ("no/run.csv", "run"),
        ("no/run.parquet", "parquet"),
        ("run.zip", "run"),
        ("x.parquet", "trec"),
    ],
)
def test_where_nothing_can_be_written(folder: Path, target: str, to: str):
    with pytest.raises(CannotWrite):
        convert(folder, "q;a;1\n", target, to=to)
    assert [path.name for path in folder.iterdir()] == ["source"]
