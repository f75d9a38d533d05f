"""`clefboard task`: on the organiser's laptop."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.clefboard.cli.command import LEAVES, clefboard
from tests.clefboard.task_folder.folders import make_folder


def test_a_right_folder_is_fine(tmp_path: Path):
    ended = clefboard("task", "check", LEAVES, home=tmp_path)

    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        f"{LEAVES}: fine",
        "Smallest difference in mrr that a paired test at 5 % finds in 80 of 100 such tests,",
        "  of runs that disagree on 10% of 400 units: 0.0442",
        "  of runs that disagree on 20% of 400 units: 0.0625",
        "  of runs that disagree on 40% of 400 units: 0.0883",
    ]


@pytest.mark.parametrize("shape", ["ranked", "segment", "set", "label"])
def test_a_new_folder_is_fine(tmp_path: Path, shape: str):
    made = clefboard("task", "new", tmp_path / "my-task", "--shape", shape, home=tmp_path)
    checked = clefboard("task", "check", tmp_path / "my-task", home=tmp_path)

    assert (made.returncode, checked.returncode) == (0, 0)
    assert "ground_truth.csv" in made.stdout
    assert checked.stdout == f"{tmp_path / 'my-task'}: fine\n"


def test_a_new_folder_is_written_over_nothing(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    for folder, what in ((tmp_path, "is not empty"), (tmp_path / "notes.txt", "is a file")):
        ended = clefboard("task", "new", folder, "--shape", "ranked", home=tmp_path)
        assert ended.returncode == 2
        assert f"{folder} {what}; right is a new or an empty folder" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_every_problem_is_a_line(tmp_path: Path):
    folder = make_folder(tmp_path, "metric: [mrr]\nphases: {results: {opens: noon}}\n")

    ended = clefboard("task", "check", folder, home=tmp_path)

    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        "task.yaml:7: unknown key 'metric' (did you mean 'metrics'?)",
        "task.yaml:8: 'noon' is not a moment: write it as 2017-05-08T23:59:59Z or 2017-05-08",
        f"{folder}: 2 problems",
    ]


def test_a_note_does_not_make_a_folder_wrong(tmp_path: Path):
    folder = make_folder(tmp_path, "phases: {results: {opens: 2017-05-12}}\n")

    ended = clefboard("task", "check", folder, home=tmp_path)

    assert ended.returncode == 0
    assert "2017-05-12T00:00:00Z (note)" in ended.stdout


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path):
    ended = clefboard("task", "check", tmp_path / "nowhere", home=tmp_path)

    assert ended.returncode == 1
    assert "no such folder" in ended.stdout


def test_the_schema_is_a_json_schema(tmp_path: Path):
    schema = json.loads(clefboard("task", "schema", home=tmp_path).stdout)

    Draft202012Validator.check_schema(schema)
    assert "metrics" in schema["properties"]
