"""Runs in other forms and back: the same order, the same doubles, the same ids."""

import csv
import tracemalloc
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from clefboard.formats import CannotConvert, Conversion, convert_run, format_by_name, format_of
from scoring import CannotWrite, Problem
from scoring.packed import read_content
from tests.scoring.slow_fusion import SlowRun, place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def convert(folder: Path, content: str | bytes, target: str, **how: Any) -> Conversion:
    source = folder / "source"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    to = how.pop("to", None) or format_by_name(folder / target) or ""
    return convert_run(source, folder / target, to=to, **how)


def text(path: Path) -> str:
    return b"".join(read_content(path, 10**9)).decode()


def kinds(problems: tuple[Problem, ...]) -> dict[str, tuple[list[int], int]]:
    return {problem.kind: (list(problem.lines), problem.count) for problem in problems}


def parquet(folder: Path, **columns: Any) -> Path:
    path = folder / "source.parquet"
    pq.write_table(pa.table(columns), path)
    return path


# ---------------------------------------------------------------- TREC
TREC = "q1 Q0 d1 1 -1.5 tag\nq1 Q0 d2 2 -2 tag\nq2\tQ0\td1\t1\t3e2\ttag\n"


def test_a_trec_run(folder: Path):
    done = convert(folder, TREC, "run.csv")

    assert text(folder / "run.csv") == (
        "QueryId;ClassId;Probability\nq1;d1;-1.5\nq1;d2;-2.0\nq2;d1;300.0\n"
    )
    assert (done.n_queries, done.n_predictions, done.problems) == (2, 3, ())
    [warning] = done.warnings
    assert warning.message.startswith("scores from -2.0 to 300.0: only a task with 'scores: any'")


def test_scores_scaled_into_0_to_1(folder: Path):
    done = convert(folder, TREC.replace("3e2", "0"), "run.csv", scale=True)

    assert text(folder / "run.csv").splitlines()[1:] == ["q1;d1;0.25", "q1;d2;0.0", "q2;d1;1.0"]
    assert done.warnings == ()


def test_scores_that_cannot_be_scaled_without_becoming_equal(folder: Path):
    with pytest.raises(CannotConvert, match="1e-300 and 1e-301 of the query 'q' would be equal"):
        convert(folder, "q;a;1e-300\nq;b;1e-301\nq;c;-1e308\nq;d;1e308\n", "run.csv", scale=True)
    assert not (folder / "run.csv").exists()

    convert(folder, "q;a;7\nq;b;7\n", "run.csv", scale=True)
    assert text(folder / "run.csv").splitlines()[1:] == ["q;a;1.0", "q;b;1.0"]


def test_a_run_as_trec(folder: Path):
    done = convert(
        folder, "id;class;p\nq;b;0.5\nq;c;0.25\nq;a;0.5\nq;d;0.75\n", "run.trec", tag="x"
    )

    assert text(folder / "run.trec") == (
        "q Q0 d 1 0.75 x\nq Q0 a 2 0.5 x\nq Q0 b 2 0.5 x\nq Q0 c 4 0.25 x\n"
    )
    assert done == Conversion((), (), 1, 4)


def test_rank_parts_equal_scores_there_and_back(folder: Path):
    convert(folder, "q;a;0.5;9\nq;b;0.5;3\nq;c;0.5;9\n", "run.trec")
    assert text(folder / "run.trec").splitlines() == [
        "q Q0 b 1 0.5 clefboard",
        "q Q0 a 2 0.5 clefboard",
        "q Q0 c 2 0.5 clefboard",
    ]

    convert(folder, text(folder / "run.trec"), "run.csv")
    assert text(folder / "run.csv") == (
        "QueryId;ClassId;Probability;Rank\nq;b;0.5;1\nq;a;0.5;2\nq;c;0.5;2\n"
    )


def test_trec_ranks_may_begin_at_0(folder: Path):
    convert(folder, "q Q0 a 1 0.5 t\nq Q0 b 0 0.5 t\n", "run.csv")
    assert text(folder / "run.csv").splitlines()[1:] == ["q;b;0.5;1", "q;a;0.5;2"]


