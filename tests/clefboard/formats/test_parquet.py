"""Parquet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clefboard.formats import convert_run, format_of
from tests.clefboard.formats.converting import convert, kinds, parquet, text


def test_a_run_as_parquet(folder: Path):
    convert(folder, "007;NA;0.1\n007;b;0.25\n", "run.parquet")
    table = pq.read_table(folder / "run.parquet")

    assert table.schema.remove_metadata() == pa.schema(
        [
            pa.field("QueryId", pa.string(), nullable=False),
            pa.field("ClassId", pa.string(), nullable=False),
            pa.field("Probability", pa.float64(), nullable=False),
        ]
    )
    assert table.to_pydict() == {
        "QueryId": ["007", "007"],
        "ClassId": ["b", "NA"],
        "Probability": [0.25, 0.1],
    }
    assert format_of(folder / "run.parquet") == "parquet"


def test_ids_that_are_whole_numbers_are_written_digit_by_digit(folder: Path):
    source = parquet(
        folder,
        other=["x", "y"],
        query_id=pa.array([2**63 - 1, -7], pa.int64()),
        classid=pa.array(["a", "b"]).dictionary_encode(),
        Probability=pa.array([0.1, 1.0], pa.float32()),
        rank=pa.array([2, 1], pa.uint8()),
    )
    convert_run(source, folder / "run.csv", to="run")

    assert text(folder / "run.csv").splitlines()[1:] == [
        "9223372036854775807;a;0.10000000149011612",
        "-7;b;1.0",
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"QueryId": [1.5], "ClassId": ["a"], "Probability": [1.0]}, "QueryId holds double"),
        ({"QueryId": ["q"], "ClassId": [b"a"], "Probability": [1.0]}, "ClassId holds binary"),
        ({"QueryId": ["q"], "ClassId": ["a"], "Probability": ["1"]}, "Probability holds string"),
        (
            {"QueryId": ["q"], "ClassId": ["a"], "Probability": [1], "Rank": [1.0]},
            "Rank holds double; right are whole numbers",
        ),
        ({"QueryId": ["q"], "ClassId": ["a"]}, "no column is called Probability"),
        (
            {"QueryId": ["q"], "id": ["q"], "ClassId": ["a"], "Probability": [1]},
            "'QueryId' and 'id' are both QueryId",
        ),
    ],
)
def test_columns_that_are_no_run(folder: Path, columns: Mapping[str, Any], message: str):
    done = convert_run(parquet(folder, **columns), folder / "run.csv", to="run")

    [problem] = done.problems
    assert problem.kind == "columns"
    assert message in problem.message
    assert not (folder / "run.csv").exists()


def test_rows_that_are_wrong(folder: Path):
    source = parquet(
        folder,
        QueryId=["q", None, "q", "q", "q", "q", "q"],
        ClassId=["a", "b", "", "c", "d", "e", "f"],
        Probability=[1.0, 1.0, 1.0, float("nan"), None, float("inf"), 1.0],
        Rank=[1, 2, 3, 4, 5, None, 0],
    )
    done = convert_run(source, folder / "run.csv", to="run")

    assert kinds(done.problems) == {
        "empty_id": ([2, 3], 2),
        "probability": ([4, 5, 6], 3),
        "rank": ([6, 7], 2),
    }


def test_a_class_twice_in_a_parquet_file(folder: Path):
    source = parquet(folder, QueryId=["q", "q"], ClassId=["a", "a"], Probability=[1.0, 0.5])
    done = convert_run(source, folder / "run.csv", to="run")
    assert kinds(done.problems) == {"duplicate": ([2], 1)}


def test_a_parquet_file_that_is_none(folder: Path):
    done = convert(folder, b"PAR1rubbish that ends like one: PAR1", "run.csv")
    assert [problem.kind for problem in done.problems] == ["not_parquet"]
    assert kinds(convert(folder, "q;a;1\n", "run.csv", of="parquet").problems).keys() == {
        "not_parquet"
    }


def test_an_id_may_begin_like_a_parquet_file(folder: Path):
    convert(folder, "PAR1;a;1\n", "run.csv")
    assert text(folder / "run.csv").splitlines()[1:] == ["PAR1;a;1.0"]
