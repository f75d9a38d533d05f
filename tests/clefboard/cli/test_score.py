"""`clefboard score`: what the platform would say, on the laptop."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clefboard.cli import main
from tests.clefboard.cli.command import LEAVES, LEAVES_RUNS, PLANTS, clefboard
from tests.clefboard.cli.small_runs import score, write_files
from tests.clefboard.cli.terminal import on_a_terminal

RUNS = [str(LEAVES_RUNS / f"frozen_{name}.csv.gz") for name in ("160", "224_1_shot")]
IMAGES = str(LEAVES_RUNS / "frozen_160.images.csv.gz")
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_files()


# ---------------------------------------------------------------- tables
def test_one_run(capsys: Printed):
    assert score("run.csv") == 0

    assert (
        capsys.readouterr().out
        == """\
run.csv: 4 queries, coverage 50.0%

metric   value  n  left out
mrr     0.4167  3         1
top_1   0.3333  3         1
top_5   0.6667  3         1
map     0.4722  3         1

run.csv: warning: 2 of 4 queries have no prediction, the first is '3'; each counts 0 where it has a right class
"""
    )


def test_how_sure_it_is(capsys: Printed):
    assert score(RUNS[0], "--ci", "--metrics", "mrr,top_1,coverage", truth=LEAVES) == 0

    assert (
        capsys.readouterr().out
        == f"""\
{RUNS[0]}: 400 queries, coverage 100.0%