def test_segments_keep_their_form(folder: Path):
    line = "rec/1;00:00:05-00:00:10;a;0.5"
    convert(folder, line, "run.trec")
    assert text(folder / "run.trec") == "rec/1/00:00:05-00:00:10 Q0 a 1 0.5 clefboard\n"

    convert(folder, text(folder / "run.trec"), "run.csv")
    assert text(folder / "run.csv") == f"MediaId;Time;ClassId;Probability\n{line}\n"

    convert(folder, text(folder / "run.csv"), "run.parquet")
    assert pq.read_table(folder / "run.parquet").to_pylist() == [
        {"QueryId": "rec/1/00:00:05-00:00:10", "ClassId": "a", "Probability": 0.5}
    ]
    convert(folder, text(folder / "run.csv"), "ranked.csv", layout="ranked")
    assert text(folder / "ranked.csv").splitlines()[1] == "rec/1/00:00:05-00:00:10;a;0.5"


def test_a_segment_has_no_rank(folder: Path):
    query = "r/00:00:05-00:00:10"
    done = convert(folder, f"{query} Q0 a 1 0.5 t\n{query} Q0 b 2 0.5 t\n", "run.csv")

    assert kinds(done.warnings) == {"rank_lost": ([], 1)}
    assert text(folder / "run.csv").splitlines()[1:] == [
        "r;00:00:05-00:00:10;a;0.5",
        "r;00:00:05-00:00:10;b;0.5",
    ]


def test_an_image_run(folder: Path):
    convert(folder, "m1 Q0 a 1 0.5 t\n", "run.csv", layout="image_run")
    assert text(folder / "run.csv") == "MediaId;ClassId;Probability\nm1;a;0.5\n"


def test_what_is_no_segment(folder: Path):
    with pytest.raises(CannotConvert, match="the query 'q1' is no segment"):
        convert(folder, TREC, "run.csv", layout="segment")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("q;a b;0.5\n", "the class 'a b' has a blank"),
        ("q x;a;0.5\n", "the query 'q x' has a blank"),
        ("q\x0bx;a;0.5\n", "has a blank"),
        (";a;0.5\n", "the query '' is empty"),
    ],
)
def test_blanks_cannot_be_written_as_trec(folder: Path, content: str, message: str):
    with pytest.raises(CannotConvert, match=message):
        convert(folder, content, "run.trec")
    assert [path.name for path in folder.iterdir()] == ["source"]


def test_every_problem_of_a_trec_run(folder: Path):
    content = (
        b"\xef\xbb\xbfq Q0 a 1 0.5 t\nq Q0 b 1 0.5\nq Q0 b 1 nan t\n\nq Q0 c -1 1 t\nq Q0 d 1 1e999 t\n"
        b"q Q0 a 2 0.1 t\nq Q0 \xff 2 0.1 t\nq Q0 e 2 1_0 t\nq Q0 e 99999999999 1 t\n\n"
    )
    done = convert(folder, content, "run.csv")

    assert kinds(done.problems) == {
        "columns": ([2], 1),
        "score": ([3, 6, 9], 3),
        "blank_line": ([4], 1),
        "rank": ([5, 10], 2),
        "duplicate": ([7], 1),
        "not_utf8": ([8], 1),
    }
    assert not (folder / "run.csv").exists()


def test_scattered_queries(folder: Path):
    convert(folder, "q Q0 a 1 0.5 t\np Q0 a 1 0.5 t\nq Q0 b 1 0.75 t\n", "run.csv")
    assert text(folder / "run.csv").splitlines()[1:] == ["q;b;0.75", "q;a;0.5", "p;a;0.5"]

    done = convert(folder, "q;a;1\np;a;0.5\nq;a;1\n", "run.trec")
    assert kinds(done.problems) == {"duplicate": ([3], 1)}


@pytest.mark.parametrize("content", ["", "\n\n", "QueryId;ClassId;Probability\n"])
def test_files_without_a_prediction(folder: Path, content: str):
    assert [problem.kind for problem in convert(folder, content, "run.trec").problems] == ["empty"]


