"""`clefboard fuse`: what it writes, what it prints, and what it refuses."""

from pathlib import Path

import pytest

from scoring import RunRules
from tests.clefboard.cli.command import LEAVES, LEAVES_RUNS, clefboard
from tests.clefboard.cli.terminal import on_a_terminal
from tests.clefboard.platform import Answer, Platform
from tests.clefboard.task_folder.folders import TABLES, make_folder

MEDIA = "MediaId;QueryId;Organ;View\nm1;1;leaf;a\nm2;1;flower;b\nm3;2;flower;a\nm4;3;leaf;b\n"
IMAGES = "m1;b;0.5\nm1;a;0.25\nm2;a;0.5\nm3;c;1\nm4;c;0.75\n"
OUT = "fused.csv"
ONE_EACH = (
    "warning: one prediction a query: a class that is not first counts as not found, so more of them"
    " can only help"
)
ALL_EQUAL = "warning: all probabilities are equal: equal ones are ordered against the run, wrong classes first"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_folder(tmp_path, "run: {image_runs: true}\n")
    (folder / "media.csv").write_text(MEDIA)
    (tmp_path / "one.csv").write_text("1;a;0.5\n2;a;0.5\n3;c;0.5\n")
    (tmp_path / "two.csv").write_text("1;b;0.25\n2;b;1\n3;c;1\n")
    (tmp_path / "images.csv").write_text(IMAGES)
    (tmp_path / "wrong.csv").write_text("1;a;0.5\n7;a;0.5\n")
    return folder


def fuse(tmp_path: Path, *words: str | Path) -> tuple[int, list[str]]:
    ended = clefboard("fuse", *words, "--out", OUT, home=tmp_path, folder=tmp_path)
    assert not ended.stderr
    return ended.returncode, ended.stdout.splitlines()


def lines(tmp_path: Path) -> list[str]:
    return (tmp_path / OUT).read_text().splitlines()[1:]


def test_two_runs_and_what_they_are_worth(folder: Path, tmp_path: Path):
    assert fuse(tmp_path, "one.csv", "two.csv", "--task", folder) == (
        0,
        [
            f"one.csv: {ONE_EACH}",
            f"one.csv: {ALL_EQUAL}",
            f"two.csv: {ONE_EACH}",
            "fused.csv: 5 predictions for 3 queries",
            "",
            "metric   value  n",
            "mrr     1.0000  3",
            "top_1   1.0000  3",
        ],
    )
    assert lines(tmp_path) == ["1;a;0.25", "1;b;0.125", "2;b;0.5", "2;a;0.25", "3;c;0.75"]


def test_weights_ranks_and_the_best_of_a_query(folder: Path, tmp_path: Path):
    code, said = fuse(
        tmp_path, "one.csv", "two.csv", "--task", folder, "--weights", "3,1", "--top", "1"
    )
    assert code == 0
    assert "fused.csv: 3 predictions for 3 queries, 2 weaker ones left out" in said
    assert lines(tmp_path) == ["1;a;0.375", "2;a;0.375", "3;c;0.625"]

    fuse(tmp_path, "one.csv", "two.csv", "--task", folder, "--method", "rrf", "--k", "1")
    assert lines(tmp_path) == ["1;a;0.5", "1;b;0.5", "2;a;0.5", "2;b;0.5", "3;c;1.0"]


def test_both_figures_of_some_organs(folder: Path, tmp_path: Path):
    """Query 1 has a leaf and is answered wrong, 3 right; 2 has none."""
    code, said = fuse(
        tmp_path, "images.csv", "--images", "mean", "--organs", "leaf", "--task", folder
    )

    assert code == 0
    assert said[-5:] == [
        "fused.csv: 3 predictions for 2 queries, 1 query without a line",
        "",
        "metric  without such an image 0  n  left out  n",
        "mrr                      0.5000  3    0.7500  2",
        "top_1                    0.3333  3    0.5000  2",
    ]
    assert lines(tmp_path) == ["1;b;0.5", "1;a;0.25", "3;c;0.75"]


def test_all_images(folder: Path, tmp_path: Path):
    for method, first in (("mean", "1;a;0.375"), ("max", "1;a;0.5")):
        code, said = fuse(tmp_path, "images.csv", "--images", method, "--task", folder)
        assert code == 0
        assert said[-3] == "metric   value  n"
        assert lines(tmp_path)[0] == first


def test_images_by_any_column_and_a_truth_that_stands_alone(folder: Path, tmp_path: Path):
    truth = folder / "ground_truth.csv"
    (tmp_path / "my_media.csv").write_text(MEDIA)
    code, said = fuse(
        tmp_path,
        *("images.csv", "--images", "max", "--only", "View=b", "--metrics", "top_1"),
        *("--truth", truth, "--media", "my_media.csv"),
    )
    assert code == 0
    assert said[-1] == "top_1                    0.6667  3    1.0000  2"
    assert lines(tmp_path) == ["1;a;0.5", "3;c;0.75"]