metric     value     95 % interval    n
mrr       0.9571  [0.9401, 0.9726]  400
top_1     0.9325  [0.9075, 0.9550]  400
coverage  1.0000                    400
"""
    )


def test_why_there_is_no_interval(capsys: Printed):
    score("run.csv", "--metrics", "mrr,s_score")
    assert "no interval" not in capsys.readouterr().out, "nobody asked for one"

    score("run.csv", "--ci", "--metrics", "mrr,s_score")
    assert "\nno interval over fewer than 10 units: mrr\n" in capsys.readouterr().out

    score(RUNS[0], "--ci", "--metrics", "top_1", truth=LEAVES)
    assert "no interval" not in capsys.readouterr().out

    score(RUNS[0], "--ci", "--metrics", "top_1,coverage", "--by", "TrainImages", truth=LEAVES)
    assert "no interval over fewer than 10 units" not in capsys.readouterr().out


def test_images(capsys: Printed):
    assert score(IMAGES, "--image-run", "--metrics", "top_1", truth=LEAVES) == 0

    out = capsys.readouterr().out
    assert out.startswith(f"{IMAGES}: 800 images, coverage 100.0%\n")
    assert "top_1   0.9225  800" in out


def test_a_subset_whose_value_holds_a_comma(capsys: Printed):
    Path("truth.csv").write_text("QueryId;ClassId;Place\n1;elm;Rennes, France\n2;oak;Lyon\n")
    Path("run.csv").write_text("1;elm;0.5\n2;elm;0.5\n")

    assert score("run.csv", "--metrics", 'mrr, "top_1@Place=Rennes, France",top_1@Place=Lyon') == 0

    rows = [line.rsplit(maxsplit=2) for line in capsys.readouterr().out.splitlines()[3:6]]
    assert rows == [
        ["mrr", "0.5000", "2"],
        ["top_1@Place=Rennes, France", "1.0000", "1"],
        ["top_1@Place=Lyon", "0.0000", "1"],
    ]


def test_a_query_that_a_truth_file_lacks_may_be_a_distractor(capsys: Printed):
    Path("folder").mkdir()
    Path("folder/ground_truth.csv").write_text("QueryId;ClassId\n1;elm\n")
    Path("folder/queries.csv").write_text("QueryId\n1\n2\n")
    Path("folder/classes.csv").write_text("ClassId\nelm\n")
    Path("run.csv").write_text("1;elm;1\n2;elm;0.5\n")

    assert score("run.csv", truth="folder/ground_truth.csv") == 1
    note = "note: the queries of a truth file are all there are; where runs answer more than are judged"
    assert note in capsys.readouterr().err

    assert score("run.csv", truth="folder") == 0
    Path("run.csv").write_text("3;elm;1\n")
    assert score("run.csv", truth="folder") == 1
    assert capsys.readouterr().err == ""


def test_a_task_whose_tables_are_generated_has_its_own_metrics(capsys: Printed):
    assert main(["score", "run.csv", "--task", str(PLANTS)]) == 1
    out = capsys.readouterr().out
    assert "is not one of the 17,886 of this task" in out
    assert out.endswith("run.csv: invalid, and not scored\n\n")


def test_sets(capsys: Printed):
    Path("set.csv").write_text("1;[elm,ash]\n2;[]\n3;[]\n")

    assert score("set.csv", "--shape", "set") == 0
    flat = capsys.readouterr().out.split("\n\n")[1]
    assert score("set.csv", "--shape", "set", "--group-by", "Site") == 0
    nested = capsys.readouterr().out.split("\n\n")[1]

    assert flat == (
        "metric       value  n\nf1_samples  0.5000  4\nf1_macro    0.5000  4\nf1_micro    0.6667  4"
    )
    assert nested == (
        "metric       value  n\nf1_samples  0.5000  2\nf1_macro    0.3333  2\nf1_micro    0.4000  2"
    )


def test_labels_with_the_costs_their_classes_have(capsys: Printed):
    Path("truth.csv").write_text("QueryId;ClassId\n1;a\n2;b\n3;-1\n")
    Path("classes.csv").write_text("ClassId;poisonous\na;1\nb;0\n")
    Path("run.csv").write_text("1;b\n2;b\n3;-1\n")

    assert score("run.csv", "--shape", "label") == 0
    bare = capsys.readouterr().out
    assert score("run.csv", "--shape", "label", "--classes", "classes.csv") == 0
    costs = capsys.readouterr().out

    assert [line.split()[0] for line in bare.splitlines()[3:]] == ["f1_macro", "f1_micro"]
    assert costs.splitlines()[5:] == [
        "fungi_1    0.3333  3",
        "fungi_2   33.3333  3",
        "fungi_3   33.6667  3",
        "fungi_4    0.3333  3",
    ]


def test_a_run_that_is_not_told_from_chance(capsys: Printed):
    classes = [f"c{number}" for number in range(40)]
    Path("classes.csv").write_text("ClassId\n" + "".join(f"{name}\n" for name in classes))
    rows = [(query, classes[query % 40], classes[(query * 7 + 3) % 40]) for query in range(200)]
    Path("truth.csv").write_text("QueryId;ClassId\n" + "".join(f"{q};{c}\n" for q, c, _ in rows))
    Path("run.csv").write_text("".join(f"{q};{c};1\n{q};c1;0\n" for q, _, c in rows if c != "c1"))

    score("run.csv", "--classes", "classes.csv", "--ci")

    assert "with the classes permuted the same file scores" in capsys.readouterr().out


# ---------------------------------------------------------------- JSON
def test_one_run_as_json(capsys: Printed):
    assert score("run.csv", "--json", "--metrics", "mrr,s_score", "--by", "Site") == 0

    nothing = {"value": None, "low": None, "high": None, "n": 0}
    no_author = {**nothing, "reason": "no table has the column 'Author'"}
    assert json.loads(capsys.readouterr().out) == {
        "scorer": "1",
        "n_queries": 4,
        "coverage": 0.5,
        "metrics": {
            "mrr": {"value": (1 / 4 + 1 + 0) / 3, "low": None, "high": None, "n": 3},
            "s_score": no_author,
        },
        "by": {
            "Site": {
                "hill": {
                    "mrr": {"value": 0.125, "low": None, "high": None, "n": 2},
                    "s_score": no_author,
                },
                "lake": {
                    "mrr": {"value": 1.0, "low": None, "high": None, "n": 1},
                    "s_score": no_author,
                },
            }
        },
        "warnings": [
            {
                "kind": "coverage",
                "count": 2,
                "message": "2 of 4 queries have no prediction, the first is '3'; each counts 0"
                " where it has a right class",
                "template": "%(unanswered)s; each counts 0 where it has a right class",
                "values": {
                    "unanswered": {
                        "template": "%(n)s of %(all)s queries have no prediction, the first is %(first)s",
                        "values": {"n": 2, "all": 4, "first": "'3'"},
                    }
                },
                "lines": [],
            }
        ],
    }


def test_intervals_as_json(capsys: Printed):
    score(RUNS[0], "--json", "--ci", "--metrics", "top_1", truth=LEAVES)

    assert json.loads(capsys.readouterr().out)["metrics"] == {
        "top_1": {"value": 0.9325, "low": 0.9075, "high": 0.955, "n": 400}
    }


def test_several_runs_as_json_invalid_ones_too(capsys: Printed):
    Path("bad.csv").write_text("1;elm;2\n" * 12)

    assert score("run.csv", "bad.csv", "--json") == 1
    runs = json.loads(capsys.readouterr().out)["runs"]

    assert [own["file"] for own in runs] == ["run.csv", "bad.csv"]
    assert runs[0]["metrics"]["mrr"]["n"] == 3
    problem = next(p for p in runs[1]["problems"] if p["kind"] == "probability")
    assert problem == {
        "kind": "probability",
        "count": 12,
        "message": "the probability is '2'; right is a decimal number from 0 to 1, e.g. 0.25",
        "template": "the probability is %(number)s; right is a decimal number from 0 to 1, e.g. 0.25",
        "values": {"number": "'2'"},
        "lines": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    }


def test_an_invalid_run_as_json(capsys: Printed):
    Path("bad.csv").write_text("1;elm;2\n")

    assert score("bad.csv", "--json") == 1
    assert list(json.loads(capsys.readouterr().out)) == ["problems"]


# ---------------------------------------------------------------- ends
def test_valid_runs_are_scored_beside_invalid_ones(capsys: Printed):
    Path("bad.csv").write_text("1;elm\n")

    assert score("bad.csv", "run.csv") == 1

    out, err = capsys.readouterr()
    assert out.startswith("bad.csv:1: error: 2 columns in '1;elm'")
    assert "\nbad.csv: invalid, and not scored\n\nrun.csv: 4 queries" in out
    assert err.startswith("note: read as a ranked run; if it is another: --shape ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.csv"], "there is no file none.csv"),
        (["run.csv", "none.csv"], "there is no file none.csv"),
        (["."], ". is a folder, and a file is wanted"),
        (["run.csv", "--metrics", "accuracy"], "no metric is called 'accuracy'; there are mrr, "),
        (["run.csv", "--metrics", "fungi_1"], "fungi_1 is of label runs, and this is a ranked run"),
        (["run.csv", "--metrics", "mrr@Site"], "right is metric@Column=value"),
        (["run.csv", "--metrics", "mrr@Shade=1"], "no table has the column 'Shade'"),
        (["run.csv", "--by", "site"], "no table has the column 'site' (did you mean 'Site'?)"),
        (["run.csv", "--by", "Height=50,10"], "the numbers of 'Height=50,10' do not grow"),
        (["run.csv", "--by", "Site+Height+Site"], "crosses 3 columns"),
        (
            ["run.csv", "--metrics", 'mrr,"top_1'],
            '--metrics mrr,"top_1: a quote that is not closed',
        ),
        (["run.csv", "--group-by", "Site"], "and these are ranked runs; right is --shape set"),
        (["run.csv", "--group-by", "Site", "--shape", "label"], "and these are label runs"),
    ],
)
def test_wrong_usage(capsys: Printed, words: list[str], message: str):
    assert score(*words) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("clefboard: ")
    assert message in err


def test_a_folder_without_its_truth(capsys: Printed):
    Path("folder").mkdir()
    for name in ("classes.csv", "queries.csv", "media.csv", "task.yaml", "overview.md", "rules.md"):
        Path("folder", name).write_bytes((LEAVES / name).read_bytes())

    assert score("run.csv", truth="folder") == 2
    assert "ground_truth.csv: there is no such file" in capsys.readouterr().err


# ---------------------------------------------------------------- pipes and terminals
def test_piped_it_is_plain_and_loads_little(tmp_path: Path):
    script = """