def test_an_empty_trec_run(folder: Path):
    assert kinds(convert(folder, "", "run.csv", of="trec").problems) == {"empty": ([], 1)}


# ---------------------------------------------------------------- delimited text
@pytest.mark.parametrize(
    "content",
    [
        "q;a;1\n",
        "QueryId,ClassId,Probability\r\nq,a,1\r\n",
        "\ufeffid\tclass\tp\tRank\nq\ta\t1\t7\n\n\n",
        '"q";"a";1e0',
        "MediaId;ClassId;Probability\nq;a;1\n",
    ],
)
def test_every_dialect_of_runs(folder: Path, content: str):
    convert(folder, content, "run.csv.gz")
    assert text(folder / "run.csv.gz") == "QueryId;ClassId;Probability\nq;a;1.0\n"


def test_a_query_that_is_called_like_a_header(folder: Path):
    convert(folder, "id;a;1\nQueryId;a;0.5\n", "run.csv")
    assert text(folder / "run.csv") == "QueryId_;ClassId;Probability\nid;a;1.0\nQueryId;a;0.5\n"

    convert(folder, text(folder / "run.csv"), "same.csv")
    assert text(folder / "same.csv") == text(folder / "run.csv")


def test_every_problem_of_a_run(folder: Path):
    done = convert(folder, 'q;a;1\nq;b;x\nq;c\nq";d;1\nq;a;1\n', "run.trec")

    assert kinds(done.problems) == {
        "probability": ([2], 1),
        "columns": ([3], 1),
        "quotes": ([4], 1),
        "duplicate": ([5], 1),
    }
    assert "run.trec" not in [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("content", ["q;a\np;b\n", "q;[a, b]\n", "q,[a, b, c]\n"])
def test_sets_and_labels_have_no_scores(folder: Path, content: str):
    with pytest.raises(CannotConvert, match="holds no scores"):
        convert(folder, content, "run.trec")


def test_a_damaged_file(folder: Path):
    done = convert(folder, b"\x1f\x8b\x08\x00rubbish", "run.trec")
    assert [problem.kind for problem in done.problems] == ["packing"]


# ---------------------------------------------------------------- Parquet
def test_a_run_as_parquet(folder: Path):
    convert(folder, "007;NA;0.1\n007;b;0.25\n", "run.parquet")
    table = pq.read_table(folder / "run.parquet")

    assert table.schema.remove_metadata() == pa.schema(
        [
            pa.field("QueryId", pa.string(), nullable=False),
            pa.field("ClassId", pa.string(), nullable=False),
            pa.field("Probability", pa.float64(), nullable=False),
        ]
    )
    assert table.to_pydict() == {
        "QueryId": ["007", "007"],
        "ClassId": ["b", "NA"],
        "Probability": [0.25, 0.1],
    }
    assert format_of(folder / "run.parquet") == "parquet"


def test_ids_that_are_whole_numbers_are_written_digit_by_digit(folder: Path):
    source = parquet(
        folder,
        other=["x", "y"],
        query_id=pa.array([2**63 - 1, -7], pa.int64()),
        classid=pa.array(["a", "b"]).dictionary_encode(),
        Probability=pa.array([0.1, 1.0], pa.float32()),
        rank=pa.array([2, 1], pa.uint8()),
    )
    convert_run(source, folder / "run.csv", to="run")

    assert text(folder / "run.csv").splitlines()[1:] == [
        "9223372036854775807;a;0.10000000149011612",
        "-7;b;1.0",
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"QueryId": [1.5], "ClassId": ["a"], "Probability": [1.0]}, "QueryId holds double"),
        ({"QueryId": ["q"], "ClassId": [b"a"], "Probability": [1.0]}, "ClassId holds binary"),
        ({"QueryId": ["q"], "ClassId": ["a"], "Probability": ["1"]}, "Probability holds string"),
        (
            {"QueryId": ["q"], "ClassId": ["a"], "Probability": [1], "Rank": [1.0]},
            "Rank holds double; right are whole numbers",
        ),
        ({"QueryId": ["q"], "ClassId": ["a"]}, "no column is called Probability"),
        (
            {"QueryId": ["q"], "id": ["q"], "ClassId": ["a"], "Probability": [1]},
            "'QueryId' and 'id' are both QueryId",
        ),
    ],
)
def test_columns_that_are_no_run(folder: Path, columns: Mapping[str, Any], message: str):
    done = convert_run(parquet(folder, **columns), folder / "run.csv", to="run")

    [problem] = done.problems
    assert problem.kind == "columns"
    assert message in problem.message
    assert not (folder / "run.csv").exists()


