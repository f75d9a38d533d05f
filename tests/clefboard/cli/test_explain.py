"""`clefboard explain`: one query, line by line."""

import json
from pathlib import Path

import pytest

from clefboard.cli import main
from tests.clefboard.cli.command import LEAVES, LEAVES_RUNS
from tests.clefboard.cli.terminal import on_a_terminal

TRUTH = "QueryId;ClassId;Background;Site\n1;elm;0;a\n1;ash;1;a\n1;fir;0;a\n2;oak;0;b\n3;;;b\n"
RUN = "QueryId,ClassId,Probability\n2,oak,0.1\n1,yew,0.5\n1,elm,0.5\n1,ash,0.5\n1,box,0.7\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("truth.csv").write_text(TRUTH)
    Path("run.csv").write_text(RUN)


def test_the_whole_story(capsys: pytest.CaptureFixture[str]):
    code = main(["explain", "run.csv", "1", "--truth", "truth.csv"])

    assert code == 0
    assert (
        capsys.readouterr().out
        == """\
run.csv: query 1, 4 predictions

class              position  probability  equal  line
box                       1          0.7            6
yew                       2          0.5    2-4     3
ash    background         3          0.5    2-4     5
elm    right              4          0.5    2-4     4
Equal ones stand against the run: wrong classes before right ones.

right class              found
elm          right       position 4, line 4
fir          right       not found
ash          background  position 3, line 5

metric   value
mrr     0.2500
top_1   0.0000
top_5   1.0000
map     0.2778
"""
    )


def test_nothing_is_right_and_nothing_was_said(capsys: pytest.CaptureFixture[str]):
    code = main(["explain", "run.csv", "3", "--truth", "truth.csv", "--metrics", "mrr,coverage"])

    assert code == 0
    assert (
        capsys.readouterr().out
        == """\
run.csv: query 3, 0 predictions

No class is right for this query.

metric        value
mrr       undefined  no query has a foreground class
coverage     0.0000
"""
    )


def test_right_ones_are_shown_wherever_they_stand(capsys: pytest.CaptureFixture[str]):
    lines = [f"1;c{place:02};{1 - place / 100:.2f}\n" for place in range(60)]
    Path("run.csv").write_text("".join([*lines, "1;elm;0.5\n"]))

    main(["explain", "run.csv", "1", "--truth", "truth.csv"])
    short = capsys.readouterr().out.split("\n\n")[1].splitlines()
    main(["explain", "run.csv", "1", "--truth", "truth.csv", "--lines", "0"])
    whole = capsys.readouterr().out.split("\n\n")[1].splitlines()

    assert short[20:24] == [
        "c19                        20         0.81           20",
        "... 31 wrong",
        "elm           right        52          0.5  51-52    61",
        "... 9 wrong",
    ]
    assert (len(short), len(whole)) == (25, 63)


def test_a_query_of_a_task_with_genera(capsys: pytest.CaptureFixture[str]):
    run = str(LEAVES_RUNS / "frozen_160.csv.gz")

    assert main(["explain", run, "1001", "--task", str(LEAVES)]) == 0
    assert "The first class of a right Genus: position 1\n" in capsys.readouterr().out


def test_everything_as_json(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "run.csv", "1", "--truth", "truth.csv", "--json"]) == 0

    data = json.loads(capsys.readouterr().out)
    assert data["query"] == "1"
    assert data["lines"][1] == {
        "line": 3,
        "name": "yew",
        "role": "wrong",
        "position": 2,
        "probability": 0.5,
        "rank": None,
        "tied": [2, 4],
    }
    assert data["scores"][0] == {"metric": "mrr", "value": 0.25, "reason": None}


def test_a_negative_nought_is_nought(capsys: pytest.CaptureFixture[str]):
    Path("run.csv").write_text("1;elm;-0.0\n1;yew;0\n")

    main(["explain", "run.csv", "1", "--truth", "truth.csv"])
    shown = capsys.readouterr().out
    main(["explain", "run.csv", "1", "--truth", "truth.csv", "--json"])
    found = json.loads(capsys.readouterr().out)

    assert "-0.0" not in shown
    assert [str(line["probability"]) for line in found["lines"]] == ["0.0", "0.0"]


def test_colours_where_a_person_looks(tmp_path: Path):
    code, screen = on_a_terminal("explain", "run.csv", "1", "--truth", "truth.csv", folder=tmp_path)

    assert code == 0
    assert "\x1b[1;32melm" in screen, "a right class is green"
    assert "\x1b[1;32mbox" not in screen


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["03"],
            "the query '03' is not one of the 3 of this truth (did you mean '3'?); the queries",
        ),
        (["1", "--metrics", "mr"], "no metric is called 'mr' (did you mean 'mrr'?)"),
        (["1", "--metrics", "f1_macro"], "f1_macro is of set and label runs, and this is a ranked"),
        (["1", "--metrics", ","], "--metrics names no metric; right is e.g. mrr,top_5"),
        (["1", "--metrics", "mrr@Organ=x"], "no table has the column 'Organ'"),
        (["1", "--lines", "-1"], "--lines is -1; right is a number from 1, or 0 for all"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], words: list[str], message: str):
    assert main(["explain", "run.csv", *words, "--truth", "truth.csv"]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_a_platform_keeps_its_truth(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "run.csv", "1", "--task", "leaves"]) == 2

    assert "its truth is there: give --truth FILE" in capsys.readouterr().err


def test_an_invalid_file_shows_its_problems(capsys: pytest.CaptureFixture[str]):
    Path("run.csv").write_text("1;elm\n")

    assert main(["explain", "run.csv", "1", "--truth", "truth.csv"]) == 1

    out, err = capsys.readouterr()
    assert out.startswith("run.csv:1: error: 2 columns in '1;elm'")
    assert err.startswith("note: read as a ranked run")


def test_an_invalid_file_as_json(capsys: pytest.CaptureFixture[str]):
    Path("run.csv").write_text("1;elm;2\n")

    assert main(["explain", "run.csv", "1", "--truth", "truth.csv", "--json"]) == 1

    out, err = capsys.readouterr()
    said = json.loads(out)
    assert list(said) == ["problems"]
    assert (said["problems"][0]["kind"], said["problems"][0]["lines"]) == ("probability", [1])
    assert err == ""
