"""`clefboard check`: the platform's judgement, on the laptop."""

import json
import os
from pathlib import Path

import pytest

from scoring import RunRules
from tests.clefboard.cli.command import LEAVES_RUNS, PLANTS, clefboard
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
        [
            "run.csv: valid (4 lines, 3 queries, coverage 100.0%; separated by semicolons, no header)"
        ],
    )


@pytest.mark.parametrize(
    ("mark", "name"), [(";", "semicolons"), (",", "commas"), ("\t", "tabs")], ids=["s", "c", "t"]
)
def test_how_the_file_was_cut_into_columns(folder: Path, tmp_path: Path, mark: str, name: str):
    text = f"Query Id;x;y\n{RIGHT}".replace(";", mark)
    code, lines = check(tmp_path, text, "--task", folder)
    assert code == 0
    assert lines[-1].endswith(f", coverage 100.0%; separated by {name}, columns Query Id, x, y)")


def test_what_has_no_separator_has_no_columns(folder: Path, tmp_path: Path):
    assert check(tmp_path, "1 a 0.5\n", "--task", folder)[1][-1] == (
        "run.csv: invalid (1 line, 0 queries read)"
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
        "run.csv: invalid (16 lines, 3 queries read; separated by semicolons, no header)",
    ]


def test_a_warning_is_no_problem(folder: Path, tmp_path: Path):
    code, lines = check(tmp_path, "1;a;0.9\n1;b;0.5\n", "--task", folder)
    assert code == 0
    assert lines == [
        (
            "run.csv: warning: 2 of 3 queries have no prediction, the first is '2'; "
            "each counts 0 where it has a right class"
        ),
        "run.csv: valid (2 lines, 1 query, coverage 33.3%; separated by semicolons, no header)",
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
    truth, classes = tmp_path / "validation.csv", tmp_path / "known.csv"
    truth.write_text(TABLES["ground_truth.csv"])
    classes.write_text(TABLES["classes.csv"])

    assert check(tmp_path, RIGHT, "--truth", truth)[0] == 0
    assert check(tmp_path, RIGHT + "1;x;0", "--truth", truth)[0] == 0, "any class is accepted"
    assert check(tmp_path, RIGHT + "1;x;0", "--truth", truth, "--classes", classes)[0] == 1

    (tmp_path / "run.csv").write_text(WRONG)
    ended = clefboard("check", tmp_path / "run.csv", "--truth", truth, home=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("note: the queries of a truth file are all there are; ")
    assert "\n" not in ended.stderr[:-1]


def test_a_folder_of_tables_is_a_truth_too(folder: Path, tmp_path: Path):
    (folder / "task.yaml").unlink()

    assert check(tmp_path, RIGHT, "--truth", folder)[0] == 0
    assert check(tmp_path, WRONG, "--truth", folder)[0] == 1


def test_a_task_folder_as_truth_brings_its_rules(tmp_path: Path):
    folder = make_folder(tmp_path, "run: {max_predictions_per_query: 1}\n")

    assert check(tmp_path, RIGHT, "--truth", folder)[0] == 1
    assert check(tmp_path, RIGHT, "--truth", folder / "ground_truth.csv")[0] == 0, "no task here"


def test_a_folder_whose_tables_are_generated(tmp_path: Path):
    ended = clefboard(
        "check", LEAVES_RUNS / "frozen_160.csv.gz", "--task", PLANTS, "--json", home=tmp_path
    )

    assert ended.returncode == 1
    (problem,) = [p for p in json.loads(ended.stdout)["problems"] if p["kind"] == "unknown_query"]
    assert "is not one of the 17,886 of this task" in problem["message"]


def test_the_ids_of_the_queries_tell_segments(tmp_path: Path):
    truth = tmp_path / "validation.csv"
    truth.write_text("QueryId;ClassId\ns1/00:00:00-00:00:05;a\ns1/00:00:05-00:00:10;\n")

    assert check(tmp_path, "s1;00:00:00-00:00:05;a;0.5\n", "--truth", truth)[0] == 0


def test_a_shape_that_was_guessed_wrong_is_said(tmp_path: Path):
    (tmp_path / "truth.csv").write_text("QueryId;ClassId\n1;a\n")
    (tmp_path / "run.csv").write_text("1;a\n")

    ended = clefboard(
        "check", tmp_path / "run.csv", "--truth", tmp_path / "truth.csv", home=tmp_path
    )

    assert ended.returncode == 1
    assert ended.stderr == (
        "note: read as a ranked run; if it is another: --shape ranked|segment|set|label\n"
    )


def test_scores_of_any_size(tmp_path: Path):
    (tmp_path / "truth.csv").write_text("QueryId;ClassId\n1;a\n")

    assert check(tmp_path, "1;a;-7.5\n", "--truth", tmp_path / "truth.csv")[0] == 1
    assert check(tmp_path, "1;a;-7.5\n", "--truth", tmp_path / "truth.csv", "--scores", "any") == (
        0,
        [
            (
                "run.csv: warning: one prediction a query: a class that is not first counts as not"
                " found, so more of them can only help"
            ),
            "run.csv: valid (1 line, 1 query, coverage 100.0%; separated by semicolons, no header)",
        ],
    )


def test_the_report_as_json(folder: Path, tmp_path: Path):
    code, lines = check(tmp_path, WRONG, "--task", folder, "--json")
    report = json.loads("\n".join(lines))

    assert code == 1
    assert report["n_lines"] == 16
    assert report["problems"][-1] == {
        "kind": "unknown_class",
        "message": "the class 'x' is not one of the 3 of this task",
        "template": "the class %(id)s is not one of the %(n)s of this task%(hint)s",
        "values": {"id": "'x'", "n": 3, "hint": ""},
        "lines": [5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
        "count": 12,
    }


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


NOT_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
TRUTHS = {
    "empty.csv": "",
    "header.csv": "QueryId;ClassId\n",
    "commas.csv": "QueryId,ClassId\n1,a\n",
    "other.csv": "Query;Class\n1;a\n",
    "twice.csv": "QueryId;ClassId\n1;a\n1;a\n",
    "latin.csv": "QueryId;ClassId\n1;\xe9\n",
}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ruN.csv", "--truth", "twice.csv"], "there is no file ruN.csv (did you mean 'run.csv'?)"),
        (["no/run.csv"], "there is no file no/run.csv: the folder no is not there either"),
        (["."], ". is a folder, and a file is wanted"),
        (["/dev/null"], "/dev/null is a pipe or a device; a run may be read twice: save it first"),
        (["run.csv", "--truth", "none.csv"], "there is no file none.csv"),
        (["run.csv", "--truth", "empty.csv"], "empty.csv: is empty: it needs a header and lines"),
        (["run.csv", "--truth", "header.csv"], "header.csv: holds no line below its header"),
        (["run.csv", "--truth", "commas.csv"], "columns are separated by ';'"),
        (["run.csv", "--truth", "other.csv"], "(did you mean 'Query'?)"),
        (["run.csv", "--truth", "twice.csv"], "twice.csv:3: "),
        (["run.csv", "--truth", "latin.csv"], "latin.csv:2: not UTF-8: save it as UTF-8"),
        (["run.csv", "--truth", "."], "classes.csv: there is no such file"),
        pytest.param(["run.csv", "--truth", "locked.csv"], "locked.csv: Perm", marks=NOT_ROOT),
        pytest.param(["locked.csv"], "locked.csv: Permission denied", marks=NOT_ROOT),
        (["/proc/self/mem"], "clefboard: Input/output error"),
        (["run.csv", "--truth", "right.csv", "--classes", "x.csv"], "there is no file x.csv"),
        (["run.csv", "--truth", ".", "--classes", "x.csv"], "--classes goes with --truth FILE"),
        (["run.csv", "--truth", "right.csv", "--image-run"], "--image-run needs the images"),
        (["run.csv", "--task", "no/folder"], "no/folder is not right: no/folder: no such folder"),
    ],
)
def test_what_cannot_be_used_is_one_line(tmp_path: Path, words: list[str], message: str):
    (tmp_path / "run.csv").write_text(RIGHT)
    (tmp_path / "right.csv").write_text("QueryId;ClassId\n1;a\n")
    for name, text in TRUTHS.items():
        (tmp_path / name).write_bytes(text.encode("latin-1"))
    (tmp_path / "locked.csv").touch(mode=0)
    words = words if len(words) > 1 else [*words, "--truth", "right.csv"]

    ended = clefboard("check", *words, home=tmp_path, folder=tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("clefboard: ")
    assert message in ended.stderr


def test_tables_that_are_wrong(folder: Path, tmp_path: Path):
    (folder / "queries.csv").write_text("QueryId\n1\n1\n2\n3\n")
    run = tmp_path / "run.csv"
    run.write_text(RIGHT)
    ended = clefboard("check", run, "--truth", folder, home=tmp_path)
    assert ended.returncode == 2
    assert "queries.csv:3" in ended.stderr