def test_rows_that_are_wrong(folder: Path):
    source = parquet(
        folder,
        QueryId=["q", None, "q", "q", "q", "q", "q"],
        ClassId=["a", "b", "", "c", "d", "e", "f"],
        Probability=[1.0, 1.0, 1.0, float("nan"), None, float("inf"), 1.0],
        Rank=[1, 2, 3, 4, 5, None, 0],
    )
    done = convert_run(source, folder / "run.csv", to="run")

    assert kinds(done.problems) == {
        "empty_id": ([2, 3], 2),
        "probability": ([4, 5, 6], 3),
        "rank": ([6, 7], 2),
    }


def test_a_class_twice_in_a_parquet_file(folder: Path):
    source = parquet(folder, QueryId=["q", "q"], ClassId=["a", "a"], Probability=[1.0, 0.5])
    done = convert_run(source, folder / "run.csv", to="run")
    assert kinds(done.problems) == {"duplicate": ([2], 1)}


def test_a_parquet_file_that_is_none(folder: Path):
    done = convert(folder, b"PAR1rubbish that ends like one: PAR1", "run.csv")
    assert [problem.kind for problem in done.problems] == ["not_parquet"]
    assert kinds(convert(folder, "q;a;1\n", "run.csv", of="parquet").problems).keys() == {
        "not_parquet"
    }


def test_an_id_may_begin_like_a_parquet_file(folder: Path):
    convert(folder, "PAR1;a;1\n", "run.csv")
    assert text(folder / "run.csv").splitlines()[1:] == ["PAR1;a;1.0"]


# ---------------------------------------------------------------- names and places
@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("run.csv", "run"),
        ("run.csv.gz", "run"),
        ("run.tsv", None),
        ("run.trec.zst", "trec"),
        ("run.parquet", "parquet"),
        ("run.txt", None),
        ("run", None),
    ],
)
def test_what_a_name_promises(name: str, form: str | None):
    assert format_by_name(Path(name)) == form


@pytest.mark.parametrize(
    ("target", "to"),
    [
        ("no/run.csv", "run"),
        ("no/run.parquet", "parquet"),
        ("run.zip", "run"),
        ("x.parquet", "trec"),
    ],
)
def test_where_nothing_can_be_written(folder: Path, target: str, to: str):
    with pytest.raises(CannotWrite):
        convert(folder, "q;a;1\n", target, to=to)
    assert [path.name for path in folder.iterdir()] == ["source"]


# ---------------------------------------------------------------- there and back
words = st.text(alphabet="ab1/:é", min_size=1, max_size=3)
hard = st.one_of(
    words, st.sampled_from(["a;b", 'say "x"', "two words", "NA", "007", "QueryId", "id"])
)
scores = st.one_of(
    st.sampled_from([0.0, 0.5, 1.0, 0.1, -2.0, 5e-324, 1e300]),
    st.floats(allow_nan=False, allow_infinity=False),
)


@st.composite
def runs(draw: st.DrawFn, ids: st.SearchStrategy[str]) -> SlowRun:
    ranks = st.just(0) if draw(st.booleans()) else st.integers(1, 3)
    answers = st.dictionaries(ids, st.tuples(scores, ranks), min_size=1, max_size=6)
    run: SlowRun = draw(st.dictionaries(ids, answers, min_size=1, max_size=4))
    return run