import sys
from clefboard.cli import main
for words in (["--json"], ["--by", "Site"], ["--metrics", "map,macro_mrr"]):
    assert main(["score", "run.csv", "other.csv", "--truth", "truth.csv", *words]) == 0
heavy = ("numpy", "rich", "httpx", "jsonschema", "ruamel", "zstandard", "email", "tomllib")
print(*(name for name in heavy if name in sys.modules), file=sys.stderr)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert ended.stderr == "\n"
    assert "\x1b" not in ended.stdout


def test_a_reader_of_a_pipe_that_has_seen_enough(tmp_path: Path):
    command = (
        f"{Path(sys.executable).parent / 'clefboard'} score run.csv --truth truth.csv | head -1"
    )
    ended = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert (ended.stdout, ended.stderr) == ("run.csv: 4 queries, coverage 50.0%\n", "")


def test_the_installed_command(tmp_path: Path):
    ended = clefboard("score", "run.csv", "--truth", "truth.csv", home=tmp_path, folder=tmp_path)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "mrr     0.4167  3" in ended.stdout


def test_colours_where_a_person_looks(tmp_path: Path):
    code, screen = on_a_terminal(
        *("score", "run.csv", "other.csv", "--truth", "truth.csv", "--metrics", "mrr"),
        folder=tmp_path,
    )

    assert code == 0
    assert "\x1b[1;32m*0.6667\x1b[0m" in screen
    assert "\x1b[33mwarning\x1b[0m" in screen


