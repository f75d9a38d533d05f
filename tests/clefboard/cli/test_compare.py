"""`clefboard compare`: what is better, and how sure that is."""

import json
from pathlib import Path

import pytest

from clefboard.cli import main
from tests.clefboard.cli.command import LEAVES, LEAVES_RUNS
from tests.clefboard.cli.terminal import on_a_terminal

RUNS = [
    str(LEAVES_RUNS / f"frozen_{name}.csv.gz")
    for name in ("160", "224_1_shot", "224", "224_5_shot")
]
Printed = pytest.CaptureFixture[str]


def compare(*words: str | Path, truth: str | Path = LEAVES) -> int:
    return main(["compare", *map(str, words), "--truth", str(truth)])


def test_each_run_against_the_best(capsys: Printed):
    assert compare(*RUNS) == 0

    assert (
        capsys.readouterr().out
        == """\
mrr, higher is better, n = 400

run                          mrr  difference       95 % interval       p
frozen_224.csv.gz         0.9600                                              best
frozen_160.csv.gz         0.9571     -0.0029  [-0.0091, +0.0029]  0.3447  not sure
frozen_224_5_shot.csv.gz  0.9335     -0.0266  [-0.0403, -0.0140]  0.0003     worse
frozen_224_1_shot.csv.gz  0.8211     -0.1389  [-0.1687, -0.1103]  0.0003     worse

p: paired test by sign flips, corrected for 3 comparisons (Holm); not sure from 0.05 on
"""
    )


def test_each_run_against_each_other(capsys: Printed):
    assert compare(*RUNS[1:], "--all-pairs", "--metrics", "top_1") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "top_1, higher is better, n = 400"
    assert [line.split()[:3] for line in lines[8:11]] == [
        ["frozen_224.csv.gz", "frozen_224_5_shot.csv.gz", "+0.0425"],
        ["frozen_224.csv.gz", "frozen_224_1_shot.csv.gz", "+0.2025"],
        ["frozen_224_5_shot.csv.gz", "frozen_224_1_shot.csv.gz", "+0.1600"],
    ]
    assert {line.split()[-1] for line in lines[8:11]} == {"better"}


def test_where_lower_is_better_the_lowest_is_first(tmp_path: Path, capsys: Printed):
    (tmp_path / "truth.csv").write_text(
        "QueryId;ClassId\n" + "".join(f"{q};a\n" for q in range(20))
    )
    for name, wrong in (("bad", 20), ("good", 5)):
        lines = (f"{q};{'b' if q < wrong else 'a'}\n" for q in range(20))
        (tmp_path / f"{name}.csv").write_text("".join(lines))

    code = compare(
        *(tmp_path / "bad.csv", tmp_path / "good.csv", "--shape", "label", "--metrics", "fungi_1"),
        truth=tmp_path / "truth.csv",
    )

    assert code == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[3:5]]
    assert (rows[0][:2], rows[0][-1]) == (["good.csv", "0.2500"], "best")
    assert (rows[1][:3], rows[1][-1]) == (["bad.csv", "1.0000", "+0.7500"], "worse")


def test_without_enough_queries_there_is_no_test(tmp_path: Path, capsys: Printed):
    (tmp_path / "truth.csv").write_text("QueryId;ClassId\n1;a\n")
    (tmp_path / "run.csv").write_text("1;a;1\n")

    assert compare(tmp_path / "run.csv", tmp_path / "run.csv", truth=tmp_path / "truth.csv") == 0
    assert "No paired test: 1 unit, and it takes 10.\n" in capsys.readouterr().out


def test_a_metric_without_an_interval_has_no_test(capsys: Printed):
    assert compare(*RUNS[:2], "--metrics", "coverage,median_position") == 0

    out = capsys.readouterr().out
    assert "No paired test: coverage is no mean of its units.\n" in out
    assert "No paired test: median_position is no mean of its units.\n" in out


def test_units_that_weigh_differently_have_no_test(tmp_path: Path, capsys: Printed):
    names = (tmp_path / "run.csv", tmp_path / "truth.csv")
    for path, head in zip(names, ("", "QueryId;ClassId\n"), strict=True):
        path.write_text(head + "".join(f"{q};{q % 3}\n" for q in range(20)))
    (tmp_path / "run.csv").write_text("".join(f"{q};[{q % 3}]\n" for q in range(20)))

    words = (names[0], names[0], "--shape", "set", "--metrics", "f1_micro")
    assert compare(*words, truth=names[1]) == 0
    said = "No paired test: the units of f1_micro weigh differently in each run.\n"
    assert said in capsys.readouterr().out


def test_one_valid_run_has_nothing_beside_it(tmp_path: Path, capsys: Printed):
    (tmp_path / "bad.csv").write_text("1000;c27;2\n")

    assert compare(RUNS[0], tmp_path / "bad.csv") == 1
    assert "No paired test: there is one valid run only.\n" in capsys.readouterr().out


def test_as_json(capsys: Printed):
    assert compare(*RUNS[:2], "--json", "--metrics", "mrr,coverage") == 0

    data = json.loads(capsys.readouterr().out)
    mrr, coverage = data["metrics"]["mrr"], data["metrics"]["coverage"]
    assert [own["file"] for own in mrr["runs"]] == RUNS[:2]
    (difference,) = mrr["differences"]
    assert (difference["file"], difference["minus"]) == (RUNS[1], RUNS[0])
    assert difference["low"] < difference["value"] < difference["high"] < 0
    assert difference["p"] == difference["adjusted"] < 0.001
    assert coverage["differences"][0]["p"] is None
    assert data["invalid"] == []


def test_an_invalid_run_is_left_out(tmp_path: Path, capsys: Printed):
    (tmp_path / "run.csv").write_text("1000;c27;2\n")

    assert compare(*RUNS[:2], tmp_path / "run.csv") == 1
    out = capsys.readouterr().out
    assert out.startswith(f"{tmp_path / 'run.csv'}:1: error: the probability is '2'")
    assert "invalid, and not scored\n\nmrr, higher is better" in out

    assert compare(*RUNS[:2], tmp_path / "run.csv", "--json") == 1
    (invalid,) = json.loads(capsys.readouterr().out)["invalid"]
    assert invalid["file"] == str(tmp_path / "run.csv")
    assert invalid["problems"][0]["kind"] == "probability"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (RUNS[:1], "compare takes two runs or more"),
        ([*RUNS[:2], "--metrics", "mrr@Shape=x"], "no table has the column 'Shape'"),
        ([RUNS[0], "none.csv"], "there is no file none.csv"),
        ([*RUNS[:1] * 51, "--all-pairs"], "51 runs make 1275 pairs; choose at most 50 runs"),
    ],
)
def test_wrong_usage(capsys: Printed, words: list[str], message: str):
    assert compare(*words) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_files_of_one_name_are_told_apart(tmp_path: Path, capsys: Printed):
    (tmp_path / "truth.csv").write_text("QueryId;ClassId\n1;a\n")
    for folder in ("new", "old"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "run.csv").write_text("1;a;1\n")

    compare(
        tmp_path / "new" / "run.csv", tmp_path / "old" / "run.csv", truth=tmp_path / "truth.csv"
    )

    assert f"\n{tmp_path / 'old' / 'run.csv'}  1.0000" in capsys.readouterr().out


def test_colours_where_a_person_looks(tmp_path: Path):
    code, screen = on_a_terminal("compare", *RUNS[:2], "--truth", LEAVES, folder=tmp_path)

    assert code == 0
    assert "\x1b[31mworse\x1b[0m" in screen