def written(run: SlowRun) -> str:
    file = StringIO()
    rows = csv.writer(file, delimiter=";", lineterminator="\n")
    has_ranks = any(rank for answer in run.values() for _, rank in answer.values())
    rows.writerow(["Obs_Id", "ClassId", "Probability", *["Rank"] * has_ranks])
    for query, answer in run.items():
        for name, (score, rank) in answer.items():
            rows.writerow([query, name, repr(score), *[rank] * has_ranks])
    return file.getvalue()


def read_back(path: Path) -> SlowRun:
    run: dict[str, dict[str, tuple[float, int]]] = {}
    for query, name, score, *rank in list(csv.reader(StringIO(text(path)), delimiter=";"))[1:]:
        run.setdefault(query, {})[name] = (float(score), int(rank[0]) if rank else 0)
    return run


def places(run: SlowRun) -> dict[str, dict[str, tuple[float, int]]]:
    """Return the score of every class, and how many stand before it or beside it."""
    return {
        query: {name: (score, place(answer, name)) for name, (score, _) in answer.items()}
        for query, answer in run.items()
    }


many = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


@many
@given(runs(words))
def test_through_trec(folder, run):
    convert(folder, written(run), "through.trec")
    convert(folder, text(folder / "through.trec"), "back.csv", layout="ranked", of="trec")

    assert places(read_back(folder / "back.csv")) == places(run)


@many
@given(runs(hard))
def test_through_parquet(folder, run):
    convert(folder, written(run), "through.parquet")
    convert(folder, (folder / "through.parquet").read_bytes(), "back.csv", layout="ranked")

    assert places(read_back(folder / "back.csv")) == places(run)


@many
@given(runs(words))
def test_scaled_scores_keep_their_order(folder, run):
    try:
        convert(folder, written(run), "scaled.csv", layout="ranked", scale=True)
    except CannotConvert:
        return
    scaled = read_back(folder / "scaled.csv")

    assert {
        query: {n: p for n, (_, p) in own.items()} for query, own in places(scaled).items()
    } == {query: {n: p for n, (_, p) in own.items()} for query, own in places(run).items()}
    assert all(0 <= score <= 1 for answer in scaled.values() for score, _ in answer.values())


# ---------------------------------------------------------------- damaged files
CASES = ("run", "trec", "parquet")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Return a right file of each form."""
    folder = tmp_path_factory.mktemp("whole")
    content = "".join(f"q{q};c{c};0.5;{c + 1}\n" for q in range(3) for c in range(4))
    for to in CASES:
        convert(folder, content, f"whole.{to}.csv" if to == "run" else f"whole.{to}")
    return {path.name.split(".")[1]: path.read_bytes() for path in folder.glob("whole*")}


@settings(many, max_examples=200)
@given(
    st.sampled_from(CASES),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 3), st.binary(max_size=3)), min_size=1, max_size=4
    ),
)
def test_a_damaged_file_is_a_problem_or_a_run(whole, folder, of, damages):
    content = whole[of]
    for where, length, new in damages:
        at = int(where * len(content))
        content = content[:at] + new + content[at + length :]
    (folder / "back.csv").unlink(missing_ok=True)
    done = convert(folder, content, "back.csv", of=of)

    assert (folder / "back.csv").exists() == (not done.problems)


@many
@given(st.sampled_from(CASES), st.binary(max_size=60))
def test_any_bytes(folder, of, content):
    with suppress(CannotConvert):  # of sets or labels
        assert convert(folder, content, "back.csv", of=of).problems or of != "parquet"


# ---------------------------------------------------------------- memory
def peak(folder: Path, each: int, target: str) -> int:
    """Return the most bytes held while a run of a thousand queries is converted."""
    source = folder / "large.csv"
    with source.open("w") as file:
        file.writelines(f"{q};{c};{1 / (c + 2)}\n" for q in range(1000) for c in range(each))
    tracemalloc.start()
    done = convert_run(source, folder / target, to=format_by_name(Path(target)) or "run")
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.n_predictions == 1000 * each
    return found


def test_memory_does_not_grow_with_the_lines(folder: Path):
    assert peak(folder, 70, "large.trec") < peak(folder, 25, "large.trec") + 400_000