@pytest.fixture
def large(tmp_path: Path) -> tuple[str, ...]:
    """Return the words that score a run which a bar is worth, in the folder of the test."""
    names = [f"class-{number:05}" for number in range(6000)]
    (tmp_path / "truth.csv").write_text(
        "QueryId;ClassId\n" + "".join(f"{q};class-00001\n" for q in range(50))
    )
    lines = (f"{query};{name};0.5\n" for query in range(50) for name in names)
    (tmp_path / "large.csv").write_text("".join(lines))
    assert (tmp_path / "large.csv").stat().st_size > 5_000_000
    return ("score", "large.csv", "--truth", "truth.csv", "--metrics", "mrr")


def test_a_bar_while_a_large_file_is_read(large: tuple[str, ...], tmp_path: Path):
    code, screen = on_a_terminal(*large, folder=tmp_path)
    piped = clefboard(*large, home=tmp_path, folder=tmp_path)

    assert code == piped.returncode == 0
    assert "reading large.csv" in screen
    assert "mrr     0.0002  50" in screen.rsplit("large.csv: 50 queries", 1)[1]
    assert piped.stderr == ""


def test_the_bar_counts_what_two_threads_read(large: tuple[str, ...], tmp_path: Path):
    """With a list of classes two threads read such a file, each of them a half."""
    (tmp_path / "truth.csv").rename(tmp_path / "ground_truth.csv")
    (tmp_path / "queries.csv").write_text("QueryId\n" + "".join(f"{q}\n" for q in range(50)))
    names = "".join(f"class-{number:05}\n" for number in range(6000))
    (tmp_path / "classes.csv").write_text("ClassId\n" + names)
    code, screen = on_a_terminal(*large[:2], "--truth", ".", folder=tmp_path)

    assert code == 0
    shown = [
        (float(done), float(size)) for done, size in re.findall(r"([0-9.]+)/([0-9.]+) MB", screen)
    ]
    assert all(done <= size for done, size in shown)
    assert shown[-1][0] == shown[-1][1]


def test_who_waits_for_large_files_without_the_kernel_is_told_once(
    large: tuple[str, ...], tmp_path: Path
):
    words = ("score", "large.csv", *large[1:])
    code, screen = on_a_terminal(*words, folder=tmp_path, CLEFBOARD_KERNEL="off")
    piped = clefboard(*words, home=tmp_path, folder=tmp_path, CLEFBOARD_KERNEL="off")

    assert code == piped.returncode == 0
    assert screen.count("clefboard reads runs in plain Python, about 10 times slower: ") == 1
    assert piped.stderr == ""
