"""`clefboard convert`: what it writes, what it says, and what it refuses."""

import subprocess
import sys
from pathlib import Path

import pytest

from scoring import RunRules, read_ground_truth, trace_run
from tests.clefboard.cli.command import LEAVES, LEAVES_RUNS, clefboard

TREC = "q1 Q0 d1 1 14.5 tag\nq1 Q0 d2 2 7 tag\n"


def convert(folder: Path, *words: str | Path) -> tuple[int, str, str]:
    ended = clefboard("convert", *words, home=folder, folder=folder)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.trec").write_text(TREC)
    (tmp_path / "in.csv").write_text("q1;d1;0.5\n")
    (tmp_path / "wrong.csv").write_text("q1;d1;0.5\nq1;d2;x\n")
    return tmp_path


def test_a_real_run_there_and_back_scores_the_same(tmp_path: Path):
    run = LEAVES_RUNS / "frozen_160.csv.gz"
    code, said, _ = convert(tmp_path, run, "run.parquet")
    assert (code, said) == (0, "run.parquet: 16,000 predictions for 400 queries\n")
    assert convert(tmp_path, "run.parquet", "run.trec.zst")[0] == 0
    assert convert(tmp_path, "run.trec.zst", "back.csv")[0] == 0

    truth = read_ground_truth(LEAVES)
    traces = [trace_run(one, truth, RunRules("ranked"))[1] for one in (run, tmp_path / "back.csv")]
    assert traces[0] is not None
    assert traces[1] is not None
    assert traces[0].positions == traces[1].positions


def test_scores_out_of_range_are_said_and_may_be_scaled(folder: Path):
    code, said, _ = convert(folder, "in.trec", "out.csv")
    assert code == 0
    assert said == (
        "in.trec: warning: scores from 7.0 to 14.5: only a task with 'scores: any' takes them; --scale"
        " puts them into [0, 1]\nout.csv: 2 predictions for 1 query\n"
    )

    assert convert(folder, "in.trec", "out.csv", "--scale") == (
        0,
        "out.csv: 2 predictions for 1 query\n",
        "",
    )
    assert (folder / "out.csv").read_text().splitlines()[1:] == ["q1;d1;1.0", "q1;d2;0.0"]


def test_options(folder: Path):
    convert(folder, "in.csv", "out.txt", "--to", "trec", "--tag", "mine")
    assert (folder / "out.txt").read_text() == "q1 Q0 d1 1 0.5 mine\n"

    convert(folder, "out.txt", "out.csv", "--from", "trec", "--layout", "image_run")
    assert (folder / "out.csv").read_text() == "MediaId;ClassId;Probability\nq1;d1;0.5\n"


def test_an_invalid_file(folder: Path):
    code, said, error = convert(folder, "wrong.csv", "out.trec")
    assert (code, error) == (1, "")
    assert said.splitlines() == [
        "wrong.csv:2: error: the probability is 'x'; right is a finite decimal number, e.g. 0.25",
        "out.trec: not written",
    ]
    assert not (folder / "out.trec").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("none.csv", "out.trec"), "there is no file none.csv"),
        (("in.csv", "out.txt"), "what is out.txt to be?"),
        (("in.csv", "in.csv"), "OUT is IN"),
        (("in.csv", "no/out.csv"), "there is no folder no"),
        (("in.csv", "out.zip", "--to", "run"), "not written as .zip"),
        (("in.csv", "out.trec", "--tag", "a b"), "the tag 'a b' has a blank"),
    ],
)
def test_what_cannot_be_done_is_one_line(folder: Path, words: tuple[str, ...], message: str):
    code, said, error = convert(folder, *words)

    assert (code, said) == (2, "")
    assert message in error
    assert error.count("\n") == 1


def test_parquet_without_pyarrow_is_one_line(folder: Path):
    """The extra is hidden from the command as it is where it was never installed."""
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from clefboard.cli import main; sys.exit(main(['convert', 'in.csv', 'out.parquet']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "clefboard: Parquet needs pyarrow, which is not installed: pip install 'clefboard[parquet]'\n"
    )


def test_pyarrow_is_loaded_for_parquet_only(folder: Path):
    code = (
        "import sys; from clefboard.cli import main; main(['convert', 'in.csv', 'out.trec'])\n"
        "print(*[name for name in ('pyarrow', 'pandas', 'rich', 'numpy') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "out.trec: 1 prediction for 1 query\n\n"
