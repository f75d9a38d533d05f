"""Run files written: whatever the ids and the doubles are, they read back as what was meant."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from scoring import CannotWrite, RunRules, TestSet
from scoring.run_files.answer import Answer
from scoring.run_files.layouts import LAYOUTS
from scoring.run_files.reader import read_run
from scoring.run_files.writer import RunWriter, check_target, replaced, written_whole
from scoring.truth.tables import Table

Rows = dict[str, list[tuple[str, float, int]]]

ids = st.one_of(
    st.text(
        st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=5
    ),
    st.sampled_from(
        ["QueryId", "QueryId_", "id", "1;2", 'say "x"', '"', "\r", "\ufeffa", "PK\x03\x04", " "]
    ),
)
doubles = st.floats(allow_nan=False, allow_infinity=False)
runs = st.dictionaries(
    ids,
    st.lists(
        st.tuples(ids, doubles, st.integers(1, 9)), min_size=1, max_size=4, unique_by=lambda r: r[0]
    ),
    min_size=1,
    max_size=4,
)


class Everything:
    """Takes all answers."""

    def __init__(self) -> None:
        self.rows: Rows = {}

    def take(self, answer: Answer) -> None:
        ranks = answer.ranks or [0] * len(answer.classes)
        self.rows[answer.query] = list(
            zip(answer.classes, answer.probabilities, ranks, strict=True)
        )


def read_back(path: Path, rows: Rows, shape: str = "ranked") -> Rows:
    test_set = TestSet(None, Table("queries.csv", {"QueryId": list(rows)}))
    rules = RunRules.from_json({"shape": shape, "scores": "any"})
    report, found = read_run(path, test_set, rules, "run", Everything)
    assert report.valid, report.problems
    assert report.header is not None
    return found.rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(runs, st.sampled_from(["run.csv", "run.csv.gz", "run.csv.zst"]), st.booleans())
@example({"\r": [("\r", -0.0, 1)]}, "run.csv", False)
def test_what_is_written_reads_back(tmp_path: Path, rows: Rows, name: str, ranks: bool):
    with written_whole(tmp_path / name) as file:
        writer = RunWriter(file, LAYOUTS["ranked"], rows, ranks=ranks)
        for query, own in rows.items():
            if ranks:
                writer.write_ranked(query, own)
            else:
                writer.write(query, [row[:2] for row in own])

    meant = {q: [(n, p, rank * ranks) for n, p, rank in own] for q, own in rows.items()}
    assert read_back(tmp_path / name, rows) == meant


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30
)
@given(st.dictionaries(ids, st.lists(ids, min_size=1, max_size=3, unique=True), min_size=1))
def test_segments_read_back(tmp_path: Path, recordings: dict[str, list[str]]):
    rows = {f"{r}/00:00:00-00:00:05": [(n, 0.5, 0) for n in own] for r, own in recordings.items()}
    with written_whole(tmp_path / "run.csv") as file:
        writer = RunWriter(file, LAYOUTS["segment"], rows)
        for query, own in rows.items():
            writer.write(query, [row[:2] for row in own])

    assert read_back(tmp_path / "run.csv", rows, "segment") == rows


def fail(path: Path) -> None:
    with written_whole(path) as file:
        file.write(b"new")
        raise OSError("the disk is full")


def test_nothing_is_left_of_what_failed(tmp_path: Path):
    (tmp_path / "run.csv").write_text("old")
    with pytest.raises(OSError, match="disk"):
        fail(tmp_path / "run.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["run.csv"]
    assert (tmp_path / "run.csv").read_text() == "old"


def test_a_new_file_may_be_read_by_whom_others_may(tmp_path: Path):
    (tmp_path / "usual").touch()
    with replaced(tmp_path / "new") as part:
        part.touch()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("run.zip", "a run is not written as .zip"),
        ("run.parquet", "a run is not written as .parquet"),
        ("none/run.csv", "there is no folder"),
        ("folder", "is a folder"),
    ],
)
def test_where_no_run_can_be_written(tmp_path: Path, name: str, message: str):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotWrite, match=message):
        check_target(tmp_path / name)