def test_image_runs_into_an_image_run(folder: Path, tmp_path: Path):
    code, said = fuse(tmp_path, "images.csv", "images.csv", "--image-run", "--task", folder)

    assert code == 0
    assert lines(tmp_path) == IMAGES.replace(";1\n", ";1.0\n").replace("m1;b", "m1;b").split()
    assert said[-1].startswith("top_1")


def test_image_runs_of_a_task_of_sets(folder: Path, tmp_path: Path):
    truth = ("--truth", folder / "ground_truth.csv", "--media", folder / "media.csv")
    words = ("images.csv", "images.csv", "--image-run", *truth)
    assert fuse(tmp_path, *words) == fuse(tmp_path, *words, "--shape", "set")
    assert lines(tmp_path) == IMAGES.replace(";1\n", ";1.0\n").split()


def test_only_images_whose_value_holds_a_comma(folder: Path, tmp_path: Path):
    (folder / "media.csv").write_text(MEDIA.replace(";b\n", ";Rennes, France\n"))
    words = ("--images", "max", "--only", 'View="Rennes, France"', "--task", folder)
    assert fuse(tmp_path, "images.csv", *words)[0] == 0
    assert lines(tmp_path) == ["1;a;0.5", "3;c;0.75"]


def test_real_runs_with_intervals(tmp_path: Path):
    runs = [LEAVES_RUNS / "frozen_160.csv.gz", LEAVES_RUNS / "frozen_224.csv.gz"]
    code, said = fuse(tmp_path, *runs, "--task", LEAVES, "--metrics", "top_1", "--ci")

    assert code == 0
    assert said[-1].startswith("top_1   0.9")
    assert said[-1].endswith("]  400")


def test_a_task_of_the_platform_has_no_truth_here(folder: Path, tmp_path: Path, platform: Platform):
    platform.on("GET tasks/tiny/", Answer(200, {"run_rules": RunRules("ranked").to_json()}))
    for name in ("classes", "queries"):
        platform.on(f"GET tasks/tiny/{name}/", Answer(200, TABLES[f"{name}.csv"].encode()))
    there = ("one.csv", "--task", "tiny", "--url", platform.url)

    code, said = fuse(tmp_path, *there)
    assert code == 0
    assert said[-1] == "fused.csv: 3 predictions for 3 queries"

    ended = clefboard(
        "fuse", *there, "--out", OUT, "--metrics", "mrr", home=tmp_path, folder=tmp_path
    )
    assert ended.returncode == 2
    assert "need a truth" in ended.stderr


def test_an_invalid_run_ends_with_its_problems_and_nothing_is_written(folder: Path, tmp_path: Path):
    code, said = fuse(tmp_path, "one.csv", "wrong.csv", "--task", folder)

    assert code == 1
    assert "wrong.csv:2: error: the query '7' is not one of the 3 of this task" in said
    assert said[-1] == "fused.csv: not written"
    assert not (tmp_path / OUT).exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("one.csv", "--out", "one.csv"), "--out one.csv is one of the runs"),
        (("one.csv", "--out", "f.zip"), "not written as .zip"),
        (("one.csv", "--out", "no/f.csv"), "there is no folder no"),
        (("none.csv",), "there is no file none.csv"),
        (("one.csv", "--weights", "2,x"), "--weights is '2,x'"),
        (("one.csv", "--weights", "2,1"), "2 weights for 1 runs"),
        (("one.csv", "--k", "6"), "--k is for --method rrf"),
        (("one.csv", "--method", "rrf", "--k", "-6"), "k is -6"),
        (("one.csv", "--top", "0"), "0 predictions"),
        (("one.csv", "--organs", "leaf"), "add --images"),
        (("images.csv", "--images", "mean", "--k", "6"), "--k is for several runs"),
        (("images.csv", "images.csv", "--images", "max"), "makes one image run a run"),
        (("images.csv", "--images", "max", "--organs", ","), "chooses no images"),
        (("images.csv", "--images", "max", "--only", "View"), "'View' chooses no images"),
        (("images.csv", "--images", "max", "--organs", "leef"), "did you mean 'leaf'?"),
        (("images.csv", "--images", "max", "--only", "Views=a"), "did you mean 'View'?"),
        (("one.csv", "--shape", "set"), "hold no probabilities"),
        (("images.csv", "--images", "max", "--shape", "label"), "hold no probabilities"),
        (("one.csv", "--metrics", "mr"), "no metric is called 'mr'"),
        (("one.csv", "--metrics", "mrr@Orgn=leaf"), "no table has the column 'Orgn'"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    folder: Path, tmp_path: Path, words: tuple[str, ...], message: str
):
    out = () if "--out" in words else ("--out", OUT)
    ended = clefboard("fuse", *words, *out, "--task", folder, home=tmp_path, folder=tmp_path)

    assert ended.returncode == 2
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not ended.stdout
    assert not (tmp_path / OUT).exists()


def test_a_person_sees_a_bar(folder: Path, tmp_path: Path):
    code, screen = on_a_terminal(
        "fuse", "one.csv", "two.csv", "--out", OUT, "--task", folder, folder=tmp_path
    )

    assert code == 0
    assert "fusing into fused.csv" in screen
    assert "100%" in screen
