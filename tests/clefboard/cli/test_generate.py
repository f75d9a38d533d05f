"""`clefboard generate`: invented tasks that the other commands take."""

from pathlib import Path

import pytest

from scoring import SYNTHETIC_RECIPES, parse_metric, read_ground_truth, score, trace_run
from scoring.run_rules import Kind, RunRules
from tests.clefboard.cli.command import clefboard
from tests.clefboard.cli.terminal import on_a_terminal

SMALL = ("--queries", "60", "--classes", "40", "--lines-per-query", "10")


def generate(folder: Path, *words: str) -> tuple[int, list[str], str]:
    ended = clefboard("generate", *words, home=folder, folder=folder)
    return ended.returncode, ended.stdout.splitlines(), ended.stderr


def test_what_is_written_and_said(tmp_path: Path):
    code, said, error = generate(tmp_path, "new", *SMALL, "--runs", "2", "--image-runs")

    assert (code, error) == (0, "")
    assert said[0] == "new: generated, all of it invented (recipe plantclef, seed 1)"
    assert [line.split() for line in said[2:]] == [
        ["file", "lines", "level"],
        ["classes.csv", "41"],
        ["ground_truth.csv", "61"],
        ["media.csv", "86"],
        ["queries.csv", "61"],
        ["runs/run-1.csv", "600", "1.5"],
        ["runs/run-1.images.csv", "850"],
        ["runs/run-2.csv", "600", "-1.5"],
        ["runs/run-2.images.csv", "850"],
    ]
    readme = (tmp_path / "new" / "README.md").read_text()
    assert "Everything in this folder is invented" in readme
    assert "- runs/run-2.csv: level -1.5" in readme
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


@pytest.mark.parametrize("recipe", SYNTHETIC_RECIPES)
def test_runs_are_valid_and_as_good_as_asked(recipe: str, tmp_path: Path):
    generate(tmp_path, "new", "--recipe", recipe, *SMALL, "--levels", "4,-4")
    truth = read_ground_truth(tmp_path / "new")
    rules = RunRules("segment" if recipe == "birdclef_soundscapes" else "ranked")
    values = []
    for number in (1, 2):
        report, trace = trace_run(tmp_path / "new" / f"runs/run-{number}.csv", truth, rules)
        assert report.valid, report.problems
        assert trace is not None
        values.append(score(trace, truth, parse_metric("mrr")).value or 0)
    assert values[0] > values[1] + 0.2


def test_coverage_and_image_runs(tmp_path: Path):
    generate(tmp_path, "new", *SMALL, "--levels", "1", "--coverage", "0.5", "--image-runs")
    truth = read_ground_truth(tmp_path / "new")
    kinds: list[tuple[str, Kind]] = [("run-1.csv", "run"), ("run-1.images.csv", "image_run")]
    for name, kind in kinds:
        report, _ = trace_run(
            tmp_path / "new" / "runs" / name, truth, RunRules("ranked"), kind=kind
        )
        assert report.valid
        assert 0.2 < report.coverage < 0.8


def test_the_same_options_give_the_same_bytes(tmp_path: Path):
    for name, seed in (("one", "5"), ("same", "5"), ("other", "6")):
        generate(tmp_path, name, *SMALL, "--seed", seed, "--runs", "1")
    for name in ("ground_truth.csv", "runs/run-1.csv"):
        one, same, other = ((tmp_path / at / name).read_bytes() for at in ("one", "same", "other"))
        assert one == same != other


def test_no_runs_in_an_empty_folder(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    code, _, _ = generate(tmp_path, "empty", *SMALL, "--runs", "0")
    assert code == 0
    assert list((tmp_path / "empty" / "runs").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("full",), "full is not empty"),
        (("file.txt",), "file.txt is a file"),
        (("no/new",), "there is no folder"),
        (("new", "--queries", "0"), "right is one of each at least"),
        (("new", "--recipe", "herbarium", "--classes", "1"), "two classes at least"),
        (("new", "--recipe", "herbarium", "--image-runs"), "has no images"),
        (("new", "--runs", "-1"), "--runs is a number"),
        (("new", "--runs", "2", "--levels", "1"), "leave --runs out"),
        (("new", "--levels", "good"), "--levels is 'good'"),
        (("new", "--levels", "nan"), "--levels is 'nan'"),
        (("new", "--lines-per-query", "0"), "at least 1"),
        (("new", "--coverage", "0"), "a share"),
        (("new", "--queries", "5", "--classes", "1"), "a run would be empty"),
        (("new", "--queries", "5", "--coverage", "0.01"), "a run would be empty"),
        (("new", "--seed", "-1"), "a whole number from 0"),
    ],
)
def test_what_cannot_be_done_is_one_line(tmp_path: Path, words: tuple[str, ...], message: str):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    (tmp_path / "file.txt").touch()
    code, said, error = generate(tmp_path, *words)

    assert (code, said) == (2, [])
    assert message in error
    assert error.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file.txt", "full"]


def test_a_person_sees_a_bar(tmp_path: Path):
    code, screen = on_a_terminal("generate", "new", *SMALL, folder=tmp_path)
    assert code == 0
    assert "generating" in screen
    assert "100%" in screen
