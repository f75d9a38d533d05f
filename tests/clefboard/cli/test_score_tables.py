"""`clefboard score`: runs side by side, and by the values of columns."""

from pathlib import Path

import pytest

from tests.clefboard.cli.small_runs import RUN, score, write_files

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_files()


def test_runs_side_by_side(capsys: Printed):
    assert score("run.csv", "other.csv", "--metrics", "mrr,median_position,s_score") == 0

    assert capsys.readouterr().out.startswith("""\
4 queries; * is the best run

run        n      mrr  median_position    s_score
run.csv    4   0.4167           4.0000  undefined
other.csv  4  *0.6667          *2.0000  undefined

s_score is undefined: no table has the column 'Author'
run.csv: warning: 2 of 4 queries have no prediction, the first is '3';""")


def test_equal_runs_are_both_best_or_none_is(capsys: Printed):
    Path("same.csv").write_text(RUN)

    score("other.csv", "run.csv", "same.csv", "--metrics", "top_1,top_4,median_position")

    assert capsys.readouterr().out.split("\n\n")[1].splitlines()[1:] == [
        "other.csv  4  0.3333  *1.0000          *2.0000",
        "run.csv    4  0.3333   0.6667           4.0000",
        "same.csv   4  0.3333   0.6667           4.0000",
    ]


def test_by_the_values_of_a_column_by_bands_and_by_both(capsys: Printed):
    by = ("--by", "Site", "--by", "Height=10,50,200", "--by", "Site+Height=10")
    assert score("run.csv", "--metrics", "mrr", *by) == 0

    tables = capsys.readouterr().out.split("\n\n", 2)[2]
    assert tables.startswith("""\
Site  n     mrr
hill  2  0.1250
lake  2  1.0000

Height  n        mrr
<10     1     0.2500
10-49   1     1.0000
50-199  0  undefined
200+    1     0.0000

Site  Height  n     mrr
hill  <10     1  0.2500
hill  10+     1  0.0000
lake  10+     1  1.0000
""")


def test_runs_side_by_side_in_every_part(capsys: Printed):
    score("run.csv", "other.csv", "--metrics", "mrr", "--by", "Site")

    assert capsys.readouterr().out.split("\n\n")[2] == (
        "Site  run        n      mrr\n"
        "hill  run.csv    2   0.1250\n"
        "hill  other.csv  2  *0.7500\n"
        "lake  run.csv    2  *1.0000\n"
        "lake  other.csv  2   0.5000"
    )


def test_queries_without_a_value(capsys: Printed):
    score("run.csv", "--metrics", "coverage", "--by", "Height")

    rows = capsys.readouterr().out.split("\n\n")[2].splitlines()
    assert rows[-1] == "(none)  1    0.0000"


def test_the_number_of_queries_is_not_that_of_the_first_metric(capsys: Printed):
    tables = []
    for names in ("mrr,coverage", "coverage,mrr"):
        score("run.csv", "other.csv", "--metrics", names, "--by", "Site")
        tables.append(capsys.readouterr().out.split("\n\n")[1:3])

    numbers = [[row.split()[-3] for row in own.splitlines()] for one in tables for own in one]
    assert numbers == [["n", "4", "4"], ["n", "2", "2", "2", "2"]] * 2


def test_why_cells_are_undefined_is_said_once_below_their_table(capsys: Printed):
    by = ("--by", "Height=10,50,200", "--by", "Height")
    score("run.csv", "other.csv", "--metrics", "mrr,top_1,s_score", *by)

    bands, values = capsys.readouterr().out.split("\n\n")[2:4]
    assert "50-199  run.csv    0  undefined  undefined  undefined" in bands
    assert "undefined:" not in bands, "that there is no query is seen"
    said = [line for line in values.splitlines() if line.startswith("undefined: ")]
    assert said == ["undefined: no query has a foreground class (mrr, top_1)"]


def test_many_reasons_are_cut_short(capsys: Printed):
    rows = "".join(f"{query};a;{query};{query % 2}\n" for query in range(18))
    Path("truth.csv").write_text(f"QueryId;ClassId;Site;Dry\n{rows}")
    Path("run.csv").write_text("".join(f"{query};a;1\n" for query in range(18)))

    score("run.csv", "--metrics", "mrr@Dry=1", "--by", "Site")

    table = capsys.readouterr().out.split("\n\n")[2].splitlines()
    assert table[19:] == [
        *(f"undefined: no query has 'Dry=1 and Site={n}' (mrr@Dry=1)" for n in (0, 2, 4, 6, 8)),
        "undefined: 4 other reasons",
    ]
