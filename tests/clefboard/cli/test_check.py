"""`clefboard check`: the platform's judgement, on the laptop."""

from pathlib import Path

import pytest

from scoring import RunRules
from tests.clefboard.cli.command import clefboard
from tests.clefboard.platform import Answer, Platform
from tests.clefboard.task_folder.folders import TABLES, make_folder

RIGHT = "1;a;0.9\n1;b;0.1\n2;b;0.8\n3;c;0.7\n"
WRONG = "1;a;0.9\n1;a;0.1\n22;b;0.8\n3;c;1.5\n" + "2;x;0.1\n" * 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path)


def check(tmp_path: Path, content: str, *words: str | Path) -> tuple[int, list[str]]:
    run = tmp_path / "run.csv"
    run.write_text(content, "utf-8")
    ended = clefboard("check", run, *words, home=tmp_path)
    assert not ended.stderr
    return ended.returncode, ended.stdout.replace(str(run), "run.csv").splitlines()


def test_a_right_file_against_a_task_folder(folder: Path, tmp_path: Path):
    assert check(tmp_path, RIGHT, "--task", folder) == (
        0,
        ["run.csv: valid (4 lines, 3 queries, coverage 100.0%)"],
    )


def test_every_problem_is_said_at_once(folder: Path, tmp_path: Path):
    code, lines = check(tmp_path, WRONG, "--task", folder)
    assert code == 1
    assert lines == [
        "run.csv:2: error: the class 'a' stands a second time for the query '1'; right is once",
        "run.csv:3: error: the query '22' is not one of the 3 of this task (did you mean '2'?)",
        "run.csv:4: error: the probability is '1.5'; right is a decimal number from 0 to 1, e.g. 0.25",
        "run.csv:5: error: the class 'x' is not one of the 3 of this task",
        "    also on lines 6, 7, 8, 9, 10, 11, 12, 13, 14 and 2 more",
        "run.csv: invalid (16 lines, 3 queries read)",
    ]


def test_a_warning_is_no_problem(folder: Path, tmp_path: Path):
    code, lines = check(tmp_path, "1;a;0.9\n1;b;0.5\n", "--task", folder)
    assert code == 0
    assert lines == [
        (
            "run.csv: warning: 2 of 3 queries have no prediction, the first is '2'; "
            "each counts 0 where it has a right class"
        ),
        "run.csv: valid (2 lines, 1 queries, coverage 33.3%)",
    ]


def test_a_task_may_want_every_query_answered(tmp_path: Path):
    folder = make_folder(tmp_path, "run: {missing_queries: reject}\n")
    code, lines = check(tmp_path, "1;a;0.9\n", "--task", folder)
    assert code == 1
    assert lines[0] == (
        "run.csv: error: 2 of 3 queries have no prediction, the first is '2'; "
        "this task takes only runs that answer every one"
    )


def test_against_a_truth_of_ones_own(tmp_path: Path):
    for name, text in TABLES.items():
        (tmp_path / name.replace("ground_truth", "validation")).write_text(text)
    assert check(tmp_path, RIGHT, "--truth", tmp_path / "validation.csv")[0] == 0
    assert check(tmp_path, WRONG, "--truth", tmp_path / "validation.csv")[0] == 1


def test_an_image_run(folder: Path, tmp_path: Path):
    assert check(tmp_path, "m1;a;0.5\n", "--task", folder, "--image-run")[0] == 1
    (folder / "media.csv").write_text("MediaId;QueryId\nm1;1\n")
    assert check(tmp_path, "m1;a;0.5\n", "--task", folder, "--image-run")[0] == 0


def test_against_a_task_of_the_platform(platform: Platform, tmp_path: Path):
    platform.on("GET tasks/tiny/", Answer(200, {"run_rules": RunRules("ranked").to_json()}))
    for name in ("classes", "queries"):
        platform.on(f"GET tasks/tiny/{name}/", Answer(200, TABLES[f"{name}.csv"].encode()))
    assert check(tmp_path, RIGHT, "--task", "tiny", "--url", platform.url)[0] == 0
    assert check(tmp_path, WRONG, "--task", "tiny", "--url", platform.url)[0] == 1


def test_no_file(folder: Path, tmp_path: Path):
    ended = clefboard("check", tmp_path / "none.csv", "--task", folder, home=tmp_path)
    assert ended.returncode == 2
    assert "there is no file" in ended.stderr


def test_tables_that_are_wrong(folder: Path, tmp_path: Path):
    (folder / "queries.csv").write_text("QueryId\n1\n1\n2\n3\n")
    run = tmp_path / "run.csv"
    run.write_text(RIGHT)
    ended = clefboard("check", run, "--truth", folder / "ground_truth.csv", home=tmp_path)
    assert ended.returncode == 2
    assert "queries.csv:3" in ended.stderr
